package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sort"
	"strconv"
	"strings"

	"clientele/internal/batch"
	"clientele/internal/book"
	"clientele/internal/engine"
	"clientele/internal/fault"
	"clientele/internal/ledger"
	"clientele/internal/metric"
	"clientele/internal/money"
	"clientele/internal/period"
	"clientele/internal/tables"
	"clientele/internal/vault"
)

// WhyQuestion asks where a number comes from. Name is a path of the line's document
// ("line.clients", "total", "control.rows_excluded"), "client KEY", or the id of a
// measure; of profit also "profit client KEY", "matrix.cell 2 3" (by number of the bands of
// revenue and of margin), "bridge.rate_gap KEY", "plan.revenue", "plan client KEY".
type WhyQuestion struct {
	Name  string
	Line  LineQuestion
	Kind  ledger.Kind // "": invoiced, or the only kind there is
	Limit int         // rows of the original shown; 0: 10

	Matrix MatrixQuestion // where the bands of a cell are cut
	Bridge BridgeQuestion // what a bridge leads to; its client stands in the name
	Plan   string         // which plan; "" where there is only one
}

// WhyAnswer is a number with everything behind it.
type WhyAnswer struct {
	Answer
	Span    period.Range // dated sales that are not in the future
	Name    string
	Value   string // as the document writes it; "" is null
	Measure metric.Measure
	Inputs  []Input
	Clients []book.Row  // the clients that make it up, where that is a handful
	Rows    []TracedRow // records of the original
	More    int64       // records beyond those shown
	Next    []string    // what to ask next
}

// Input is one term of the formula.
type Input struct {
	Name  string
	Value string
}

// TracedRow is a record of an original with what it added.
type TracedRow struct {
	SourceRow
	Amount string // base currency, "" where it could not be read
	Note   string // why it was set aside, "" if it was loaded
}

// number is one figure of the line's document.
type number struct {
	id     metric.ID
	value  func(a *LineAnswer) string
	inputs func(a *LineAnswer) []Input
}

// Why explains a number down to the rows of the files.
func (w *Workspace) Why(ctx context.Context, q WhyQuestion) (a *WhyAnswer, err error) {
	st, err := w.sound(ctx)
	if err != nil {
		return nil, err
	}
	if q.Limit == 0 {
		q.Limit = 10
	}
	if name, ok := profitName(q.Name); ok {
		return w.whyProfit(ctx, st, q, name)
	}
	g, err := w.ground(ctx, st, GroundRequest{Kind: q.Kind})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, g.Engine.Close()) }()
	if q.Line.Around == 0 {
		q.Line.Around = 3
	}
	line, err := Line(ctx, g, q.Line)
	if err != nil {
		return nil, err
	}
	y := &why{w: w, st: st, g: g, line: line, q: q}
	if key, ok := strings.CutPrefix(q.Name, "client "); ok {
		return y.client(ctx, strings.TrimSpace(key))
	}
	return y.number(ctx)
}

type why struct {
	w    *Workspace
	st   *state
	g    *Ground
	line *LineAnswer
	q    WhyQuestion
}

func (y *why) start(name string) *WhyAnswer {
	return &WhyAnswer{Answer: y.line.Answer, Span: y.g.Span, Name: name}
}

// number explains a figure of the document.
func (y *why) number(ctx context.Context) (*WhyAnswer, error) {
	name, n, ok := findNumber(y.q.Name)
	if !ok {
		return nil, fault.New(fault.NotFound, "explain", fmt.Sprintf("there is no number called %q", y.q.Name),
			"try one of: "+strings.Join(NumberNames(), ", ")+", 'client KEY', 'profit client KEY', 'matrix.cell 2 3', 'costs.pool NAME', 'bridge.rate_gap KEY', 'plan.revenue' or 'plan client KEY'")
	}
	a := y.start(name)
	a.Value = n.value(y.line)
	var err error
	if a.Measure, err = metric.Find(n.id); err != nil {
		return nil, err
	}
	if n.inputs != nil {
		a.Inputs = n.inputs(y.line)
	}
	switch {
	case strings.HasPrefix(name, "control."):
		return a, y.asides(ctx, a)
	case name == "line.entry_ticket" && len(y.line.AroundRows) > 0:
		if r, ok := y.lastAbove(); ok {
			a.Clients = []book.Row{r}
			return a, y.lines(ctx, a, r.ID)
		}
	}
	a.Clients = y.line.AroundRows
	for _, r := range a.Clients {
		a.Next = append(a.Next, "clientele why client "+r.ID)
		if len(a.Next) == 3 {
			break
		}
	}
	return a, nil
}

func (y *why) lastAbove() (book.Row, bool) {
	for _, r := range y.line.AroundRows {
		if r.Rank == y.line.Cut.Clients {
			return r, true
		}
	}
	return book.Row{}, false
}

