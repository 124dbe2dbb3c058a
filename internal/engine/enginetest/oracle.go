package enginetest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strings"

	"clientele/internal/engine"
	"clientele/internal/metric"
	"clientele/internal/money"
	"clientele/internal/period"
)

// fact is one line as the oracle sees it.
type fact struct {
	batch         string
	line          int64
	account       string // "": none
	day           period.Date
	amount        *big.Int
	document      [2]uint64
	first, onSale bool // first line of its document in its batch; first above 0
}

// Oracle answers by going over all lines for every figure, with big integers. It
// shares no code with any engine but the meaning of a frame's spans.
type Oracle struct {
	facts   []fact
	beside  []beside
	topics  []engine.NumberedTopic
	names   map[string]string
	order   []string          // account keys as they first came
	parents map[string]string // of accounts
	rules   engine.Rules
}

// errTooBig is the oracle's word for a sum beyond 64 bits.
var errTooBig = errors.New("beyond 64 bits")

// NewOracle reads a fixture.
func NewOracle(f Fixture) *Oracle {
	o := &Oracle{names: map[string]string{}, parents: map[string]string{}, rules: f.Rules}
	for _, b := range f.Batches {
		o.readFacts(b)
		seen, sold := map[[2]uint64]bool{}, map[[2]uint64]bool{}
		for _, a := range b.Accounts {
			if _, known := o.names[a.Key]; !known {
				o.order = append(o.order, a.Key)
			}
			o.names[a.Key] = a.Name // the one told last
			if a.Parent != "" {
				o.parents[a.Key] = a.Parent
			}
		}
		for i := range b.Lines.Len() {
			x := fact{batch: b.ID, line: b.Lines.Line[i], day: b.Lines.Day[i], document: [2]uint64{b.Lines.Document[i].Hi, b.Lines.Document[i].Lo}}
			if a := b.Lines.Account[i]; a >= 0 {
				x.account = b.Accounts[a].Key
			}
			x.amount = big.NewInt(b.Lines.Amount[i])
			for range f.Scale() - b.Lines.Decimals {
				x.amount.Mul(x.amount, big.NewInt(10))
			}
			if x.document != [2]uint64{} {
				x.first = !seen[x.document]
				seen[x.document] = true
				if x.amount.Sign() > 0 {
					x.onSale = !sold[x.document]
					sold[x.document] = true
				}
			}
			o.facts = append(o.facts, x)
		}
	}
	return o
}

// tooBig reports whether one line alone does not fit.
func (o *Oracle) tooBig() bool {
	return slices.ContainsFunc(o.facts, func(x fact) bool { return !x.amount.IsInt64() })
}

// cellTooBig reports whether one client's month of one batch does not fit, of lines or of
// facts: then the batch cannot be rolled up at all.
func (o *Oracle) cellTooBig() bool {
	type key struct {
		batch, account string
		month          period.Date
		sales          bool
	}
	sums := map[key]*big.Int{}
	for _, l := range o.facts {
		for _, sales := range []bool{false, true} {
			if sales && l.amount.Sign() <= 0 {
				continue
			}
			k := key{l.batch, l.account, l.day.MonthStart(), sales}
			if sums[k] == nil {
				sums[k] = new(big.Int)
			}
			sums[k].Add(sums[k], l.amount)
		}
	}
	for _, s := range sums {
		if !s.IsInt64() {
			return true
		}
	}
	return o.factCellTooBig()
}

// follow goes along the steps until they end or come back.
func follow(key string, steps map[string]string) string {
	path := []string{key}
	for {
		next, ok := steps[key]
		if !ok || next == key {
			return key
		}
		for i, k := range path {
			if k == next {
				return slices.Min(path[i:])
			}
		}
		path = append(path, next)
		key = next
	}
}

