package app

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"

	"clientele/internal/fault"
	"clientele/internal/intake"
	"clientele/internal/ledger"
	"clientele/internal/money"
	"clientele/internal/naturalkey"
	"clientele/internal/period"
	"clientele/internal/rates"
	"clientele/internal/rollup"
	"clientele/internal/tables"

	"github.com/zeebo/xxh3"
	"golang.org/x/sync/errgroup"
)

// The files that are made of one batch. They can be made again from the original, the
// profile and the rates, to the byte.
const (
	linesFile    = "lines.parquet"
	cellsFile    = "cells.parquet"
	accountsFile = "accounts.parquet"
	keysFile     = "keys.bin"
	asidesFile   = "asides.jsonl"
)

// recipe is how a file becomes a batch's tables.
type recipe struct {
	number int64               // of the batch: its accounts are numbered from here
	base   money.Currency      // of the ledger
	scale  uint8               // least scale of amounts
	rates  *rates.Table        // nil: none
	skip   *overlap            // what is loaded already
	known  []ledger.DocumentID // documents that an earlier batch counts
}

// derived is what came of it.
type derived struct {
	loaded  *intake.Loaded
	scale   uint8
	level   naturalkey.Level
	keys    []naturalkey.Key
	control Control // in base currency
	waiting []Waiting
	foreign bool // some lines are in another currency than the base
	skipped int64
	shared  bool // documents go on that an earlier batch began
}

// errScale says that amounts have more decimals than the scale that was begun with.
type errScale struct{ decimals uint8 }

func (errScale) Error() string { return "amounts have more decimals than thought" }

// derive reads a file into the tables of a batch, in a folder of their own. A file whose
// amounts turn out finer than its first rows is begun again.
func derive(ctx context.Context, f *intake.File, r recipe, dir string, progress intake.Progress) (*derived, error) {
	r.scale = max(r.scale, r.base.Decimals())
	for {
		d, err := deriveAt(ctx, f, r, dir, progress)
		if finer, ok := errors.AsType[errScale](err); ok {
			r.scale = finer.decimals
			continue
		}
		return d, err
	}
}

func deriveAt(ctx context.Context, f *intake.File, r recipe, dir string, progress intake.Progress) (_ *derived, err error) {
	var s *batchSink
	defer func() {
		if s != nil {
			err = errors.Join(err, s.abandon())
		}
	}()
	loaded, err := f.Load(ctx, func() (intake.Sink, error) {
		if s != nil {
			if err := s.abandon(); err != nil {
				return nil, err
			}
		}
		var err error
		s, err = newBatchSink(f, r, dir)
		return s, err
	}, progress)
	if err != nil {
		return nil, err
	}
	return s.finish(loaded)
}

// batchSink writes one file's lines as they come.
type batchSink struct {
	recipe
	dir     string
	out     *os.File
	buf     *bufio.Writer
	lines   *tables.LineWriter
	builder *rollup.Builder
	keys    *naturalkey.Collector
	level   naturalkey.Level
	asides  *os.File
	aside   *json.Encoder
	asideTo *bufio.Writer

	base    []int64
	tally   ledger.Tally // loaded, in base currency
	free    ledger.Tally // of these without a client
	set     []baseAside
	waiting map[money.Currency]*Waiting
	foreign bool
	moved   map[string]*ledger.Reason // lines that are loaded already
	skipped int64
}

type baseAside struct {
	state  ledger.State
	code   string
	text   string
	amount int64
	has    bool
}

func newBatchSink(f *intake.File, r recipe, dir string) (*batchSink, error) {
	s := &batchSink{recipe: r, dir: dir, waiting: map[money.Currency]*Waiting{}, moved: map[string]*ledger.Reason{}, builder: rollup.New(rollup.Options{KeepMarks: true}), level: levelOf(f)}
	s.keys = naturalkey.NewCollector(s.level)
	for _, doc := range r.known {
		s.builder.Know(doc)
	}
	var err error
	if s.out, err = os.Create(filepath.Join(dir, linesFile)); err != nil {
		return nil, diskError(err)
	}
	s.buf = bufio.NewWriterSize(s.out, 1<<20)
	if s.lines, err = tables.NewLineWriter(s.buf, tables.From(r.number<<32)); err != nil {
		return nil, err
	}
	if s.asides, err = os.Create(filepath.Join(dir, asidesFile)); err != nil {
		return nil, diskError(err)
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
	case f.Profile.Dated():
		return naturalkey.Line
	default:
		return naturalkey.Client
	}
}

// abandon closes what is open; the folder is thrown away by its owner.
func (s *batchSink) abandon() error {
	var errs []error
	for _, f := range []*os.File{s.out, s.asides} {
		if f != nil {
			errs = append(errs, f.Close())
		}
	}
	s.out, s.asides = nil, nil
	return errors.Join(errs...)
}

