package intake_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"clientele/internal/intake"
	"clientele/internal/ledger"
)

// costed reads a list with the cost of its lines, in lines of "client amount cost".
func costed(t *testing.T, text string, a intake.Answers) (*intake.File, *intake.Loaded, string) {
	t.Helper()
	src := open(t, text)
	f, err := intake.Inspect(context.Background(), src, intake.Options{Answers: a, Costs: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := f.AskError(); err != nil {
		t.Fatal(err)
	}
	var got *costCollector
	loaded, err := f.Load(context.Background(), func() (intake.Sink, error) {
		got = &costCollector{}
		return got, nil
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return f, loaded, strings.Join(got.lines, "; ")
}

type costCollector struct{ lines []string }

func (c *costCollector) Lines(b *ledger.Lines, accounts []ledger.Account) error {
	for i, v := range b.Cost {
		cost := "?"
		if v != ledger.NoCost {
			cost = rat(v, b.Decimals).RatString()
		}
		c.lines = append(c.lines, accounts[b.Account[i]].Key+" "+rat(b.Amount[i], b.Decimals).RatString()+" "+cost)
	}
	return nil
}

func (c *costCollector) Asides([]ledger.Aside) error { return nil }

func TestCosts(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text    string
		answers intake.Answers
		want    string // lines: client, amount, cost
		how     string // the profile's cost
	}{
		"a column": {
			"Client,Amount,Cost\nA,100,60\nB,50,70\n", intake.Answers{}, "A 100 60; B 50 70", "cost",
		},
		"of one piece": {
			"Client,Quantity,Unit price,Unit cost\nA,3,10,4.5\nB,2,10,12\n", intake.Answers{}, "A 30 27/2; B 20 24", "quantity*unit_cost",
		},
		"as a margin": {
			"Client,Amount,Gross profit\nA,100,40\nB,50,-20\n", intake.Answers{}, "A 100 60; B 50 70", "amount-margin",
		},
		"an expression": {
			"Client,Amount,Pieces,Buy\nA,100,3,20\nB,50,2,0.125\n", intake.Answers{Cost: "Pieces*Buy"}, "A 100 60; B 50 1/4", "Pieces*Buy",
		},
		"with the freight": {
			"Client,Amount,Cost,Freight\nA,100,60,5\n", intake.Answers{Cost: "cost+Freight"}, "A 100 65", "cost+Freight",
		},
		"nothing is 0": {
			"Client,Amount,Cost\nA,100,\nB,50,0\n", intake.Answers{}, "A 100 ?; B 50 0", "cost",
		},
		"nothing in a sum": {
			"Client,Amount,Cost,Freight\nA,100,60,\n", intake.Answers{Cost: "cost+Freight"}, "A 100 ?", "cost+Freight",
		},
		"finer than the amounts": {
			"Client,Amount,Cost\nA,100,60.125\nB,50.5,1\n", intake.Answers{}, "A 100 481/8; B 101/2 1", "cost",
		},
		"a credit takes its goods back": {
			"Client,Document type,Amount,Cost\nA,Invoice,100,60\nB,Credit note,30,20\n", intake.Answers{}, "A 100 60; B -30 -20", "cost",
		},
		"a margin of a credit": {
			"Client,Document type,Amount,Margin\nA,Invoice,100,40\nB,Credit note,-30,-10\n", intake.Answers{}, "A 100 60; B -30 -20", "amount-margin",
		},
		// 1000-400 = 600 and -100+40 = -60: 540 in all, which leaves 900-540 = 360.
		"a credit gives its margin back": {
			"Client,Document type,Amount,Margin\nA,Invoice,1000,400\nB,Credit note,100,40\n", intake.Answers{}, "A 1000 600; B -100 -60", "amount-margin",
		},
		"a credit gives its share back": {
			"Client,Document type,Amount,Margin\nA,Invoice,1000,40%\nB,Credit note,100,40%\n", intake.Answers{}, "A 1000 600; B -100 -60", "amount-margin",
		},
		"decimal commas": {
			"Kunde;Betrag;Kosten\nA;1.000,50;600,25\n", intake.Answers{}, "A 2001/2 2401/4", "cost",
		},
		"none": {"Client,Amount\nA,100\n", intake.Answers{}, "", ""},
		// 100 less 40 % is 60; 1000 less 12.5 % is 875.
		"a share by its header": {
			"Client,Amount,Margin %\nA,100,40\nB,1000,12.5\nC,10,-5\nD,10,0.5\nE,7,\n", intake.Answers{}, "A 100 60; B 1000 875; C 10 21/2; D 10 199/20; E 7 ?", "amount*(100-margin)*0.01",
		},
		"a share by its sign": {
			"Client,Amount,Gross margin %\nA,100,40%\nB,1000,12.5%\n", intake.Answers{}, "A 100 60; B 1000 875", "amount*(100-margin)*0.01",
		},
		"a share in words": {
			"Client;Betrag;DB %\nA;100,00;40,5\nB;1000,00;12\n", intake.Answers{}, "A 100 119/2; B 1000 880", "amount*(100-margin)*0.01",
		},
		"a share of a computed amount": {
			"Client,Quantity,Unit price,Marge %\nA,2,50,40\nB,4,25,10 %\n", intake.Answers{}, "A 100 60; B 100 90", "amount*(100-margin)*0.01",
		},
		"a share of a credit": {
			"Client,Document type,Amount,Margin percent\nA,Invoice,100,40\nB,Credit note,30,40\n", intake.Answers{}, "A 100 60; B -30 -18", "amount*(100-margin)*0.01",
		},
		"money beside a share": {
			"Client,Amount,Margin,Margin %\nA,100,40,40\nB,50,20,40\n", intake.Answers{}, "A 100 60; B 50 30", "amount-margin",
		},
		"a cost beside a share": {
			"Client,Amount,Cost,Margin %\nA,100,60,0.4\nB,50,30,0.4\n", intake.Answers{}, "A 100 60; B 50 30", "cost",
		},
		"said to be parts": {
			"Client,Amount,Margin %\nA,100,0.4\nB,1000,0.125\nC,10,40%\nD,10,EUR 4\n", intake.Answers{Cost: "amount * (1 - [Margin %])"}, "A 100 60; B 1000 875; C 10 6; D 10 ?", "amount*(1-margin)",
		},
		"said to be percentages": {
			"Client,Amount,Margin %\nA,100,0.4\nB,1000,1\n", intake.Answers{Cost: "amount*(100-[Margin %])*0.01"}, "A 100 498/5; B 1000 990", "amount*(100-margin)*0.01",
		},
		"said to be parts of a computed amount": {
			"Client,Quantity,Unit price,Margin\nA,2,50,0.4\nB,4,25,0.1\n", intake.Answers{Cost: "amount*(1-[#4])"}, "A 100 60; B 100 90", "amount*(1-margin)",
		},
		"said to be money": {
			"Client,Amount,Margin\nA,100,0.4\nB,50,0.5\n", intake.Answers{Cost: "amount-[Margin]"}, "A 100 498/5; B 50 99/2", "amount-margin",
		},
		"small margins of small amounts": {
			"Client,Amount,Margin\nA,1,0.4\nB,2,0.5\n", intake.Answers{}, "A 1 3/5; B 2 3/2", "amount-margin",
		},
		"whole margins": {
			"Client,Amount,Margin\nA,100,1\nB,200,-1\n", intake.Answers{}, "A 100 99; B 200 201", "amount-margin",
		},
		"a total is no margin": {
			"Client,Amount,Margin\nA,100,1.4\nB,200,0.5\nTotal,300,1.9\n", intake.Answers{}, "A 100 493/5; B 200 399/2", "amount-margin",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, _, got := costed(t, c.text, c.answers)
			if got != c.want || f.Profile.Cost != c.how {
				t.Errorf("%q by %q, want %q by %q", got, f.Profile.Cost, c.want, c.how)
			}
		})
	}
}

// A cost that is no number leaves its line loaded, and is counted with its place.
func TestUnreadableCosts(t *testing.T) {
	t.Parallel()
	_, loaded, got := costed(t, "Client,Amount,Cost\nA,100,60\nB,50,12o\nC,20,many\nD,5,EUR 3\nE,USD 7,EUR 3\n", intake.Answers{})
	if want := "A 100 60; B 50 ?; C 20 ?; D 5 ?; E 7 ?"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if n := loaded.Notes; n.BadCosts != 4 || n.BadCost != (intake.Spot{Line: 3, Column: 2, Value: "12o"}) {
		t.Errorf("%+v", n)
	}
}

// A share of the amount is no cost, and is not read as so much money.
func TestPercentIsNoCost(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"Client,Amount,Cost\nA,100,60\nB,50,40%\n":                                       "A 100 60; B 50 ?",
		"Client,Amount,Quantity,Unit cost\nA,100,2,30\nB,50,2,40%\n":                     "A 100 60; B 50 ?",
		"Client,Amount,Cost,Freight\nA,100,60,1\nB,50,40,2%\n":                           "A 100 61; B 50 ?",
		"Client,Amount,Cost share,Currency\nA,100,60%,EUR\nB,50,40%,EUR\nC,30,10%,EUR\n": "A 100 60; B 50 20; C 30 3",
	} {
		a := intake.Answers{}
		switch {
		case strings.Contains(text, "Freight"):
			a.Cost = "cost+Freight"
		case strings.Contains(text, "share"):
			a.Cost = "amount*[Cost share]*0.01"
		}
		f, loaded, got := costed(t, text, a)
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
		if !strings.Contains(want, "?") {
			continue
		}
		note := slices.ContainsFunc(f.Notes, func(n intake.Note) bool { return n.Code == "bad_cost" })
		if n := loaded.Notes; n.BadCosts != 1 || n.BadCost.Line != 3 || !note {
			t.Errorf("%+v, %v", n, f.Notes)
		}
	}
}

// Costs are written above 0. A list that writes most of them below is told of, and read
// as it stands.
func TestSignsOfCosts(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text        string
		costs, sign int64
		note        string
	}{
		"below 0":    {"Client,Amount,Cost\nA,100,-60\nB,50,-20\nC,30,10\nD,20,\nE,10,0\n", 3, 2, "in 2 of the 3 rows"},
		"the half":   {"Client,Amount,Cost\nA,100,-60\nB,50,20\n", 2, 1, ""},
		"of credits": {"Client,Amount,Cost\nA,-100,60\nB,-50,20\n", 2, 2, "in 2 of the 2 rows"},
		"given back": {"Client,Amount,Cost\nA,-100,-60\nB,50,20\n", 2, 0, ""},
		"of a loss":  {"Client,Amount,Margin\nA,100,140\nB,50,60\n", 0, 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, loaded, _ := costed(t, c.text, intake.Answers{})
			if n := loaded.Notes; n.Costs != c.costs || n.CostSigns != c.sign {
				t.Errorf("%+v", n)
			}
			at := slices.IndexFunc(f.Notes, func(n intake.Note) bool { return n.Code == "cost_sign" })
			if (at >= 0) != (c.note != "") || at >= 0 && !strings.Contains(f.Notes[at].Text, c.note) {
				t.Errorf("%v", f.Notes)
			}
		})
	}
}

