package batch

import (
	"encoding/json"
	"os"
	"path/filepath"

	"clientele/internal/control"
	"clientele/internal/ledger"
)

// Account is the account of a batch in base currency, kept beside its tables.
type Account struct {
	Scale   uint8          `json:"scale"`            // of all amounts
	Own     uint8          `json:"own"`              // the scale that the file alone would have
	Costed  bool           `json:"costed,omitempty"` // sale lines have their direct costs beside them
	Foreign bool           `json:"foreign,omitempty"`
	Shared  bool           `json:"shared,omitempty"` // documents go on that an earlier batch began
	Dated   Dated          `json:"dated"`
	Totals  control.Totals `json:"totals"`
	Facts   Facts          `json:"facts"`
}

// Overlaps reports whether the batch has facts in common with an earlier one.
func (a *Account) Overlaps() bool {
	for _, r := range a.Totals.Reasons {
		if r.Code == alreadyLoaded.code || r.Code == changedSince.code {
			return true
		}
	}
	return a.Shared
}

// Settle moves quarantined rows of one cause to the excluded, under another.
func (a *Account) Settle(code string, to ledger.Reason) {
	c := &a.Totals
	c.Quarantined, c.Excluded = c.Quarantined.Minus(to.Tally), c.Excluded.Plus(to.Tally)
	reasons := control.Reasons{}
	for _, r := range c.Reasons {
		if r.State == ledger.Quarantined && r.Code == code {
			r.Tally = r.Minus(to.Tally)
		}
		if r.Rows > 0 {
			reasons.Add(r)
		}
	}
	reasons.Add(to)
	c.Reasons = reasons.List()
}

// Write keeps the account beside the tables.
func (a *Account) Write(dir string) error {
	data, err := json.MarshalIndent(a, "", "  ")
	if err != nil {
		return err
	}
	return diskError(os.WriteFile(filepath.Join(dir, controlFile), append(data, '\n'), 0o600))
}

// ReadAccount reads the account that stands beside a batch's tables.
func ReadAccount(path string) (a Account, err error) {
	data, err := os.ReadFile(path) //nolint:gosec // a path of the vault
	if err == nil {
		err = json.Unmarshal(data, &a)
	}
	return a, damagedError(err, "the account of a batch")
}
