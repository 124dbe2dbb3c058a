// Package metric is the catalogue of measures as data: each is defined once, here,
// and only shown elsewhere. Base measures are aggregates that any engine can
// compute; derived measures are exact Go over them.
package metric

// ID names a measure for ever: noun_measure_unit.
type ID string

// Unit of a measure.
type Unit string

// The units.
const (
	Minor    Unit = "minor"    // money in minor units
	Count    Unit = "count"    // whole things
	Day      Unit = "day"      // a date, as days since 1970-01-01
	Days     Unit = "days"     // a length of time
	Fraction Unit = "fraction" // a share, 0 … 1 or beyond where it says so
	Index    Unit = "index"    // a dimensionless index
	Label    Unit = "label"    // one of a closed list of words
)

// Grain says of what there is one value.
type Grain string

// The grains.
const (
	PerClient Grain = "client"
	PerBook   Grain = "book"
)

// Fn is the aggregate function of a base measure.
type Fn int

// The aggregates: the only ones an engine needs.
const (
	Sum Fn = iota + 1
	Min
	Max
)

// Field is a column of the roll-up cells (package rollup).
type Field int

// The fields. With a sales-only question each stands for its positive-lines twin.
const (
	Amount Field = iota + 1
	Documents
	Lines
	FirstDay
	LastDay
)

// Over is the span of days an aggregate looks at, relative to a question's windows.
type Over int

// The spans. None reaches beyond the end of the current window: what is not
// known by then is not used.
const (
	Current Over = iota + 1 // the window
	Prior                   // the window it is compared with
	Earlier                 // everything before the prior window
	Ever                    // everything before the end of the current window
)

// Aggregate defines a base measure: Fn(Field) over Over, 0 for sums of nothing, null for Min and Max of nothing.
type Aggregate struct {
	Fn    Fn
	Field Field
	Over  Over
}

// Measure is one entry of the catalogue.
type Measure struct {
	ID      ID
	Name    string // column heading for people
	Unit    Unit
	Grain   Grain
	Base    *Aggregate // nil for a derived measure
	Formula string     // in words and signs, for why and the reference page
	Null    string     // when it is unknown
	Verdict string     // when it is flagged or refused
	Section string     // of the definitions, "1.3"; or the decision that defines it, "ADR 19"
}
