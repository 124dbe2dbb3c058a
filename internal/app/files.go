package app

import (
	"context"
	"crypto/sha256"
	"errors"
	"io"

	"clientele/internal/batch"
	"clientele/internal/control"
	"clientele/internal/fault"
	"clientele/internal/intake"
	"clientele/internal/intake/source"
	"clientele/internal/ledger"
	"clientele/internal/money"
	"clientele/internal/period"
	"clientele/internal/rates"
	"clientele/internal/rollup"
)

// FilesRequest names files to be read without a workspace.
type FilesRequest struct {
	Paths     []string
	Stdin     io.Reader
	Answers   intake.Answers
	Rates     string         // path of a rate table; "" for none
	Base      money.Currency // into which rates convert; "" takes the table's own
	DayGrain  bool           // the question's window does not begin and end with a month
	Documents bool           // keep documents, for the stability of the line
	Costs     bool           // read the direct cost of each line too
	Today     period.Date
	// FiscalStart is the month in which the fiscal year begins; 0 is January.
	FiscalStart int
	TempDir     string
	Progress    func(name string, done, total int64)
}

// FromFiles reads files into memory and makes the ground of a question. Every file
// is read once, even if it is named twice.
func FromFiles(ctx context.Context, req FilesRequest) (*Ground, error) {
	if len(req.Paths) == 0 {
		return nil, fault.New(fault.Usage, "read files", "no file is named", "name a file, or - for standard input")
	}
	table, err := req.rates(ctx)
	if err != nil {
		return nil, err
	}
	g := newGathering(req, table)
	for _, path := range req.Paths {
		src, err := source.Open(path, source.Options{Stdin: req.Stdin, TempDir: req.TempDir})
		if err != nil {
			return nil, err
		}
		err = g.file(ctx, src)
		if err = errors.Join(err, src.Close()); err != nil {
			return nil, err
		}
	}
	g.out.FiscalStart = req.FiscalStart
	return g.ground()
}

func (r *FilesRequest) rates(ctx context.Context) (*rates.Table, error) {
	if r.Rates == "" {
		return nil, nil //nolint:nilnil // no table was named
	}
	src, err := source.Open(r.Rates, source.Options{Stdin: r.Stdin, TempDir: r.TempDir})
	if err != nil {
		return nil, err
	}
	list, base, err := intake.ReadRates(ctx, src, r.Base)
	if err = errors.Join(err, src.Close()); err != nil {
		return nil, err
	}
	table := rates.New(base)
	for _, x := range list {
		if err := table.Add(x.Day, x.Currency, x.Rate); err != nil {
			return nil, src.Fault(x.Line, err.Error(), "mend the rate table", nil)
		}
	}
	return table, nil
}

// gathering folds several files into one ledger in memory.
type gathering struct {
	req           FilesRequest
	table         *rates.Table
	builder       *rollup.Builder
	facts         *rollup.Facts    // nil: no costs are asked for
	index         map[string]int32 // account key → number over all files
	list          []ledger.Account
	foreign       []foreignLine
	asides        []ledger.Aside // kept only where they must be converted
	converted     ledger.Tally
	convertedFree ledger.Tally
	waits         control.Waits
	loaded        []*intake.Loaded
	hashes        map[[sha256.Size]byte]bool
	repeats       repeats
	out           Ground
}

func newGathering(req FilesRequest, table *rates.Table) *gathering {
	return &gathering{req: req, table: table, index: map[string]int32{}, waits: control.Waits{}, hashes: map[[sha256.Size]byte]bool{}}
}

func (g *gathering) options() rollup.Options {
	opt := rollup.Options{KeepDocuments: g.req.Documents}
	if g.req.DayGrain {
		opt.Grain = rollup.Day
	}
	return opt
}

// begin makes the builders anew.
func (g *gathering) begin() {
	opt := g.options()
	g.builder, g.index, g.list, g.foreign, g.asides = rollup.New(opt), map[string]int32{}, nil, nil, nil
	if g.req.Costs {
		g.facts = rollup.NewFacts(opt.Grain)
	}
	g.out.Dated = batch.Dated{}
}

