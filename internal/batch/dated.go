package batch

import "clientele/internal/period"

// Dated is what the days of loaded lines say: which time they cover, and how many lie
// outside it.
type Dated struct {
	Span    period.Range `json:"span"` // dated lines that are not after today
	Undated int64        `json:"undated,omitempty"`
	Future  int64        `json:"future,omitempty"` // lines dated after today
}

// See counts a line's day; today below 1 is not known, and nothing lies after it.
func (d *Dated) See(day, today period.Date) {
	switch {
	case day == period.NoDate:
		d.Undated++
	case today > 0 && day > today:
		d.Future++
	case d.Span.Empty():
		d.Span = period.Range{From: day, To: day + 1}
	case day < d.Span.From:
		d.Span.From = day
	case day >= d.Span.To:
		d.Span.To = day + 1
	}
}

// Join adds other lines.
func (d *Dated) Join(e Dated) {
	d.Undated += e.Undated
	d.Future += e.Future
	switch {
	case e.Span.Empty():
	case d.Span.Empty():
		d.Span = e.Span
	default:
		d.Span = period.Range{From: min(d.Span.From, e.Span.From), To: max(d.Span.To, e.Span.To)}
	}
}