func TestCostsAreReadOnlyWhenAsked(t *testing.T) {
	t.Parallel()
	src := open(t, "Client,Amount,Cost\nA,100,60.123456\n")
	f, err := intake.Inspect(context.Background(), src, intake.Options{})
	if err != nil {
		t.Fatal(err)
	}
	got := &costCollector{}
	loaded, err := f.Load(context.Background(), func() (intake.Sink, error) { return got, nil }, nil)
	if err != nil || len(got.lines) > 0 || loaded.Decimals != 0 || f.Profile.Cost != "" {
		t.Errorf("%v, %d decimals, %v", got.lines, loaded.Decimals, err)
	}
}

// Whether 0.4 is 40 %, 0.4 % or money nobody knows but who wrote it.
func TestUnitsOfMargins(t *testing.T) {
	t.Parallel()
	part, percent, amount := "--cost 'amount*(1-[%s])'", "--cost 'amount*(100-[%s])*0.01'", "--cost 'amount-[%s]'"
	for text, c := range map[string]struct {
		name    string
		choices []string
	}{
		"Client,Amount,Margin %\nA,100,0.4\nB,50,1\n":                            {"Margin %", []string{part, percent}},
		"Client;Betrag;Marge %\nA;100,00;0,4\nB;50,00;-0,1\n":                    {"Marge %", []string{part, percent}},
		"Client,Amount,Margin\nA,100,0.4\nB,50,0.25\nC,1,0.3\nTotal,151,0.95\n":  {"Margin", []string{amount, part}},
		"Client,Quantity,Unit price,Gross profit\nA,2,50,0.4\nB,4,25,0.1\n":      {"Gross profit", []string{amount, part}},
		"Client,Amount,Margin\nA,100,0.4\nB,50,0.25\nTotal,150,1.65\nC,60,0.9\n": {"Margin", []string{amount, part}},
	} {
		f, err := intake.Inspect(context.Background(), open(t, text), intake.Options{Costs: true})
		if err != nil || len(f.Questions) != 1 || f.Questions[0].Code != "margin" {
			t.Errorf("%q: %v, %+v", text, err, f)
			continue
		}
		q := f.Questions[0]
		for i, choice := range c.choices {
			if want := fmt.Sprintf(choice, c.name); q.Choices[i] != want || !strings.Contains(q.Flag, want) {
				t.Errorf("%q: %+v, want %s", text, q, want)
			}
			said := strings.TrimSuffix(strings.TrimPrefix(q.Choices[i], "--cost '"), "'")
			if f, err := intake.Inspect(context.Background(), open(t, text), intake.Options{Costs: true, Answers: intake.Answers{Cost: said}}); err != nil || f.AskError() != nil {
				t.Errorf("%q: %s answers nothing: %v, %+v", text, said, err, f)
			}
		}
		// Nobody asks where the costs are not wanted.
		if f, err := intake.Inspect(context.Background(), open(t, text), intake.Options{}); err != nil || f.AskError() != nil {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestCostQuestions(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text    string
		answers intake.Answers
		want    string
	}{
		"two columns":   {"Client,Amount,Cost,COGS\nA,100,60,50\n", intake.Answers{}, "Which column is the cost"},
		"no expression": {"Client,Amount,Buy\nA,100,60\n", intake.Answers{Cost: "Buy+"}, "the expression cannot be read"},
		"no column":     {"Client,Amount,Buy\nA,100,60\n", intake.Answers{Cost: "Bye"}, `no column "Bye"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, err := intake.Inspect(context.Background(), open(t, c.text), intake.Options{Answers: c.answers, Costs: true})
			if err == nil {
				if len(f.Questions) == 0 {
					t.Fatal("no question")
				}
				if got := f.Questions[0].Text; !strings.Contains(got, c.want) {
					t.Errorf("%q", got)
				}
				return
			}
			if !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v", err)
			}
		})
	}
}
