package cli

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"clientele/internal/app"
	"clientele/internal/fault"
)

const (
	clientsSchema = "clientele.clients/v1"
	suggestSchema = "clientele.clients.suggest/v1"
	historySchema = "clientele.clients.history/v1"
	changeSchema  = "clientele.clients.change/v1"
)

// clientsShown is how many clients a screen lists.
const clientsShown = 50

type clientsListDocument struct {
	stamp

	Total   int64                  `json:"total"` // that match, listed or not
	Clients []clientRecordDocument `json:"clients"`
}

type clientRecordDocument struct {
	Client   string  `json:"client"` // the account's key
	Name     string  `json:"name"`
	CountsAs string  `json:"counts_as"` // the client it is merged into, else itself
	Parent   *string `json:"parent"`
	Owner    *string `json:"owner"`
}

// clients is the command about who is who.
func (r *run) clients() *cobra.Command {
	var search string
	var limit int
	cmd := &cobra.Command{
		Use:   "clients",
		Short: "who is who: merge, group, confirm",
		Long: "List the clients of all files, with the one they count as, their parent and their\n" +
			"owner. Two spellings of one client can be merged, and clients of one owner put\n" +
			"under a parent. Nothing is merged by itself, and every step can be taken back.",
		Example: "  clientele clients --search harbor\n\n" +
			"  # who may be the same\n" +
			"  clientele clients suggest\n\n" +
			"  # what a merge would do to the line; then do it\n" +
			"  clientele clients merge C0417 C0012\n" +
			"  clientele clients merge C0417 C0012 --yes\n\n" +
			"  # a subsidiary under its parent; take step 3 back\n" +
			"  clientele clients group C0101 C0100\n" +
			"  clientele clients undo 3",
		Annotations: map[string]string{schemaKey: clientsSchema},
	}
	s := cmd.Flags()
	s.SortFlags = false
	s.StringVar(&search, "search", "", "only clients whose id or name holds `TEXT`")
	s.IntVar(&limit, "limit", clientsShown, "show at most `N` clients on a screen; 0 is all. Documents list all, or N")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := between(cmd, args, 0, 0, ""); err != nil {
			return err
		}
		if limit < 0 {
			return fault.New(fault.Usage, "read flags", "--limit is not below 0", "leave it out, or write 0 for all")
		}
		if r.global.format != formatTable && !cmd.Flags().Changed("limit") {
			limit = 0
		}
		return r.inside(cmd.Context(), func(w *app.Workspace) error {
			a, err := w.Clients(cmd.Context())
			if err != nil {
				return err
			}
			return r.showClients(a, clientRecords(a, search), search, limit)
		})
	}
	cmd.AddCommand(r.clientsSuggest(), r.clientsRelate(app.Merge), r.clientsRelate(app.Group), r.clientsDifferent(),
		r.clientsConfirm(), r.clientsUndo(), r.clientsHistory())
	return cmd
}

// clientRecords are the clients that match, with the decisions about them.
func clientRecords(a *app.ClientsAnswer, search string) []clientRecordDocument {
	into, parent := map[string]string{}, map[string]string{}
	for _, e := range a.Events {
		if e.Relation == app.Merge {
			into[e.From] = e.To
		} else {
			parent[e.From] = e.To
		}
	}
	out := []clientRecordDocument{}
	search = strings.ToLower(search)
	for _, x := range a.Accounts {
		if !strings.Contains(strings.ToLower(x.Key+"\n"+x.Name), search) {
			continue
		}
		d := clientRecordDocument{Client: x.Key, Name: x.Name, CountsAs: x.Key, Parent: known(x.Parent), Owner: known(x.Owner)}
		for range len(into) { // a chain of merges ends
			next, ok := into[d.CountsAs]
			if !ok {
				break
			}
			d.CountsAs = next
		}
		if p, ok := parent[x.Key]; ok {
			d.Parent = known(p)
		}
		out = append(out, d)
	}
	return out
}

func (r *run) showClients(a *app.ClientsAnswer, list []clientRecordDocument, search string, limit int) error {
	total := len(list)
	if limit > 0 && total > limit {
		list = list[:limit]
	}
	t := &table{
		columns: []column{
			{"client", "id", false, false},
			{"name", "name", false, true},
			{"counts_as", "counts as", false, false},
			{"parent", "parent", false, false},
			{"owner", "owner", false, false},
		},
		empty: r.noClients(a),
	}
	if search != "" {
		t.empty = "No client has " + clean(search) + " in its id or name. All of them: " + r.self("clients")
	}
	for _, x := range list {
		as := x.CountsAs
		t.exact = append(t.exact, []string{x.Client, x.Name, as, given(x.Parent), given(x.Owner)})
		if as == x.Client {
			as = ""
		}
		name := clean(x.Name)
		if x.Name == x.Client {
			name = ""
		}
		t.shown = append(t.shown, []string{clean(x.Client), name, clean(as), clean(given(x.Parent)), clean(given(x.Owner))})
	}
	if n := total - len(list); n > 0 {
		t.foot = count(int64(n)) + " more; --limit 0 shows all, --search TEXT looks for one"
	}
	return r.show(t, func() any {
		return clientsListDocument{r.stamp(clientsSchema), int64(total), list}
	})
}

type suggestionsDocument struct {
	stamp

	Suggestions []suggestionDocument `json:"suggestions"`
}

type suggestionDocument struct {
	One       string  `json:"one"`
	OneName   string  `json:"one_name"`
	Other     string  `json:"other"`
	OtherName string  `json:"other_name"`
	Score     float64 `json:"score"`
	Why       string  `json:"why"`
}

