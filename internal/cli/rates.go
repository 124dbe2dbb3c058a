package cli

import (
	"strconv"

	"github.com/spf13/cobra"

	"clientele/internal/app"
)

const ratesSchema = "clientele.rates/v1"

type ratesDocument struct {
	stamp

	Base       *string            `json:"base_currency"`
	Currencies []rateSpanDocument `json:"currencies"`
}

type rateSpanDocument struct {
	Currency string `json:"currency"`
	Into     string `json:"into"`
	Rates    int64  `json:"rates"`
	From     string `json:"from"`
	To       string `json:"to"`
	Latest   string `json:"latest"` // of the last day
	Batch    string `json:"batch"`  // which brought it
}

// rates is the command about exchange rates.
func (r *run) rates() *cobra.Command {
	f := importFlags{}
	cmd := &cobra.Command{
		Use:   "rates [FILE…]",
		Short: "exchange rates: list them, or import a table",
		Long: "List the exchange rates by currency, or import tables of them: a column for the day,\n" +
			"the currency and the rate. Lines that waited for a rate are loaded then.",
		Example: "  clientele rates\n\n" +
			"  # what one unit is worth in EUR, by day\n" +
			"  clientele rates usd.csv --base EUR",
		Annotations: map[string]string{schemaKey: ratesSchema},
	}
	cmd.Flags().SortFlags = false
	cmd.Flags().BoolVar(&f.check, "check", false, "show what would happen, and change nothing")
	cmd.Flags().StringVar(&f.base, "base", "", "the rates convert into the currency `CODE`")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) > 0 {
			i := &importer{r: r, cmd: cmd, flags: &f, files: args, only: "rates"}
			return i.all(cmd.Context())
		}
		return r.inside(cmd.Context(), func(w *app.Workspace) error {
			list, base, err := w.Rates(cmd.Context())
			if err != nil {
				return err
			}
			return r.showRates(rateSpans(list), string(base))
		})
	}
	return cmd
}

// rateSpans sums the rates up by currency; they come by day.
func rateSpans(list []app.Rate) []rateSpanDocument {
	out := []rateSpanDocument{}
	index := map[[2]string]int{}
	for _, x := range list {
		key := [2]string{string(x.From), string(x.To)}
		i, ok := index[key]
		if !ok {
			i = len(out)
			index[key] = i
			out = append(out, rateSpanDocument{Currency: key[0], Into: key[1], From: x.Day.String()})
		}
		s := &out[i]
		s.Rates++
		s.To, s.Latest, s.Batch = x.Day.String(), x.Rate.String(), x.Batch
	}
	return out
}

func (r *run) showRates(list []rateSpanDocument, base string) error {
	t := &table{
		columns: []column{
			{"currency", "currency", false, false},
			{"into", "into", false, false},
			{"rates", "rates", true, false},
			{"from", "from", false, false},
			{"to", "to", false, false},
			{"latest", "latest", true, false},
			{"batch", "batch", false, false},
		},
		empty: "There are no exchange rates, and none are needed as long as all lines are in one currency. To import some: " + r.self("rates", "FILE"),
	}
	for _, x := range list {
		t.exact = append(t.exact, []string{x.Currency, x.Into, strconv.FormatInt(x.Rates, 10), x.From, x.To, x.Latest, x.Batch})
		t.shown = append(t.shown, []string{x.Currency, x.Into, count(x.Rates), x.From, x.To, x.Latest, x.Batch})
	}
	return r.show(t, func() any { return ratesDocument{r.stamp(ratesSchema), known(base), list} })
}