// file reads one file into the gathering.
func (g *gathering) file(ctx context.Context, src *source.Source) error {
	if len(g.req.Paths) > 1 {
		sum, err := src.SHA256(ctx)
		if err != nil {
			return err
		}
		if g.hashes[sum] {
			g.out.Facts.Repeated = append(g.out.Facts.Repeated, src.Name)
			return nil
		}
		g.hashes[sum] = true
	}
	first := g.builder == nil
	f, err := intake.Inspect(ctx, src, intake.Options{Answers: g.req.Answers, Today: g.req.Today, Thorough: !first, Costs: g.req.Costs})
	if err != nil {
		return err
	}
	if err := f.AskError(); err != nil {
		return err
	}
	if !first && f.Profile.Unsigned {
		// Reading may start over at the first decimal sign, and what other files brought
		// cannot be taken apart again: so it is found first.
		if _, err := f.Load(ctx, func() (intake.Sink, error) { return nowhere{}, nil }, nil); err != nil {
			return err
		}
	}
	loaded, err := f.Load(ctx, func() (intake.Sink, error) {
		if first { // also where reading starts over with another encoding or decimal sign
			g.begin()
		}
		return &fileSink{g: g}, nil
	}, g.progress(src.Name))
	if err != nil {
		return err
	}
	return g.add(f, loaded)
}

func (g *gathering) progress(name string) intake.Progress {
	if g.req.Progress == nil {
		return nil
	}
	return func(done, total int64) { g.req.Progress(name, done, total) }
}

// nowhere is a sink that keeps nothing.
type nowhere struct{}

func (nowhere) Lines(*ledger.Lines, []ledger.Account) error { return nil }
func (nowhere) Asides([]ledger.Aside) error                 { return nil }

// fileSink folds one file's blocks into the gathering.
type fileSink struct {
	g     *gathering
	remap []int32 // account number of the file → of the gathering
}

// Lines folds a block; lines in other currencies than the base wait for the base's
// scale to be known.
func (s *fileSink) Lines(block *ledger.Lines, accounts []ledger.Account) error {
	g := s.g
	for i := len(s.remap); i < len(accounts); i++ {
		s.remap = append(s.remap, g.number(accounts[i].Key))
	}
	for i, a := range block.Account {
		if a >= 0 {
			block.Account[i] = s.remap[a]
		}
	}
	if len(g.req.Paths) > 1 {
		g.repeats.see(block, len(g.loaded))
	}
	if g.table != nil {
		s.hold(block)
	}
	return g.fold(block)
}

// fold adds a block in base currency, and what its lines cost.
func (g *gathering) fold(block *ledger.Lines) error {
	if err := g.builder.Add(block); err != nil || g.facts == nil {
		return err
	}
	return g.facts.Costs(block, block.Amount, costsOf(block), block.Decimals)
}

// costsOf are the costs of a block's lines; in a file without any, none is known.
func costsOf(block *ledger.Lines) []int64 {
	if block.Cost != nil {
		return block.Cost
	}
	costs := make([]int64, block.Len())
	for i := range costs {
		costs[i] = ledger.NoCost
	}
	return costs
}

// Asides keeps what was set aside where it must be converted later; without exchange
// the file's own account has all that is needed.
func (s *fileSink) Asides(list []ledger.Aside) error {
	if s.g.table == nil {
		return nil
	}
	for _, a := range list {
		a.Raw, a.Value, a.Remedy = "", "", ""
		s.g.asides = append(s.g.asides, a)
	}
	return nil
}

// number is the gathering's number of an account.
func (g *gathering) number(key string) int32 {
	i, ok := g.index[key]
	if !ok {
		i = int32(len(g.list)) //nolint:gosec // fewer than 2^31 clients
		g.index[key] = i
		g.list = append(g.list, ledger.Account{Key: key, Name: key})
	}
	return i
}