// clientsSuggest lists who may be the same.
func (r *run) clientsSuggest() *cobra.Command {
	return &cobra.Command{
		Use:         "suggest",
		Short:       "clients that may be the same",
		Long:        "List pairs of clients that may be the same, the likeliest first, with what makes them\nalike. Each is to be merged, or said to be different.",
		Example:     "  clientele clients suggest",
		Annotations: map[string]string{schemaKey: suggestSchema},
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := between(cmd, args, 0, 0, ""); err != nil {
				return err
			}
			return r.inside(cmd.Context(), func(w *app.Workspace) error {
				a, err := w.Clients(cmd.Context())
				if err != nil {
					return err
				}
				if a.Table != "" {
					return fault.New(fault.Usage, "suggest", "clients that may be the same are not looked for in "+a.Table, "merge those that you know of: clientele clients merge A B")
				}
				return r.showSuggestions(a.Suggestions)
			})
		},
	}
}

func (r *run) showSuggestions(list []app.Suggestion) error {
	t := &table{
		columns: []column{
			{"one", "one", false, false},
			{"one_name", "name", false, true},
			{"other", "other", false, false},
			{"other_name", "name", false, true},
			{"score", "score", true, false},
			{"why", "why", false, false},
		},
		empty: "No two clients look alike.",
	}
	d := suggestionsDocument{stamp: r.stamp(suggestSchema), Suggestions: []suggestionDocument{}}
	for _, x := range list {
		d.Suggestions = append(d.Suggestions, suggestionDocument{x.One.Key, x.One.Name, x.Other.Key, x.Other.Name, x.Score, x.Why})
		cells := []string{x.One.Key, x.One.Name, x.Other.Key, x.Other.Name, strconv.FormatFloat(x.Score, 'f', 2, 64), x.Why}
		t.exact = append(t.exact, cells)
	}
	if r.global.format != formatTable {
		t.shown = t.exact
		return r.show(t, func() any { return d })
	}
	var b strings.Builder
	if len(list) == 0 {
		r.theme.entry(&b, "", 0, t.empty)
		return r.print([]byte(b.String()))
	}
	r.theme.sentence(&b, counted(int64(len(list)), "pair")+" of clients may be the same.")
	for _, x := range list {
		b.WriteString("\n")
		for _, side := range []struct{ key, name string }{{x.One.Key, x.One.Name}, {x.Other.Key, x.Other.Name}} {
			b.WriteString("  " + fit(clean(side.key), 20) + "  " + fit(clean(side.name), r.theme.width-24) + "\n")
		}
		b.WriteString("  " + r.theme.dim(fmt.Sprintf("%.2f, %s", x.Score, x.Why)) + "\n")
	}
	x := list[0]
	b.WriteString("\n")
	r.theme.next(&b, r.self("clients", "merge", x.Other.Key, x.One.Key), r.self("clients", "different", x.One.Key, x.Other.Key))
	return r.print([]byte(b.String()))
}

type historyDocument struct {
	stamp

	Events []eventDocument `json:"events"`
}

type eventDocument struct {
	Event    int64   `json:"event"`
	Relation string  `json:"relation"` // merge or group
	From     string  `json:"from"`
	To       string  `json:"to"`
	At       string  `json:"at"`
	By       string  `json:"by"`
	Undone   *string `json:"undone"`
	UndoneBy *string `json:"undone_by"`
}

// clientsHistory lists merges and groups.
func (r *run) clientsHistory() *cobra.Command {
	return &cobra.Command{
		Use:         "history",
		Short:       "merges and groups, who made them, and which were taken back",
		Long:        "List every merge and group, oldest first, with who made it and when, and whether it\nwas taken back.",
		Example:     "  clientele clients history",
		Annotations: map[string]string{schemaKey: historySchema},
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := between(cmd, args, 0, 0, ""); err != nil {
				return err
			}
			return r.inside(cmd.Context(), func(w *app.Workspace) error {
				list, err := w.History(cmd.Context())
				if err != nil {
					return err
				}
				return r.showHistory(list)
			})
		},
	}
}

func (r *run) showHistory(list []app.Event) error {
	t := &table{
		columns: []column{
			{"event", "step", true, false},
			{"relation", "what", false, false},
			{"from", "client", false, true},
			{"to", "into, under", false, true},
			{"at", "when", false, false},
			{"by", "by", false, false},
			{"undone", "taken back", false, false},
		},
		empty: "Nothing was merged or grouped yet. To do: " + r.self("clients", "suggest"),
	}
	const form = "2006-01-02T15:04:05Z"
	d := historyDocument{stamp: r.stamp(historySchema), Events: []eventDocument{}}
	for _, e := range list {
		undone := ""
		if !e.Undone.IsZero() {
			undone = e.Undone.UTC().Format(form)
		}
		d.Events = append(d.Events, eventDocument{e.ID, string(e.Relation), e.From, e.To, e.At.UTC().Format(form), e.By, known(undone), known(e.UndoneBy)})
		cells := []string{strconv.FormatInt(e.ID, 10), string(e.Relation), e.From, e.To, e.At.UTC().Format(form), e.By, undone}
		t.exact = append(t.exact, cells)
		shown := make([]string, len(cells))
		for i, c := range cells {
			shown[i] = clean(c)
		}
		shown[4], shown[6] = e.At.UTC().Format("2006-01-02 15:04"), strings.TrimSuffix(strings.Replace(undone, "T", " ", 1), ":00Z")
		t.shown = append(t.shown, shown)
	}
	return r.show(t, func() any { return d })
}

// noClients says where clients are to come from.
func (r *run) noClients(a *app.ClientsAnswer) string {
	if a.Table != "" {
		return "The clients are in " + clean(a.Table) + ". To do: " + r.self("book")
	}
	return "There are no clients yet. To do: " + r.self("import", "FILE…")
}
