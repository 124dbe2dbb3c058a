package app_test

import (
	"context"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"clientele/internal/app"
	"clientele/internal/demo"
	"clientele/internal/engine"
	"clientele/internal/insight"
	"clientele/internal/money"
	"clientele/internal/period"
	"clientele/internal/verdict"
)

// profit asks for the statement of the clients, as a command does.
func (f *firm) profit(t *testing.T) *app.ProfitAnswer {
	t.Helper()
	q := app.ProfitQuestion{AsOf: period.NoDate, Level: engine.ByAccount}
	q.Window.From, q.Window.To = period.NoDate, period.NoDate
	a, err := app.Profit(t.Context(), groundWithCosts(t, f.w), q)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// TestDemonstrationProfit compares the statement of the demonstration firm with what its
// generator knows: every term, the capacity of each group, and under each driver the
// clients with a story.
func TestDemonstrationProfit(t *testing.T) {
	t.Parallel()
	for _, seed := range []uint64{0, 7} {
		t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) {
			t.Parallel()
			f := newFirm(t, seed)
			for _, s := range f.truth.Sales {
				f.bring(t, s.Name)
			}
			for name := range factFiles {
				f.bring(t, name)
			}
			a, want := f.profit(t), &f.truth.Profit
			same(t, "layer", app.CM3, a.Layer)
			for _, x := range []struct {
				what, want string
				got        money.Sum
			}{
				{"revenue", want.Revenue, a.Total.Revenue},
				{"direct cost", want.DirectCost, a.Total.Direct},
				{"client cost", want.ClientCost, a.Total.Own},
				{"service", want.ServicePool, a.Total.Service},
				{"shared", want.ServicePool, a.Shared},
				{"unused", want.Unused, a.Unused},
				{"overhead", want.Overhead, a.Sustaining},
				{"without a client", want.CounterGain, a.Unassigned.CM3},
				{"result", want.Result, a.Result},
				{"adjustment", "0.00", a.Adjustment},
				{"residual", "0.00", a.Residual},
			} {
				same(t, x.what, x.want, x.got.Format(a.Decimals))
			}
			same(t, "loss under all", int64(want.LossUnderAll), a.LossAll)
			same(t, "loss under none", int64(want.ProfitByAll), a.ProfitAll)
			same(t, "depends", int64(want.Depends), a.Depends)
			for i, c := range want.Capacity {
				at := findGroup(t, a, c.Group)
				same(t, c.Group+" cost", c.Cost, a.Groups[at].Cost.Format(a.Decimals))
				same(t, c.Group+" practical", c.Practical*60_000_000, a.Groups[at].Practical)
				same(t, c.Group+" used", c.Used*60_000_000, a.Groups[at].Used)
				same(t, c.Group+" assigned", want.Capacity[i].Assigned, a.Groups[at].Assigned.Format(a.Decimals))
			}
			for _, c := range want.Clients {
				f.story(t, a, &c)
			}
		})
	}
}

func findGroup(t *testing.T, a *app.ProfitAnswer, name string) int {
	t.Helper()
	for i := range a.Groups {
		if a.Groups[i].Name == name {
			return i
		}
	}
	t.Fatalf("no group %s", name)
	return 0
}

// story compares one client with a story.
func (f *firm) story(t *testing.T, a *app.ProfitAnswer, want *demo.ClientProfits) {
	t.Helper()
	for i := range a.Rows {
		x := &a.Rows[i]
		if x.ID != want.ID {
			continue
		}
		exact := func(v int64) string { return money.FromInt64(v).Format(a.Decimals) }
		same(t, want.ID+" revenue", want.Revenue, exact(x.Terms.Revenue))
		same(t, want.ID+" direct", want.DirectCost, exact(x.Terms.Direct))
		same(t, want.ID+" cm1", want.CM1, exact(x.Terms.CM1))
		same(t, want.ID+" own", want.ClientCost, exact(x.Terms.Own))
		same(t, want.ID+" label", want.Label, x.Label)
		for k, driver := range a.Drivers {
			if driver != "labour" { // the truth's weights of labour are whole cents
				same(t, want.ID+" by "+driver, want.Results[driver], exact(x.ByDriver[k]))
			}
		}
		return
	}
	t.Errorf("%s is not there", want.ID)
}

// TestMissingFiles leaves files of the demonstration firm out: the statement says what it
// cannot know, and which way that bends it.
func TestMissingFiles(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		files  []string
		layer  app.Layer
		status verdict.Status
		bias   verdict.Bias
		code   string
	}{
		"nothing":        {nil, "", verdict.Refuse, verdict.None, "cost_missing"},
		"direct only":    {[]string{"costs.csv"}, app.CM1, verdict.Flag, verdict.High, "layer_missing"},
		"no direct":      {[]string{"resources.csv", "time.csv"}, app.CM2, verdict.Flag, verdict.High, "layer_missing"},
		"hours alone":    {[]string{"costs.csv", "time.csv"}, app.CM1, verdict.Flag, verdict.High, "people_unknown"},
		"pools, no time": {[]string{"costs.csv", "client-costs.csv", "pools.csv"}, app.CM3, verdict.Flag, verdict.Unknown, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFirm(t, 0)
			for _, s := range f.truth.Sales {
				f.bring(t, s.Name)
			}
			for _, file := range c.files {
				f.bring(t, file)
			}
			a := f.profit(t)
			same(t, "layer", c.layer, a.Layer)
			if a.Verdict.Status != c.status {
				t.Errorf("%s", a.Verdict.Status)
			}
			found := c.code == ""
			for _, r := range a.Verdict.Reasons {
				if r.Code == c.code {
					found = true
					if r.Status == verdict.Flag && r.Bias != c.bias {
						t.Errorf("%s %s", r.Code, r.Bias)
					}
				}
			}
			if !found {
				t.Errorf("no %s in %+v", c.code, a.Verdict.Reasons)
			}
			if !a.Residual.IsZero() {
				t.Errorf("residual %s", a.Residual.Format(2))
			}
		})
	}
}

