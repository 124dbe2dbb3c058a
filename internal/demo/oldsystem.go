package demo

import (
	"fmt"
	"strconv"
	"strings"

	"clientele/internal/money"
	"clientele/internal/period"
)

// oldFile is the old system's export as written, with what a reader has to notice.
type oldFile struct {
	data   []byte
	titles int64
	bad    []BadRow
	stated int64 // the file's own total, cents: every booked line and the bad rows too
}

// writeOld writes the export of the old system as such systems do: titles first, then
// semicolons, 1.234,56 and D.M.YYYY in Windows-1252 with CRLF, and a total at the end.
func (f *Firm) writeOld(s saleFile) oldFile {
	var out oldFile
	var b strings.Builder
	line := int64(0)
	write := func(text string) {
		b.WriteString(text + "\r\n")
		line++
	}
	last := f.month(oldMonths) - 1
	write("Nordhaven Warenwirtschaft 4.2 – Rechnungsausgangsbuch")
	write(fmt.Sprintf("Zeitraum %s bis %s, alle Beträge netto in €", germanDate(f.start), germanDate(last)))
	write("")
	out.titles = 2
	write("Rechnungsnr;Pos;Rechnungsdatum;Kundennr;Kunde;Artikel;Menge;Einzelpreis;Nettobetrag;MwSt;Währung;Betreuer;Gutschrift zu;Status")
	for _, d := range f.docs {
		if !s.holds(f, d) {
			continue
		}
		for i, l := range d.lines {
			record := f.germanRecord(d, i, l)
			write(record)
			if d.kind.isBad() {
				out.bad = append(out.bad, f.badRow(d, l, line, record))
			}
			if d.kind.isBooked() || d.kind.isBad() {
				out.stated += l.net
			}
		}
	}
	write("Summe" + strings.Repeat(";", 8) + germanAmount(out.stated) + strings.Repeat(";", 5))
	out.data = windows1252(b.String())
	return out
}

// germanRecord writes one line, with the fault that a bad document is there to show.
func (f *Firm) germanRecord(d *doc, i int, l saleLine) string {
	id, name, owner := d.party()
	cells := []string{
		d.number, strconv.Itoa(i + 1), germanDate(d.day), id, germanQuote(name), germanQuote(l.item.german),
		strings.Replace(decimal(l.quantity), ".", ",", 1), germanAmount(l.price), germanAmount(l.net), germanAmount(l.tax),
		string(d.currency), owner, d.corrects(), germanStatus(d),
	}
	switch d.kind { //nolint:exhaustive // the other kinds are written as they are
	case badDate:
		cells[2] = f.noSuchDay()
	case badAmount:
		cells[8] = brokenAmount(d)
	case tooMany:
		cells[4] = "Voss; Harms; Partner"
	case tooFew:
		cells = cells[:7]
	}
	return strings.Join(cells, ";")
}

// badRow describes what a reader has to say about a bad document's row.
func (f *Firm) badRow(d *doc, l saleLine, line int64, record string) BadRow {
	r := BadRow{Line: line, Raw: record, Meant: amount(l.net), Currency: string(d.currency)}
	switch d.kind { //nolint:exhaustive // the other kinds are written as they are
	case badDate:
		r.Reason, r.Column, r.Value, r.Amount = "bad_date", "Rechnungsdatum", f.noSuchDay(), amount(l.net)
	case badAmount:
		r.Reason, r.Column, r.Value = "bad_amount", "Nettobetrag", brokenAmount(d)
	case tooMany:
		r.Reason = "too_many_cells"
	case tooFew:
		r.Reason = "too_few_cells"
	}
	return r
}

// brokenAmount is text where a number should be; two kinds, by the number's last digit.
func brokenAmount(d *doc) string {
	if d.number[len(d.number)-1]%2 == 0 {
		return "siehe Angebot"
	}
	return "1.2O4,5O" // letters, not zeros
}

// noSuchDay is the 31st of a month of 30 days, or of February, inside the old file.
func (f *Firm) noSuchDay() string {
	for m := range oldMonths {
		if y, month, _ := f.month(m).Civil(); period.DaysIn(y, month) < 31 {
			return fmt.Sprintf("31.%d.%d", month, y)
		}
	}
	return "31.2.2022" // never: no six months in a row have 31 days each
}

func germanStatus(d *doc) string {
	switch d.status() {
	case "Draft":
		return "Entwurf"
	case "Void":
		return "storniert"
	case "Open":
		return "offen"
	default:
		return "bezahlt"
	}
}

func germanDate(d period.Date) string {
	y, m, day := d.Civil()
	return fmt.Sprintf("%d.%d.%d", day, m, y)
}

// germanAmount writes cents as 1.234,56.
func germanAmount(cents int64) string {
	text := money.FromInt64(cents).Format(2)
	sign := ""
	if text[0] == '-' {
		sign, text = "-", text[1:]
	}
	whole, fraction := text[:len(text)-3], text[len(text)-2:]
	for at := len(whole) - 3; at > 0; at -= 3 {
		whole = whole[:at] + "." + whole[at:]
	}
	return sign + whole + "," + fraction
}

func germanQuote(s string) string {
	if strings.ContainsAny(s, `;"`) {
		return `"` + strings.ReplaceAll(s, `"`, `""`) + `"`
	}
	return s
}

// windows1252 encodes the letters that the firm's texts use: Latin-1 and two more.
func windows1252(text string) []byte {
	out := make([]byte, 0, len(text))
	for _, r := range text {
		switch {
		case r == '€':
			out = append(out, 0x80)
		case r == '–':
			out = append(out, 0x96)
		case r < 0x100:
			out = append(out, byte(r)) //nolint:gosec // below 0x100
		default:
			out = append(out, '?')
		}
	}
	return out
}
