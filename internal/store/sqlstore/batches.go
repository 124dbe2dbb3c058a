package sqlstore

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sort"

	"clientele/internal/fault"
	"clientele/internal/ledger"
	"clientele/internal/money"
	"clientele/internal/store"
)

// batches keeps what was imported.
type batches struct{ *change }

// batchDoc is what the log says of a batch. Its state and its result change, and
// stand in entries of their own.
type batchDoc struct {
	File        string       `json:"file"`
	SHA256      string       `json:"sha256"`
	Size        int64        `json:"size"`
	ProfileKey  string       `json:"profile_key"`
	ProfileHash string       `json:"profile_hash"`
	Kind        ledger.Kind  `json:"kind"`
	Imported    string       `json:"imported"`
	By          string       `json:"by"`
	Controls    []controlDoc `json:"controls"`
	Skipped     []skippedDoc `json:"skipped"`
	Stated      []statedDoc  `json:"stated"`
	Notes       []noteDoc    `json:"notes"`
	Decimals    []scaleDoc   `json:"decimals"`
	Lines       int64        `json:"lines"`
	Accounts    int64        `json:"accounts"`
	FirstDay    string       `json:"first_day"`
	LastDay     string       `json:"last_day"`
}

// stateDoc is what the log says when a batch is undone or taken back.
type stateDoc struct {
	State store.BatchState `json:"state"`
	At    string           `json:"at"`
	By    string           `json:"by"`
}

type resultDoc struct {
	Result string `json:"result"`
}

func batchToDoc(b *store.Batch) batchDoc {
	return batchDoc{
		File: b.File, SHA256: b.SHA256, Size: b.Size, ProfileKey: b.ProfileKey, ProfileHash: b.ProfileHash,
		Kind: b.Kind, Imported: formatTime(b.Imported), By: b.By,
		Controls: mapped(b.Controls, controlToDoc), Skipped: mapped(b.Skipped, skippedToDoc),
		Stated: mapped(b.Stated, statedToDoc),
		Notes:  mapped(b.Notes, func(n store.Note) noteDoc { return noteDoc(n) }), Decimals: mapped(b.Decimals, func(s store.Scale) scaleDoc { return scaleDoc(s) }),
		Lines: b.Lines, Accounts: b.Accounts, FirstDay: b.FirstDay.String(), LastDay: b.LastDay.String(),
	}
}

func controlToDoc(c store.Control) controlDoc {
	return controlDoc{
		Currency: c.Currency, Decimals: c.Decimals, Read: tallyToDoc(c.Read), Loaded: tallyToDoc(c.Loaded),
		Unassigned: tallyToDoc(c.Unassigned), Excluded: tallyToDoc(c.Excluded), Quarantined: tallyToDoc(c.Quarantined),
		Reasons: mapped(c.Reasons, reasonToDoc),
	}
}

// NewID gives the id of the next batch. A change that is not committed gives its
// ids back, so a committed id is never given twice.
func (b batches) NewID(context.Context) (string, error) {
	b.record.batches++
	return store.BatchID(b.record.batches), nil
}

// Add records a live batch.
func (b batches) Add(ctx context.Context, batch store.Batch) error {
	const op = "add a batch"
	number, ok := store.Number(batch.ID)
	if !ok || number > b.record.batches {
		return broken(op, "the batch id "+batch.ID+" was not given out")
	}
	if len(batch.Profile) > 0 && !json.Valid(batch.Profile) {
		return broken(op, "the profile is not JSON")
	}
	batch.Imported, batch.By, batch.ProfileHash = b.at, b.actor, ""
	if len(batch.Profile) > 0 {
		batch.ProfileHash = store.Hash(batch.Profile)
	}
	batch.Controls = slices.Clone(batch.Controls)
	sort.Slice(batch.Controls, func(i, j int) bool { return batch.Controls[i].Currency < batch.Controls[j].Currency })

	doc := batchToDoc(&batch)
	err := b.exec(ctx, `INSERT INTO batches (number, file, sha256, size, profile_key, profile_hash, profile, kind,
		imported_at, imported_by, skipped, stated, notes, decimals, line_count, accounts, first_day, last_day,
		result, state, changed_at, changed_by)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', '')`,
		number, batch.File, batch.SHA256, batch.Size, batch.ProfileKey, batch.ProfileHash, string(batch.Profile),
		string(batch.Kind), doc.Imported, batch.By, toJSON(doc.Skipped), toJSON(doc.Stated), toJSON(doc.Notes),
		toJSON(doc.Decimals), batch.Lines, batch.Accounts, doc.FirstDay, doc.LastDay, batch.Result, string(store.Live))
	if err != nil {
		return err
	}
	for _, c := range doc.Controls {
		if err := b.addControl(ctx, number, &c); err != nil {
			return err
		}
	}
	if err := b.note(ctx, "batch.add", "batch "+batch.ID, "", toJSON(doc)); err != nil {
		return err
	}
	return b.note(ctx, "batch.result", "batch "+batch.ID+" result", "", toJSON(resultDoc{batch.Result}))
}