// TestPublicCosts holds the figures of the reseller sales: 80,450,596.9823 of sales cost
// 79,980,114.3790; 335 of 635 clients have a negative margin. With the freight on top the
// expected figures are counted by an own reading of the file.
func TestPublicCosts(t *testing.T) {
	t.Parallel()
	path := "../../../shared/data/adventureworks-reseller/FactResellerSales.csv.zst"
	if _, err := os.Stat(path); err != nil {
		t.Skip("public data: ", err)
	}
	rows := readResellers(t, path)
	for _, freight := range []bool{false, true} {
		var values []int64
		for _, r := range rows {
			left := r.sales - r.cost
			if freight {
				left -= r.freight
			}
			values = append(values, left)
		}
		want := countWhale(values)
		cost := "TotalProductCost"
		if freight {
			cost += "+Freight"
		}
		a := profitOfFile(t, path, cost)
		same(t, cost+" clients", int64(len(rows)), a.Whale.Clients)
		same(t, cost+" revenue", "80450596.9823", a.Total.Revenue.Format(a.Decimals))
		same(t, cost+" loss", want.loss, a.Whale.Loss)
		same(t, cost+" peak", want.peak, a.Whale.Peak.Format(a.Decimals))
		same(t, cost+" total", want.total, a.Whale.Total.Format(a.Decimals))
		same(t, cost+" erosion", want.erosion, a.Whale.Erosion.Format(a.Decimals))
		same(t, cost+" green", want.green, a.Whale.Green)
		if !freight {
			same(t, "cost", "79980114.3790", a.Total.Direct.Format(a.Decimals))
			same(t, "margin", "470482.6033", a.Result.Format(a.Decimals))
			same(t, "losses", 335, a.Whale.Loss)
		} else {
			same(t, "cost with freight", "81991380.2948", a.Total.Direct.Format(a.Decimals)) // 79,980,114.3790 + 2,011,265.9158
		}
		m, err := app.Matrix(t.Context(), a, app.MatrixQuestion{Revenue: []string{"0", "100000"}, Margin: []string{"0"}})
		if err != nil {
			t.Fatal(err)
		}
		var cells insight.Cell
		m.Each(func(c app.MatrixCell) { cells = cells.Plus(*c.Cell) })
		same(t, cost+" cells", m.Grid.Total, cells)
		same(t, cost+" below 0", want.loss, m.Below().Clients)
	}
}

func profitOfFile(t *testing.T, path, cost string) *app.ProfitAnswer {
	t.Helper()
	req := app.FilesRequest{Paths: []string{path}, Costs: true}
	req.Answers.Map, req.Answers.Cost = []string{"client=ResellerKey"}, cost
	g, err := app.FromFiles(context.Background(), req)
	if err != nil {
		t.Fatal(err)
	}
	q := app.ProfitQuestion{AsOf: period.NoDate}
	if q.Window, err = app.ParseWindow("all"); err != nil {
		t.Fatal(err)
	}
	a, err := app.Profit(t.Context(), g, q)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// TestEachFileLeftOut leaves one file of the demonstration firm out at a time. The statement
// says so, and the direction that it names is the one in which what all clients leave, or
// the result, is off from the truth.
func TestEachFileLeftOut(t *testing.T) {
	t.Parallel()
	for file, c := range map[string]struct {
		code   string
		bias   verdict.Bias
		result bool // it is the result that is off
	}{
		"costs.csv":        {"layer_missing", verdict.High, false},
		"client-costs.csv": {"layer_missing", verdict.High, false},
		"pools.csv":        {"layer_missing", verdict.High, true},
		"resources.csv":    {"people_spread", verdict.Low, false},
		"time.csv":         {"service_silent", verdict.High, false},
		"activities.csv":   {"service_silent", verdict.High, false},
		"tickets.csv":      {"event_never", verdict.High, false},
		"touches.csv":      {"event_never", verdict.High, false},
	} {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			f := newFirm(t, 0)
			for _, s := range f.truth.Sales {
				f.bring(t, s.Name)
			}
			for name := range factFiles {
				if name != file {
					f.bring(t, name)
				}
			}
			a, want := f.profit(t), &f.truth.Profit
			if i := slices.IndexFunc(a.Verdict.Reasons, func(r verdict.Reason) bool { return r.Code == c.code }); i < 0 || a.Verdict.Reasons[i].Bias != c.bias {
				t.Errorf("no %s %s in %+v", c.code, c.bias, a.Verdict.Reasons)
			}
			parse := func(text string) money.Sum {
				s, err := money.ParseSum(strings.Replace(text, ".", "", 1))
				if err != nil {
					t.Fatal(err)
				}
				return s
			}
			is, truth := a.Result, parse(want.Result)
			if !c.result {
				is = a.Total.At(a.Layer)
				truth = parse(want.Revenue).Minus(parse(want.DirectCost)).Minus(parse(want.ClientCost)).Minus(parse(want.ServicePool))
			}
			if off := is.Cmp(truth); off == 0 || (off > 0) != (c.bias == verdict.High) {
				t.Errorf("%s, not %s: that is not %s", is.Format(2), truth.Format(2), c.bias)
			}
		})
	}
}
