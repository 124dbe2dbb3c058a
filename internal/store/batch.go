package store

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"time"

	"clientele/internal/ledger"
	"clientele/internal/money"
	"clientele/internal/period"
)

// RateTable is the kind of a batch that brings rates of exchange and no amounts.
const RateTable ledger.Kind = "rates"

// BatchState says whether a batch counts.
type BatchState string

// The states of a batch.
const (
	Live   BatchState = "live"
	Undone BatchState = "undone"
)

// Batch is one import: a file, how it was read, and what came of every record.
type Batch struct {
	ID     string // "b1", "b2", …
	File   string // name as given by the user; data, never a path to open
	SHA256 string // of the original, hex
	Size   int64  // of the original, bytes

	ProfileKey  string // of the header set
	Profile     []byte // the complete reading as JSON, opaque here
	ProfileHash string // Hash of Profile; same SHA256 and ProfileHash: same batch

	Kind     ledger.Kind
	Imported time.Time
	By       string

	Controls []Control // one per currency, in order of the code
	Skipped  []ledger.Skipped
	Stated   []ledger.Stated
	Notes    []Note
	Decimals []Scale // finest number of decimals seen per currency

	Lines    int64 // loaded
	Accounts int64 // with a loaded line
	FirstDay period.Date
	LastDay  period.Date

	// Result is a digest of the content of the batch's result files, by which a
	// rebuild proves that it got the same.
	Result string

	State     BatchState
	Changed   time.Time // of the last undo or redo; zero if there was none
	ChangedBy string
}

// ImportedDay is the day on which the batch was imported.
func (b *Batch) ImportedDay() period.Date { return period.FromTime(b.Imported.UTC()) }

// Control is the account of one currency of a batch, with the reasons for which its
// records were set aside. Their amounts are at the control's scale.
type Control struct {
	ledger.Control
	Reasons []ledger.Reason
}

// Scale is the number of decimals of a currency.
type Scale struct {
	Currency money.Currency
	Decimals uint8
}

// Note is something that a reader of the batch should know: "net_assumed".
type Note struct {
	Code string
	Text string
}

// Number is the number in a batch id: 7 of "b7"; false if it is none.
func Number(id string) (int64, bool) {
	if len(id) < 2 || id[0] != 'b' || id[1] == '0' || id[1] == '+' {
		return 0, false
	}
	n, err := strconv.ParseInt(id[1:], 10, 64)
	return n, err == nil && n > 0
}

// BatchID is the id with that number.
func BatchID(number int64) string { return "b" + strconv.FormatInt(number, 10) }

// Hash is the SHA-256 of a document, hex.
func Hash(document []byte) string {
	sum := sha256.Sum256(document)
	return hex.EncodeToString(sum[:])
}