func (b batches) addControl(ctx context.Context, number int64, c *controlDoc) error {
	args := []any{number, string(c.Currency), c.Decimals}
	for _, t := range []tallyDoc{c.Read, c.Loaded, c.Unassigned, c.Excluded, c.Quarantined} {
		args = append(args, t.Rows, t.WithoutAmount, t.Amount)
	}
	err := b.exec(ctx, `INSERT INTO batch_controls (batch, currency, decimals,
		read_rows, read_without_amount, read_amount, loaded_rows, loaded_without_amount, loaded_amount,
		unassigned_rows, unassigned_without_amount, unassigned_amount,
		excluded_rows, excluded_without_amount, excluded_amount,
		quarantined_rows, quarantined_without_amount, quarantined_amount)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, args...)
	if err != nil {
		return err
	}
	for place, r := range c.Reasons {
		err := b.exec(ctx, `INSERT INTO batch_reasons (batch, currency, place, state, code, words, row_count, without_amount, amount)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			number, string(c.Currency), place, r.State, r.Code, r.Text, r.Rows, r.WithoutAmount, r.Amount)
		if err != nil {
			return err
		}
	}
	return nil
}

// Undo takes back a live batch.
func (b batches) Undo(ctx context.Context, id string) error {
	return b.turn(ctx, "undo a batch", id, store.Live, store.Undone)
}

// Redo takes back an undo.
func (b batches) Redo(ctx context.Context, id string) error {
	return b.turn(ctx, "redo a batch", id, store.Undone, store.Live)
}

// turn changes the state of a batch.
func (b batches) turn(ctx context.Context, op, id string, from, to store.BatchState) error {
	number, before, _, err := b.find(ctx, op, id)
	if err != nil {
		return err
	}
	if before.State != from {
		return fault.New(fault.Usage, op, fmt.Sprintf("batch %s is %s already", id, before.State), "")
	}
	after := stateDoc{to, formatTime(b.at), b.actor}
	err = b.exec(ctx, `UPDATE batches SET state = ?, changed_at = ?, changed_by = ? WHERE number = ?`,
		string(to), after.At, after.By, number)
	if err != nil {
		return err
	}
	action := "batch.undo"
	if to == store.Live {
		action = "batch.redo"
	}
	return b.note(ctx, action, "batch "+id+" state", toJSON(before), toJSON(after))
}

// SetResult replaces the digest of a batch's result files.
func (b batches) SetResult(ctx context.Context, id, digest string) error {
	number, _, before, err := b.find(ctx, "set the result of a batch", id)
	if err != nil || before == digest {
		return err
	}
	if err := b.exec(ctx, `UPDATE batches SET result = ? WHERE number = ?`, digest, number); err != nil {
		return err
	}
	return b.note(ctx, "batch.result", "batch "+id+" result", toJSON(resultDoc{before}), toJSON(resultDoc{digest}))
}

// find reads the part of a batch that can change.
func (b batches) find(ctx context.Context, op, id string) (number int64, state stateDoc, result string, err error) {
	unknown := fault.New(fault.NotFound, op, "there is no batch "+id, "see them with: clientele batches")
	number, ok := store.Number(id)
	if !ok {
		return 0, state, "", unknown
	}
	err = b.row(ctx, `SELECT state, changed_at, changed_by, result FROM batches WHERE number = ?`, number).
		Scan(&state.State, &state.At, &state.By, &result)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, state, "", unknown
	}
	return number, state, result, err
}

func readBatches(ctx context.Context, q querier, snap *store.Snapshot) error {
	return each(ctx, q, `SELECT number, file, sha256, size, profile_key, profile_hash, profile, kind, imported_at,
		imported_by, skipped, stated, notes, decimals, line_count, accounts, first_day, last_day, result, state,
		changed_at, changed_by FROM batches ORDER BY number`, func(row scanner) error {
		b, err := scanBatch(row)
		snap.Batches = append(snap.Batches, b)
		return err
	})
}

