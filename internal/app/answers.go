package app

import (
	"clientele/internal/book"
	"clientele/internal/engine"
	"clientele/internal/insight"
	"clientele/internal/money"
	"clientele/internal/period"
	"clientele/internal/verdict"
)

// LineQuestion asks for the line.
type LineQuestion struct {
	Window     WindowSpec
	AsOf       period.Date // NoDate or zero: the day after the last sale
	Compare    Compare
	Share      money.Fraction
	Level      engine.Level
	SalesOnly  bool
	WithoutNew bool  // leave out clients whose first line lies in the window
	Around     int   // rows shown above and below the line
	TopK       int64 // clients at capacity; 0: not asked
	Band       bool  // compute the stability band
	Draws      int   // of the band; 0: 1,000
	Seed       uint64
	Prices     insight.Prices
	Progress   func(done, total int)
}

// LineAnswer is everything the line command shows.
type LineAnswer struct {
	Answer
	Question  LineQuestion
	Clients   Clients
	Total     money.Sum // net of all clients
	Cut       insight.Cut
	Overshoot float64
	// Low and High bound the count when U, what is unassigned or quarantined, is unknown.
	Interval          *insight.Span
	Concentration     Concentration
	TopRows           []book.Row // the largest clients
	AroundRows        []book.Row // the clients around the line
	TenPercent        []book.Row
	TenPercentVerdict verdict.Verdict
	Curve             []insight.Point
	Compared          *Comparison
	Band              *Band
	TopK              *TopK
	Lenses            []string // what a further file would open
}

// Clients counts the clients of a frame by sign.
type Clients struct{ Total, Positive, NonPositive int64 }

// Concentration is section 2.7–2.10; nil pointers are null.
type Concentration struct {
	HHI, Effective, Gini, GiniCorrected *float64
	ShowCorrected                       bool // of the two Gini indices, the corrected one is the one to show
	CR1, CR5, CR10                      *float64
	HHILow, HHIHigh                     *float64 // with U
	Verdict                             verdict.Verdict
}

// Comparison is the line of the window before, and what moved.
type Comparison struct {
	Window   period.Range
	Cut      insight.Cut
	Total    money.Sum
	Clients  Clients
	Frozen   insight.Frozen // clients of this window that clear the old ticket
	Movement insight.Movements
	Names    map[string]string // of the clients that moved
	Verdict  verdict.Verdict
}

// Band is how sure the line is of each client near it.
type Band struct {
	Draws     int
	Seed      uint64
	Documents int64
	OnLine    []BandRow // 0.2 < p < 0.8
	Verdict   verdict.Verdict
}

// BandRow is one client of the band.
type BandRow struct {
	Client string
	Name   string
	Share  float64 // of the draws in which it is above the line
}

// TopK is the revenue of the K largest clients.
type TopK struct {
	K       int64
	Revenue money.Sum
	Prior   *money.Sum // in the window before, if compared
	Verdict verdict.Verdict
}
