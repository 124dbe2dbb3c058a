package batch

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/zeebo/xxh3"
	"golang.org/x/sync/errgroup"

	"clientele/internal/control"
	"clientele/internal/fault"
	"clientele/internal/intake"
	"clientele/internal/ledger"
	"clientele/internal/money"
	"clientele/internal/naturalkey"
	"clientele/internal/period"
	"clientele/internal/tables"
)

// sink writes one file's lines as they come.
type sink struct {
	Recipe
	scale   uint8 // of amounts in base currency
	dir     string
	sales   *sales // nil: the file lists no sale lines
	facts   *facts // nil: it tells nothing beside them
	money   bool   // amounts are money
	event   string // what events are, where no column says so
	keys    *naturalkey.Collector
	level   naturalkey.Level
	asides  *os.File
	aside   *json.Encoder
	asideTo *bufio.Writer

	keyText []byte       // of the line in hand
	base    []int64      // amounts of the block in hand, in base currency
	tally   ledger.Tally // loaded, in base currency
	free    ledger.Tally // of these without a client
	known   ledger.Tally // lines that an earlier batch holds as they are
	dated   Dated
	reasons control.Reasons
	waits   control.Waits
	foreign bool
	skipped int64
}

func newSink(f *intake.File, r Recipe, scale uint8, dir string) (*sink, error) {
	s := &sink{Recipe: r, scale: scale, dir: dir, waits: control.Waits{}, reasons: control.Reasons{}, level: levelOf(f), money: f.Profile.Kind.Money(), event: f.Profile.Event + f.Profile.PlanName}
	s.keys = naturalkey.NewCollector(s.level)
	var err error
	if f.Profile.List == "" {
		if s.sales, err = newSales(r, dir); err != nil {
			return nil, err
		}
	}
	if s.facts, err = newFacts(f, r, dir); err != nil {
		return nil, errors.Join(err, s.abandon())
	}
	if s.facts != nil {
		s.facts.convert = s.convert
	}
	if s.asides, err = os.Create(filepath.Join(dir, asidesFile)); err != nil { //nolint:gosec // a path of the vault
		return nil, errors.Join(diskError(err), s.abandon())
	}
	s.asideTo = bufio.NewWriter(s.asides)
	s.aside = json.NewEncoder(s.asideTo)
	s.aside.SetEscapeHTML(false)
	return s, nil
}

// levelOf says what makes a line of this file recognisable in another one.
func levelOf(f *intake.File) naturalkey.Level {
	switch {
	case f.HasDocuments():
		return naturalkey.Document
	case ledger.Kind(f.Profile.List) == ledger.Plans: // of one client there are many
		return naturalkey.Line
	case f.Profile.Dated():
		return naturalkey.Line
	default:
		return naturalkey.Client
	}
}

// abandon closes what is open; the folder is thrown away by its owner.
func (s *sink) abandon() error {
	var errs []error
	files := []*os.File{s.asides}
	if s.sales != nil {
		files = append(files, s.sales.out)
	}
	if s.facts != nil {
		files = append(files, s.facts.out)
	}
	for _, f := range files {
		if f != nil {
			errs = append(errs, diskError(f.Close()))
		}
	}
	s.sales, s.facts, s.asides = nil, nil, nil
	return errors.Join(errs...)
}

// Lines converts a block and writes it.
func (s *sink) Lines(block *ledger.Lines, accounts []ledger.Account) error {
	if block.Decimals > s.scale {
		return scaleError{block.Decimals}
	}
	s.base = s.base[:0]
	if s.facts != nil {
		s.facts.costs = s.facts.costs[:0]
	}
	kept := 0
	for i := range block.Amount {
		keep, err := s.line(block, accounts, i)
		if err != nil {
			return err
		}
		if keep {
			block.Move(i, kept)
			kept++
		}
	}
	block.Cut(kept)
	switch {
	case s.sales == nil:
		return diskError(s.facts.facts(block, s.base, s.scale))
	case s.facts != nil:
		if err := s.facts.lines(block, s.base, s.scale); err != nil {
			return diskError(err)
		}
	}
	return s.sales.lines(block, s.base, s.scale)
}

