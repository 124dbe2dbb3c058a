package book

import (
	"fmt"
	"strings"

	"clientele/internal/fault"
	"clientele/internal/money"
)

// Ratio is a float for display, or null (definitions 1.6).
type Ratio struct {
	Float float64
	Valid bool
}

// Row is one line of the book.
type Row struct {
	Client
	State      State
	Tenure     Value // days
	Rank       int64 // from 1, by revenue descending, then client_id; 0 where revenue is null
	Share      Ratio // r/R; null for r <= 0, which is not in R
	Cumulative Ratio // S_rank/R; null for r <= 0
}

// Start is what stands before a page: how many ranked clients, and the sum of the positive ones.
type Start struct {
	Clients int64
	Sum     money.Sum
}

// Page makes rows of clients that follow each other in the order of the book, nulls
// last. R is the sum of all positive clients (the base of the line), not of the
// page. It returns where the next page starts, and fails if the clients are not in
// order or add up to more than R: ranks and shares would be wrong.
func Page(clients []Client, w Windows, from Start, base money.Sum) ([]Row, Start, error) {
	rows := make([]Row, len(clients))
	for i, c := range clients {
		if i > 0 && !before(clients[i-1], c) {
			return nil, from, fault.New(fault.Internal, "rank clients", fmt.Sprintf("client %q is out of order", c.ID), "")
		}
		row := Row{Client: c, State: c.State(w), Tenure: c.Tenure(w)}
		if c.Revenue.Valid {
			from.Clients++
			row.Rank = from.Clients
		}
		if c.Revenue.Valid && c.Revenue.Int > 0 {
			from.Sum = from.Sum.Add(c.Revenue.Int)
			row.Share = ratio(money.FromInt64(c.Revenue.Int), base)
			row.Cumulative = ratio(from.Sum, base)
		}
		rows[i] = row
	}
	if from.Sum.Cmp(base) > 0 {
		return nil, from, fault.New(fault.Internal, "rank clients", "the clients add up to more than their total", "")
	}
	return rows, from, nil
}

func ratio(num, den money.Sum) Ratio {
	f, ok := money.Ratio(num, den)
	return Ratio{f, ok}
}

// before is the order of the book: a total order, nulls last.
func before(a, b Client) bool {
	switch {
	case a.Revenue.Valid != b.Revenue.Valid:
		return a.Revenue.Valid
	case a.Revenue.Int != b.Revenue.Int:
		return a.Revenue.Int > b.Revenue.Int
	default:
		return strings.Compare(a.ID, b.ID) < 0
	}
}
