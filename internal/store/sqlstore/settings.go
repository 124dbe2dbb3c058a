package sqlstore

import (
	"cmp"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"slices"
	"strconv"

	"clientele/internal/money"
	"clientele/internal/period"
	"clientele/internal/store"
)

// profiles keeps how kinds of files are read.
type profiles struct{ *change }

// versionDoc is what the log says of a version of a profile or of the rules.
type versionDoc struct {
	Version  int64  `json:"version"`
	Name     string `json:"name,omitempty"`
	Document string `json:"document"`
	At       string `json:"at"`
	By       string `json:"by"`
}

// Save keeps a profile as the next version of its key.
func (p profiles) Save(ctx context.Context, key, name string, document []byte) (int64, error) {
	if !json.Valid(document) {
		return 0, broken("save a profile", "the profile is not JSON")
	}
	last := versionDoc{}
	err := p.row(ctx, `SELECT version, name, document, at, made_by FROM profiles WHERE header_key = ? ORDER BY version DESC LIMIT 1`, key).
		Scan(&last.Version, &last.Name, &last.Document, &last.At, &last.By)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return 0, err
	}
	if last.Version > 0 && last.Name == name && last.Document == string(document) {
		return last.Version, nil
	}
	doc := versionDoc{last.Version + 1, name, string(document), formatTime(p.at), p.actor}
	err = p.exec(ctx, `INSERT INTO profiles (header_key, version, name, document, at, made_by) VALUES (?, ?, ?, ?, ?, ?)`,
		key, doc.Version, doc.Name, doc.Document, doc.At, doc.By)
	if err != nil {
		return 0, err
	}
	return doc.Version, p.note(ctx, "profile.save", "profile "+key, before(last), toJSON(doc))
}

// before is what stood there, "" for nothing.
func before(last versionDoc) string {
	if last.Version == 0 {
		return ""
	}
	return toJSON(last)
}

func readProfiles(ctx context.Context, q querier, snap *store.Snapshot) error {
	err := each(ctx, q, `SELECT header_key, version, name, document, at, made_by FROM profiles
		ORDER BY header_key, version`, func(row scanner) error {
		var p store.Profile
		var document, at string
		err := row.Scan(&p.Key, &p.Version, &p.Name, &document, &at, &p.By)
		if err != nil {
			return err
		}
		p.Document = []byte(document)
		p.At, err = parseTime(at)
		if n := len(snap.Profiles); n > 0 && snap.Profiles[n-1].Key == p.Key {
			snap.Profiles[n-1] = p
		} else {
			snap.Profiles = append(snap.Profiles, p)
		}
		return err
	})
	slices.SortStableFunc(snap.Profiles, func(a, b store.Profile) int { return cmp.Compare(a.Key, b.Key) })
	return err
}

// policies keeps the rules of the firm.
type policies struct{ *change }

// Save keeps the rules as the next version.
func (p policies) Save(ctx context.Context, document []byte) (int64, error) {
	if !json.Valid(document) {
		return 0, broken("save the policy", "the policy is not JSON")
	}
	last := versionDoc{}
	err := p.row(ctx, `SELECT version, document, at, made_by FROM policies ORDER BY version DESC LIMIT 1`).
		Scan(&last.Version, &last.Document, &last.At, &last.By)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return 0, err
	}
	if last.Version > 0 && last.Document == string(document) {
		return last.Version, nil
	}
	doc := versionDoc{Version: last.Version + 1, Document: string(document), At: formatTime(p.at), By: p.actor}
	err = p.exec(ctx, `INSERT INTO policies (version, document, at, made_by) VALUES (?, ?, ?, ?)`,
		doc.Version, doc.Document, doc.At, doc.By)
	if err != nil {
		return 0, err
	}
	return doc.Version, p.note(ctx, "policy.save", fmt.Sprintf("policy %d", doc.Version), before(last), toJSON(doc))
}

