package cli

import (
	"errors"

	"clientele/internal/app"
	"clientele/internal/book"
	"clientele/internal/fault"
	"clientele/internal/insight"
	"clientele/internal/ledger"
	"clientele/internal/money"
	"clientele/internal/period"
	"clientele/internal/verdict"
)

// The parts that documents share. Amounts are decimal strings at the ledger's scale,
// ratios are numbers, days are YYYY-MM-DD, and what is not known is null. A key never
// changes its meaning within a schema.

type windowDocument struct {
	From *string `json:"from"`
	To   *string `json:"to"` // the last day, included
}

type reasonDocument struct {
	Code   string `json:"code"`
	Status string `json:"status"`
	Bias   string `json:"bias"`
	Text   string `json:"text"`
	Bound  string `json:"bound"`
	Supply string `json:"supply"`
}

type verdictDocument struct {
	Status  string           `json:"status"`
	Bias    string           `json:"bias"`
	Reasons []reasonDocument `json:"reasons"`
}

func verdictOf(v verdict.Verdict) verdictDocument {
	d := verdictDocument{Status: v.Status.String(), Bias: v.Bias.String(), Reasons: []reasonDocument{}}
	for _, x := range v.Reasons {
		status := x.Status.String()
		if x.Status == verdict.Pass {
			status = "NOTE"
		}
		d.Reasons = append(d.Reasons, reasonDocument{x.Code, status, x.Bias.String(), x.Text, x.Bound, x.Supply})
	}
	return d
}

type asideDocument struct {
	State             string `json:"state"`
	Code              string `json:"code"`
	Text              string `json:"text"`
	Rows              int64  `json:"rows"`
	RowsWithoutAmount int64  `json:"rows_without_amount"`
	Amount            string `json:"amount"`
}

type skippedDocument struct {
	Kind  string `json:"kind"`
	Lines int64  `json:"lines"`
}

type waitingDocument struct {
	Currency string `json:"currency"`
	Rows     int64  `json:"rows"`
	Amount   string `json:"amount"`
}

type controlDocument struct {
	RowsRead          int64             `json:"rows_read"`
	RowsLoaded        int64             `json:"rows_loaded"`
	RowsExcluded      int64             `json:"rows_excluded"`
	RowsQuarantined   int64             `json:"rows_quarantined"`
	RowsUnassigned    int64             `json:"rows_unassigned"`
	RowsWithoutAmount int64             `json:"rows_without_amount"`
	LinesSkipped      int64             `json:"lines_skipped"`
	AmountRead        string            `json:"amount_read"`
	AmountLoaded      string            `json:"amount_loaded"`
	AmountExcluded    string            `json:"amount_excluded"`
	AmountQuarantined string            `json:"amount_quarantined"`
	AmountUnassigned  string            `json:"amount_unassigned"`
	StatedTotal       *string           `json:"stated_total"`
	Closes            bool              `json:"closes"`
	Reasons           []asideDocument   `json:"reasons"`
	Skipped           []skippedDocument `json:"skipped"`
	WaitingForRate    []waitingDocument `json:"waiting_for_rate"`
}

