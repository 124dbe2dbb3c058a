package cli

import (
	"fmt"
	"strings"

	"clientele/internal/app"
	"clientele/internal/ledger"
)

type importDocument struct {
	stamp

	Check     bool                   `json:"check"`
	Files     []importedFileDocument `json:"files"`
	Imported  int                    `json:"imported"`
	Unchanged int                    `json:"unchanged"`
	Failed    int                    `json:"failed"`
	Questions []questionDocument     `json:"questions"`
	Error     *errorDocument         `json:"error"` // of the first file that failed
}

type importedFileDocument struct {
	File       string           `json:"file"`
	Outcome    string           `json:"outcome"` // imported, unchanged, checked or failed
	Batch      *string          `json:"batch"`
	Facts      *string          `json:"facts"` // sales, clients or rates
	Shape      *string          `json:"shape"`
	Remembered bool             `json:"remembered"`
	Evidence   []string         `json:"evidence"`
	Notes      []string         `json:"notes"`
	Window     windowDocument   `json:"window"`
	Currency   *string          `json:"currency"`
	Decimals   uint8            `json:"decimals"`
	Control    *controlDocument `json:"control"`
	Accounts   int              `json:"accounts"`
	Rates      int              `json:"rates"`
	Overlap    int64            `json:"overlap"`
	Error      *errorDocument   `json:"error"`
}

func (i *importer) document() importDocument {
	d := importDocument{stamp: i.r.stamp(importSchema), Check: i.flags.check, Files: []importedFileDocument{}, Questions: []questionDocument{}}
	for _, x := range i.done {
		if x.err != nil {
			no := refusal(importSchema, x.err)
			d.Failed++
			d.Questions = append(d.Questions, no.Questions...)
			if d.Error == nil {
				d.Error = &no.Error
			}
			d.Files = append(d.Files, importedFileDocument{File: x.file, Outcome: "failed", Evidence: []string{}, Notes: []string{}, Error: &no.Error})
			continue
		}
		switch x.answer.Outcome {
		case app.Imported:
			d.Imported++
		case app.Unchanged:
			d.Unchanged++
		case app.Checked:
		}
		d.Files = append(d.Files, importedOf(x.file, x.answer))
	}
	return d
}

func importedOf(file string, a *app.ImportAnswer) importedFileDocument {
	f := importedFileDocument{
		File: file, Outcome: string(a.Outcome), Batch: known(a.Batch), Facts: known(a.Facts), Shape: known(a.File.Shape), Remembered: a.Remembered,
		Evidence: append([]string{}, a.File.Evidence...), Notes: append([]string{}, a.File.Notes...),
		Currency: known(string(a.Currency)), Decimals: a.Decimals, Accounts: a.Accounts, Rates: a.Rates, Overlap: a.Overlap,
	}
	if !a.Span.Empty() {
		f.Window = windowDocument{day(a.Span.From), day(a.Span.To - 1)}
	}
	if a.Facts != "rates" && a.Facts != "clients" && a.Outcome != app.Unchanged {
		c := controlOf(&a.Control, purse{decimals: a.Decimals, currency: a.Currency})
		c.Closes = closes(&a.Control)
		f.Control = &c
	}
	return f
}

// closes: a file's account is its rows; no client stands behind it yet.
func closes(c *app.Control) bool {
	for i := range c.ByCurrency {
		if !c.ByCurrency[i].Closes() {
			return false
		}
	}
	return true
}

// importScreen is what became of one file; alone is false where more are to come.
func (r *run) importScreen(a *app.ImportAnswer, blank, alone bool) string {
	var b strings.Builder
	t := r.theme
	if blank {
		b.WriteString("\n")
	}
	name := clean(a.File.Name)
	switch a.Outcome {
	case app.Unchanged:
		t.sentence(&b, name+" is loaded already, as "+a.Batch+"; nothing was changed.")
		return b.String()
	case app.Checked:
		t.sentence(&b, name+" would be imported; nothing was changed.")
	case app.Imported:
		t.sentence(&b, name+" is imported as "+a.Batch+".")
	}
	t.recognised(&b, a)
	switch a.Facts {
	case "rates":
		t.block(&b, "Rates", fmt.Sprintf("%s into %s", counted(int64(a.Rates), "rate"), a.Currency))
	case "clients":
		t.block(&b, "Clients", clientListText(a))
	default:
		r.salesScreen(&b, a, alone)
	}
	return b.String()
}

// factWords say what a file lists, where it is no list of sales.
var factWords = map[string]string{
	"rates": "exchange rates", "clients": "a list of clients", "costs": "direct costs of what was sold", "client_costs": "costs of single clients",
	"pools": "cost pools", "resources": "people and what they can do", "efforts": "time spent", "events": "events: tickets, visits, orders and the like",
	"equations": "how long events take", "receivables": "what clients owe", "plan": "a plan",
}

// recognised says how the file was read; its evidence only where it is checked.
func (t theme) recognised(b *strings.Builder, a *app.ImportAnswer) {
	text := factWords[a.Facts]
	if text == "" {
		text = "sales"
	}
	if a.File.Shape != "" && a.Facts != "clients" {
		text += ", as " + a.File.Shape + " writes them"
	}
	if a.Remembered {
		text += "; the columns as last time"
	}
	t.block(b, "Read as", clean(text))
	if a.Outcome == app.Checked {
		for _, e := range a.File.Evidence {
			t.block(b, "", clean(e))
		}
	}
}

func clientListText(a *app.ImportAnswer) string {
	text := fmt.Sprintf("%s from %s", counted(int64(a.Accounts), "client"), counted(a.File.Rows, "row"))
	if a.Clients == nil {
		return text
	}
	owners, parents := map[string]bool{}, 0
	for _, x := range a.Clients.Accounts {
		if x.Owner != "" {
			owners[x.Owner] = true
		}
		if x.Parent != "" {
			parents++
		}
	}
	if n := len(owners); n > 0 {
		text += ", " + counted(int64(n), "owner")
	}
	if parents > 0 {
		text += fmt.Sprintf(", %d with a parent", parents)
	}
	if n := a.Clients.Unnamed; n > 0 {
		text += fmt.Sprintf("; %s name no client", counted(n, "row"))
	}
	if n := a.Clients.Repeated; n > 0 {
		text += fmt.Sprintf("; %s named twice: the last one counts", counted(n, "client"))
	}
	return text
}

// salesScreen is the account of a file of sales, and what to do next.
func (r *run) salesScreen(b *strings.Builder, a *app.ImportAnswer, alone bool) {
	t, p := r.theme, purse{a.Decimals, a.Currency, app.UnitOf(ledger.Kind(a.Facts))}
	text := fmt.Sprintf("%s, %s", counted(a.Control.Loaded.Rows, "row"), p.named(a.Control.Loaded.Amount))
	if a.Accounts > 0 || a.Facts == "sales" {
		text += ", " + counted(int64(a.Accounts), "client")
	}
	if !a.Span.Empty() {
		text += fmt.Sprintf(", %s to %s", a.Span.From, a.Span.To-1)
	}
	t.block(b, "Loaded", text)
	t.account(b, &app.Answer{Control: a.Control, Files: []app.FileReport{a.File}}, p)
	if a.Outcome == app.Checked {
		t.next(b, "the same command without --check")
		return
	}
	var next []string
	if a.Control.Quarantined.Rows > 0 {
		next = append(next, r.self("problems", a.Batch))
	}
	if alone {
		for _, words := range a.Opens() {
			next = append(next, r.self(words...))
		}
	}
	t.next(b, next...)
}
