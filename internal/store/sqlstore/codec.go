package sqlstore

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"clientele/internal/ledger"
	"clientele/internal/money"
	"clientele/internal/period"
)

// timeForm has a fixed width, so that text order is time order.
const timeForm = "2006-01-02T15:04:05.000000000Z"

// formatTime writes a time in UTC, and nothing for the zero time.
func formatTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(timeForm)
}

func parseTime(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(timeForm, text)
	if err != nil {
		return t, damaged(fmt.Sprintf("%q is not a time", text))
	}
	return t.UTC(), nil
}

// parseDay reads what period.Date writes; "" is undated.
func parseDay(text string) (period.Date, error) {
	if text == "" {
		return period.NoDate, nil
	}
	d, err := period.ParseISO(text)
	if err != nil {
		return d, damaged(err.Error())
	}
	return d, nil
}

// formatSum writes a sum in minor units.
func formatSum(s money.Sum) string { return s.Format(0) }

func parseSum(text string) (money.Sum, error) {
	s, err := money.ParseSum(text)
	if err != nil {
		return s, damaged(err.Error())
	}
	return s, nil
}

// parseAmount reads what money.Amount writes.
func parseAmount(text string) (money.Amount, error) {
	whole, frac, _ := strings.Cut(text, ".")
	units, err := strconv.ParseInt(whole+frac, 10, 64)
	if err != nil || len(frac) > 18 {
		return money.Amount{}, damaged(fmt.Sprintf("%q is not an amount", text))
	}
	return money.Amount{Units: units, Decimals: uint8(len(frac))}, nil //nolint:gosec // at most 18
}

// Documents: the JSON form of what the log and the list columns hold. A field that
// is added later needs omitempty, so that what older entries say still compares.

type tallyDoc struct {
	Rows          int64  `json:"rows"`
	WithoutAmount int64  `json:"without_amount"`
	Amount        string `json:"amount"` // minor units
}

type reasonDoc struct {
	State string `json:"state"`
	Code  string `json:"code"`
	Text  string `json:"text"`
	tallyDoc
}

type controlDoc struct {
	Currency    money.Currency `json:"currency"`
	Decimals    uint8          `json:"decimals"`
	Read        tallyDoc       `json:"read"`
	Loaded      tallyDoc       `json:"loaded"`
	Unassigned  tallyDoc       `json:"unassigned"`
	Excluded    tallyDoc       `json:"excluded"`
	Quarantined tallyDoc       `json:"quarantined"`
	Reasons     []reasonDoc    `json:"reasons"`
}

type skippedDoc struct {
	Kind  string `json:"kind"`
	Lines int64  `json:"lines"`
}

type statedDoc struct {
	Line   int64  `json:"line"`
	Label  string `json:"label"`
	Amount string `json:"amount"` // decimal
}

type noteDoc struct {
	Code string `json:"code"`
	Text string `json:"text"`
}

type scaleDoc struct {
	Currency money.Currency `json:"currency"`
	Decimals uint8          `json:"decimals"`
}

// toJSON writes a document. Its types are structs, strings and integers, which
// cannot fail.
func toJSON(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("sqlstore: a document that cannot be written: %v", err))
	}
	return string(b)
}

// fromJSON reads a list column.
func fromJSON[T any](text string, into *[]T) error {
	if err := json.Unmarshal([]byte(text), into); err != nil {
		return damaged("a list cannot be read: " + err.Error())
	}
	return nil
}

// mapped makes a list of documents; never nil, so that it is written as [].
func mapped[A, B any](list []A, to func(A) B) []B {
	out := make([]B, len(list))
	for i, a := range list {
		out[i] = to(a)
	}
	return out
}

func tallyToDoc(t ledger.Tally) tallyDoc {
	return tallyDoc{t.Rows, t.WithoutAmount, formatSum(t.Amount)}
}

func reasonToDoc(r ledger.Reason) reasonDoc {
	return reasonDoc{r.State.String(), r.Code, r.Text, tallyToDoc(r.Tally)}
}

func skippedToDoc(s ledger.Skipped) skippedDoc   { return skippedDoc(s) }
func skippedFromDoc(d skippedDoc) ledger.Skipped { return ledger.Skipped(d) }

func statedToDoc(s ledger.Stated) statedDoc {
	return statedDoc{s.Line, s.Label, s.Amount.String()}
}

// parseState reads what ledger.State writes.
func parseState(text string) (ledger.State, error) {
	for _, s := range []ledger.State{ledger.Loaded, ledger.Excluded, ledger.Quarantined} {
		if s.String() == text {
			return s, nil
		}
	}
	return 0, damaged(fmt.Sprintf("%q is not a state", text))
}
