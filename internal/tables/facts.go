package tables

import (
	"io"
	"iter"

	"clientele/internal/ledger"
	"clientele/internal/period"
	"clientele/internal/rollup"
)

// Fact is one row of the table of facts.
type Fact struct {
	Account int64 // -1: none
	Day     period.Date
	Topic   int64
	Amount  int64
	Line    int64
}

// FactWriter writes the table of facts: account, day, topic, amount, line; in file order.
type FactWriter struct {
	sheet  *sheet
	number Numbering
}

// NewFactWriter begins a table of facts. Accounts and topics are numbered alike.
func NewFactWriter(w io.Writer, number Numbering) (*FactWriter, error) {
	s, err := newSheet(w, "fact",
		&column{name: "account", kind: wide, layout: dict, optional: true},
		&column{name: "day", kind: short, layout: delta, optional: true},
		&column{name: "topic", kind: wide, layout: dict},
		&column{name: "amount", kind: wide},
		&column{name: "line", kind: wide, layout: delta},
	)
	if err != nil {
		return nil, err
	}
	return &FactWriter{s, number}, nil
}

// Write adds one fact.
func (w *FactWriter) Write(account int32, on period.Date, topic int32, amount, line int64) error {
	c := w.sheet.columns
	w.account(c[0], account)
	day(c[1], on)
	c[2].wides = append(c[2].wides, w.number(topic))
	c[3].wides = append(c[3].wides, amount)
	c[4].wides = append(c[4].wides, line)
	return w.sheet.advance(1)
}

func (w *FactWriter) account(c *column, account int32) {
	c.set(account != ledger.Unassigned)
	if account != ledger.Unassigned {
		c.wides = append(c.wides, w.number(account))
	}
}

// Close writes the footer; the underlying writer stays open.
func (w *FactWriter) Close() error { return w.sheet.close() }

// WriteFactCells writes the table of fact cells: account, month, topic, amount, rows.
func WriteFactCells(w io.Writer, number Numbering, cells iter.Seq[*rollup.FactCell]) error {
	s, err := newSheet(w, "fact_cell",
		&column{name: "account", kind: wide, layout: delta, optional: true},
		&column{name: "month", kind: short, layout: dict, optional: true},
		&column{name: "topic", kind: wide, layout: dict},
		&column{name: "amount", kind: wide},
		&column{name: "rows", kind: wide, layout: delta},
	)
	if err != nil {
		return err
	}
	f := FactWriter{s, number}
	for cell := range cells {
		c := s.columns // others for each row group
		f.account(c[0], cell.Account)
		day(c[1], cell.Month)
		c[2].wides = append(c[2].wides, number(cell.Topic))
		c[3].wides = append(c[3].wides, cell.Amount)
		c[4].wides = append(c[4].wides, cell.Rows)
		if err := s.advance(1); err != nil {
			return err
		}
	}
	return s.close()
}

// ReadFacts visits the rows of a table of facts in order.
func ReadFacts(r Source, visit func(Fact) error) error {
	return rows(r, func(c []values, i int) error {
		return visit(Fact{c[0].number(i, -1), c[1].day(i), c[2].number(i, 0), c[3].number(i, 0), c[4].number(i, 0)})
	})
}
