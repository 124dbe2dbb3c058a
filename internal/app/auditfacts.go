package app

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/zeebo/xxh3"

	"clientele/internal/batch"
	"clientele/internal/engine"
	"clientele/internal/engine/memory"
	"clientele/internal/ledger"
	"clientele/internal/period"
	"clientele/internal/rollup"
	"clientele/internal/tables"
)

// factsAgain are the facts beside sale lines, read again: row by row, and not from the
// roll-up that questions are answered from.
type factsAgain struct {
	cells  []rollup.FactCell
	topics []ledger.Topic // one list after the other: what a later batch says of a topic is no sum
	keys   []string       // accounts by number
	index  map[string]int32
}

func newFactsAgain() *factsAgain { return &factsAgain{index: map[string]int32{}} }

// take folds the facts of a batch that was written again into a folder, if it has any.
func (x *factsAgain) take(dir string, kind ledger.Kind, costed bool) error {
	if kind.Sells() && !costed {
		return nil
	}
	numbers := map[int64]int32{}
	err := batch.ReadAccounts(batch.Accounts(dir), func(a tables.Account) error {
		i, ok := x.index[a.Key]
		if !ok {
			i = int32(len(x.keys)) //nolint:gosec // fewer than 2^31 clients
			x.index[a.Key] = i
			x.keys = append(x.keys, a.Key)
		}
		numbers[a.Number] = i
		return nil
	})
	if err != nil {
		return err
	}
	cells, topics := rollup.NewFacts(rollup.Month), map[int64]int32{}
	places := map[string]string{}
	for _, p := range batch.Parts(kind, costed) {
		places[string(p.Role)] = filepath.Join(dir, p.Name)
	}
	err = batch.ReadTopics(places[string(batch.Topics)], func(t batch.Topic) {
		topics[t.Number] = cells.Topic(ledger.Topic{Kind: ledger.FactKind(t.Kind), Name: t.Name, Detail: t.Detail})
	})
	if err != nil {
		return err
	}
	err = batch.ReadFacts(places[string(batch.FactTable)], func(f tables.Fact) error {
		account := ledger.Unassigned
		if f.Account >= 0 {
			account = numbers[f.Account]
		}
		return cells.Add(account, f.Day, topics[f.Topic], f.Amount, f.Line)
	})
	if err != nil {
		return err
	}
	first := int32(len(x.topics)) //nolint:gosec // fewer than 2^31 topics
	x.topics = append(x.topics, cells.Topics()...)
	for _, c := range cells.Cells() {
		c.Topic += first
		x.cells = append(x.cells, c)
	}
	return nil
}

// over puts the facts beside the lines of a kind that was read again.
func (x *factsAgain) over(k *again, cells []rollup.Cell, rules engine.Rules) engine.Engine {
	remap := make([]int32, len(x.keys))
	for i, key := range x.keys {
		n, ok := k.index[key]
		if !ok {
			n = int32(len(k.accounts)) //nolint:gosec // fewer than 2^31 clients
			k.index[key] = n
			k.accounts = append(k.accounts, ledger.Account{Key: key, Name: key})
		}
		remap[i] = n
	}
	facts := slices.Clone(x.cells)
	for i := range facts {
		if facts[i].Account >= 0 {
			facts[i].Account = remap[facts[i].Account]
		}
	}
	return memory.New(memory.Config{Cells: cells, Accounts: k.accounts, Rules: rules, Facts: facts, Topics: x.topics})
}

// profits asks both engines for the statement of the clients, of the default window and of
// all dates.
func (a *AuditAnswer) profits(ctx context.Context, published, derived *Ground) error {
	for _, spec := range []WindowSpec{{From: period.NoDate, To: period.NoDate}, {Kind: Everything, From: period.NoDate, To: period.NoDate}} {
		q := ProfitQuestion{Window: spec, AsOf: period.NoDate}
		want, err := Profit(ctx, published, q)
		if err != nil {
			return err
		}
		got, err := Profit(ctx, derived, q)
		if err != nil {
			return err
		}
		name := fmt.Sprintf("profit, %s: ", want.Windows.Current)
		is := profitPrint(got)
		for i, x := range profitPrint(want) {
			a.compare(name+x.Name, x.Value, is[i].Value)
		}
	}
	return nil
}

// profitPrint is the statement of the whole, and a digest of every client's.
func profitPrint(a *ProfitAnswer) []Input {
	h := xxh3.New()
	for i := range a.Rows {
		x := &a.Rows[i]
		fmt.Fprintf(h, "%s\x00%v\x00%v\x00%s\x00%v\n", x.ID, x.Terms, x.Profit, x.Label, x.ByDriver) //nolint:errcheck // a hash takes all
	}
	t := a.Total
	return []Input{
		{"level", string(a.Layer)},
		{"revenue", t.Revenue.Format(0)},
		{"direct cost", t.Direct.Format(0)},
		{"service", t.Service.Format(0)},
		{"client cost", t.Own.Format(0)},
		{"unassigned", a.Unassigned.At(a.Layer).Format(0)},
		{"unused capacity", a.Unused.Format(0)},
		{"sustaining cost", a.Sustaining.Format(0)},
		{"result", a.Result.Format(0)},
		{"closing residual", a.Residual.Format(0)},
		{"losses", rows(a.Whale.Loss)},
		{"clients", fmt.Sprintf("%d, digest %x", len(a.Rows), h.Sum128().Bytes())},
	}
}