// line decides on one line: false if it is loaded already, or waits for a rate.
func (s *sink) line(block *ledger.Lines, accounts []ledger.Account, i int) (bool, error) {
	id := s.keyOf(block, accounts, i)
	cur, day := block.CurrencyOf(i), block.Day[i]
	amount := money.Amount{Units: block.Amount[i], Decimals: block.Decimals}
	why, have := s.Skip.find(id)
	if !have && !id.IsZero() {
		s.keys.Add(id, amount.Units, amount.Decimals, int64(day))
	}
	v, ok, err := s.convert(amount, cur, day)
	switch {
	case have:
		if again, isScale := errors.AsType[scaleError](err); isScale {
			return false, again
		}
		s.skipped++
		a := ledger.Aside{State: why.state, Code: why.code, Text: why.text, Remedy: "nothing to do, or undo the earlier batch and import this file again"}
		t, err := s.note(&a, block, i, v, ok && err == nil)
		if why == alreadyLoaded {
			s.known = s.known.Plus(t)
		}
		return false, err
	case err != nil:
		return false, err
	case !ok:
		s.waits.Add(control.Waiting{Currency: cur, Decimals: amount.Decimals, Rows: 1, Amount: money.FromInt64(amount.Units)})
		a := ledger.Aside{State: ledger.Quarantined, Code: MissingRate, Text: "no exchange rate for " + currencyName(cur) + " on " + day.String(), Remedy: "import a rate table that has this day"}
		_, err := s.note(&a, block, i, 0, false)
		return false, err
	}
	if s.facts != nil && s.sales != nil {
		cost, err := s.costOf(block, i)
		if err != nil {
			return false, err
		}
		s.facts.costs = append(s.facts.costs, cost)
	}
	s.base = append(s.base, v)
	s.tally.Rows++
	s.tally.Amount = s.tally.Amount.Add(v)
	if block.Account[i] < 0 {
		s.free.Rows++
		s.free.Amount = s.free.Amount.Add(v)
	}
	s.dated.See(day, s.Today)
	if block.Months != nil {
		if last := day.AddMonths(int(block.Months[i]) - 1); last > day && last <= s.Today { // a later one is in the future once
			s.dated.See(last, s.Today)
		}
	}
	return true, nil
}

func currencyName(cur money.Currency) string {
	if cur == "" {
		return "amounts without a currency"
	}
	return string(cur)
}

// convert is an amount in base currency at the batch's scale; false if no rate is known.
func (s *sink) convert(a money.Amount, cur money.Currency, day period.Date) (int64, bool, error) {
	if cur == s.Base || !s.money {
		v, err := a.Rescale(s.scale)
		return v, err == nil, Overflow(err)
	}
	s.foreign = true
	if s.scale < s.Scale {
		return 0, false, scaleError{s.Scale}
	}
	if s.Rates == nil {
		return 0, false, nil
	}
	v, ok, err := s.Rates.Convert(a.Units, a.Decimals, cur, day, s.scale)
	return v, ok, Overflow(err)
}

// Overflow words an amount that does not fit the base currency; nil stays nil.
func Overflow(err error) error {
	if err == nil {
		return nil
	}
	return fault.Wrap(err, fault.Input, "convert", "an amount does not fit 64 bits in the base currency", "check the amounts for a wrong decimal sign, and the rate table")
}

// keyOf is the natural key of a line at the file's level.
func (s *sink) keyOf(block *ledger.Lines, accounts []ledger.Account, i int) ledger.DocumentID {
	if s.level == naturalkey.Document {
		if block.Document == nil {
			return ledger.DocumentID{}
		}
		return block.Document[i]
	}
	text := s.keyText[:0]
	if a := block.Account[i]; a >= 0 {
		text = append(text, accounts[a].Key...)
	}
	if s.level == naturalkey.Line {
		text = append(text, 0)
		text = money.Amount{Units: block.Amount[i], Decimals: block.Decimals}.Trim().Append(text)
		text = append(text, 0)
		text = block.Day[i].Append(text)
		if block.Months != nil {
			text = strconv.AppendInt(append(text, 0), int64(block.Months[i]), 10)
		}
		if block.Label != nil {
			text = append(append(append(text, 0), s.event...), 0)
			for k, label := range block.Labels[block.Label[i]] {
				if k > 0 {
					text = append(text, 0)
				}
				text = append(text, label...)
			}
		}
	}
	s.keyText = text
	h := xxh3.Hash128(text)
	return ledger.DocumentID{Hi: h.Hi, Lo: h.Lo | 1}
}

// MissingRate is the cause of lines that wait for an exchange rate.
const MissingRate = "missing_rate"

// note lists a line that was read and is not loaded among the asides, with its amount in
// base currency where that is known. Its text stands in the original.
func (s *sink) note(a *ledger.Aside, block *ledger.Lines, i int, base int64, has bool) (ledger.Tally, error) {
	a.Line, a.Currency, a.Day, a.HasAmt = block.Line[i], block.CurrencyOf(i), block.Day[i], true
	a.Amount = money.Amount{Units: block.Amount[i], Decimals: block.Decimals}
	return s.setAside(a, base, has)
}

