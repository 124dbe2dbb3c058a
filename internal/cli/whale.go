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
)

// whaleSchema names the document of the whale curve.
const whaleSchema = "clientele.whale/v1"

type whaleDocument struct {
	heading

	Control  controlDocument   `json:"control"`
	Level    string            `json:"level"`
	Clients  whaleCounts       `json:"clients"`
	Whale    *whaleFigures     `json:"whale"`
	Zones    *zonesDocument    `json:"zones"`
	ZoneSums *zoneSums         `json:"zone_profit"`
	Curve    []whalePoint      `json:"curve"`
	Before   *profitComparison `json:"comparison"`
	Range    *rangeDocument    `json:"range"`
	Stretch  *stretchDocument  `json:"stretch"`
	Rows     []clientProfit    `json:"rows"` // best first: all, or those of the stretch
	Verdict  verdictDocument   `json:"verdict"`
	Files    []fileDocument    `json:"files"`
	Revision int64             `json:"revision"`
}

type whaleCounts struct {
	Total      int64 `json:"total"`
	Profitable int64 `json:"profitable"`
	Zero       int64 `json:"zero"`
	Loss       int64 `json:"loss"`
	Unknown    int64 `json:"unknown"` // not in total: their profit is not known
}

type whaleFigures struct {
	Peak        string   `json:"peak"`
	Total       string   `json:"total"`
	Erosion     string   `json:"erosion"`
	PeakRatio   *float64 `json:"peak_ratio"`
	PeakClients int64    `json:"peak_clients"`
}

type zonesDocument struct {
	Green int64 `json:"green"`
	Blue  int64 `json:"blue"`
	Flat  int64 `json:"flat"`
	Red   int64 `json:"red"`
}

type zoneSums struct {
	Green string `json:"green"`
	Blue  string `json:"blue"`
	Red   string `json:"red"`
}

type whalePoint struct {
	Clients int64  `json:"clients"`
	Profit  string `json:"profit"`
}

// whale is the command that draws the whale curve.
func (r *run) whale() *cobra.Command {
	var f profitFlags
	var limit int
	var ranks string
	cmd := &cobra.Command{
		Use:   "whale [FILE…]",
		Short: "where profit peaks, and how much is lost after the peak",
		Long: "Draw the whale curve: cumulative profit, best client first. It says where profit\n" +
			"peaks, how much the others take back, and who stands in which zone. It goes as\n" +
			"deep as the costs that are known allow, and names that level.",
		Example: "  # from a file with a column of costs, unit costs or margins\n" +
			"  clientele whale sales.csv\n\n" +
			"  # before and after the freight\n" +
			"  clientele whale sales.csv --cost 'TotalProductCost+Freight' --window all\n\n" +
			"  # of the workspace, a year ago beneath it, and how sure it is\n" +
			"  clientele whale --compare year --range\n\n" +
			"  # by who looks after the clients; who stands behind the peak\n" +
			"  clientele whale --by owner\n" +
			"  clientele whale --ranks 301-320",
		Annotations: map[string]string{schemaKey: whaleSchema},
	}
	cmd.Flags().SortFlags = false
	cmd.Flags().IntVar(&limit, "limit", 5, "show the `N` best and the N worst clients; 0 is all")
	cmd.Flags().StringVar(&ranks, "ranks", "", "say who stands on the ranks `FROM-TO`, and what they have in common")
	f.bind(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if limit < 0 {
			return belowZero("--limit")
		}
		a, g, err := f.ask(r, cmd, args)
		if err != nil {
			return err
		}
		var stretch *app.Stretch
		if ranks != "" && !refusedAnswer(&a.Answer) {
			if stretch, err = stretchAsked(cmd.Context(), g, a, ranks); err != nil {
				return err
			}
		}
		return r.showWhale(a, stretch, limit)
	}
	return cmd
}

