package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"clientele/internal/app"
	"clientele/internal/insight"
	"clientele/internal/money"
)

// whaleSchema names the document of the whale curve.
const whaleSchema = "clientele.whale/v1"

type whaleDocument struct {
	heading

	Control  controlDocument `json:"control"`
	Level    string          `json:"level"`
	Clients  whaleCounts     `json:"clients"`
	Whale    *whaleFigures   `json:"whale"`
	Zones    *zonesDocument  `json:"zones"`
	ZoneSums *zoneSums       `json:"zone_profit"`
	Curve    []whalePoint    `json:"curve"`
	Rows     []clientProfit  `json:"rows"` // best first, as many as were asked for
	Verdict  verdictDocument `json:"verdict"`
	Files    []fileDocument  `json:"files"`
	Revision int64           `json:"revision"`
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
			"  # groups of clients, from the workspace\n" +
			"  clientele whale --by group",
		Annotations: map[string]string{schemaKey: whaleSchema},
	}
	cmd.Flags().SortFlags = false
	cmd.Flags().IntVar(&limit, "limit", 5, "show the `N` best and the N worst clients; 0 is all")
	f.bind(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if limit < 0 {
			return belowZero("--limit")
		}
		a, _, err := f.ask(r, cmd, args)
		if err != nil {
			return err
		}
		return r.showWhale(a, limit)
	}
	return cmd
}

func (r *run) showWhale(a *app.ProfitAnswer, limit int) error {
	var err error
	p := purseOf(&a.Answer)
	switch r.global.format {
	case formatJSON:
		err = r.document(whaleDocumentOf(a))
	case formatCSV:
		err = r.sheet(profitSheet(a, p))
	case formatMarkdown:
		err = r.print(profitGrid(a, a.Rows, p).trimmed().markdown())
	default:
		err = r.print([]byte(r.whaleScreen(a, limit)))
	}
	return r.ended(err, &a.Answer)
}

func whaleDocumentOf(a *app.ProfitAnswer) whaleDocument {
	p, w := purseOf(&a.Answer), a.Whale
	d := whaleDocument{
		heading: headingOf(whaleSchema, &a.Answer, a.Question.Level, a.Dates), Control: controlOf(&a.Control, p), Level: string(a.Layer),
		Clients: whaleCounts{w.Clients, w.Profitable, w.Zero, w.Loss, a.Unknown}, Curve: []whalePoint{}, Rows: []clientProfit{},
		Verdict: verdictOf(a.Verdict), Files: filesOf(a.Files), Revision: a.Revision,
	}
	if refusedAnswer(&a.Answer) {
		return d
	}
	d.Whale = &whaleFigures{Peak: p.exact(w.Peak), Total: p.exact(w.Total), Erosion: p.exact(w.Erosion), PeakClients: w.PeakClients}
	if ratio, ok := w.PeakRatio(); ok {
		d.Whale.PeakRatio = &ratio
	}
	d.Zones = &zonesDocument{w.Green, w.Blue, w.Flat, w.Red}
	d.ZoneSums = &zoneSums{p.exact(w.GreenSum), p.exact(w.BlueSum), p.exact(w.RedSum)}
	for _, x := range a.Curve() {
		d.Curve = append(d.Curve, whalePoint{x.Clients, p.exact(x.Sum)})
	}
	for i := range a.Rows {
		d.Rows = append(d.Rows, clientProfitOf(&a.Rows[i], a.Layer, p))
	}
	return d
}

// whaleScreen is the finding, the curve, the zones, and who stands at both ends.
func (r *run) whaleScreen(a *app.ProfitAnswer, limit int) string {
	var b strings.Builder
	t, p := r.theme, purseOf(&a.Answer)
	if !refusedAnswer(&a.Answer) {
		t.sentence(&b, whaleSentence(a, p))
		t.facts(&b, []string{"Profit " + p.named(a.Whale.Total), spanText(&a.Answer, a.Dates), "level " + strings.ToUpper(string(a.Layer))})
		b.WriteString("\n")
		t.hump(&b, a)
		t.zones(&b, a, p)
		b.WriteString("\n")
		t.ends(&b, a, p, limit)
	}
	t.account(&b, &a.Answer, p)
	t.verdict(&b, a.Verdict)
	return b.String()
}

func whaleSentence(a *app.ProfitAnswer, p purse) string {
	w, who := a.Whale, app.LevelWord(a.Question.Level)
	if w.Profitable == 0 {
		return fmt.Sprintf("None of %s leaves a profit; together they lose %s.", counted(w.Clients, who), p.named(w.Erosion))
	}
	s := fmt.Sprintf("Profit peaks at %s after %s of %s", p.named(w.Peak), count(w.PeakClients), counted(w.Clients, who))
	switch {
	case w.Loss == 0:
		return s + "; none takes any of it back."
	case w.Loss == 1:
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
		text := counted(counts[z.zone], app.LevelWord(a.Question.Level)) + " " + z.text
		if z.zone != insight.Flat {
			text += ": " + p.named(sums[z.zone])
		}
		t.block(b, strings.ToUpper(string(z.zone)[:1])+string(z.zone)[1:], text)
	}
}

// hump draws the curve from 0: up to the peak solid, behind it light. What lies below 0
// is not drawn, but said by the scale.
func (t theme) hump(b *strings.Builder, a *app.ProfitAnswer) {
	points := a.Curve()
	w := a.Whale
	if len(points) < 3 || w.Peak.IsZero() {
		return
	}
	wide := min(t.width-curveLabel-1, 72)
	heights := sample(points, w.Peak, wide)
	edge := min(max(int(w.PeakClients*int64(wide)/w.Clients), 1), wide)
	t.bars(b, heights, edge, "peak", "0")
	mark := "▲ peak, " + counted(w.PeakClients, "client")
	at := min(edge-1, wide-width(mark))
	line := strings.Repeat(" ", curveLabel+max(0, at)) + mark
	if room := curveLabel + wide - width(line) - width(count(w.Clients)); room > 1 {
		line += strings.Repeat(" ", room) + count(w.Clients)
	}
	b.WriteString(t.dim(line) + "\n\n")
}
