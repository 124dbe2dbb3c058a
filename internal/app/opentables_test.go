package app_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"clientele/internal/app"
	"clientele/internal/engine"
	"clientele/internal/fault"
	"clientele/internal/lake"
	"clientele/internal/metric"
	"clientele/internal/money"
	"clientele/internal/period"
	"clientele/internal/publication"
)

// newLake is a shop that publishes in this process, and a place of its own.
func newLake(t *testing.T) (*shop, app.PublishRequest) {
	t.Helper()
	f := newShop(t)
	f.PublishTables = lake.Publish
	return f, app.PublishRequest{Place: app.Place{
		Catalog: "sqlite:" + filepath.Join(t.TempDir(), "catalog.db"), Name: "lake", Warehouse: t.TempDir(), Namespace: "clientele",
	}}
}

func (f *shop) published(req app.PublishRequest) *app.PublishAnswer {
	f.Helper()
	a, err := f.Publish(f.Context(), req)
	if err != nil {
		f.Fatal(err)
	}
	if !a.Closes() {
		f.Errorf("publication %d does not close: %+v", a.Number, a.Ground.Control)
	}
	return a
}

func changes(a *app.PublishAnswer) string {
	var b strings.Builder
	for _, c := range a.Tables {
		fmt.Fprintf(&b, "%s +%d -%d =%d; ", c.Table, c.Appended.Rows, c.Deleted.Rows, c.Kept.Rows)
	}
	return b.String()
}

// sameGround asserts that the document of a publication gives the ground that the
// workspace has itself.
func (f *shop) sameGround(req app.PublishRequest) {
	f.Helper()
	l, err := lake.Open(f.Context(), req.Place)
	if err != nil {
		f.Fatal(err)
	}
	row, err := l.Latest(f.Context())
	if err := errors.Join(err, l.Close()); err != nil {
		f.Fatal(err)
	}
	p, err := app.ReadPublished(row.Document)
	if err != nil {
		f.Fatal(err)
	}
	g, err := f.Ground(f.Context(), app.GroundRequest{})
	if err != nil {
		f.Fatal(err)
	}
	defer func() {
		if err := g.Engine.Close(); err != nil {
			f.Error(err)
		}
	}()
	if diff := cmp.Diff(g, p.Ground(g.Engine), cmpopts.EquateEmpty(), cmpopts.IgnoreFields(app.Ground{}, "Attribute"), cmp.Comparer(func(a, b money.Sum) bool { return a == b }), cmp.Comparer(func(a, b engine.Engine) bool { return a == b })); diff != "" {
		f.Error(diff)
	}
	if row.Scale != g.Decimals || row.Revision != g.Revision || row.Currency != string(g.Currency) || row.Kind != string(g.Kind) {
		f.Errorf("%+v", row)
	}
	var rows int64
	for _, b := range p.Batches {
		if rows += b.Rows; b.Digest == "" || b.File == "" || (b.Control == nil) != (b.Kind == app.ClientList) {
			f.Errorf("%+v", b)
		}
	}
	if rows != g.Control.Loaded.Rows {
		f.Errorf("%d rows in batches, want %d", rows, g.Control.Loaded.Rows)
	}
}