func (r *run) showWhale(a *app.ProfitAnswer, stretch *app.Stretch, limit int) error {
	var err error
	p := purseOf(&a.Answer)
	switch r.global.format {
	case formatJSON:
		err = r.document(whaleDocumentOf(a, stretch))
	case formatCSV:
		err = r.sheet(profitSheet(a, p))
	case formatMarkdown:
		err = r.print(profitGrid(a, a.Rows, p).trimmed().markdown())
	default:
		err = r.print([]byte(r.whaleScreen(a, stretch, limit)))
	}
	return r.ended(err, &a.Answer)
}

func whaleDocumentOf(a *app.ProfitAnswer, stretch *app.Stretch) whaleDocument {
	p, w := purseOf(&a.Answer), a.Whale
	d := whaleDocument{
		heading: headingOf(whaleSchema, &a.Answer, a.Question.Level, a.Dates), Control: controlOf(&a.Control, p), Level: string(a.Layer),
		Clients: whaleCounts{w.Clients, w.Profitable, w.Zero, w.Loss, a.Unknown}, Curve: []whalePoint{}, Rows: []clientProfit{},
		Verdict: verdictOf(a.Verdict), Files: filesOf(a.Files), Revision: a.Revision,
	}
	if refusedAnswer(&a.Answer) {
		return d
	}
	d.Whale, d.Curve, d.Before, d.Range = whaleFiguresOf(a, p), curveOf(a, p), profitComparisonOf(a, p), rangeOf(a, p)
	d.Zones = &zonesDocument{w.Green, w.Blue, w.Flat, w.Red}
	d.ZoneSums = &zoneSums{p.exact(w.GreenSum), p.exact(w.BlueSum), p.exact(w.RedSum)}
	rows := a.Rows
	if stretch != nil {
		rows, d.Stretch = stretch.Rows, stretchOf(a, stretch, p)
	}
	for i := range rows {
		d.Rows = append(d.Rows, clientProfitOf(a, &rows[i], p))
	}
	return d
}

// whaleScreen is the finding, the curve, the zones, and who stands at both ends.
func (r *run) whaleScreen(a *app.ProfitAnswer, stretch *app.Stretch, limit int) string {
	var b strings.Builder
	t, p := r.theme, purseOf(&a.Answer)
	if !refusedAnswer(&a.Answer) {
		t.sentence(&b, whaleSentence(a, p))
		t.facts(&b, []string{"Profit " + p.named(a.Whale.Total), spanText(&a.Answer, a.Dates), "level " + strings.ToUpper(string(a.Layer))})
		b.WriteString("\n")
		t.humps(&b, a)
		t.zones(&b, a, p)
		t.ranged(&b, a, p)
		t.earlier(&b, a, p)
		b.WriteString("\n")
		if stretch != nil {
			t.stretch(&b, a, stretch, p)
		} else {
			t.ends(&b, a, p, limit)
		}
	}
	t.account(&b, &a.Answer, p)
	t.verdict(&b, a.Verdict)
	return b.String()
}

func whaleSentence(a *app.ProfitAnswer, p purse) string {
	w, who := a.Whale, whatOf(a)
	if w.Profitable == 0 {
		return fmt.Sprintf("None of %s leaves a profit; together they lose %s.", counted(w.Clients, who), p.named(w.Erosion))
	}
	s := fmt.Sprintf("Profit peaks at %s after %s of %s", p.named(w.Peak), count(w.PeakClients), counted(w.Clients, who))
	switch w.Loss {
	case 0:
		return s + "; none takes any of it back."
	case 1:
		s += "; 1 takes " + p.named(w.Erosion) + " back"
	default:
		s += fmt.Sprintf("; %s take %s back", count(w.Loss), p.named(w.Erosion))
	}
	if ratio, ok := w.PeakRatio(); ok {
		s += fmt.Sprintf(", so that the peak is %s of what is left", percent(ratio, 0))
	}
	return s + "."
}

