package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"clientele/internal/app"
	"clientele/internal/fault"
	"clientele/internal/insight"
	"clientele/internal/money"
	"clientele/internal/period"
)

// reading are the flags that say how files are read.
type reading struct {
	request    app.FilesRequest
	net, gross bool
	base       string
	said       func(flag string) bool // on the command line
}

func (f *reading) bind(cmd *cobra.Command) {
	f.answers(cmd)
	s := cmd.Flags()
	f.said = s.Changed
	s.StringVar(&f.request.Rates, "rates", "", "convert by the exchange rates in `FILE`: day, currency, rate")
	s.StringVar(&f.base, "base", "", "convert into the currency `CODE`")
	s.IntVar(&f.request.FiscalStart, fiscalStart, january, "begin the fiscal year with the `MONTH` 1 to 12, for --window FY2025")
}

// fiscalStart is the flag of the month in which the fiscal year begins: January, if left
// out.
const (
	fiscalStart = "fiscal-start"
	january     = 1
)

// checkMonth checks what --fiscal-start says.
func checkMonth(month int) error {
	if month < 1 || month > 12 {
		return fault.New(fault.Usage, "read --fiscal-start", fmt.Sprintf("there is no month %d", month), "write 1 for January up to 12 for December")
	}
	return nil
}

// answers binds what may be said about a file wherever it goes.
func (f *reading) answers(cmd *cobra.Command) {
	a, s := &f.request.Answers, cmd.Flags()
	s.StringArrayVar(&a.Map, "map", nil, "say which column is what with `ROLE=COLUMN`, for example client=Company; date= leaves the date out")
	s.StringVar(&a.Amount, "amount", "", "compute amounts by `EXPR`, of roles or columns: 'quantity*unit_price'")
	s.StringVar(&a.DateOrder, "date-order", "", "read dates in the `ORDER` dmy, mdy, ymd or iso")
	s.StringVar(&a.Decimal, "decimal", "", "read amounts with the decimal `SIGN` point or comma")
	s.StringVar(&a.Encoding, "encoding", "", "read text as `NAME`: utf-8, utf-16, windows-1252")
	s.StringVar(&a.Delimiter, "delimiter", "", "cut columns at the `SIGN` comma, semicolon, tab or bar")
	s.StringVar(&a.Currency, "currency", "", "take `CODE` for the currency of lines that name none")
	s.StringVar(&a.Kind, "kind", "", "say that amounts are of the `KIND` invoiced, booked or received")
	s.BoolVar(&f.net, "net", false, "say that amounts are net of tax")
	s.BoolVar(&f.gross, "gross", false, "say that amounts hold tax")
	s.StringVar(&a.Sheet, "sheet", "", "read the sheet `NAME` of a workbook")
}

// settle checks the flags and completes the request.
func (f *reading) settle(r *run) error {
	if err := f.settleTax(); err != nil {
		return err
	}
	if err := checkMonth(f.request.FiscalStart); err != nil {
		return err
	}
	if f.base != "" && f.request.Rates == "" {
		return fault.New(fault.Usage, "read flags", "--base needs exchange rates", "name a table of rates: --rates FILE --base "+f.base)
	}
	f.request.Base = money.Currency(f.base)
	f.request.Stdin = r.in
	f.request.Today = period.FromTime(r.clock())
	return nil
}

// settleTax reads --net and --gross.
func (f *reading) settleTax() error {
	if f.net && f.gross {
		return fault.New(fault.Usage, "read flags", "--net and --gross exclude each other", "give the one that the amounts are")
	}
	switch {
	case f.net:
		f.request.Answers.Tax = "net"
	case f.gross:
		f.request.Answers.Tax = "gross"
	}
	return nil
}

// span are the flags that say what a question is about.
type span struct {
	window, from, to, compare, by string
	salesOnly                     bool

	spec  app.WindowSpec
	level app.Level
}

func (f *span) bind(cmd *cobra.Command) {
	f.bindWindow(cmd)
	cmd.Flags().StringVar(&f.compare, "compare", "", "compare with the window `WITH`: before, or year for a year earlier")
}

// bindWindow binds the flags that choose what is counted.
func (f *span) bindWindow(cmd *cobra.Command) {
	s := cmd.Flags()
	s.StringVar(&f.window, "window", "", "look at the `WINDOW` 12m, all, 2025, FY2025 or 2025-01-01..2025-06-30; 12 complete months if left out")
	s.StringVar(&f.from, "from", "", "begin the window with the day `DATE`")
	s.StringVar(&f.to, "to", "", "end the window with the day `DATE`, included")
	s.StringVar(&f.by, "by", "client", "count as one each `LEVEL` client, group or account")
	s.BoolVar(&f.salesOnly, "sales-only", false, "take only lines with an amount above 0")
}

