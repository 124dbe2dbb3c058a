package batch

import (
	"context"
	"errors"

	"clientele/internal/intake"
	"clientele/internal/ledger"
	"clientele/internal/money"
	"clientele/internal/naturalkey"
	"clientele/internal/period"
	"clientele/internal/rates"
)

// Recipe is how a file becomes a batch's tables.
type Recipe struct {
	Number int64               // of the batch: its accounts are numbered from here
	Base   money.Currency      // of the ledger
	Scale  uint8               // of the ledger: lines in other currencies are converted at it or a finer one
	Rates  *rates.Table        // nil: none
	Today  period.Date         // of the import; later lines are in the future
	Skip   *Overlap            // what is loaded already; nil: nothing
	Known  []ledger.DocumentID // documents that an earlier batch counts
}

// Derived is what came of it.
type Derived struct {
	Loaded  *intake.Loaded
	Account Account
	Level   naturalkey.Level // of the keys
	Keys    []naturalkey.Key // sorted
	Skipped int64            // lines that an earlier batch holds
}

// scaleError says that amounts have more decimals than the scale that was begun with, or
// that lines in other currencies need the ledger's.
type scaleError struct{ decimals uint8 }

func (scaleError) Error() string { return "amounts have more decimals than thought" }

// Derive reads a file into the tables of a batch, in a folder of their own. A file whose
// amounts turn out finer than its first rows is begun again.
func Derive(ctx context.Context, f *intake.File, r Recipe, dir string, progress intake.Progress) (*Derived, error) {
	scale := r.Base.Decimals()
	if !f.Profile.Kind.Money() {
		scale = ledger.FactDecimals
	}
	for {
		d, err := deriveAt(ctx, f, r, scale, dir, progress)
		if finer, ok := errors.AsType[scaleError](err); ok {
			scale = finer.decimals
			continue
		}
		return d, err
	}
}

func deriveAt(ctx context.Context, f *intake.File, r Recipe, scale uint8, dir string, progress intake.Progress) (_ *Derived, err error) {
	var s *sink
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
		s, err = newSink(f, r, scale, dir)
		return s, err
	}, progress)
	if err != nil {
		return nil, err
	}
	return s.finish(f, loaded)
}