// zones lists the zones of the curve.
func (t theme) zones(b *strings.Builder, a *app.ProfitAnswer, p purse) {
	w := a.Whale
	counts := map[insight.Zone]int64{insight.Green: w.Green, insight.Blue: w.Blue, insight.Flat: w.Flat, insight.Red: w.Red}
	sums := map[insight.Zone]money.Sum{insight.Green: w.GreenSum, insight.Blue: w.BlueSum, insight.Red: w.RedSum}
	for _, z := range zoneWords {
		if counts[z.zone] == 0 {
			continue
		}
		text := counted(counts[z.zone], whatOf(a)) + " "
		if counts[z.zone] == 1 {
			text += z.one
		} else {
			text += z.many
		}
		if z.zone != insight.Flat {
			text += ": " + p.named(sums[z.zone])
		}
		t.block(b, strings.ToUpper(string(z.zone)[:1])+string(z.zone)[1:], text)
	}
}

// stretchAsked reads --ranks and selects them.
func stretchAsked(ctx context.Context, g *app.Ground, a *app.ProfitAnswer, ranks string) (*app.Stretch, error) {
	var from, to int64
	if n, err := fmt.Sscanf(ranks, "%d-%d", &from, &to); n != 2 || err != nil || fmt.Sprintf("%d-%d", from, to) != ranks {
		return nil, fault.New(fault.Usage, "read --ranks", fmt.Sprintf("--ranks does not know %q", ranks), "write the first and the last rank: --ranks 301-320")
	}
	return app.StretchOf(ctx, g, a, from, to, []string{app.Owner, "Segment", "Industry", "Country", "City", "Region", "Category"})
}

type stretchDocument struct {
	From int64 `json:"from"`
	To   int64 `json:"to"`
	termsDocument

	Common []traitDocument `json:"common"`
}

type traitDocument struct {
	Attribute string  `json:"attribute"`
	Value     string  `json:"value"`
	Clients   int64   `json:"clients"`
	Share     float64 `json:"share"`
	Whole     float64 `json:"share_of_all"`
}

func stretchOf(a *app.ProfitAnswer, s *app.Stretch, p purse) *stretchDocument {
	d := &stretchDocument{From: s.From, To: s.To, termsDocument: termsOf(a, &s.Terms, p.exact), Common: []traitDocument{}}
	for _, x := range s.Common {
		d.Common = append(d.Common, traitDocument(x))
	}
	return d
}

// stretch lists some ranks, and what their clients have in common.
func (t theme) stretch(b *strings.Builder, a *app.ProfitAnswer, s *app.Stretch, p purse) {
	profitGrid(a, s.Rows, p).trimmed().draw(b, t)
	b.WriteString("\n")
	t.block(b, "Stretch", fmt.Sprintf("ranks %s to %s: revenue %s, %s %s", count(s.From), count(s.To), p.named(s.Terms.Revenue), strings.ToUpper(string(a.Layer)), p.named(s.Terms.At(a.Layer))))
	for i, x := range s.Common {
		t.block(b, map[bool]string{true: "In common"}[i == 0], clean(fmt.Sprintf("%s %s: %s of them, %s of all", x.Attribute, x.Value, percent(x.Share, 0), percent(x.Whole, 0))))
	}
}

// ranged says between what the curve lies under other assumptions.
func (t theme) ranged(b *strings.Builder, a *app.ProfitAnswer, p purse) {
	x := a.Range
	switch {
	case x == nil:
	case len(x.Assumptions) == 0:
		t.block(b, "Range", "nothing is assumed: the curve has no range")
	default:
		t.block(b, "Range", fmt.Sprintf("peak %s to %s, lost %s to %s, %s to %s with a loss, %s under every assumption", p.amount(x.Peak.Low), p.amount(x.Peak.High),
			p.amount(x.Erosion.Low), p.amount(x.Erosion.High), x.Loss.Low.Format(0), counted64(x.Loss.High, whatOf(a)), count(x.Certain)))
		t.block(b, "", "varied: "+clean(strings.Join(x.Assumptions, "; ")))
	}
}

func counted64(s money.Sum, noun string) string {
	n, _ := s.Int64()
	return counted(n, noun)
}
