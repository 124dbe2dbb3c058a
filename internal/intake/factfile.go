package intake

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"clientele/internal/fault"
	"clientele/internal/intake/decimal"
	"clientele/internal/intake/record"
	"clientele/internal/intake/role"
	"clientele/internal/ledger"
	"clientele/internal/money"
)

// facts reads the columns of a list of facts beside sale lines, and asks for what it
// cannot do without.
func (f *File) factColumns(rows []row, a *Answers) error {
	p := f.Profile
	prop := role.ProposeFacts(columnsOf(p.Headers, rows), f.list)
	p.Shape, p.List, p.Unit, p.Event, p.Second, p.Drivers, p.Plan = prop.Shape, prop.List, int64(prop.Unit), prop.Event, prop.Second, prop.Drivers, prop.Plan
	f.Facts, p.Kind, p.Layer = p.List, ledger.Kind(p.List), a.Layer
	for r, pick := range prop.Roles {
		p.Roles[r] = pick.Index
	}
	if _, err := f.mapped(a); err != nil {
		return err
	}
	p.countOnce()
	if p.Column(role.Hours) >= 0 && p.Unit == 0 {
		p.Unit = int64(role.InHours)
	}
	f.prop = role.Proposal{Roles: prop.Roles, Why: prop.Why, Shape: prop.Shape}
	f.explain(&f.prop)
	if names := p.driverNames(); len(names) > 0 {
		f.evidence("drivers = " + strings.Join(names, ", "))
	}
	if err := f.period(rows, a); err != nil {
		return err
	}
	if p.List == role.Plans {
		f.plan(a, prop.Missing)
		return nil
	}
	f.factsMissing(prop.Missing)
	return f.layer(rows, a)
}

// factsMissing asks for the columns that a list needs.
func (f *File) factsMissing(missing []role.Role) {
	p := f.Profile
	for _, r := range missing {
		if r == role.Client && (p.Column(role.ClientID) >= 0 || p.Column(role.Client) >= 0) || p.Column(r) >= 0 {
			continue
		}
		if r == role.Client && p.List == role.Costs && p.Column(role.Document) >= 0 || r == role.Person && p.Column(role.Group) >= 0 {
			continue
		}
		name := strings.ReplaceAll(string(r), "_", " ")
		f.ask(fault.Question{
			Code: "column_" + string(r), Text: "Which column is the " + name + "?", Evidence: []string{"columns: " + quoteAll(p.Headers), "read as a list of " + strings.ReplaceAll(p.List, "_", " ")},
			Flag: fmt.Sprintf("--map %s=COLUMN, or --facts LIST if it lists something else", r),
		})
	}
}

// layer settles to which layer of the statement the costs of a list belong, where no
// column of kinds does.
func (f *File) layer(rows []row, a *Answers) error {
	p := f.Profile
	switch a.Layer {
	case "", "cm1", "cm2", "cm3":
	default:
		return usage("--layer", a.Layer, "cm1, cm2, cm3")
	}
	if a.Layer != "" || p.List != role.Costs && p.List != role.ClientCosts {
		return nil
	}
	if p.List == role.Costs && p.Column(role.CostKind) < 0 {
		f.note("layer", "taken as the direct cost of what was sold; --layer cm2 or cm3 says otherwise")
		return nil
	}
	unknown := map[string]bool{}
	col := p.Column(role.CostKind)
	for i := range rows {
		if col >= 0 && col < len(rows[i].fields) {
			if w := string(trim(rows[i].fields[col])); w != "" && role.KindOfCost(w) == "" {
				unknown[w] = true
			}
		}
	}
	if len(unknown) > 0 {
		words := make([]string, 0, len(unknown))
		for w := range unknown {
			words = append(words, w)
		}
		slices.Sort(words)
		f.note("layer", "kinds of cost that are not known count as direct cost: "+strings.Join(words[:min(len(words), 8)], ", ")+"; --layer cm2 or cm3 says otherwise")
	}
	return nil
}