// setAside counts and writes one row that is not loaded.
func (s *sink) setAside(a *ledger.Aside, base int64, has bool) (ledger.Tally, error) {
	var v *int64
	if has {
		v = &base
	}
	row := asideOf(a, v)
	t := row.Tally()
	text := a.Text
	if a.Code == MissingRate {
		text = "no exchange rate for the day"
	}
	s.reasons.Add(ledger.Reason{State: a.State, Code: a.Code, Text: text, Tally: t})
	return t, diskError(s.aside.Encode(row))
}

// Asides writes what was set aside, and counts its amount in base currency.
func (s *sink) Asides(list []ledger.Aside) error {
	for i := range list {
		a := &list[i]
		if a.HasAmt && a.Amount.Decimals > s.scale {
			return scaleError{a.Amount.Decimals}
		}
		base, has := int64(0), false
		if a.HasAmt {
			v, ok, err := s.convert(a.Amount, a.Currency, a.Day)
			if again, isScale := errors.AsType[scaleError](err); isScale {
				return again
			}
			base, has = v, ok && err == nil // too large for the base: it counts in rows
		}
		if _, err := s.setAside(a, base, has); err != nil {
			return err
		}
	}
	return nil
}

// finish writes cells, accounts and keys, and closes the account in base currency.
func (s *sink) finish(f *intake.File, l *intake.Loaded) (*Derived, error) {
	if err := errors.Join(s.sales.close(), s.facts.close(), diskError(s.asideTo.Flush())); err != nil {
		return nil, err
	}
	number := numbering(s.Number)
	write := func(name string, fill func(io.Writer) error) func() error {
		return func() error { return writeFile(filepath.Join(s.dir, name), fill) }
	}
	var files errgroup.Group // files that have nothing in common
	if s.sales != nil {
		files.Go(write(cellsFile, func(w io.Writer) error { return s.sales.cells(w, number) }))
	}
	if s.facts != nil {
		files.Go(func() error { return s.facts.finish(s.dir, s.Number) })
	}
	files.Go(write(accountsFile, func(w io.Writer) error { return tables.WriteAccounts(w, number, named(f.Profile, l.Accounts)) }))
	files.Go(write(keysFile, func(w io.Writer) error { return naturalkey.Write(w, s.level, s.keys.Keys()) }))
	if err := files.Wait(); err != nil {
		return nil, err
	}
	d := &Derived{Loaded: l, Level: s.level, Keys: s.keys.Keys(), Skipped: s.skipped}
	own := max(s.Base.Decimals(), l.Decimals)
	if !s.money {
		own = ledger.FactDecimals
	}
	d.Account = Account{Scale: s.scale, Own: own, Costed: s.sales != nil && s.facts != nil, Foreign: s.foreign, Shared: len(s.Known) > 0, Dated: s.dated, Totals: s.totals(l)}
	d.Account.Facts.Take(f, l)
	return d, nil
}

// named are the accounts of a file, those that it names under the ids that the ledger has
// for them.
func named(p *intake.Profile, accounts []ledger.Account) []ledger.Account {
	if len(p.Aliases) == 0 {
		return accounts
	}
	out := slices.Clone(accounts)
	for i := range out {
		if key, ok := p.Aliases[out[i].Key]; ok {
			out[i].Key = key
		}
	}
	return out
}

// totals is the account in base currency: what was loaded and what was set aside,
// converted record by record, and what waits for a rate.
func (s *sink) totals(l *intake.Loaded) control.Totals {
	c := control.Totals{Loaded: s.tally, Unassigned: s.free, Skipped: l.Skipped, MissingRate: s.waits.List(), ByCurrency: l.Controls}
	c.SetAside(s.reasons)
	c.Read = c.Loaded.Plus(c.Excluded).Plus(c.Quarantined)
	if s.foreign {
		return c // totals are never converted, so nothing of the file's compares
	}
	if len(l.Controls) == 1 { // read as the reader counted it
		k := l.Controls[0]
		c.Read = k.Read
		c.Read.Amount, _ = k.Read.Amount.Upscale(s.scale - k.Decimals) // fits: every amount did
	}
	if stated := LastStated(l); stated != nil {
		if v, err := stated.Amount.Rescale(s.scale); err == nil {
			c.Stated = &ledger.Stated{Line: stated.Line, Label: stated.Label, Amount: money.Amount{Units: v, Decimals: s.scale}}
			c.StatedDiffers = money.FromInt64(v) != c.Loaded.Plus(s.known).Amount
		}
	}
	return c
}

// LastStated is the last total that a file states: the grand total stands at the end.
func LastStated(l *intake.Loaded) *ledger.Stated {
	if len(l.Stated) == 0 {
		return nil
	}
	return &l.Stated[len(l.Stated)-1]
}