func readPolicies(ctx context.Context, q querier, snap *store.Snapshot) error {
	return each(ctx, q, `SELECT version, document, at, made_by FROM policies ORDER BY version`, func(row scanner) error {
		var p store.Policy
		var document, at string
		err := row.Scan(&p.Version, &document, &at, &p.By)
		if err != nil {
			return err
		}
		p.Document = []byte(document)
		p.At, err = parseTime(at)
		snap.Policies = append(snap.Policies, p)
		return err
	})
}

// rates keeps rates of exchange.
type rates struct{ *change }

// ratesDoc is what the log says of the rates of a batch.
type ratesDoc struct {
	Rates  int    `json:"rates"`
	Digest string `json:"digest"` // of day, currencies and rate, in that order
}

// Add records the rates of a batch.
func (r rates) Add(ctx context.Context, batch string, list []store.Rate) error {
	const op = "add rates"
	number, _, _, err := batches(r).find(ctx, op, batch)
	if err != nil || len(list) == 0 {
		return err
	}
	var there int
	if err := r.row(ctx, `SELECT count(*) FROM rates WHERE batch = ?`, number).Scan(&there); err != nil {
		return err
	}
	if there > 0 {
		return broken(op, "batch "+batch+" has its rates already")
	}
	list = slices.Clone(list)
	slices.SortStableFunc(list, compareRates)
	for i := range list {
		rate := &list[i]
		if rate.Day == period.NoDate || rate.From == "" || rate.To == "" || rate.Rate.Units <= 0 || rate.Rate.Decimals > 18 {
			return broken(op, fmt.Sprintf("%s to %s at %s on %q is not a rate", rate.From, rate.To, rate.Rate, rate.Day))
		}
		if i > 0 && compareRates(list[i-1], *rate) == 0 {
			return broken(op, fmt.Sprintf("%s to %s on %s is given twice", rate.From, rate.To, rate.Day))
		}
		err := r.exec(ctx, `INSERT INTO rates (batch, day, from_currency, to_currency, rate) VALUES (?, ?, ?, ?, ?)`,
			number, rate.Day.String(), string(rate.From), string(rate.To), rate.Rate.String())
		if err != nil {
			return err
		}
	}
	return r.note(ctx, "rates.add", "rates of "+batch, "", toJSON(ratesDoc{len(list), digestRates(list)}))
}

// Holding reads the rates that hold inside the change.
func (r rates) Holding(ctx context.Context) ([]store.Rate, error) {
	var snap store.Snapshot
	err := readRates(ctx, r.querier, &snap)
	return snap.Rates, err
}

// compareRates orders rates by day and currencies.
func compareRates(a, b store.Rate) int {
	return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To))
}

