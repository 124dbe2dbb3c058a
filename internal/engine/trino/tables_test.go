package trino_test

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"testing"

	"clientele/internal/engine"
	"clientele/internal/engine/enginetest"
	"clientele/internal/engine/trino"
	"clientele/internal/lake"
	"clientele/internal/money"
	"clientele/internal/publication"
	"clientele/internal/tables"
	"clientele/internal/tables/tablestest"
)

// TestClusterConformance asks the whole suite of ledgers that were published as open
// tables and are read by the cluster; and once more of their lines alone.
func TestClusterConformance(t *testing.T) {
	t.Parallel()
	c := cluster(t)
	for name, open := range map[string]func(*trino.Tables, *testing.T, publication.Row) (engine.Engine, error){
		"cells": func(p *trino.Tables, t *testing.T, row publication.Row) (engine.Engine, error) { //nolint:thelper // opens
			return p.Open(t.Context(), row)
		},
		"lines": func(p *trino.Tables, t *testing.T, row publication.Row) (engine.Engine, error) { //nolint:thelper // opens
			return p.Anew(t.Context(), row)
		},
	} {
		h := enginetest.Harness{Ledgers: 3, Frames: 1, NoFacts: true, Open: func(t *testing.T, f enginetest.Fixture) (engine.Engine, error) {
			t.Helper()
			p, row, err := published(t, c, f)
			if err != nil {
				return nil, err
			}
			return open(p, t, row)
		}}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if name == "cells" {
				enginetest.Run(t, h)
				return
			}
			enginetest.RunRandom(t, h)
		})
	}
}

// published publishes a fixture and finds it on the cluster.
func published(t *testing.T, c *trino.Cluster, f enginetest.Fixture) (*trino.Tables, publication.Row, error) {
	t.Helper()
	space := fmt.Sprintf("published_%d_%d", os.Getpid(), serial.Add(1))
	content := &publication.Content{Ledger: space, Revision: 1, At: "2026-11-27T00:00:00Z", Scale: f.Scale(), Kind: "invoiced", Document: "{}"}
	var all []engine.Numbered
	dir := t.TempDir()
	for i, b := range f.Batches {
		first := int64(i+1) << 32
		files, err := tablestest.Write(dir, fmt.Sprintf("b%d-", i), tables.From(first), b.Lines, b.Accounts)
		if err != nil {
			return nil, publication.Row{}, err
		}
		one := publication.Batch{ID: b.ID, Scale: b.Lines.Decimals, Rows: int64(b.Lines.Len()), Lines: file(t, files.Lines), Cells: file(t, files.Cells), Accounts: file(t, files.Accounts)}
		for _, a := range b.Lines.Amount {
			one.Amount = one.Amount.Plus(money.FromInt64(a))
		}
		content.Batches = append(content.Batches, one)
		for k, a := range b.Accounts {
			all = append(all, engine.Numbered{Number: first + int64(k), Account: a})
		}
	}
	links, extras := engine.Links(all, f.Rules)
	for _, l := range links {
		content.Links = append(content.Links, publication.Link(l))
	}
	for _, x := range extras {
		content.Parties = append(content.Parties, publication.Party{Account: x.Number, Key: x.Key, Name: x.Name})
	}
	l, err := lake.Open(t.Context(), lake.Options{
		Catalog: os.Getenv("CLIENTELE_TEST_LAKE_DSN"), Name: os.Getenv("CLIENTELE_TEST_LAKE_CATALOG"), Warehouse: "file://" + os.Getenv("CLIENTELE_TEST_LAKE_WAREHOUSE"), Namespace: space,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { drop(t, c, "lake."+space) })
	if _, err := l.Publish(t.Context(), content); err != nil {
		t.Fatal(errors.Join(err, l.Close()))
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	p, err := c.NewTables("lake." + space)
	if err != nil {
		return nil, publication.Row{}, err
	}
	row, err := p.Latest(t.Context())
	if err == nil && row.Number != 1 {
		t.Fatalf("publication %d", row.Number)
	}
	return p, row, err
}

func file(t *testing.T, path string) publication.File {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(content)
	return publication.File{Path: path, Digest: hex.EncodeToString(sum[:])}
}