// party is who the account is at a level.
func (o *Oracle) party(level engine.Level, account string) string {
	if level == engine.ByAccount {
		return account
	}
	client := follow(account, o.rules.Merged)
	if level == engine.ByClient {
		return client
	}
	parents := map[string]string{}
	for _, key := range o.order {
		if parent := o.parents[key]; parent != "" {
			parents[follow(key, o.rules.Merged)] = follow(parent, o.rules.Merged)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(o.rules.Parents)) {
		parent := o.rules.Parents[key]
		if parent == "" {
			delete(parents, follow(key, o.rules.Merged))
		} else {
			parents[follow(key, o.rules.Merged)] = follow(parent, o.rules.Merged)
		}
	}
	return follow(client, parents)
}

// name of a party: that of the account of the same key, else the key.
func (o *Oracle) name(party string) string {
	if n, ok := o.names[party]; ok {
		return n
	}
	return party
}

// lines are the facts that lie in the extent and pass the filter.
func (o *Oracle) lines(f engine.Frame, x engine.Extent) []fact {
	var out []fact
	for _, l := range o.facts {
		if x.Holds(l.day) && (!f.SalesOnly || l.amount.Sign() > 0) {
			out = append(out, l)
		}
	}
	return out
}

// clients are the parties of the frame, by key.
func (o *Oracle) clients(f engine.Frame) []string {
	in := map[string]string{}
	for _, l := range o.lines(f, f.Extent(metric.Ever)) {
		if l.account != "" {
			in[o.party(f.Level, l.account)] = ""
		}
	}
	if f.WithoutNew {
		seasoned := map[string]string{}
		for _, l := range o.lines(f, engine.Extent{Range: period.Range{From: period.NoDate, To: f.Current.From}}) {
			if l.account != "" {
				seasoned[o.party(f.Level, l.account)] = ""
			}
		}
		in = seasoned
	}
	return slices.Sorted(maps.Keys(in))
}

// value of a base measure for one client, written out measure by measure.
func (o *Oracle) value(f engine.Frame, client string, id metric.ID) (engine.Value, error) {
	over := map[metric.ID]metric.Over{
		metric.Revenue: metric.Current, metric.RevenuePrior: metric.Prior, metric.Invoices: metric.Current,
		metric.LinesCurrent: metric.Current, metric.LinesPrior: metric.Prior, metric.LinesEarlier: metric.Earlier,
		metric.LinesEver: metric.Ever, metric.FirstDate: metric.Ever, metric.LastDate: metric.Ever,
	}[id]
	sum, none := new(big.Int), true
	for _, l := range o.lines(f, f.Extent(over)) {
		if l.account == "" || o.party(f.Level, l.account) != client {
			continue
		}
		switch id { //nolint:exhaustive // all others count lines
		case metric.Revenue, metric.RevenuePrior:
			sum.Add(sum, l.amount)
		case metric.Invoices:
			if (f.SalesOnly && l.onSale) || (!f.SalesOnly && l.first) {
				sum.Add(sum, big.NewInt(1))
			}
		case metric.FirstDate, metric.LastDate:
			day := big.NewInt(int64(l.day))
			if l.day == period.NoDate {
				continue
			}
			if none || (id == metric.FirstDate) == (day.Cmp(sum) < 0) {
				sum, none = day, false
			}
		default:
			sum.Add(sum, big.NewInt(1))
		}
	}
	if id == metric.FirstDate || id == metric.LastDate {
		return engine.Value{Int: sum.Int64(), Valid: !none}, nil
	}
	if !sum.IsInt64() {
		return engine.Value{}, errTooBig
	}
	return engine.Value{Int: sum.Int64(), Valid: true}, nil
}

// Span implements engine.Engine.
func (o *Oracle) Span(context.Context) (engine.Span, error) {
	s := engine.Span{First: period.NoDate, Last: period.NoDate}
	for _, l := range o.facts {
		switch {
		case l.day == period.NoDate:
			s.Undated++
		case s.First == period.NoDate:
			s.First, s.Last = l.day, l.day
		default:
			s.First, s.Last = min(s.First, l.day), max(s.Last, l.day)
		}
	}
	return s, nil
}

// Pool implements engine.Engine.
func (o *Oracle) Pool(_ context.Context, f engine.Frame) (engine.Pool, error) {
	var p engine.Pool
	for _, l := range o.facts {
		to := &p.Assigned
		switch {
		case !f.Extent(metric.Current).Holds(l.day):
			to = &p.Outside
		case f.SalesOnly && l.amount.Sign() <= 0:
			to = &p.Filtered
		case l.account == "":
			to = &p.Unassigned
		}
		to.Lines++
		to.Amount = to.Amount.Add(l.amount.Int64())
	}
	return p, nil
}

// Summary implements engine.Engine.
func (o *Oracle) Summary(_ context.Context, f engine.Frame, by metric.ID) (engine.Summary, error) {
	var s engine.Summary
	squares := [3]*big.Int{new(big.Int), new(big.Int), new(big.Int)}
	half := big.NewInt(1 << 31)
	for _, c := range o.clients(f) {
		v, err := o.value(f, c, by)
		if err != nil {
			return s, err
		}
		s.Clients++
		switch {
		case v.Int > 0:
			s.Positive++
			s.PositiveSum = s.PositiveSum.Add(v.Int)
			s.Max = max(s.Max, v.Int)
			a, b := new(big.Int).QuoRem(big.NewInt(v.Int), half, new(big.Int))
			squares[0].Add(squares[0], new(big.Int).Mul(a, a))
			squares[1].Add(squares[1], new(big.Int).Mul(a, b))
			squares[2].Add(squares[2], new(big.Int).Mul(b, b))
		case v.Int < 0:
			s.Negative++
			s.NegativeSum = s.NegativeSum.Add(v.Int)
		default:
			s.Zero++
		}
	}
	for i := range squares {
		s.SquareParts[i], _ = money.FromBig(squares[i]) // far below 127 bits
	}
	return s, nil
}

// ranks is the number of positive values, their sum, and Σ j·x_(j) ascending.
func (o *Oracle) ranks(f engine.Frame, by metric.ID) (string, error) {
	var values []int64
	for _, c := range o.clients(f) {
		v, err := o.value(f, c, by)
		if err != nil {
			return "", err
		}
		if v.Int > 0 {
			values = append(values, v.Int)
		}
	}
	slices.Sort(values)
	sum, ranked := new(big.Int), new(big.Int)
	for i, v := range values {
		sum.Add(sum, big.NewInt(v))
		ranked.Add(ranked, new(big.Int).Mul(big.NewInt(int64(i+1)), big.NewInt(v)))
	}
	return fmt.Sprint(len(values), " ", sum, " ", ranked), nil
}

// Buckets implements engine.Engine.
func (o *Oracle) Buckets(_ context.Context, f engine.Frame, by metric.ID, in engine.Interval) ([]engine.Bucket, error) {
	out := []engine.Bucket{}
	for _, c := range o.clients(f) {
		v, err := o.value(f, c, by)
		if err != nil {
			return nil, err
		}
		if v.Int < in.Lo || v.Int >= in.Hi {
			continue
		}
		index := (v.Int - in.Lo) / in.Width
		i := slices.IndexFunc(out, func(b engine.Bucket) bool { return b.Index == index })
		if i < 0 {
			i = len(out)
			out = append(out, engine.Bucket{Index: index})
		}
		out[i].Count++
		out[i].Sum = out[i].Sum.Add(v.Int)
	}
	slices.SortFunc(out, func(x, y engine.Bucket) int { return cmp.Compare(x.Index, y.Index) })
	return out, nil
}

// Page implements engine.Engine.
func (o *Oracle) Page(_ context.Context, f engine.Frame, p engine.Page) ([]engine.Row, error) {
	type keyed struct {
		engine.Row
		by engine.Value
	}
	var all []keyed
	for _, c := range o.clients(f) {
		by, err := o.value(f, c, p.By)
		if err != nil {
			return nil, err
		}
		row := engine.Row{Client: c, Name: o.name(c), Values: []engine.Value{}}
		for _, id := range p.Measures {
			v, err := o.value(f, c, id)
			if err != nil {
				return nil, err
			}
			row.Values = append(row.Values, v)
		}
		full := p.Lo == -1<<63 && p.Hi == 1<<63-1
		if (full || (by.Valid && by.Int >= p.Lo && by.Int <= p.Hi)) && (p.Clients == nil || slices.Contains(p.Clients, c)) {
			all = append(all, keyed{row, by})
		}
	}
	slices.SortFunc(all, func(x, y keyed) int {
		if x.by.Valid != y.by.Valid {
			if x.by.Valid {
				return -1
			}
			return 1
		}
		return cmp.Or(cmp.Compare(y.by.Int, x.by.Int), strings.Compare(x.Client, y.Client))
	})
	out := []engine.Row{}
	for i, k := range all {
		if int64(i) >= p.Offset && (p.Limit < 0 || int64(len(out)) < p.Limit) {
			out = append(out, k.Row)
		}
	}
	return out, nil
}

// EachDocument implements engine.Documents.
func (o *Oracle) EachDocument(_ context.Context, f engine.Frame, visit func(client string, document [2]uint64, sum int64) error) error {
	type key struct {
		client   string
		document [2]uint64
	}
	sums := map[key]*big.Int{}
	frame := o.clients(f)
	for _, l := range o.lines(f, f.Extent(metric.Current)) {
		if l.account == "" || !slices.Contains(frame, o.party(f.Level, l.account)) {
			continue
		}
		k := key{o.party(f.Level, l.account), l.document}
		if sums[k] == nil {
			sums[k] = new(big.Int)
		}
		sums[k].Add(sums[k], l.amount)
	}
	for _, sum := range sums {
		if !sum.IsInt64() {
			return errTooBig
		}
	}
	for k, sum := range sums {
		if err := visit(k.client, k.document, sum.Int64()); err != nil {
			return err
		}
	}
	return nil
}

// ClientLines implements engine.Lines.
func (o *Oracle) ClientLines(_ context.Context, f engine.Frame, client string, limit int64) ([]engine.LineRef, error) {
	var in []fact
	for _, l := range o.lines(f, f.Extent(metric.Current)) {
		if l.account != "" && o.party(f.Level, l.account) == client {
			in = append(in, l)
		}
	}
	slices.SortFunc(in, func(x, y fact) int {
		return cmp.Or(y.amount.CmpAbs(x.amount), strings.Compare(x.batch, y.batch), cmp.Compare(x.line, y.line))
	})
	out := []engine.LineRef{}
	for _, l := range in {
		if limit < 0 || int64(len(out)) < limit {
			out = append(out, engine.LineRef{Batch: l.batch, Line: l.line, Client: l.account, Day: l.day, Amount: l.amount.Int64()})
		}
	}
	return out, nil
}

// Close implements engine.Engine.
func (o *Oracle) Close() error { return nil }