func controlOf(c *app.Control, p purse) controlDocument {
	d := controlDocument{
		RowsRead: c.Read.Rows, RowsLoaded: c.Loaded.Rows, RowsExcluded: c.Excluded.Rows, RowsQuarantined: c.Quarantined.Rows,
		RowsUnassigned: c.Unassigned.Rows, RowsWithoutAmount: c.Read.WithoutAmount, LinesSkipped: c.SkippedLines(),
		AmountRead: p.exact(c.Read.Amount), AmountLoaded: p.exact(c.Loaded.Amount), AmountExcluded: p.exact(c.Excluded.Amount),
		AmountQuarantined: p.exact(c.Quarantined.Amount), AmountUnassigned: p.exact(c.Unassigned.Amount), Closes: c.Closes(),
		Reasons: []asideDocument{}, Skipped: []skippedDocument{}, WaitingForRate: []waitingDocument{},
	}
	if c.Stated != nil {
		s := c.Stated.Amount.String()
		d.StatedTotal = &s
	}
	for _, x := range c.Reasons {
		if x.Rows == 0 { // of rows that were mended nothing is left
			continue
		}
		d.Reasons = append(d.Reasons, asideDocument{x.State.String(), x.Code, x.Text, x.Rows, x.WithoutAmount, p.exact(x.Amount)})
	}
	for _, x := range c.Skipped {
		d.Skipped = append(d.Skipped, skippedDocument(x))
	}
	for _, x := range c.MissingRate {
		d.WaitingForRate = append(d.WaitingForRate, waitingDocument{string(x.Currency), x.Rows, x.Amount.Format(x.Decimals)})
	}
	return d
}

type clientsDocument struct {
	Total       int64 `json:"total"`
	Positive    int64 `json:"positive"`
	NonPositive int64 `json:"non_positive"`
}

type fileDocument struct {
	Name     string   `json:"name"`
	Batch    *string  `json:"batch"`
	Shape    *string  `json:"shape"`
	Rows     int64    `json:"rows"`
	Loaded   int64    `json:"loaded"`
	Evidence []string `json:"evidence"`
	Notes    []string `json:"notes"`
}

func filesOf(list []app.FileReport) []fileDocument {
	out := []fileDocument{}
	for _, f := range list {
		out = append(out, fileDocument{
			f.Name, known(f.Batch), known(f.Shape), f.Rows, f.Loaded, append([]string{}, f.Evidence...), append([]string{}, f.Notes...),
		})
	}
	return out
}

// heading are the keys with which every answer begins.
type heading struct {
	Schema   string         `json:"schema"`
	AsOf     *string        `json:"as_of"`
	Window   windowDocument `json:"window"`
	Measure  string         `json:"measure"`
	Kind     string         `json:"kind"`
	By       string         `json:"by"`
	Currency *string        `json:"currency"`
	Decimals uint8          `json:"decimals"`
}

// rowDocument is one client.
type rowDocument struct {
	Rank       *int64   `json:"rank"`
	Client     string   `json:"client"`
	Name       string   `json:"name"`
	Revenue    *string  `json:"revenue"`
	Share      *float64 `json:"share"`
	Cumulative *float64 `json:"cumulative_share"`
	Invoices   *int64   `json:"invoices"`
	First      *string  `json:"first"`
	Last       *string  `json:"last"`
	Tenure     *int64   `json:"tenure_days"`
	State      *string  `json:"state"`
}

func rowOf(x book.Row, p purse) rowDocument {
	d := rowDocument{Client: x.ID, Name: x.Name, First: day(x.First), Last: day(x.Last), State: known(string(x.State)), Invoices: invoices(x)}
	if x.Rank > 0 {
		d.Rank = &x.Rank
	}
	if x.Revenue.Valid {
		s := p.exactUnits(x.Revenue.Int)
		d.Revenue = &s
	}
	if x.Share.Valid {
		d.Share = &x.Share.Float
	}
	if x.Cumulative.Valid {
		d.Cumulative = &x.Cumulative.Float
	}
	if x.Tenure.Valid {
		d.Tenure = &x.Tenure.Int
	}
	return d
}

// invoices is null where lines name no document: their number is not known then.
func invoices(x book.Row) *int64 {
	if x.Invoices == 0 && x.LinesCurrent > 0 {
		return nil
	}
	return &x.Invoices
}

func rowsOf(list []book.Row, p purse) []rowDocument {
	out := []rowDocument{}
	for _, x := range list {
		out = append(out, rowOf(x, p))
	}
	return out
}

