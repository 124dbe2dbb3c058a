package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"clientele/internal/batch"
	"clientele/internal/engine"
	"clientele/internal/fault"
	"clientele/internal/ledger"
	"clientele/internal/money"
	"clientele/internal/period"
	"clientele/internal/publication"
	"clientele/internal/store"
	"clientele/internal/vault"
	"clientele/internal/warehouse"
)

// PublishRequest says where open tables are, and which amounts go there.
type PublishRequest struct {
	Place publication.Place
	Kind  ledger.Kind // "": invoiced, or the only kind there is
}

// PublishAnswer tells what became of the open tables.
type PublishAnswer struct {
	publication.Outcome
	Ground *Ground // what was published; without its engine
}

// Closes reports whether the ledger's account closes, and whether what was read back from
// the tables is what it loaded.
func (a *PublishAnswer) Closes() bool {
	return a.Ground.Control.Closes() && a.Lines == a.Ground.Control.Loaded.Rows && a.Amount == a.Ground.Control.Loaded.Amount
}

// publishTries bounds how often the ledger is read again because it changed meanwhile.
const publishTries = 5

// Publish makes open tables of the ledger. It needs no lock: if the ledger changes while
// it is read, the newer state is published.
func (w *Workspace) Publish(ctx context.Context, req PublishRequest) (*PublishAnswer, error) {
	if err := w.atHome("publish"); err != nil {
		return nil, err
	}
	for try := 1; ; try++ {
		st, err := w.sound(ctx)
		if err != nil {
			return nil, err
		}
		a, err := w.publishState(ctx, st, req)
		if err == nil {
			return a, nil
		}
		now, errNow := w.state(ctx)
		if errNow == nil && now.snapshot.Revision != st.snapshot.Revision && try < publishTries && ctx.Err() == nil {
			continue // what went wrong may be what changed: files of an old version are removed
		}
		if e, ok := errors.AsType[*publication.NewerError](err); ok {
			return nil, fault.Wrap(e, fault.Failed, "publish", "a later state of this ledger is published already",
				"if this workspace was restored from a backup, publish into a namespace of its own: --namespace NAME")
		}
		return nil, err
	}
}

func (w *Workspace) publishState(ctx context.Context, st *state, req PublishRequest) (_ *PublishAnswer, err error) {
	g, stand, err := w.stand(st, GroundRequest{Kind: req.Kind})
	if err != nil {
		return nil, err
	}
	if g.Engine, err = w.OpenEngine(ctx, stand.version); err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, g.Engine.Close()) }()
	who, ok := g.Engine.(engine.Identities)
	if !ok {
		return nil, fault.New(fault.Internal, "publish", "the engine does not know who is who", "")
	}
	links, extras, err := who.Identities(ctx)
	if err != nil {
		return nil, err
	}
	pool, err := g.Engine.Pool(ctx, engine.Frame{Current: period.All})
	if err != nil {
		return nil, err
	}
	g.Control.Assigned = tallyOf(pool.Assigned)
	c := &publication.Content{
		Revision: g.Revision, At: w.Clock().UTC().Format(time.RFC3339), Scale: g.Decimals,
		Currency: string(g.Currency), Kind: string(g.Kind), Batches: stand.batches,
	}
	if c.Ledger, err = w.ledger(ctx); err != nil {
		return nil, err
	}
	for _, l := range links {
		c.Links = append(c.Links, publication.Link(l))
	}
	for _, x := range extras {
		c.Parties = append(c.Parties, publication.Party{Account: x.Number, Key: x.Key, Name: x.Name})
	}
	document, err := json.Marshal(stand.published(g))
	if err != nil {
		return nil, err
	}
	c.Document = string(document)
	out, err := w.PublishTables(ctx, req.Place, c)
	if err != nil {
		return nil, err
	}
	return &PublishAnswer{*out, g}, nil
}

// ledger says which ledger this is: the hash of the first entry of its log.
func (w *Workspace) ledger(ctx context.Context) (string, error) {
	first, err := w.Store.Log(ctx, 0, 1)
	if err != nil {
		return "", err
	}
	if len(first) == 0 {
		return "", fault.New(fault.Input, "publish", "the workspace holds nothing yet", "import a file: clientele import FILE")
	}
	return first[0].Hash, nil
}

