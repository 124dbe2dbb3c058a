package app

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"clientele/internal/batch"
	"clientele/internal/control"
	"clientele/internal/engine/memory"
	"clientele/internal/fault"
	"clientele/internal/intake"
	"clientele/internal/ledger"
	"clientele/internal/money"
)

// add takes a file that was read into the account of all.
func (g *gathering) add(f *intake.File, l *intake.Loaded) error {
	read := l.Rows(func(c *ledger.Control) ledger.Tally { return c.Read })
	loaded := l.Rows(func(c *ledger.Control) ledger.Tally { return c.Loaded })
	g.out.Files = append(g.out.Files, report(f, read.Rows, loaded.Rows))
	for _, a := range l.Accounts {
		g.list[g.number(a.Key)].Describe(a)
	}
	if loaded.Rows > 0 {
		if g.out.Kind != "" && g.out.Kind != f.Profile.Kind {
			return mixedKinds(g.out.Kind, f.Profile.Kind)
		}
		g.out.Kind = f.Profile.Kind
	}
	g.loaded = append(g.loaded, l)
	if g.table == nil { // with rates only the lines that have one count
		g.out.Join(batch.Dated{Span: l.Span, Undated: l.Undated, Future: l.Future})
	}
	g.out.Facts.Take(f, l)
	return nil
}

func report(f *intake.File, read, loaded int64) FileReport {
	r := FileReport{Name: f.Name(), Shape: f.Profile.Shape, Evidence: f.Evidence, Rows: read, Loaded: loaded}
	for _, n := range f.Notes {
		r.Notes = append(r.Notes, n.Text)
	}
	return r
}

func mixedKinds(a, b ledger.Kind) error {
	return &fault.Error{
		Kind: fault.Ask, Op: "read files", Message: fmt.Sprintf("one file holds amounts that are %s, another amounts that are %s", a, b),
		Questions: []fault.Question{{
			Code: "kind", Text: "Amounts of two kinds are never added. Of which kind are they?",
			Flag: "--kind invoiced|booked|received", Choices: []string{"--kind " + string(a), "--kind " + string(b)},
		}},
	}
}

// ground closes the account over all files and makes the engine.
func (g *gathering) ground() (*Ground, error) {
	if err := g.currencies(); err != nil {
		return nil, err
	}
	if g.table != nil {
		if err := g.exchange(); err != nil {
			return nil, err
		}
	}
	if r, ok := g.repeats.reason(); ok {
		g.out.Facts.Repeats = &r
	}
	g.account()
	if g.out.Control.Loaded.Rows == 0 {
		return nil, nothing(&g.out.Control, g.out.Files...)
	}
	// Whole amounts of a currency with cents are kept in cents, as the account is.
	if err := g.builder.Add(&ledger.Lines{Decimals: g.out.Decimals}); err != nil {
		return nil, err
	}
	cells, err := g.builder.Cells()
	if err != nil {
		return nil, err
	}
	cfg := memory.Config{Cells: cells, Grain: g.builder.Grain(), Accounts: g.list}
	if g.facts != nil {
		cfg.Facts, cfg.Topics = g.facts.Cells(), g.facts.Topics()
	}
	if g.req.Documents {
		if cfg.Documents, err = g.builder.Documents(); err != nil {
			return nil, err
		}
	}
	g.out.Engine = memory.New(cfg)
	g.out.Attribute = func(_ context.Context, name string) (map[string]string, error) {
		if name != Owner {
			return nil, usageError("--by", name, "client, group, account, owner")
		}
		return ownersOf(g.list), nil
	}
	return &g.out, nil
}

// currencies settles the base currency, or asks: two currencies are never added
// without a rate.
func (g *gathering) currencies() error {
	rows := map[money.Currency]int64{}
	for _, l := range g.loaded {
		for _, c := range l.Controls {
			if c.Loaded.Rows > 0 {
				rows[c.Currency] += c.Loaded.Rows
			}
		}
	}
	codes := slices.Sorted(maps.Keys(rows))
	if g.table != nil {
		g.out.Currency = g.table.Base
		if rows[""] == 0 || g.table.Base == "" {
			return nil
		}
		err := askCurrency([]money.Currency{"", g.table.Base}, rows)
		q := &err.Questions[0]
		q.Text, q.Flag = "Rates convert only amounts whose currency is known.", "--currency CODE for the rows that name none"
		q.Choices = []string{"--currency " + string(g.table.Base)}
		return err
	}
	switch len(codes) {
	case 0:
		return nil
	case 1:
		g.out.Currency = codes[0]
		return nil
	}
	return askCurrency(codes, rows)
}