func scanBatch(row scanner) (store.Batch, error) {
	var b store.Batch
	var number int64
	var profile, imported, skipped, stated, notes, decimals, first, last, changed string
	err := row.Scan(&number, &b.File, &b.SHA256, &b.Size, &b.ProfileKey, &b.ProfileHash, &profile, &b.Kind, &imported,
		&b.By, &skipped, &stated, &notes, &decimals, &b.Lines, &b.Accounts, &first, &last, &b.Result, &b.State,
		&changed, &b.ChangedBy)
	if err != nil {
		return b, err
	}
	b.ID, b.Profile = store.BatchID(number), []byte(profile)
	var skips []skippedDoc
	var totals []statedDoc
	var words []noteDoc
	var scales []scaleDoc
	var errs [8]error
	b.Imported, errs[0] = parseTime(imported)
	b.Changed, errs[1] = parseTime(changed)
	b.FirstDay, errs[2] = parseDay(first)
	b.LastDay, errs[3] = parseDay(last)
	errs[4] = fromJSON(skipped, &skips)
	errs[5] = fromJSON(stated, &totals)
	errs[6] = fromJSON(notes, &words)
	errs[7] = fromJSON(decimals, &scales)
	if err := errors.Join(errs[:]...); err != nil {
		return b, err
	}
	b.Skipped = mapped(skips, skippedFromDoc)
	b.Notes = mapped(words, func(d noteDoc) store.Note { return store.Note(d) })
	b.Decimals = mapped(scales, func(d scaleDoc) store.Scale { return store.Scale(d) })
	for _, d := range totals {
		amount, err := parseAmount(d.Amount)
		if err != nil {
			return b, err
		}
		b.Stated = append(b.Stated, ledger.Stated{Line: d.Line, Label: d.Label, Amount: amount})
	}
	return b, nil
}

func readControls(ctx context.Context, q querier, snap *store.Snapshot) error {
	err := each(ctx, q, `SELECT batch, currency, decimals,
		read_rows, read_without_amount, read_amount, loaded_rows, loaded_without_amount, loaded_amount,
		unassigned_rows, unassigned_without_amount, unassigned_amount,
		excluded_rows, excluded_without_amount, excluded_amount,
		quarantined_rows, quarantined_without_amount, quarantined_amount
		FROM batch_controls ORDER BY batch, currency`, func(row scanner) error {
		var number int64
		var c store.Control
		var amounts [5]string
		tallies := [5]*ledger.Tally{&c.Read, &c.Loaded, &c.Unassigned, &c.Excluded, &c.Quarantined}
		into := []any{&number, &c.Currency, &c.Decimals}
		for i, t := range tallies {
			into = append(into, &t.Rows, &t.WithoutAmount, &amounts[i])
		}
		if err := row.Scan(into...); err != nil {
			return err
		}
		for i, t := range tallies {
			var err error
			if t.Amount, err = parseSum(amounts[i]); err != nil {
				return err
			}
		}
		b, err := batchAt(snap, number)
		if err != nil {
			return err
		}
		b.Controls = append(b.Controls, c)
		return nil
	})
	// A database may order texts that it holds in another form otherwise; order by
	// bytes is a promise. So in the other lists that are in order of a text.
	for i := range snap.Batches {
		slices.SortStableFunc(snap.Batches[i].Controls, func(a, b store.Control) int { return cmp.Compare(a.Currency, b.Currency) })
	}
	return err
}

func readReasons(ctx context.Context, q querier, snap *store.Snapshot) error {
	return each(ctx, q, `SELECT batch, currency, state, code, words, row_count, without_amount, amount
		FROM batch_reasons ORDER BY batch, currency, place`, func(row scanner) error {
		var number int64
		var currency money.Currency
		var state, amount string
		var r ledger.Reason
		if err := row.Scan(&number, &currency, &state, &r.Code, &r.Text, &r.Rows, &r.WithoutAmount, &amount); err != nil {
			return err
		}
		var errs [2]error
		r.State, errs[0] = parseState(state)
		r.Amount, errs[1] = parseSum(amount)
		b, err := batchAt(snap, number)
		if err := errors.Join(errs[0], errs[1], err); err != nil {
			return err
		}
		for i := range b.Controls {
			if b.Controls[i].Currency == currency {
				b.Controls[i].Reasons = append(b.Controls[i].Reasons, r)
				return nil
			}
		}
		return damaged("a reason belongs to no control total")
	})
}

// batchAt finds a batch that was read, by number.
func batchAt(snap *store.Snapshot, number int64) (*store.Batch, error) {
	i, ok := sort.Find(len(snap.Batches), func(i int) int {
		n, _ := store.Number(snap.Batches[i].ID)
		switch {
		case number < n:
			return -1
		case number > n:
			return 1
		default:
			return 0
		}
	})
	if !ok {
		return nil, damaged("something belongs to batch " + store.BatchID(number) + ", which is not there")
	}
	return &snap.Batches[i], nil
}