// The life of a workspace, counted by hand: what each publication appends and deletes.
func TestPublishFollowsTheWorkspace(t *testing.T) {
	t.Parallel()
	f, req := newLake(t)
	if _, err := f.Publish(t.Context(), req); fault.KindOf(err) != fault.Input {
		t.Errorf("an empty workspace: %v", err)
	}
	one := f.file("one.csv", "Invoice,Date,Client,Amount\n1,2026-01-05,Acme,100.00\n1,2026-01-05,Acme,20.00\n2,2026-02-01,Beta,50.00\n3,2026-02-02,,7.00\n4,2026-02-03,Beta,abc\n")
	f.bring(app.ImportRequest{Path: one})
	a := f.published(req)
	if got := changes(a); got != "line +4 -0 =0; cell +3 -0 =0; account +2 -0 =0; party +0 -0 =0; identity +0 -0 =0; " || a.Number != 1 || a.Lines != 4 || a.Amount.Format(2) != "177.00" {
		t.Errorf("%s %d %s", got, a.Number, a.Amount.Format(2))
	}
	f.sameGround(req)
	if a := f.published(req); !a.Unchanged || a.Number != 1 {
		t.Errorf("nothing to do: %+v", a.Outcome)
	}

	// A second file with three decimals, and Acme once more: the ledger gets finer, the
	// first batch stays; the two Acmes are one.
	b := f.bring(app.ImportRequest{Path: f.file("two.csv", "Invoice,Date,Client,Amount\n11,2026-03-05,Acme,1.125\n12,2026-03-06,Gamma,2.000\n")})
	a = f.published(req)
	if got := changes(a); got != "line +2 -0 =4; cell +2 -0 =3; account +2 -0 =2; party +0 -0 =0; identity +1 -0 =0; " || a.Amount.Format(3) != "180.125" {
		t.Errorf("%s %s", got, a.Amount.Format(3))
	}
	f.sameGround(req)

	if _, err := f.Undo(t.Context(), b.Batch, false); err != nil {
		t.Fatal(err)
	}
	a = f.published(req)
	if got := changes(a); got != "line +0 -2 =4; cell +0 -2 =3; account +0 -2 =2; party +0 -0 =0; identity +0 -1 =0; " {
		t.Error(got)
	}
	f.sameGround(req)
	if _, err := f.Undo(t.Context(), b.Batch, true); err != nil {
		t.Fatal(err)
	}
	if got := changes(f.published(req)); got != "line +2 -0 =4; cell +2 -0 =3; account +2 -0 =2; party +0 -0 =0; identity +1 -0 =0; " {
		t.Error(got)
	}

	// Who is who changes; no line does.
	if _, err := f.Relate(t.Context(), app.Merge, "Beta", "Acme", true); err != nil {
		t.Fatal(err)
	}
	if got := changes(f.published(req)); got != "line +0 -0 =6; cell +0 -0 =5; account +0 -0 =4; party +0 -0 =0; identity +2 -1 =0; " {
		t.Error(got)
	}
	f.sameGround(req)

	// A restored backup must not take a publication back.
	if _, err := f.Publish(t.Context(), req); err != nil {
		t.Fatal(err)
	}
	honest := f.PublishTables
	f.PublishTables = func(ctx context.Context, p publication.Place, c *publication.Content) (*publication.Outcome, error) {
		c.Revision--
		return honest(ctx, p, c)
	}
	if _, err := f.Publish(t.Context(), req); fault.KindOf(err) != fault.Failed {
		t.Errorf("an earlier revision: %v", err)
	}
	f.PublishTables = honest
	other, _ := newLake(t)
	other.bring(app.ImportRequest{Path: other.file("others.csv", "Invoice,Date,Client,Amount\n1,2026-01-05,Acme,9.00\n")})
	if _, err := other.Publish(t.Context(), req); fault.KindOf(err) != fault.Usage {
		t.Errorf("another ledger: %v", err)
	}
}

// What changes while a publication is on its way is published too.
func TestPublishReadsAgain(t *testing.T) {
	t.Parallel()
	f, req := newLake(t)
	f.bring(app.ImportRequest{Path: f.file("one.csv", "Invoice,Date,Client,Amount\n1,2026-01-05,Acme,100.00\n")})
	calls := 0
	f.PublishTables = func(ctx context.Context, p publication.Place, c *publication.Content) (*publication.Outcome, error) {
		if calls++; calls > 1 {
			return lake.Publish(ctx, p, c)
		}
		f.bring(app.ImportRequest{Path: f.file("two.csv", "Invoice,Date,Client,Amount\n2,2026-01-06,Beta,1.00\n")}) //nolint:contextcheck // the test has one
		return nil, fault.New(fault.Failed, "publish", "a table of the ledger cannot be read", "")
	}
	if a := f.published(req); calls != 2 || a.Lines != 2 {
		t.Errorf("%d calls, %d lines", calls, a.Lines)
	}
}

// The pure links are those that the embedded engine reads with.
func TestLinksOfTheEngine(t *testing.T) {
	t.Parallel()
	f, _ := newLake(t)
	f.bring(app.ImportRequest{Path: f.file("one.csv", "Invoice,Date,Client,Amount\n1,2026-01-05,Acme,100.00\n2,2026-01-05,Beta,1.00\n")})
	f.bring(app.ImportRequest{Path: f.file("two.csv", "Invoice,Date,Client,Amount\n3,2026-01-05,Acme,100.00\n4,2026-01-05,Gamma,1.00\n")})
	g, err := f.Ground(t.Context(), app.GroundRequest{Rules: &engine.Rules{Merged: map[string]string{"Beta": "Omega"}, Parents: map[string]string{"Acme": "Holding"}}})
	if err != nil {
		t.Fatal(err)
	}
	who, ok := g.Engine.(engine.Identities)
	if !ok {
		t.Fatal("the engine does not know who is who")
	}
	links, extras, err := who.Identities(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	const b1, b2 = 1 << 32, 2 << 32
	want := []engine.Link{
		{Account: b1, Source: b1, Client: b1, Parent: -2},
		{Account: b1 + 1, Source: b1 + 1, Client: -3, Parent: -3},
		{Account: b2, Source: b1, Client: b1, Parent: -2},
	}
	if diff := cmp.Diff(want, links); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]engine.Extra{{Number: -2, Party: engine.Party{Key: "Holding", Name: "Holding"}}, {Number: -3, Party: engine.Party{Key: "Omega", Name: "Omega"}}}, extras); diff != "" {
		t.Error(diff)
	}
	s, err := g.Engine.Summary(t.Context(), engine.Frame{Current: period.All}, metric.Revenue)
	if err := errors.Join(err, g.Engine.Close()); err != nil || s.Clients != 3 {
		t.Errorf("%+v, %v", s, err)
	}
}