// client explains one client's revenue.
func (y *why) client(ctx context.Context, key string) (*WhyAnswer, error) {
	f := engine.Frame{Level: y.q.Line.Level, Current: y.line.Windows.Current, Prior: y.line.Windows.Prior, SalesOnly: y.q.Line.SalesOnly}
	found, err := clientsOfPage(ctx, y.g.Engine, f, engine.Page{By: metric.Revenue, Lo: -1 << 63, Hi: 1<<63 - 1, Limit: -1, Clients: []string{key}})
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, y.noClient(ctx, key)
	}
	c := found[0]
	a := y.start("client " + key)
	if a.Measure, err = metric.Find(metric.Revenue); err != nil {
		return nil, err
	}
	if c.Revenue.Valid {
		a.Value = format(c.Revenue.Int, a.Decimals)
	}
	a.Inputs = []Input{
		{"name", c.Name},
		{"window", a.Windows.Current.String()},
		{"lines in the window", strconv.FormatInt(c.LinesCurrent, 10)},
		{"invoices in the window", strconv.FormatInt(c.Invoices, 10)},
		{"first line", c.First.String()},
		{"last line", c.Last.String()},
	}
	return a, y.lines(ctx, a, key)
}

// noClient suggests the nearest keys.
func (y *why) noClient(ctx context.Context, key string) error {
	if y.w.Connect != nil {
		return fault.New(fault.NotFound, "explain", fmt.Sprintf("no client %q has lines by the end of the window", key), "list them with: clientele book")
	}
	list, err := y.w.accounts(ctx, y.st)
	if err != nil {
		return err
	}
	remedy := "list them with: clientele clients"
	for _, a := range list {
		if strings.EqualFold(a.Name, key) || strings.EqualFold(a.Key, key) {
			remedy = "did you mean: clientele why client " + a.Key
			break
		}
	}
	return fault.New(fault.NotFound, "explain", fmt.Sprintf("no client %q has lines by the end of the window", key), remedy)
}

// lines fetches the records behind a client's revenue.
func (y *why) lines(ctx context.Context, a *WhyAnswer, key string) error {
	source, ok := y.g.Engine.(engine.Lines)
	if !ok {
		return nil
	}
	f := engine.Frame{Level: y.q.Line.Level, Current: a.Windows.Current, Prior: a.Windows.Prior, SalesOnly: y.q.Line.SalesOnly}
	refs, err := source.ClientLines(ctx, f, key, int64(y.q.Limit)+1)
	if err != nil {
		return err
	}
	if len(refs) > y.q.Limit {
		refs, a.More = refs[:y.q.Limit], 1
	}
	return y.trace(ctx, a, refs)
}

// trace reads the records in the originals.
func (y *why) trace(ctx context.Context, a *WhyAnswer, refs []engine.LineRef) error {
	byBatch := map[string][]int64{}
	amounts := map[string]int64{}
	var order []string
	for _, r := range refs {
		if r.Record != nil {
			a.Rows = append(a.Rows, y.record(r))
			continue
		}
		if byBatch[r.Batch] == nil {
			order = append(order, r.Batch)
		}
		byBatch[r.Batch] = append(byBatch[r.Batch], r.Line)
		amounts[fmt.Sprintf("%s:%d", r.Batch, r.Line)] = r.Amount
	}
	for _, id := range order {
		b, ok := y.st.snapshot.Batch(id)
		if !ok { // a ledger that another workspace published
			for _, line := range byBatch[id] {
				a.Rows = append(a.Rows, TracedRow{SourceRow: SourceRow{Batch: id, File: y.fileOf(id), Line: line, Cells: []string{"the file is not in this workspace"}}, Amount: format(amounts[fmt.Sprintf("%s:%d", id, line)], a.Decimals)})
			}
			continue
		}
		lines := byBatch[id]
		slices.Sort(lines)
		rows, err := y.w.rowsOf(ctx, &b, lines)
		if err != nil {
			return err
		}
		for _, r := range rows {
			a.Rows = append(a.Rows, TracedRow{SourceRow: r, Amount: format(amounts[fmt.Sprintf("%s:%d", id, r.Line)], a.Decimals)})
		}
	}
	return nil
}

// record is a row that came with the answer, since there is no file to read it from.
func (y *why) record(r engine.LineRef) TracedRow {
	row := SourceRow{Batch: r.Batch, File: r.Batch}
	for _, f := range r.Record {
		row.Header, row.Cells = append(row.Header, f.Name), append(row.Cells, f.Name+"="+f.Value)
	}
	return TracedRow{SourceRow: row, Amount: format(r.Amount, y.g.Decimals)}
}

// fileOf is the file that a batch of the ground was read from.
func (y *why) fileOf(batch string) string {
	for _, f := range y.g.Files {
		if f.Batch == batch {
			return f.Name
		}
	}
	return batch
}

