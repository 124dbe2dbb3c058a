package cli

import (
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"clientele/internal/app"
	"clientele/internal/fault"
	"clientele/internal/insight"
	"clientele/internal/money"
)

// matrixSchema names the document of the matrix of revenue and margin.
const matrixSchema = "clientele.matrix/v1"

type matrixDocument struct {
	heading

	Control     controlDocument    `json:"control"`
	Level       string             `json:"level"`
	Edges       edgesDocument      `json:"edges"`
	Cells       []cellDocument     `json:"cells"`
	NonPositive *cellDocument      `json:"non_positive"`   // revenue not above 0
	Unknown     *cellDocument      `json:"unknown_margin"` // of all revenue bands
	Total       *cellDocument      `json:"total"`
	Alike       *alikeDocument     `json:"small_like_large"`
	Migration   *migrationDocument `json:"migration"`
	Trend       []trendDocument    `json:"trend"`
	Verdict     verdictDocument    `json:"verdict"`
	Files       []fileDocument     `json:"files"`
	Revision    int64              `json:"revision"`
}

type edgesDocument struct {
	Revenue []string  `json:"revenue"`
	Margin  []float64 `json:"margin"` // fractions
}

// bandDocument is [from, to); null is open.
type revenueBand struct {
	From *string `json:"from"`
	To   *string `json:"to"`
}

type marginBand struct {
	From *float64 `json:"from"`
	To   *float64 `json:"to"`
}

type cellDocument struct {
	RevenueBand  *revenueBand `json:"revenue_band"`
	MarginBand   *marginBand  `json:"margin_band"`
	Clients      int64        `json:"clients"`
	Revenue      string       `json:"revenue"`
	Contribution *string      `json:"contribution"` // of those whose profit is known; null where of none
	Hours        *float64     `json:"hours"`
	PerHour      *string      `json:"contribution_per_hour"` // of those whose profit and hours are known
	Margin       *float64     `json:"margin"`                // pooled, of those whose profit is known
}

type alikeDocument struct {
	Limit   string          `json:"limit"` // revenue from which a client is large
	Large   int64           `json:"large"`
	From    *float64        `json:"margin_from"`
	To      *float64        `json:"margin_to"`
	Like    alikeGroup      `json:"like"`
	Better  alikeGroup      `json:"better"`
	Worse   alikeGroup      `json:"worse"`
	Unknown int64           `json:"unknown"`
	Verdict verdictDocument `json:"verdict"`
}

type alikeGroup struct {
	Clients int64    `json:"clients"`
	Revenue string   `json:"revenue"`
	Profit  string   `json:"contribution"`
	PerHour *string  `json:"contribution_per_hour"`
	Margin  *float64 `json:"margin"`
}

// matrix is the command that counts clients by revenue and margin.
func (r *run) matrix() *cobra.Command {
	var f profitFlags
	var edges edgeFlags
	var index string
	var trend bool
	cmd := &cobra.Command{
		Use:   "matrix [FILE…]",
		Short: "how many clients have which revenue and which margin",
		Long: "Count the clients by bands of revenue and of margin, with what they bring and\n" +
			"leave. Bands are [from, to). Without edges, round numbers around the entry ticket\n" +
			"of the line at 80 % are taken, and margins of 0, 10, 25 and 40 %.",
		Example: "  # from a file with a column of costs, unit costs or margins\n" +
			"  clientele matrix sales.csv\n\n" +
			"  # with your own bands\n" +
			"  clientele matrix sales.csv --revenue 0,1000,5000 --margin 0,10%,25%\n\n" +
			"  # of the workspace: who moved since a year ago, and eight quarters of each cell\n" +
			"  clientele matrix --compare year --trend",
		Annotations: map[string]string{schemaKey: matrixSchema},
	}
	cmd.Flags().SortFlags = false
	edges.bind(cmd)
	bindPrices(cmd, &index)
	cmd.Flags().BoolVar(&trend, "trend", false, "show the cells of the years that end with each of the last eight quarters")
	f.bind(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		a, g, err := f.ask(r, cmd, args)
		if err != nil {
			return err
		}
		q := edges.question()
		if q.Prices, err = prices(index); err != nil {
			return err
		}
		m, err := app.Matrix(cmd.Context(), a, q)
		if err != nil {
			return err
		}
		if trend && !refusedAnswer(&a.Answer) {
			if err := m.AddTrend(cmd.Context(), g); err != nil {
				return err
			}
		}
		return r.showMatrix(m)
	}
	return cmd
}

// edgeFlags are the flags by which the bands of a matrix are cut.
type edgeFlags struct{ revenue, margin string }

func (f *edgeFlags) bind(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.revenue, "revenue", "", "cut revenue at the `EDGES` 0,1000,5000")
	cmd.Flags().StringVar(&f.margin, "margin", "", "cut margins at the `EDGES` 0,10%,25%")
}