func digestRates(list []store.Rate) string {
	h := sha256.New()
	for i := range list {
		r := &list[i]
		for _, text := range [...]string{r.Day.String(), string(r.From), string(r.To), r.Rate.String()} {
			digestText(h, text)
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

// digestText adds a text so that no two lists read the same.
func digestText(h hash.Hash, text string) {
	b := strconv.AppendInt(make([]byte, 0, 32), int64(len(text)), 10)
	h.Write(append(append(b, ':'), text...))
}

const selectRates = `SELECT r.batch, r.day, r.from_currency, r.to_currency, r.rate
	FROM rates r JOIN batches b ON b.number = r.batch`

func scanRate(row scanner) (store.Rate, error) {
	var r store.Rate
	var number int64
	var from, to, day, rate string
	err := row.Scan(&number, &day, &from, &to, &rate)
	if err != nil {
		return r, err
	}
	r.From, r.To, r.Batch = money.Currency(from), money.Currency(to), store.BatchID(number)
	if r.Day, err = parseDay(day); err != nil {
		return r, err
	}
	r.Rate, err = parseAmount(rate)
	return r, err
}

func readRates(ctx context.Context, q querier, snap *store.Snapshot) error {
	query := selectRates + ` WHERE b.state = 'live' ORDER BY r.day, r.from_currency, r.to_currency, r.batch`
	var list []store.Rate
	err := each(ctx, q, query, func(row scanner) error {
		r, err := scanRate(row)
		list = append(list, r)
		return err
	})
	slices.SortStableFunc(list, compareRates)
	for i := range list {
		if n := len(snap.Rates); n > 0 && compareRates(snap.Rates[n-1], list[i]) == 0 {
			snap.Rates[n-1] = list[i] // the same day and pair from a later batch
		} else {
			snap.Rates = append(snap.Rates, list[i])
		}
	}
	return err
}

// problems keeps what was decided about rows that were set aside.
type problems struct{ *change }

// decisionDoc is what the log says of a decision.
type decisionDoc struct {
	Action store.Action `json:"action"`
	Reason string       `json:"reason"`
	Fixed  string       `json:"fixed"`
	At     string       `json:"at"`
	By     string       `json:"by"`
}

func decisionToDoc(d *store.Decision) decisionDoc {
	return decisionDoc{d.Action, d.Reason, d.Fixed, formatTime(d.At), d.By}
}

func decisionObject(d *store.Decision) string {
	return fmt.Sprintf("row %d of %s", d.Line, d.Batch)
}

// Decide records decisions; the last on a row holds.
func (p problems) Decide(ctx context.Context, decisions []store.Decision) error {
	const op = "decide on a row"
	for i := range decisions {
		d := decisions[i]
		number, _, _, err := batches(p).find(ctx, op, d.Batch)
		if err != nil {
			return err
		}
		if d.Line < 1 || (d.Action != store.Fixed && d.Action != store.Ignored && d.Action != store.Reopened) {
			return broken(op, fmt.Sprintf("%q on line %d is no decision", d.Action, d.Line))
		}
		d.At, d.By = p.at, p.actor
		var last decisionDoc
		was := ""
		err = p.row(ctx, `SELECT action, reason, fixed, at, made_by FROM decisions WHERE batch = ? AND line = ?`, number, d.Line).
			Scan(&last.Action, &last.Reason, &last.Fixed, &last.At, &last.By)
		switch {
		case err == nil:
			was = toJSON(last)
		case !errors.Is(err, sql.ErrNoRows):
			return err
		}
		err = p.exec(ctx, `INSERT INTO decisions (batch, line, action, reason, fixed, at, made_by) VALUES (?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (batch, line) DO UPDATE SET action = excluded.action, reason = excluded.reason,
			fixed = excluded.fixed, at = excluded.at, made_by = excluded.made_by`,
			number, d.Line, string(d.Action), d.Reason, d.Fixed, formatTime(d.At), d.By)
		if err != nil {
			return err
		}
		if err := p.note(ctx, "row."+string(d.Action), decisionObject(&d), was, toJSON(decisionToDoc(&d))); err != nil {
			return err
		}
	}
	return nil
}

func readDecisions(ctx context.Context, q querier, snap *store.Snapshot) error {
	return each(ctx, q, `SELECT batch, line, action, reason, fixed, at, made_by FROM decisions
		ORDER BY batch, line`, func(row scanner) error {
		var d store.Decision
		var number int64
		var at string
		err := row.Scan(&number, &d.Line, &d.Action, &d.Reason, &d.Fixed, &at, &d.By)
		if err != nil {
			return err
		}
		d.Batch = store.BatchID(number)
		d.At, err = parseTime(at)
		snap.Decisions = append(snap.Decisions, d)
		return err
	})
}

// versions keeps which published version holds.
type versions struct{ *change }

// publicationDoc is what the log says of a publication.
type publicationDoc struct {
	Revision int64  `json:"revision"`
	Digest   string `json:"digest"`
	At       string `json:"at"`
}

func publicationToDoc(p store.Publication) publicationDoc {
	return publicationDoc{p.Revision, p.Digest, formatTime(p.At)}
}

// Publish records that a manifest holds from this change on.
func (v versions) Publish(ctx context.Context, digest string) error {
	was := ""
	if v.record.published.Revision > 0 {
		was = toJSON(publicationToDoc(v.record.published))
	}
	v.record.published = store.Publication{Revision: v.record.revision, Digest: digest, At: v.at}
	return v.note(ctx, "version.publish", "version", was, toJSON(publicationToDoc(v.record.published)))
}
