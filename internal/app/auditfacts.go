package app

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/zeebo/xxh3"

	"clientele/internal/batch"
	"clientele/internal/engine"
	"clientele/internal/engine/memory"
	"clientele/internal/fault"
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
		if err := a.drawn(ctx, name, want, got); err != nil {
			return err
		}
	}
	return a.plans(ctx, published, derived)
}

// drawn compares what is made of a statement: the matrix, and what bridges start from.
func (a *AuditAnswer) drawn(ctx context.Context, name string, want, got *ProfitAnswer) error {
	if want.Layer == "" || got.Layer == "" {
		return nil // both are refused, or the layers differ: that was compared
	}
	cells := func(p *ProfitAnswer) (string, error) {
		m, err := Matrix(ctx, p, MatrixQuestion{})
		if err != nil {
			return "", err
		}
		h := xxh3.New()
		low, high, _ := m.Alike.Interval()
		fmt.Fprintf(h, "%+v\x00%d\x00%g\x00%g\x00%+v\x00%+v\x00%+v", m.Grid, m.Alike.Large, low, high, m.Alike.Worse, m.Alike.Like, m.Alike.Better) //nolint:errcheck // a hash takes all
		return fmt.Sprintf("%d clients, digest %x", m.Grid.Total.Clients, h.Sum128().Bytes()), nil
	}
	shown, err := cells(want)
	if err != nil {
		return err
	}
	again, err := cells(got)
	if err != nil {
		return err
	}
	a.compare(name+"matrix", shown, again)
	a.compare(name+"bridges", bridgePrint(want.steps.book), bridgePrint(got.steps.book))
	return nil
}

// bridgePrint is a digest of what the bridges of all clients start from.
func bridgePrint(b *costBook) string {
	h := xxh3.New()
	for i, id := range b.ids {
		fmt.Fprintf(h, "%s", id) //nolint:errcheck // a hash takes all
		for _, lists := range []map[string][]int64{b.hours, b.own, b.service} {
			for _, name := range slices.Sorted(maps.Keys(lists)) {
				fmt.Fprintf(h, "\x00%s\x00%d", name, lists[name][i]) //nolint:errcheck // as above
			}
		}
		if b.unbilled != nil {
			fmt.Fprintf(h, "\x00%d", b.unbilled[i]) //nolint:errcheck // as above
		}
	}
	return fmt.Sprintf("digest %x", h.Sum128().Bytes())
}

// plans compares every plan with what came, in all the months that have both.
func (a *AuditAnswer) plans(ctx context.Context, published, derived *Ground) error {
	facts, ok := published.Engine.(engine.Facts)
	if !ok {
		return nil
	}
	topics, err := facts.Topics(ctx)
	if err != nil {
		return err
	}
	for _, name := range planNames(topics) {
		q := ProfitQuestion{Window: WindowSpec{Kind: Everything, From: period.NoDate, To: period.NoDate}, AsOf: period.NoDate, Plan: &PlanQuestion{Name: name}}
		want, err := Profit(ctx, published, q)
		if fault.KindOf(err) == fault.NotFound && err != nil {
			continue // it is of months without sales
		}
		if err != nil {
			return err
		}
		got, err := Profit(ctx, derived, q)
		if err != nil {
			return err
		}
		a.compare(strings.TrimSpace("plan "+name), planPrint(want.Plan), planPrint(got.Plan))
	}
	return nil
}

// planPrint is a plan beside what came, of the whole, and a digest of every client's.
func planPrint(p *Plan) string {
	if p == nil {
		return "refused"
	}
	h := xxh3.New()
	fmt.Fprintf(h, "%+v", p.Lines) //nolint:errcheck // a hash takes all
	for i := range p.Rows {
		x := &p.Rows[i]
		fmt.Fprintf(h, "\x00%s\x00%+v\x00%+v\x00%+v", x.ID, x.Revenue, x.Profit, x.Hours) //nolint:errcheck // as above
	}
	return fmt.Sprintf("%d lines, %d clients, digest %x", len(p.Lines), len(p.Rows), h.Sum128().Bytes())
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