func (f *edgeFlags) question() app.MatrixQuestion {
	return app.MatrixQuestion{Revenue: edgeList(f.revenue), Margin: edgeList(f.margin)}
}

// edgeList cuts a flag at its commas.
func edgeList(s string) []string {
	if strings.TrimSpace(s) == "" {
		return nil
	}
	return strings.Split(s, ",")
}

func belowZero(flag string) error {
	return fault.New(fault.Usage, "read "+flag, flag+" is below 0", "give a number of clients, or 0 for all")
}

func (r *run) showMatrix(m *app.MatrixAnswer) error {
	var err error
	p := purseOf(&m.Answer)
	switch r.global.format {
	case formatJSON:
		err = r.document(matrixDocumentOf(m))
	case formatCSV:
		err = r.sheet(matrixSheet(m, p))
	case formatMarkdown:
		err = r.print(matrixGrid(m, p, cellCount).markdown())
	default:
		err = r.print([]byte(r.matrixScreen(m)))
	}
	return r.ended(err, &m.Answer)
}

func matrixDocumentOf(m *app.MatrixAnswer) matrixDocument {
	p := purseOf(&m.Answer)
	d := matrixDocument{
		heading: headingOf(matrixSchema, &m.Answer, m.Question.Level, m.Dates), Control: controlOf(&m.Control, p), Level: string(m.Layer),
		Edges: edgesDocument{[]string{}, []float64{}}, Cells: []cellDocument{}, Trend: []trendDocument{}, Verdict: verdictOf(m.Verdict), Files: filesOf(m.Files), Revision: m.Revision,
	}
	for _, e := range m.Grid.Edges.Revenue {
		d.Edges.Revenue = append(d.Edges.Revenue, p.exactUnits(e))
	}
	for _, e := range m.Grid.Edges.Margin {
		d.Edges.Margin = append(d.Edges.Margin, points(e))
	}
	if refusedAnswer(&m.Answer) {
		return d
	}
	m.Each(func(x app.MatrixCell) {
		c := cellOf(x.Cell, p)
		c.RevenueBand, c.MarginBand = revenueBandOf(x.Revenue, p), marginBandOf(x.Margin)
		d.Cells = append(d.Cells, c)
	})
	none, unknown, total := cellOf(&m.Grid.NonPositive, p), cellOf(m.UnknownMargin(), p), cellOf(&m.Grid.Total, p)
	d.NonPositive, d.Unknown, d.Total = &none, &unknown, &total
	d.Alike, d.Migration = alikeOf(m, p), migrationOf(m, p)
	for _, x := range m.Trend {
		unknown := unknownOf(&x.Grid)
		one := trendDocument{
			Window: windowDocument{day(x.Window.From), day(x.Window.To - 1)}, Cells: []cellDocument{},
			NonPositive: cellOf(&x.Grid.NonPositive, p), Unknown: cellOf(&unknown, p), Total: cellOf(&x.Grid.Total, p),
		}
		for i, rb := range m.RevenueBands() {
			for k, mb := range m.MarginBands() {
				c := cellOf(&x.Grid.Cells[i][k], p)
				c.RevenueBand, c.MarginBand = revenueBandOf(rb, p), marginBandOf(mb)
				one.Cells = append(one.Cells, c)
			}
		}
		d.Trend = append(d.Trend, one)
	}
	return d
}

type trendDocument struct {
	Window      windowDocument `json:"window"`
	Cells       []cellDocument `json:"cells"`
	NonPositive cellDocument   `json:"non_positive"`
	Unknown     cellDocument   `json:"unknown_margin"` // of all revenue bands
	Total       cellDocument   `json:"total"`          // of all of the above
}

// unknownOf are the clients of a grid with revenue above 0 whose margin is not known.
func unknownOf(g *insight.Grid) (all insight.Cell) {
	for _, c := range g.Unknown {
		all = all.Plus(c)
	}
	return all
}

// migrationDocument is how clients moved between cells since the other window.
type migrationDocument struct {
	Window    windowDocument  `json:"window"`
	PriceNow  *string         `json:"price_index"`   // 1 in that window; null: nobody said it
	Edges     []string        `json:"revenue_edges"` // of that window, at its prices
	StayShare *float64        `json:"stay_share"`
	Stay      int64           `json:"stay"`
	Both      int64           `json:"both"`
	Paths     []pathDocument  `json:"paths"`
	Verdict   verdictDocument `json:"verdict"`
}

type pathDocument struct {
	From    standDocument `json:"from"`
	To      standDocument `json:"to"`
	Clients int64         `json:"clients"`
	Gain    *string       `json:"profit_gain"` // of those whose profit is known in both windows; null where of none
}

// standDocument is a cell, or the state of who is in none: no_revenue, absent.
type standDocument struct {
	State   string       `json:"state"` // cell, no_revenue, absent
	Revenue *revenueBand `json:"revenue_band"`
	Margin  *marginBand  `json:"margin_band"`
}