// labelColumns are the columns whose texts say what a fact is about, in the order of the
// list; -1 where the file has none. A second column is read behind the first.
func (p *Profile) labelColumns() [][2]int {
	var out [][2]int
	add := func(roles ...role.Role) {
		for _, r := range roles {
			second, ok := p.Second[r]
			if !ok {
				second = -1
			}
			out = append(out, [2]int{p.Column(r), second})
		}
	}
	switch p.List {
	case role.Costs, role.ClientCosts:
		add(role.CostKind)
	case role.Pools:
		add(role.Pool, role.CostKind)
	case role.Resources:
		add(role.Person, role.Group)
	case role.Efforts:
		add(role.Person, role.Activity, role.Group, role.Billable)
	case role.Events:
		add(role.EventName)
	case role.Equations:
		add(role.Group, role.EventName, role.Driver)
	case role.Plans:
		add(role.PlanLine, role.PlanName)
	}
	return out
}

// besides are the columns of further numbers of a fact, with the seconds that one counts:
// 0 for what is no time.
func (p *Profile) besides() (columns []int, seconds []int64) {
	switch p.List {
	case role.Resources:
		for _, r := range []role.Role{role.Practical, role.Contract} {
			columns, seconds = append(columns, p.Column(r)), append(seconds, int64(role.InHours))
		}
	case role.Events:
		for _, name := range p.driverNames() {
			columns, seconds = append(columns, p.Drivers[name]), append(seconds, 0)
		}
	case role.Plans:
		if len(p.Across) > 0 {
			return p.Across, make([]int64, len(p.Across))
		}
		lines := p.planLines()
		for _, line := range lines { // the first too: it is the amount of a row, but need not be there
			columns, seconds = append(columns, p.Plan[line]), append(seconds, planSeconds(line))
		}
	}
	return columns, seconds
}