func askCurrency(codes []money.Currency, rows map[money.Currency]int64) *fault.Error {
	q := fault.Question{Code: "currency", Text: "The amounts are in more than one currency, and no exchange rates are given.", Flag: "--rates FILE --base CURRENCY"}
	unnamed := false
	var named []string
	for _, c := range codes {
		if c == "" {
			unnamed = true
			q.Evidence = append(q.Evidence, "no currency in "+rowsWord(rows[c]))
			continue
		}
		named = append(named, string(c))
		if rows[c] > 0 {
			q.Evidence = append(q.Evidence, string(c)+" in "+rowsWord(rows[c]))
		} else {
			q.Evidence = append(q.Evidence, "the ledger is kept in "+string(c))
		}
		q.Choices = append(q.Choices, "--rates FILE --base "+string(c))
	}
	if unnamed {
		q.Flag = "--currency CODE for the rows that name none, or --rates FILE --base CURRENCY"
		if len(named) == 1 {
			q.Choices = append([]string{"--currency " + named[0]}, q.Choices...)
		}
	}
	message := "the amounts are in " + strings.Join(append(slices.Clone(named), map[bool][]string{true: {"no named currency"}}[unnamed]...), " and ")
	if unnamed && len(named) == 1 && rows[codes[1]] == 0 { // "" comes first
		q.Text, message = "The file names no currency, and the ledger is kept in "+named[0]+".", "the file names no currency"
	}
	return &fault.Error{Kind: fault.Ask, Op: "read files", Message: message, Questions: []fault.Question{q}}
}

// nothing explains why not a single record could be loaded.
func nothing(c *Control, files ...FileReport) error {
	msg := "no record could be loaded"
	if len(c.Reasons) > 0 {
		r := c.Reasons[0]
		msg = fmt.Sprintf("no record could be loaded: %d of %d %s (%s)", r.Rows, c.Read.Rows, r.State, r.Text)
	}
	names := make([]string, 0, len(files))
	for _, f := range files {
		names = append(names, f.Name)
	}
	return &fault.Error{
		Kind: fault.Input, Op: "read files", Message: msg, Place: fault.Place{File: strings.Join(names, ", ")},
		Remedy: "look at the rows with 'clientele import --check', or say which columns to read with --map",
	}
}

// account sums the files' accounts, in base currency.
func (g *gathering) account() {
	out, c := &g.out, &g.out.Control
	out.Decimals = g.baseScale()
	skips, reasons := control.Skips{}, control.Reasons{}
	for _, l := range g.loaded {
		for i := range l.Controls {
			g.count(&l.Controls[i])
		}
		for i, r := range l.Reasons {
			if g.table != nil || l.ReasonCurrency[i] != out.Currency {
				r.Tally = control.WithoutAmount(r.Rows)
			} else {
				r.Tally, _ = r.Upscale(out.Decimals - l.Decimals)
			}
			reasons.Add(r)
		}
		skips.Add(l.Skipped)
	}
	if g.table != nil {
		g.foldConverted(reasons)
	}
	c.Skipped = skips.List()
	c.SetAside(reasons)
	g.compareStated()
}

// count adds one currency's account. Amounts in another currency than the base count
// in rows only: they are converted line by line, never as totals.
func (g *gathering) count(k *ledger.Control) {
	out, c := &g.out, &g.out.Control
	c.ByCurrency = append(c.ByCurrency, *k)
	up := func(t ledger.Tally) ledger.Tally {
		t, _ = t.Upscale(out.Decimals - k.Decimals) // fits: every amount did
		return t
	}
	switch {
	case g.table == nil && k.Currency == out.Currency:
		c.Read, c.Loaded, c.Unassigned = c.Read.Plus(up(k.Read)), c.Loaded.Plus(up(k.Loaded)), c.Unassigned.Plus(up(k.Unassigned))
	case g.table == nil: // nothing of it was loaded
		c.Read = c.Read.Plus(control.WithoutAmount(k.Read.Rows))
	case k.Currency == out.Currency:
		c.Read, c.Loaded, c.Unassigned = c.Read.Plus(up(k.Loaded)), c.Loaded.Plus(up(k.Loaded)), c.Unassigned.Plus(up(k.Unassigned))
	default: // lines come converted, and what was set aside by foldConverted
	}
}

// foldConverted adds what was converted line by line, and what waits for a rate.
func (g *gathering) foldConverted(reasons control.Reasons) {
	c := &g.out.Control
	c.Loaded, c.Unassigned = c.Loaded.Plus(g.converted), c.Unassigned.Plus(g.convertedFree)
	c.Read = c.Read.Plus(g.converted)
	for i := range g.asides {
		a := &g.asides[i]
		t := control.WithoutAmount(1)
		if v, ok := g.inBase(a, g.out.Decimals); ok {
			t = control.One(v)
		}
		c.Read = c.Read.Plus(t)
		reasons.Amount(a.State, a.Code, t)
	}
	c.MissingRate = g.waits.List()
	for _, w := range c.MissingRate {
		t := control.WithoutAmount(w.Rows)
		c.Read = c.Read.Plus(t)
		reasons.Add(ledger.Reason{State: ledger.Quarantined, Code: batch.MissingRate, Text: "no exchange rate for the day", Tally: t})
	}
}

// compareStated sets the files' own total beside what was loaded, where every file
// states one and there is one currency.
func (g *gathering) compareStated() {
	if g.table != nil {
		return
	}
	c := &g.out.Control
	files := make([]control.Totals, len(g.loaded))
	for i, l := range g.loaded {
		s := batch.LastStated(l)
		if s == nil {
			return
		}
		v, err := s.Amount.Rescale(g.out.Decimals)
		if err != nil {
			return
		}
		files[i].Stated = &ledger.Stated{Line: s.Line, Label: s.Label, Amount: money.Amount{Units: v, Decimals: g.out.Decimals}}
	}
	if c.Stated = control.Sum(files).Stated; c.Stated != nil {
		c.StatedDiffers = money.FromInt64(c.Stated.Amount.Units) != c.Loaded.Amount
	}
}
