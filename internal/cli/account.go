package cli

import (
	"fmt"
	"strings"

	"clientele/internal/app"
	"clientele/internal/ledger"
	"clientele/internal/verdict"
)

// sources counts what the account is of: files, or a table of the firm.
func sources(a *app.Answer) string {
	if len(a.Files) == 1 && a.Files[0].Table {
		return clean(a.Files[0].Name)
	}
	return counted(int64(len(a.Files)), "file")
}

// account says what was read and what became of it, one line each, only where there is
// something to say.
func (t theme) account(b *strings.Builder, a *app.Answer, p purse) {
	c := &a.Control
	text := fmt.Sprintf("%s, %s, from %s", counted(c.Read.Rows, "row"), p.named(c.Read.Amount), sources(a))
	if n := c.Read.WithoutAmount; n > 0 {
		text += ", " + count(n) + " without an amount"
	}
	if n := c.SkippedLines(); n > 0 {
		var kinds []string
		for _, s := range c.Skipped {
			kinds = append(kinds, count(s.Lines)+" "+s.Kind)
		}
		text += "; skipped " + strings.Join(kinds, ", ")
	}
	t.block(b, "Read", text)
	switch n := c.Unassigned.Rows; {
	case n == 0 || n == c.Loaded.Rows: // a list that names no clients has nobody's rows only
	case p.unit == app.Seconds:
		t.block(b, "Internal", fmt.Sprintf("%s without a client, %s: nobody's", counted(n, "row"), p.named(c.Unassigned.Amount)))
	default:
		t.block(b, "Unassigned", fmt.Sprintf("%s without a client, %s: loaded, and nobody's", counted(n, "row"), p.named(c.Unassigned.Amount)))
	}
	for _, x := range c.Reasons {
		if x.State == ledger.Loaded || x.Rows == 0 { // of rows that were mended nothing is left
			continue
		}
		text := fmt.Sprintf("%s, %s", counted(x.Rows, "row"), p.named(x.Amount))
		if x.WithoutAmount == x.Rows {
			text = counted(x.Rows, "row") + " without an amount"
		}
		word := x.State.String()
		t.block(b, strings.ToUpper(word[:1])+word[1:], clean(text+": "+x.Text))
	}
	for _, w := range c.MissingRate {
		t.block(b, "No rate", fmt.Sprintf("%s, %s", counted(w.Rows, "row"), purse{decimals: w.Decimals, currency: w.Currency}.named(w.Amount)))
	}
	if c.Stated != nil {
		text := "the files' own total " + grouped(c.Stated.Amount.String()) + " is what was loaded"
		if c.StatedDiffers {
			text = "the files' own total is " + grouped(c.Stated.Amount.String()) + ", not the " + p.named(c.Loaded.Amount) + " loaded"
		}
		t.block(b, "Stated", text)
	}
	for _, f := range a.Files {
		of := ""
		if len(a.Files) > 1 {
			of = f.Name + ": "
		}
		for _, n := range f.Notes {
			t.block(b, "Note", clean(of+n))
		}
	}
}

// verdict writes the word and its reasons: the worst first, notes last. What would
// settle a flag stands in the documents; a screen says it where figures are refused.
func (t theme) verdict(b *strings.Builder, v verdict.Verdict) {
	word := t.mark(v.Status, strings.TrimSpace(v.Status.String()+" "+v.Bias.String()))
	label := "Verdict"
	for _, status := range []verdict.Status{verdict.Refuse, verdict.Flag, verdict.Pass} {
		for _, x := range v.Reasons {
			if x.Status != status {
				continue
			}
			text := clean(x.Text)
			if x.Bound != "" {
				text += ": " + x.Bound
			}
			if x.Status == verdict.Refuse && x.Supply != "" {
				text += ". Needed: " + x.Supply
			}
			if label != "" && x.Status == v.Status && x.Bias != v.Bias && x.Bias != verdict.None { // together they point elsewhere
				t.block(b, label, word+" for these reasons together:")
				label = ""
			}
			switch {
			case label != "":
				text = word + "  " + text
			case x.Status == verdict.Pass:
			case x.Status == v.Status:
				text = t.mark(x.Status, x.Bias.String()) + " " + text
			default:
				text = t.mark(x.Status, strings.TrimSpace(x.Status.String()+" "+x.Bias.String())) + " " + text
			}
			t.block(b, label, text)
			label = ""
		}
	}
	if label != "" {
		t.block(b, label, word)
	}
}

// doubts writes the verdict on one part of an answer, a line for each reason that is no
// mere note.
func (t theme) doubts(b *strings.Builder, v verdict.Verdict) {
	for _, status := range []verdict.Status{verdict.Refuse, verdict.Flag} {
		for _, x := range v.Reasons {
			if x.Status != status {
				continue
			}
			text := clean(x.Text)
			if x.Bound != "" {
				text += ": " + x.Bound
			}
			t.block(b, "", t.mark(x.Status, strings.TrimSpace(x.Status.String()+" "+x.Bias.String()))+" "+text)
		}
	}
}

// mark colours a word by its status; it is never the colour alone that tells.
func (t theme) mark(s verdict.Status, word string) string {
	switch s {
	case verdict.Pass:
		return t.green(word)
	case verdict.Flag:
		return t.yellow(word)
	case verdict.Refuse:
		return t.red(word)
	}
	return word
}
