package app_test

import (
	"os"
	"path/filepath"
	"testing"

	"clientele/internal/app"
	"clientele/internal/ledger"
	"clientele/internal/money"
)

// factFiles are the files of the demonstration firm that tell facts beside the sales.
var factFiles = map[string]ledger.Kind{
	"costs.csv": ledger.Costs, "client-costs.csv": ledger.ClientCosts, "pools.csv": ledger.Pools, "resources.csv": ledger.Resources,
	"time.csv": ledger.Efforts, "activities.csv": ledger.Equations, "tickets.csv": ledger.Events, "touches.csv": ledger.Events,
}

// TestFactsClose holds what comes of each list of facts against what its generator wrote.
func TestFactsClose(t *testing.T) {
	t.Parallel()
	f := newFirm(t, 0)
	for _, want := range f.truth.Others {
		kind, ok := factFiles[want.Name]
		if !ok {
			continue
		}
		a := f.bring(t, want.Name)
		same(t, want.Name+" kind", string(kind), a.Facts)
		same(t, want.Name+" rows", want.Rows, a.Control.Loaded.Rows)
		same(t, want.Name+" read", want.Rows, a.Control.Read.Rows)
		for i := range a.Control.ByCurrency {
			if !a.Control.ByCurrency[i].Closes() {
				t.Errorf("%s does not close", want.Name)
			}
		}
		total := a.Control.Loaded.Amount
		switch app.UnitOf(kind) {
		case app.Seconds:
			total = money.Quotient(total, 3600)
		case app.Things:
			want.Unit, want.Total = "", ""
			same(t, want.Name+" count", want.Rows, money.Quotient(total, 1_000_000).Big().Int64())
		case app.Money:
		}
		if want.Unit != "" {
			same(t, want.Name+" total", want.Total, two(total, a.Decimals))
		}
	}
	batches, err := f.w.Batches(t.Context())
	if err != nil || len(batches) < len(factFiles) {
		t.Fatalf("%d batches, %v", len(batches), err)
	}
	again, err := f.w.Rebuild(t.Context())
	if err != nil || !again.Equal() {
		t.Errorf("%+v, %v", again, err)
	}
}

// TestAuditOfAnEquationToldTwice holds that what a later batch says of a topic is not added
// to what an earlier one said when the audit reads the files again.
func TestAuditOfAnEquationToldTwice(t *testing.T) {
	t.Parallel()
	f := newFirm(t, 0)
	for _, name := range []string{"invoices-2026.csv", "resources.csv", "time.csv", "touches.csv", "activities.csv"} {
		f.bring(t, name)
	}
	path := filepath.Join(f.dir, "again.csv")
	if err := os.WriteFile(path, []byte("Group,Event,Driver,Minutes\nWarehouse,order,,45\nWarehouse,order,lines,9\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	a, err := f.w.Import(t.Context(), app.ImportRequest{Path: path, Overlap: "load"})
	if err != nil || a.Outcome != app.Imported {
		t.Fatalf("%+v, %v", a, err)
	}
	audit, err := f.w.Audit(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if !audit.Closes() {
		t.Errorf("%+v", audit)
	}
}