func migrationOf(m *app.MatrixAnswer, p purse) *migrationDocument {
	x := m.Migration
	if x == nil {
		return nil
	}
	d := &migrationDocument{Window: windowOf(&m.Before.Answer, m.Before.Dates), Stay: x.Stay, Both: x.Both, Paths: []pathDocument{}, Edges: []string{}, Verdict: verdictOf(m.MoveVerdict)}
	if m.Prices.Known() {
		d.PriceNow = known(m.Prices.Now.String())
	}
	for _, e := range m.Earlier.Revenue {
		d.Edges = append(d.Edges, p.exactUnits(e))
	}
	if v, ok := x.StayShare(); ok {
		d.StayShare = &v
	}
	stand := func(s insight.Stand) standDocument {
		out := standDocument{State: [...]string{"cell", "no_revenue", "absent"}[s.Presence]}
		if s.Presence == insight.InCell {
			out.Revenue = revenueBandOf(m.RevenueBands()[s.Place.Revenue], p)
			if s.Place.Margin >= 0 {
				out.Margin = marginBandOf(m.MarginBands()[s.Place.Margin])
			}
		}
		return out
	}
	for _, w := range x.Paths {
		path := pathDocument{From: stand(w.From), To: stand(w.To), Clients: w.Clients}
		if w.Known > 0 {
			path.Gain = known(p.exact(w.Gain))
		}
		d.Paths = append(d.Paths, path)
	}
	return d
}

// points are basis points as a fraction.
func points(basis int64) float64 { return float64(basis) / 10_000 }

func revenueBandOf(b insight.Band, p purse) *revenueBand {
	d := &revenueBand{}
	if b.HasLow {
		d.From = known(p.exactUnits(b.Low))
	}
	if b.HasHigh {
		d.To = known(p.exactUnits(b.High))
	}
	return d
}

func marginBandOf(b insight.Band) *marginBand {
	d := &marginBand{}
	if b.HasLow {
		v := points(b.Low)
		d.From = &v
	}
	if b.HasHigh {
		v := points(b.High)
		d.To = &v
	}
	return d
}

func cellOf(c *insight.Cell, p purse) cellDocument {
	d := cellDocument{Clients: c.Clients, Revenue: p.exact(c.Revenue)}
	if c.Costed > 0 || c.Clients == 0 {
		d.Contribution = known(p.exact(c.Profit))
		if m, ok := c.Margin(); ok {
			d.Margin = &m
		}
	}
	if c.Timed > 0 {
		v, _ := money.Ratio(c.Micros, money.FromInt64(3_600_000_000))
		d.Hours = &v
	}
	if v, ok := c.ProfitPerHour(); ok {
		d.PerHour = known(p.exact(v))
	}
	return d
}

func alikeOf(m *app.MatrixAnswer, p purse) *alikeDocument {
	x := m.Alike
	group := func(g insight.AlikeGroup) alikeGroup {
		out := alikeGroup{Clients: g.Clients, Revenue: p.exact(g.Revenue), Profit: p.exact(g.Profit)}
		if v, ok := g.Margin(); ok {
			out.Margin = &v
		}
		if v, ok := g.ProfitPerHour(); ok {
			out.PerHour = known(p.exact(v))
		}
		return out
	}
	d := &alikeDocument{Limit: p.exactUnits(m.Limit), Large: x.Large, Unknown: x.Unknown, Verdict: verdictOf(m.AlikeVerdict)}
	d.Like, d.Better, d.Worse = group(x.Like), group(x.Better), group(x.Worse)
	if low, high, ok := x.Interval(); ok {
		d.From, d.To = &low, &high
	}
	return d
}

// matrixSheet has a row for each cell, and for who is in none: the rows sum to the whole.
func matrixSheet(m *app.MatrixAnswer, p purse) *sheet {
	s := &sheet{columns: []column{
		{"revenue_from", "", true, false},
		{"revenue_to", "", true, false},
		{"margin_from", "", true, false},
		{"margin_to", "", true, false},
		{"clients", "", true, false},
		{"revenue", "", true, false},
		{"contribution", "", true, false},
		{"hours", "", true, false},
		{"margin", "", true, false},
		{"block", "", false, false},
	}}
	row := func(block string, r *revenueBand, g *marginBand, c cellDocument) {
		s.rows = append(s.rows, []string{given(r.From), given(r.To), ratio(g.From), ratio(g.To), strconv.FormatInt(c.Clients, 10), c.Revenue, given(c.Contribution), ratio(c.Hours), ratio(c.Margin), block})
	}
	m.Each(func(x app.MatrixCell) {
		row("cell", revenueBandOf(x.Revenue, p), marginBandOf(x.Margin), cellOf(x.Cell, p))
	})
	for i, b := range m.RevenueBands() {
		row("unknown_margin", revenueBandOf(b, p), &marginBand{}, cellOf(&m.Grid.Unknown[i], p))
	}
	row("non_positive", &revenueBand{}, &marginBand{}, cellOf(&m.Grid.NonPositive, p))
	return s
}