// standing is the part of the ledger on which a ground stands, batch by batch.
type standing struct {
	version  EngineVersion
	batches  []publication.Batch
	accounts []PublishedBatch
}

// add notes a batch that belongs to the ground; account is nil if it brought no amounts.
func (s *standing) add(b *store.Batch, files *vault.BatchFiles, eb EngineBatch, account *batch.Account) {
	one := publication.Batch{ID: b.ID, Scale: eb.Scale}
	for _, f := range files.Files {
		digest := f.Hash + "/" + strconv.FormatInt(f.Size, 10)
		switch f.Role {
		case vault.Lines:
			one.Lines = publication.File{Path: first(eb.Lines), Digest: digest}
		case vault.Cells:
			one.Cells = publication.File{Path: first(eb.Cells), Digest: digest}
		case vault.Accounts:
			one.Accounts = publication.File{Path: first(eb.Accounts), Digest: digest}
		case vault.Keys, vault.Asides, batch.Control:
		}
	}
	p := PublishedBatch{ID: b.ID, File: b.File, Kind: b.Kind, Digest: files.Digest()}
	if account != nil {
		one.Rows, one.Amount = account.Totals.Loaded.Rows, account.Totals.Loaded.Amount
		p.Rows, p.Decimals, p.Control = one.Rows, account.Scale, &account.Totals
	}
	s.batches, s.accounts = append(s.batches, one), append(s.accounts, p)
}

func first(paths []string) string {
	if len(paths) == 0 {
		return ""
	}
	return paths[0]
}

// publishedFormat is the version of the document of a publication.
const publishedFormat = 1

// Published is the account of a ledger as its publication keeps it: all that an answer
// says of where its figures come from, without the workspace.
type Published struct {
	Format      int              `json:"format"`
	Revision    int64            `json:"revision"`
	Currency    money.Currency   `json:"currency"`
	Decimals    uint8            `json:"decimals"`
	Kind        ledger.Kind      `json:"kind"`
	FiscalStart int              `json:"fiscal_start"`
	Reviewed    []string         `json:"reviewed,omitempty"`
	Control     Control          `json:"control"`
	Dated       batch.Dated      `json:"dated"`
	Facts       Facts            `json:"facts"`
	Files       []FileReport     `json:"files"`
	Batches     []PublishedBatch `json:"batches,omitempty"`
	// Rollup is where the cells of a firm's own table are; nil: it is a ledger of batches.
	Rollup *warehouse.State `json:"rollup,omitempty"`
}

// PublishedBatch is one batch of a publication, with its own account at its own scale.
type PublishedBatch struct {
	ID       string      `json:"id"`
	File     string      `json:"file"`
	Kind     ledger.Kind `json:"kind"`
	Digest   string      `json:"digest"` // of all its files
	Rows     int64       `json:"rows"`   // lines that it loaded
	Decimals uint8       `json:"decimals"`
	Control  *Control    `json:"control,omitempty"` // none: it brought no amounts
}

func (s *standing) published(g *Ground) *Published {
	return &Published{
		Format: publishedFormat, Revision: g.Revision, Currency: g.Currency, Decimals: g.Decimals, Kind: g.Kind,
		FiscalStart: g.FiscalStart, Reviewed: g.Reviewed, Control: g.Control, Dated: g.Dated, Facts: g.Facts,
		Files: g.Files, Batches: s.accounts,
	}
}

// ReadPublished reads the document of a publication.
func ReadPublished(document string) (*Published, error) {
	var p Published
	if err := json.Unmarshal([]byte(document), &p); err != nil {
		return nil, fault.Wrap(err, fault.Failed, "read the publication", "the account of the publication cannot be read", "publish again: clientele publish iceberg")
	}
	if p.Format != publishedFormat {
		return nil, fault.New(fault.Failed, "read the publication", fmt.Sprintf("the publication has format %d, and this program reads %d", p.Format, publishedFormat), "use the program that published it")
	}
	return &p, nil
}

// Ground is what questions to a publication stand on, with the engine that answers them.
func (p *Published) Ground(e engine.Engine) *Ground {
	return &Ground{
		Engine: e, Currency: p.Currency, Decimals: p.Decimals, Kind: p.Kind, Control: p.Control, Dated: p.Dated,
		Files: p.Files, Facts: p.Facts, Revision: p.Revision, Reviewed: p.Reviewed, FiscalStart: p.FiscalStart,
	}
}