// driverNames are the drivers of a list of events, in order of the alphabet.
func (p *Profile) driverNames() []string {
	names := make([]string, 0, len(p.Drivers))
	for name := range p.Drivers {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// measured says how the amount of a fact is read: its column, and what one counts in
// seconds, 0 for money. Events count themselves where no column says how many they are.
func (p *Profile) measured() (column int, seconds int64) {
	switch p.List {
	case role.Efforts:
		return p.Column(role.Hours), p.Unit
	case role.Equations:
		return p.Column(role.Minutes), int64(role.InMinutes)
	case role.Receivables:
		return p.Column(role.Balance), 0
	case role.Events:
		return p.Column(role.EventCount), 0
	case role.Plans:
		if len(p.Across) > 0 {
			return p.Across[0], 0
		}
		if lines := p.planLines(); len(lines) > 0 {
			return p.Plan[lines[0]], planSeconds(lines[0])
		}
		return p.Column(role.Planned), 0
	default:
		return p.Column(role.Cost), 0
	}
}

// factOf reads the amount of a fact: money in its currency, time in seconds, how many for
// events.
func (w *worker) factOf(rec *record.Record, cur uint8) (money.Amount, uint8, *failure) {
	p := w.plan
	switch {
	case p.profile.List == role.Events:
		return w.eventsOf(rec, cur)
	case p.profile.List == role.Plans:
		return w.planned(rec, cur)
	case p.seconds == 0:
		return w.value(rec, p.amount, cur)
	}
	a, bad := w.time(rec, p.amount, p.seconds)
	if bad == nil && a.Units < 0 && p.profile.List == role.Equations {
		bad = &failure{code: "negative_time", text: "an event takes no less than no time", remedy: "write minutes of 0 or more", col: p.amount, value: string(rec.Fields[p.amount])}
	}
	return a, cur, bad
}

// negativeDriver refuses an event whose numbers are below 0: its time would be too
// (definitions 3.3).
func (w *worker) negativeDriver(rec *record.Record) *failure {
	for _, col := range w.plan.besides {
		if col < 0 || col >= len(rec.Fields) || len(trim(rec.Fields[col])) == 0 {
			continue
		}
		if a, bad := w.time(rec, col, 1); bad == nil && a.Units < 0 {
			return &failure{code: "negative_time", text: "a number that drives time is below 0", remedy: "correct it, or leave the event out", col: col, value: string(rec.Fields[col])}
		}
	}
	return nil
}

// time reads a length of time in seconds: a number of units, or a clock's hours, minutes
// and seconds.
func (w *worker) time(rec *record.Record, col int, seconds int64) (money.Amount, *failure) {
	if col < len(rec.Fields) && bytes.IndexByte(rec.Fields[col], ':') > 0 {
		return clock(rec.Fields[col], col)
	}
	a, ok := w.quick(rec, col)
	if !ok {
		res, bad := w.number(rec, col)
		if long, ok := w.lasted(rec, col, seconds); ok && bad != nil {
			return long, nil
		}
		if bad != nil {
			return a, bad
		}
		a = res.Amount
	}
	a, err := a.Mul(money.Amount{Units: seconds})
	if err != nil {
		return a, &failure{code: "overflow", text: "the time does not fit 64 bits", remedy: "check the number", col: col}
	}
	return a.Trim(), nil
}

// lasted reads a length of time whose units are written out, where time is expected: a
// number that drives time is none.
func (w *worker) lasted(rec *record.Record, col int, seconds int64) (money.Amount, bool) {
	if seconds <= 1 && col != w.plan.amount || col >= len(rec.Fields) {
		return money.Amount{}, false
	}
	return decimal.Duration(rec.Fields[col], w.plan.styles[col])
}

// clock reads 1:30 and 1:30:00, with a sign perhaps, as seconds.
func clock(cell []byte, col int) (money.Amount, *failure) {
	text := string(trim(cell))
	digits, negative := strings.CutPrefix(text, "-")
	parts := strings.Split(digits, ":")
	total, unit := int64(0), int64(3600)
	bad := len(parts) > 3
	for i, part := range parts {
		v, fail := decimal.Parse([]byte(part), decimal.Style{Point: '.'})
		bad = bad || part == "" || fail != nil || v.Amount.Decimals > 0 || v.Amount.Units < 0 || v.Amount.Units > 1_000_000 || i > 0 && v.Amount.Units > 59
		total += v.Amount.Units * unit
		unit /= 60
	}
	if bad {
		return money.Amount{}, &failure{code: "bad_time", text: fmt.Sprintf("%q is no length of time", text), remedy: "write hours as 1.5, or 1:30:00", col: col, value: string(cell)}
	}
	if negative {
		total = -total
	}
	return money.Amount{Units: total}, nil
}

// besidesOf adds the further numbers of a fact: time in microseconds, others in
// millionths; ledger.Unknown where the cell has none, or none that can be read.
func (w *worker) besidesOf(rec *record.Record, c *chunk, cur uint8) {
	p, l := w.plan, &c.lines
	for k, col := range p.besides {
		v := ledger.Unknown
		if col >= 0 && col < len(rec.Fields) && len(trim(rec.Fields[col])) > 0 {
			v = w.beside6(rec, k, c, cur)
		}
		l.Beside[k] = append(l.Beside[k], v)
	}
}

func (w *worker) beside6(rec *record.Record, k int, c *chunk, cur uint8) int64 {
	col, seconds := w.plan.besides[k], w.plan.besideSeconds[k]
	a, bad := w.time(rec, col, max(seconds, 1))
	if w.plan.besideMoney && seconds == 0 {
		a, bad = w.besideMoney(rec, col, c, cur)
	}
	if bad == nil {
		if v, err := a.Rescale(money.MaxDecimals); err == nil {
			return v
		}
		bad = &failure{code: "precision", col: col, value: string(rec.Fields[col])}
	}
	c.notes.badCost(rec.Line, bad)
	return ledger.Unknown
}

// besideMoney is a further amount of a row in the currency of the first: it may raise the
// scale of the chunk, as that does.
func (w *worker) besideMoney(rec *record.Record, col int, c *chunk, cur uint8) (money.Amount, *failure) {
	a, own, bad := w.value(rec, col, cur)
	if bad == nil && own != cur {
		bad = &failure{code: "currency_conflict", col: col, value: string(rec.Fields[col])}
	}
	if fitted := (scaled{a}); bad == nil {
		bad = c.fit(&fitted, w)
	}
	return a, bad
}

// labelOf numbers what a fact is about.
func (w *worker) labelOf(f [][]byte) int32 {
	w.labelKey = w.labelKey[:0]
	for i, cols := range w.plan.labels {
		if i > 0 {
			w.labelKey = append(w.labelKey, 0)
		}
		for k, col := range cols {
			if col < 0 || col >= len(f) {
				continue
			}
			text := nfc(trim(f[col]))
			if k > 0 && len(text) > 0 {
				w.labelKey = append(w.labelKey, ' ')
			}
			w.labelKey = append(w.labelKey, text...)
		}
	}
	if n, ok := w.labels[string(w.labelKey)]; ok {
		return n
	}
	n := int32(len(w.labelList)) //nolint:gosec // far fewer
	key := string(w.labelKey)
	w.labels[key] = n
	w.labelList = append(w.labelList, strings.Split(key, "\x00"))
	return n
}
