package sqlstore

import (
	"errors"
	"strings"
	"testing"

	"clientele/internal/fault"
)

// bench is a database in which a record can be damaged.
type bench struct {
	free   string // statements that make the log open to changes
	digits string // an expression: 200 digits
	// new makes a record with something in every table, and returns what changes it
	// behind the program's back and what opens it.
	new func(t *testing.T) (tamper func(statements ...string), open func() (*Store, error))
}

// testTamper changes one thing in each table: the log is verified at the start, the
// tables by Check.
func testTamper(t *testing.T, b bench) {
	t.Helper()
	cases := map[string]struct {
		statement string
		atOpen    bool
	}{
		"log text":       {b.free + `UPDATE log SET after = replace(after, 'f.csv', 'g.csv')`, true},
		"log actor":      {b.free + `UPDATE log SET actor = 'bo' WHERE seq = 2`, true},
		"log gap":        {b.free + `DELETE FROM log WHERE seq = 2`, true},
		"log cut":        {b.free + `DELETE FROM log WHERE seq = (SELECT max(seq) FROM log)`, true},
		"log hash":       {b.free + `UPDATE log SET hash = 'x' WHERE seq = 1`, true},
		"log time":       {b.free + `UPDATE log SET at = 'x' WHERE seq = 1`, true},
		"log wound back": {b.free + `DELETE FROM log; UPDATE record SET log_entries = 0, log_hash = ''`, true},
		"counters":       {`DELETE FROM record`, true},
		"batch":          {`UPDATE batches SET file = 'g.csv'`, false},
		"state":          {`UPDATE batches SET state = 'undone'`, false},
		"undone":         {`UPDATE batches SET state = 'undone', changed_at = imported_at`, false},
		"profile of it":  {`UPDATE batches SET profile = '[]'`, false},
		"list":           {`UPDATE batches SET notes = 'x'`, false},
		"result":         {`UPDATE batches SET result = 'x'`, false},
		"control":        {`UPDATE batch_controls SET loaded_amount = '100'`, false},
		"control no sum": {`UPDATE batch_controls SET loaded_amount = '1e5'`, false},
		"huge sum":       {`UPDATE batch_controls SET loaded_amount = '999999999999999999999999999999999999999'`, false},
		"long sum":       {`UPDATE batch_controls SET loaded_amount = '1' || ` + b.digits, false},
		"control gone":   {`DELETE FROM batch_controls`, false},
		"reason":         {`UPDATE batch_reasons SET row_count = 7`, false},
		"reason astray":  {`UPDATE batch_reasons SET currency = 'EUR'`, false},
		"batch gone":     {`DELETE FROM batches`, false},
		"profile":        {`UPDATE profiles SET document = '[]'`, false},
		"identity":       {`UPDATE identity_events SET to_key = 'c'`, false},
		"identity gone":  {`DELETE FROM identity_events`, false},
		"identity more":  {`INSERT INTO identity_events VALUES (2, 'merge', 'x', 'y', '', '', '', '')`, false},
		"dismissal":      {`UPDATE dismissals SET other_key = 'd'`, false},
		"rate":           {`UPDATE rates SET rate = '2.0'`, false},
		"rate no amount": {`UPDATE rates SET rate = 'two'`, false},
		"rate no day":    {`UPDATE rates SET day = 'two'`, false},
		"rate gone":      {`DELETE FROM rates`, false},
		"policy":         {`UPDATE policies SET document = '[]'`, false},
		"decision":       {`UPDATE decisions SET action = 'fixed'`, false},
		"publication":    {`UPDATE record SET published_digest = 'e'`, false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tamper, open := b.new(t)
			tamper(c.statement)
			s, err := open()
			if err == nil {
				defer shut(t, s)
				if c.atOpen {
					t.Fatal("opened without a word")
				}
				err = s.Check(t.Context())
			}
			wantDamage(t, err)
		})
	}
}

func wantDamage(t *testing.T, err error) {
	t.Helper()
	e, ok := errors.AsType[*fault.Error](err)
	if !ok || e.Kind != fault.Failed || !strings.Contains(e.Message, "damaged") || e.Remedy == "" {
		t.Errorf("error = %v, want a damaged record with a remedy", err)
	}
}