// asides shows the rows behind a figure of the account.
func (y *why) asides(ctx context.Context, a *WhyAnswer) error {
	state := ledger.Quarantined
	switch {
	case strings.HasSuffix(a.Name, "_unassigned"):
		return y.unassigned(ctx, a)
	case strings.HasSuffix(a.Name, "_excluded"):
		state = ledger.Excluded
	case !strings.HasSuffix(a.Name, "_quarantined"):
		return nil
	}
	for _, r := range a.Control.Reasons {
		if r.State == state {
			a.Inputs = append(a.Inputs, Input{r.Code, asideText(r, a.Decimals)})
		}
	}
	if source, ok := y.g.Engine.(engine.Asides); ok {
		return y.queried(ctx, a, source, state)
	}
	books, err := y.w.books(y.st)
	if err != nil {
		return err
	}
	decided := y.st.decisions()
	for _, b := range y.st.live() {
		if b.Kind != y.g.Kind {
			continue
		}
		err := y.w.eachAside(y.st, b.ID, func(r Aside) {
			_, settled := decided[rowKey{b.ID, r.Line}]
			if r.State != state.String() || settled && state == ledger.Quarantined {
				return
			}
			if len(a.Rows) >= y.q.Limit {
				a.More++
				return
			}
			amount := ""
			if r.Base != nil {
				amount = format(*r.Base, books[b.ID].Scale)
			}
			a.Rows = append(a.Rows, TracedRow{SourceRow: SourceRow{Batch: b.ID, File: b.File, Line: r.Line, Cells: []string{r.Raw}}, Amount: amount, Note: r.Text})
		})
		if err != nil {
			return err
		}
	}
	return ctx.Err()
}

// asideText says what one reason set aside.
func asideText(r ledger.Reason, decimals uint8) string {
	if r.WithoutAmount == r.Rows {
		return fmt.Sprintf("%s without an amount (%s)", rowsWord(r.Rows), r.Text)
	}
	return fmt.Sprintf("%s, %s (%s)", rowsWord(r.Rows), r.Amount.Format(decimals), r.Text)
}

// queried shows rows that the engine finds where they are.
func (y *why) queried(ctx context.Context, a *WhyAnswer, source engine.Asides, state ledger.State) error {
	f := engine.Frame{Current: a.Windows.Current, SalesOnly: y.q.Line.SalesOnly}
	list, err := source.SetAside(ctx, f, state, int64(y.q.Limit)+1)
	if err != nil {
		return err
	}
	if len(list) > y.q.Limit {
		list, a.More = list[:y.q.Limit], 1
	}
	for _, x := range list {
		row := y.record(engine.LineRef{Batch: y.w.Sources.Sales.Table, Amount: x.Amount.Int, Record: x.Record})
		if !x.Amount.Valid {
			row.Amount = ""
		}
		for _, r := range a.Control.Reasons {
			if r.Code == x.Code && r.State == state {
				row.Note = r.Text
			}
		}
		a.Rows = append(a.Rows, row)
	}
	return nil
}

// errEnough ends a reading early.
var errEnough = errors.New("enough")

// unassigned shows loaded rows that name no client.
func (y *why) unassigned(ctx context.Context, a *WhyAnswer) error {
	if source, ok := y.g.Engine.(engine.Asides); ok {
		return y.queried(ctx, a, source, ledger.Loaded)
	}
	books, err := y.w.books(y.st)
	if err != nil {
		return err
	}
	window := engine.Frame{Current: a.Windows.Current}.Extent(metric.Current)
	for _, b := range y.st.live() {
		if b.Kind != y.g.Kind {
			continue
		}
		files, _ := y.st.files(b.ID)
		path, err := y.w.part(&files, vault.Lines)
		if err != nil {
			return err
		}
		var refs []engine.LineRef
		up := a.Decimals - books[b.ID].Scale
		err = batch.ReadLines(path, func(l tables.Line) error {
			if l.Account >= 0 || !window.Holds(l.Day) || y.q.Line.SalesOnly && l.Amount <= 0 {
				return nil
			}
			if len(a.Rows)+len(refs) >= y.q.Limit {
				a.More++
				return errEnough
			}
			amount, err := money.Amount{Units: l.Amount}.Rescale(up)
			refs = append(refs, engine.LineRef{Batch: b.ID, Line: l.Line, Day: l.Day, Amount: amount})
			return batch.Overflow(err)
		})
		if err != nil && !errors.Is(err, errEnough) {
			return err
		}
		if err := y.trace(ctx, a, refs); err != nil {
			return err
		}
	}
	return nil
}

// mainNumbers are the figures that the id of a measure means where several have it.
var mainNumbers = map[metric.ID]string{
	metric.Revenue: "total", metric.LineCount: "line.clients", metric.TopNShare: "concentration.cr1", metric.Residual: "control.amount_loaded",
}

// findNumber finds a figure by its path, or by the id of its measure.
func findNumber(name string) (string, number, bool) {
	if path, ok := mainNumbers[metric.ID(name)]; ok {
		name = path
	}
	if n, ok := numbers[name]; ok {
		return name, n, true
	}
	for path, n := range numbers { // one at most: all others are main numbers
		if string(n.id) == name {
			return path, n, true
		}
	}
	return "", number{}, false
}

// NumberNames lists the figures that why explains.
func NumberNames() []string {
	out := make([]string, 0, len(numbers))
	for name := range numbers {
		out = append(out, name)
	}
	for name := range profitNumbers {
		out = append(out, name)
	}
	sort.Strings(out)
	return out
}
