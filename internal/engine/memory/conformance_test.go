package memory

import (
	"testing"

	"clientele/internal/engine"
	"clientele/internal/engine/enginetest"
	"clientele/internal/ledger"
	"clientele/internal/rollup"
)

// open rolls up each batch by itself, as imports do, and joins the accounts.
func open(grain rollup.Grain) func(*testing.T, enginetest.Fixture) (engine.Engine, error) {
	return func(_ *testing.T, f enginetest.Fixture) (engine.Engine, error) {
		c := Config{Grain: grain, Rules: f.Rules, Documents: []rollup.DocumentSum{}}
		index := map[string]int32{}
		facts := rollup.NewFacts(grain)
		for _, b := range f.Batches {
			number := make([]int32, len(b.Accounts))
			for i, a := range b.Accounts {
				n, known := index[a.Key]
				if !known {
					n = int32(len(c.Accounts))
					index[a.Key] = n
					c.Accounts = append(c.Accounts, a)
				} else {
					c.Accounts[n].Name = a.Name
					if a.Parent != "" {
						c.Accounts[n].Parent = a.Parent
					}
				}
				number[i] = n
			}
			builder := rollup.New(rollup.Options{Grain: grain, KeepDocuments: true})
			for _, block := range []*ledger.Lines{{Decimals: f.Scale()}, b.Lines} {
				if err := builder.Add(block); err != nil {
					return nil, err
				}
			}
			cells, err := builder.Cells()
			if err != nil {
				return nil, err
			}
			docs, err := builder.Documents()
			if err != nil {
				return nil, err
			}
			for _, cell := range cells {
				if cell.Account >= 0 {
					cell.Account = number[cell.Account]
				}
				c.Cells = append(c.Cells, cell)
			}
			for _, d := range docs {
				if d.Account >= 0 {
					d.Account = number[d.Account]
				}
				c.Documents = append(c.Documents, d)
			}
			for _, x := range b.Facts {
				account := x.Account
				if account >= 0 {
					account = number[account]
				}
				if err := facts.Add(account, x.Day, facts.Topic(x.Topic), x.Amount, x.Line); err != nil {
					return nil, err
				}
			}
		}
		c.Facts, c.Topics = facts.Cells(), facts.Topics()
		return New(c), nil
	}
}

func TestConformanceByDay(t *testing.T) {
	t.Parallel()
	enginetest.Run(t, enginetest.Harness{Open: open(rollup.Day), NoLines: true})
}

func TestConformanceByMonth(t *testing.T) {
	t.Parallel()
	enginetest.Run(t, enginetest.Harness{Open: open(rollup.Month), NoLines: true, MonthsOnly: true})
}