// known is null for an empty text.
func known(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// day is null for no date.
func day(d period.Date) *string { return known(d.String()) }

func sumOf(v insight.Value, p purse) *string {
	if !v.Valid {
		return nil
	}
	s := p.exactUnits(v.Int)
	return &s
}

// shownWindow is a window as people name it, with its last day; open ends are those of
// the data. False without dates.
func shownWindow(a *app.Answer, data period.Range) (first, last period.Date, ok bool) {
	w := a.Windows
	if w.Undated || data.Empty() && w.Current.Open() {
		return period.NoDate, period.NoDate, false
	}
	first, last = w.Current.From, w.Current.To-1
	if first == period.All.From {
		first = data.From
	}
	if w.Current.To == period.All.To {
		last = max(data.To-1, first)
	}
	return first, last, true
}

func windowOf(a *app.Answer, data period.Range) windowDocument {
	first, last, ok := shownWindow(a, data)
	if !ok {
		return windowDocument{}
	}
	return windowDocument{day(first), day(last)}
}

// kindOf is what the amounts are.
func kindOf(k ledger.Kind) string {
	if k == "" {
		return string(ledger.Invoiced)
	}
	return string(k)
}

// refusalDocument is what a command prints that cannot answer.
type refusalDocument struct {
	Schema    string             `json:"schema"`
	AsOf      *string            `json:"as_of"`
	Verdict   verdictDocument    `json:"verdict"`
	Questions []questionDocument `json:"questions"`
	Error     errorDocument      `json:"error"`
}

type questionDocument struct {
	Code     string   `json:"code"`
	Text     string   `json:"text"`
	Evidence []string `json:"evidence"`
	Flag     string   `json:"flag"`
	Choices  []string `json:"choices"`
}

type errorDocument struct {
	Kind    string        `json:"kind"` // ask or input
	Message string        `json:"message"`
	Remedy  string        `json:"remedy"`
	Place   placeDocument `json:"place"`
}

type placeDocument struct {
	File   *string `json:"file"`
	Line   *int64  `json:"line"`
	Column *string `json:"column"`
	Value  *string `json:"value"`
}

// refusal makes the document of a question or of data that cannot be read.
func refusal(schema string, err error) refusalDocument {
	d := refusalDocument{Schema: schema, Questions: []questionDocument{}}
	d.Error = errorDocument{Kind: "input", Message: err.Error()}
	v := verdict.Verdict{}
	if f, ok := errors.AsType[*fault.Error](err); ok {
		d.Error.Message, d.Error.Remedy = f.Message, f.Remedy
		if f.Err != nil {
			d.Error.Message += ": " + f.Err.Error()
		}
		d.Error.Place = placeDocument{File: known(f.Place.File), Column: known(f.Place.Column), Value: known(f.Place.Value)}
		if f.Place.Line > 0 {
			d.Error.Place.Line = &f.Place.Line
		}
		for _, q := range f.Questions {
			d.Questions = append(d.Questions, questionDocument{q.Code, q.Text, append([]string{}, q.Evidence...), q.Flag, append([]string{}, choices(q)...)})
			v.Add(verdict.Reason{Code: q.Code, Status: verdict.Refuse, Text: q.Text, Supply: q.Flag})
		}
		if f.Kind == fault.Ask {
			d.Error.Kind = "ask"
		}
	}
	if len(v.Reasons) == 0 {
		v.Add(verdict.Reason{Code: "not_loaded", Status: verdict.Refuse, Text: d.Error.Message, Supply: d.Error.Remedy})
	}
	d.Verdict = verdictOf(v)
	return d
}

// purseOf writes the amounts of an answer.
func purseOf(a *app.Answer) purse { return purse{decimals: a.Decimals, currency: a.Currency} }

// sums of rows, for the width of a column.
func revenues(list []book.Row) []money.Sum {
	out := make([]money.Sum, 0, len(list))
	for _, x := range list {
		out = append(out, money.FromInt64(x.Revenue.Int))
	}
	return out
}