// Lines converts a block and writes it.
func (s *batchSink) Lines(block *ledger.Lines, accounts []ledger.Account) error {
	if block.Decimals > s.scale {
		return errScale{block.Decimals}
	}
	s.base = s.base[:0]
	kept := 0
	for i := range block.Amount {
		keep, err := s.line(block, accounts, i)
		if err != nil {
			return err
		}
		if keep {
			move(block, i, kept)
			kept++
		}
	}
	cut(block, kept)
	if err := s.builder.AddBase(block, s.base, s.scale); err != nil {
		return err
	}
	return diskError(s.lines.Write(block, s.base, s.builder.Marks()))
}

// line decides on one line: false if it is loaded already, or waits for a rate.
func (s *batchSink) line(block *ledger.Lines, accounts []ledger.Account, i int) (bool, error) {
	id := s.keyOf(block, accounts, i)
	cur := block.Currencies[0]
	if block.Currency != nil {
		cur = block.Currencies[block.Currency[i]]
	}
	if why, ok := s.skip.find(id); ok {
		if err := s.already(why, block, i, cur); err != nil {
			return false, err
		}
		return false, s.note(why.state, why.code, why.text, "nothing to do, or undo the earlier batch and import this file again", block, i, cur)
	}
	if id != (ledger.DocumentID{}) {
		s.keys.Add(id, block.Amount[i], block.Decimals, int64(block.Day[i]))
	}
	v, ok, err := s.convert(block.Amount[i], block.Decimals, cur, block.Day[i])
	if err != nil {
		return false, err
	}
	if !ok {
		wait(s.waiting, cur, block.Decimals, block.Amount[i])
		return false, s.note(ledger.Quarantined, missingRate, "no exchange rate for "+string(cur)+" on "+block.Day[i].String(), "import a rate table that has this day", block, i, cur)
	}
	s.base = append(s.base, v)
	s.tally.Rows++
	s.tally.Amount = s.tally.Amount.Add(v)
	if block.Account[i] < 0 {
		s.free.Rows++
		s.free.Amount = s.free.Amount.Add(v)
	}
	return true, nil
}

func (s *batchSink) convert(units int64, decimals uint8, cur money.Currency, day period.Date) (int64, bool, error) {
	if cur == s.recipe.base {
		v, err := money.Amount{Units: units, Decimals: decimals}.Rescale(s.scale)
		return v, err == nil, overflowOrNil(err)
	}
	s.foreign = true
	if s.rates == nil {
		return 0, false, nil
	}
	v, ok, err := s.rates.Convert(units, decimals, cur, day, s.scale)
	return v, ok, overflowOrNil(err)
}

func overflowOrNil(err error) error {
	if err == nil {
		return nil
	}
	return overflowError(err)
}

// keyOf is the natural key of a line at the file's level.
func (s *batchSink) keyOf(block *ledger.Lines, accounts []ledger.Account, i int) ledger.DocumentID {
	if s.level == naturalkey.Document {
		if block.Document == nil {
			return ledger.DocumentID{}
		}
		return block.Document[i]
	}
	key := ""
	if a := block.Account[i]; a >= 0 {
		key = accounts[a].Key
	}
	if s.level == naturalkey.Client {
		h := xxh3.HashString128(key)
		return ledger.DocumentID{Hi: h.Hi, Lo: h.Lo | 1}
	}
	amount := money.Amount{Units: block.Amount[i], Decimals: block.Decimals}.Trim()
	h := xxh3.HashString128(key + "\x00" + amount.String() + "\x00" + block.Day[i].String())
	return ledger.DocumentID{Hi: h.Hi, Lo: h.Lo | 1}
}

// already counts a line that an earlier batch holds.
func (s *batchSink) already(why *overlapReason, block *ledger.Lines, i int, cur money.Currency) error {
	r := s.moved[why.code]
	if r == nil {
		r = &ledger.Reason{State: why.state, Code: why.code, Text: why.text}
		s.moved[why.code] = r
	}
	v, ok, err := s.convert(block.Amount[i], block.Decimals, cur, block.Day[i])
	if err != nil {
		return err
	}
	r.Rows++
	if ok {
		r.Amount = r.Amount.Add(v)
	} else {
		r.WithoutAmount++ // no rate: it has no amount in base currency
	}
	s.skipped++
	return nil
}

// missingRate is the cause of lines that wait for an exchange rate.
const missingRate = "missing_rate"

// note lists a line that was read and is not loaded among the asides. Its text stands in
// the original.
func (s *batchSink) note(state ledger.State, code, text, remedy string, block *ledger.Lines, i int, cur money.Currency) error {
	a := ledger.Aside{
		State: state, Code: code, Text: text, Line: block.Line[i], Remedy: remedy, Currency: cur, Day: block.Day[i],
		Amount: money.Amount{Units: block.Amount[i], Decimals: block.Decimals}, HasAmt: true,
	}
	return diskError(s.aside.Encode(asideRecord(&a)))
}