func (f *span) settle() error {
	var err error
	if f.spec, err = app.ParseWindow(f.window); err != nil {
		return err
	}
	if f.spec, err = f.spec.Between(f.from, f.to); err != nil {
		return err
	}
	f.level, err = app.ParseLevel(f.by)
	if err != nil {
		return err
	}
	switch app.Compare(f.compare) {
	case app.NoCompare, app.Before, app.YearBefore:
		return nil
	default:
		return unknownWord("--compare", f.compare, []string{"before", "year"})
	}
}

// lineFlags are the flags of the line alone.
type lineFlags struct {
	share, priceIndex string
	withoutNew, band  bool
	draws, around     int
	topK              int64
}

func (f *lineFlags) bind(cmd *cobra.Command) {
	f.bindLine(cmd)
	s := cmd.Flags()
	s.BoolVar(&f.band, "band", false, "say how sure the line is of the clients near it")
	s.IntVar(&f.draws, "draws", insight.DefaultDraws, "draw the band `N` times")
	s.Int64Var(&f.topK, "top-k", 0, "show the revenue of the `K` largest clients too")
	bindPrices(cmd, &f.priceIndex)
}

// bindLine binds the flags that choose the line itself.
func (f *lineFlags) bindLine(cmd *cobra.Command) {
	s := cmd.Flags()
	s.StringVar(&f.share, "share", "80%", "draw the line at the `SHARE` of the revenue: 80%, 0.8 or 4/5")
	s.IntVar(&f.around, "around", 3, "show `N` clients above and below the line")
	s.BoolVar(&f.withoutNew, "without-new", false, "leave out clients that are new in the window")
}

// question puts the line's question together.
func (f *lineFlags) question(r *run, s *span) (app.LineQuestion, error) {
	q := app.LineQuestion{
		Window: s.spec, AsOf: r.global.day, Compare: app.Compare(s.compare), Level: s.level, SalesOnly: s.salesOnly,
		WithoutNew: f.withoutNew, Around: f.around, TopK: f.topK, Band: f.band, Draws: f.draws, Seed: r.global.seed,
	}
	var err error
	q.Share, err = money.ParseFraction(f.share)
	if err != nil || strings.Contains(f.share, "/") && strings.Contains(f.share, "%") {
		return q, fault.New(fault.Usage, "read --share", fmt.Sprintf("--share does not know %q", f.share), "write 0.8, 80% or 4/5")
	}
	switch {
	case f.around < 0:
		return q, fault.New(fault.Usage, "read --around", "--around is below 0", "give a number of clients, or leave it out")
	case f.draws < 1 || f.draws > drawsMax:
		return q, fault.New(fault.Usage, "read --draws", fmt.Sprintf("--draws is not in 1 … %d", drawsMax), "1000 draws are enough to see the band")
	case f.topK < 0:
		return q, fault.New(fault.Usage, "read --top-k", "--top-k is below 0", "give the number of clients that can be served well")
	}
	q.Prices, err = prices(f.priceIndex)
	return q, err
}

// bindPrices binds the flag of a price index.
func bindPrices(cmd *cobra.Command, index *string) {
	cmd.Flags().StringVar(index, "price-index", "", "take `INDEX` for the prices now, 1 in the window before: 1.035")
}

// prices are those of both windows by an index; nothing is known for "".
func prices(index string) (insight.Prices, error) {
	if index == "" {
		return insight.Prices{}, nil
	}
	now, ok := parseIndex(index)
	if !ok {
		return insight.Prices{}, fault.New(fault.Usage, "read --price-index", fmt.Sprintf("--price-index does not know %q", index), "write 1.035 for 3.5 % dearer than before")
	}
	return insight.Prices{Base: money.Amount{Units: 1}, Now: now}, nil
}

// drawsMax bounds the work of a band.
const drawsMax = 100_000

// ground reads the files that a question names; without one it stands on the workspace.
func (r *run) ground(ctx context.Context, files []string, f *reading, watch *progress) (*app.Ground, error) {
	if err := f.settle(r); err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return r.workspaceGround(ctx, f, watch)
	}
	f.request.Paths = files
	if watch != nil {
		f.request.Progress = watch.file
	}
	return app.FromFiles(ctx, f.request)
}