func move(l *ledger.Lines, from, to int) {
	if from == to {
		return
	}
	l.Account[to], l.Day[to], l.Amount[to], l.Line[to] = l.Account[from], l.Day[from], l.Amount[from], l.Line[from]
	if l.Currency != nil {
		l.Currency[to] = l.Currency[from]
	}
	if l.Document != nil {
		l.Document[to] = l.Document[from]
	}
}

func cut(l *ledger.Lines, n int) {
	l.Account, l.Day, l.Amount, l.Line = l.Account[:n], l.Day[:n], l.Amount[:n], l.Line[:n]
	if l.Currency != nil {
		l.Currency = l.Currency[:n]
	}
	if l.Document != nil {
		l.Document = l.Document[:n]
	}
}

// Asides writes what was set aside, and keeps its amount in base currency.
func (s *batchSink) Asides(list []ledger.Aside) error {
	for i := range list {
		a := &list[i]
		if a.HasAmt && a.Amount.Decimals > s.scale {
			return errScale{a.Amount.Decimals}
		}
		b := baseAside{state: a.State, code: a.Code, text: a.Text}
		if a.HasAmt {
			var err error
			if b.amount, b.has, err = s.convert(a.Amount.Units, a.Amount.Decimals, a.Currency, a.Day); err != nil {
				b.has = false // too large for the base: it counts in rows
			}
		}
		s.set = append(s.set, b)
		if err := s.aside.Encode(asideRecord(a)); err != nil {
			return diskError(err)
		}
	}
	return nil
}

// AsideRecord is one line of the file of asides.
type AsideRecord struct {
	State    string         `json:"state"`
	Code     string         `json:"code"`
	Text     string         `json:"text"`
	Line     int64          `json:"line"`
	Column   string         `json:"column,omitempty"`
	Value    string         `json:"value,omitempty"`
	Remedy   string         `json:"remedy,omitempty"`
	Amount   string         `json:"amount,omitempty"`
	Currency money.Currency `json:"currency,omitempty"`
	Raw      string         `json:"raw"`
}

func asideRecord(a *ledger.Aside) AsideRecord {
	r := AsideRecord{
		State: a.State.String(), Code: a.Code, Text: a.Text, Line: a.Line, Column: a.Column, Value: a.Value,
		Remedy: a.Remedy, Currency: a.Currency, Raw: a.Raw,
	}
	if a.HasAmt {
		r.Amount = a.Amount.String()
	}
	return r
}

// finish writes cells, accounts and keys, and closes the account in base currency.
func (s *batchSink) finish(l *intake.Loaded) (*derived, error) {
	if err := s.lines.Close(); err != nil {
		return nil, diskError(err)
	}
	if err := errors.Join(s.buf.Flush(), s.asideTo.Flush()); err != nil {
		return nil, diskError(err)
	}
	number := tables.From(s.number << 32)
	var files errgroup.Group // three files that have nothing in common
	files.Go(func() error {
		return s.write(cellsFile, func(w io.Writer) error {
			cells, err := tables.NewCellWriter(w, number)
			if err != nil {
				return err
			}
			if err := s.builder.Each(cells.Write); err != nil {
				return err
			}
			return cells.Close()
		})
	})
	files.Go(func() error {
		return s.write(accountsFile, func(w io.Writer) error { return tables.WriteAccounts(w, number, l.Accounts) })
	})
	files.Go(func() error {
		return s.write(keysFile, func(w io.Writer) error { return naturalkey.Write(w, s.level, s.keys.Keys()) })
	})
	if err := files.Wait(); err != nil {
		return nil, err
	}
	d := &derived{loaded: l, scale: s.scale, level: s.level, keys: s.keys.Keys(), foreign: s.foreign, skipped: s.skipped, shared: len(s.known) > 0}
	d.control = s.account(l)
	d.waiting = d.control.MissingRate
	return d, nil
}

func (s *batchSink) write(name string, fill func(io.Writer) error) error {
	return writeFile(filepath.Join(s.dir, name), fill)
}

func writeFile(path string, fill func(io.Writer) error) error {
	out, err := os.Create(path)
	if err != nil {
		return diskError(err)
	}
	buf := bufio.NewWriterSize(out, 1<<20)
	return diskError(errors.Join(fill(buf), buf.Flush(), out.Close()))
}

// diskError words a failure to write.
func diskError(err error) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*fault.Error](err); ok {
		return err
	}
	return fault.Wrap(err, fault.Failed, "write tables", "the tables of the batch cannot be written", "free some space, or check the permissions of the workspace, and run the command again")
}
