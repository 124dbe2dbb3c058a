package intake_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"clientele/internal/fault"
	"clientele/internal/intake"
	"clientele/internal/ledger"
)

// factLines collects what a list tells, in lines of "client day topic amount".
type factLines struct {
	profile *intake.Profile
	lines   []string
	asides  []string
}

func (c *factLines) Lines(b *ledger.Lines, accounts []ledger.Account) error {
	for i, v := range b.Amount {
		client := "-"
		if a := b.Account[i]; a >= 0 {
			client = accounts[a].Key
		}
		amount, besides := c.profile.Topics(b.Labels[b.Label[i]])
		when := b.Day[i].String()
		if b.Months != nil && b.Months[i] > 1 {
			when += fmt.Sprintf("x%d", b.Months[i])
		}
		say := func(t ledger.Topic, text string) {
			if t.Kind != "" {
				c.lines = append(c.lines, strings.Join(strings.Fields(strings.Join([]string{client, when, t.Name, t.Detail, text}, " ")), " "))
			}
		}
		say(amount, rat(v, b.Decimals).RatString())
		for k, t := range besides {
			if u := b.Beside[k][i]; u != ledger.Unknown {
				say(t, rat(u, ledger.FactDecimals).RatString())
			}
		}
	}
	return nil
}

func (c *factLines) Asides(list []ledger.Aside) error {
	for _, a := range list {
		c.asides = append(c.asides, fmt.Sprintf("%d %s", a.Line, a.Code))
	}
	return nil
}

// planOf reads a list of facts, and the questions that it asks.
func planOf(t *testing.T, text string, a intake.Answers, remember func(string) (*intake.Profile, bool), list string) (*intake.File, *factLines) {
	t.Helper()
	f, err := intake.Inspect(context.Background(), open(t, text), intake.Options{Answers: a, List: list, Remember: remember})
	if err != nil {
		t.Fatal(err)
	}
	if f.AskError() != nil {
		return f, nil
	}
	var got *factLines
	loaded, err := f.Load(context.Background(), func() (intake.Sink, error) {
		got = &factLines{profile: f.Profile}
		return got, nil
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := range loaded.Controls {
		if !loaded.Controls[i].Closes() {
			t.Errorf("the account does not close: %+v", loaded.Controls[i])
		}
	}
	return f, got
}

func TestPlanFiles(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text    string
		answers intake.Answers
		want    string
		asides  string
	}{
		"one amount": {
			"Client,Month,Budget\nA,2026-01,100.50\nB,2026-02,20\n",
			intake.Answers{Plan: "b"},
			"A 2026-01-01 revenue b 201/2; B 2026-02-01 revenue b 20", "",
		},
		"columns of lines": {
			"Client,Month,Planned hours,Planned costs,Planned revenue\nA,2026-01,1.5,60,100\nB,2026-01,,,20\n",
			intake.Answers{},
			"A 2026-01-01 revenue 100; A 2026-01-01 direct_cost 60; A 2026-01-01 hours 5400; B 2026-01-01 revenue 20", "",
		},
		"what was sold stands beside it": {
			"Client,Month,Revenue,Planned revenue\nA,2026-01,7,100\n", intake.Answers{}, "A 2026-01-01 revenue 100", "",
		},
		"a list of one's own words": {
			"Client,Month,Revenue,Costs\nA,2026-01,100,70\n", intake.Answers{}, "A 2026-01-01 revenue 100; A 2026-01-01 direct_cost 70", "",
		},
		"lines with versions, of nobody": {
			"Line item,Month,Version,Budget\nNet sales,2026-01,v1,100\nRent,2026-01,v2,9\n",
			intake.Answers{},
			"- 2026-01-01 revenue v1 100; - 2026-01-01 Rent v2 9", "",
		},
		"a year": {
			"Client,Budget 2026\nA,1200\n", intake.Answers{For: "2026"}, "A 2026-01-01x12 revenue 1200", "",
		},
		"a fiscal year": {
			"Client,Budget\nA,1200\n", intake.Answers{For: "2026-07..2027-06"}, "A 2026-07-01x12 revenue 1200", "",
		},
		"a quarter, whatever stands in the column of years": {
			"Client,Date,Budget\nA,2026,1200\n", intake.Answers{For: "2026-Q2"}, "A 2026-04-01x3 revenue 1200", "",
		},
		"years and quarters by row": {
			"Client,Year,Budget\nA,2026,1200\nB,2027,600\n", intake.Answers{}, "A 2026-01-01x12 revenue 1200; B 2027-01-01x12 revenue 600", "",
		},
		"quarters": {
			"Client,Quarter,Budget\nA,Q1 2026,30\nB,2026-Q2,60\nC,soon,1\n", intake.Answers{}, "A 2026-01-01x3 revenue 30; B 2026-04-01x3 revenue 60", "4 bad_period",
		},
		"a year beside a month": {
			"Client,Year,Month,Budget\nA,2026,3,1\nB,2026,12,2\n", intake.Answers{}, "A 2026-03-01 revenue 1; B 2026-12-01 revenue 2", "",
		},
		"a month by its name": {
			"Kunde,Jahr,Monat,Budget\nA,2026,März,1\nB,2026,Mai,2\n", intake.Answers{}, "A 2026-03-01 revenue 1; B 2026-05-01 revenue 2", "",
		},
		"an empty first number": {
			"Client,Month,Planned revenue,Planned costs\nA,2026-01,,60\nB,2026-01,,\n", intake.Answers{}, "A 2026-01-01 direct_cost 60", "3 no_amount",
		},
		"what cannot be added up": {
			"Line item,Month,Budget\nRevenue,2026-01,100\nGross margin %,2026-01,40\nHours,2026-01,5\n,2026-01,1\n",
			intake.Answers{},
			"- 2026-01-01 revenue 100", "3 plan_ratio; 4 plan_hours; 5 no_line",
		},
		"half a row is no row": {
			"Client,Month,Planned revenue,Planned costs\nA,2026-01,100,x\nB,2026-01,20,USD 5\nC,2026-01,30,4\n",
			intake.Answers{Currency: "EUR"},
			"C 2026-01-01 revenue 30; C 2026-01-01 direct_cost 4", "2 bad_amount; 3 currency_conflict",
		},
		"a column that is said": {
			"Client,Month,X,Y\nA,2026-01,1,2\n", intake.Answers{Map: []string{"planned=Y"}}, "A 2026-01-01 revenue 2", "",
		},
		"finer besides than before": {
			"Client,Month,Planned revenue,Planned costs\nA,2026-01,100,0.125\n", intake.Answers{}, "A 2026-01-01 revenue 100; A 2026-01-01 direct_cost 1/8", "",
		},
	} {
		f, got := planOf(t, c.text, c.answers, nil, "plan")
		if got == nil {
			t.Errorf("%s asks: %+v", name, f.Questions)
			continue
		}
		if have := strings.Join(got.lines, "; "); have != c.want {
			t.Errorf("%s: %s\nnot %s", name, have, c.want)
		}
		if have := strings.Join(got.asides, "; "); have != c.asides {
			t.Errorf("%s: set aside %s, not %s", name, have, c.asides)
		}
	}
}

// TestPlanScale: a file's decimals are those of its finest amount, whichever column it is in.
func TestPlanScale(t *testing.T) {
	t.Parallel()
	src := open(t, "Client,Month,Planned revenue,Planned costs\nA,2026-01,100,0.125\nB,2026-01,1,2\n")
	f, err := intake.Inspect(context.Background(), src, intake.Options{List: "plan"})
	if err != nil {
		t.Fatal(err)
	}
	l, err := f.Load(context.Background(), func() (intake.Sink, error) { return &factLines{profile: f.Profile}, nil }, nil)
	if err != nil || l.Decimals != 3 {
		t.Errorf("%d decimals, %v", l.Decimals, err)
	}
}

func TestPlanQuestions(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ text, code, choice string }{
		"no month":        {"Client,Budget 2026\nA,1\n", "period", "--for 2026"},
		"no month at all": {"Client,Budget\nA,1\n", "period", ""},
		"hours alone":     {"Client,Month,Planned hours\nA,2026-01,1\n", "column_planned", ""},
		"nothing planned": {"Client,Month,Colour\nA,2026-01,red\n", "column_planned", ""},
	} {
		f, got := planOf(t, c.text, intake.Answers{}, nil, "plan")
		if got != nil || len(f.Questions) == 0 || f.Questions[0].Code != c.code {
			t.Errorf("%s: asks %+v", name, f.Questions)
			continue
		}
		if q := f.Questions[0]; strings.Join(q.Choices, " ") != c.choice || q.Flag == "" {
			t.Errorf("%s: proposes %v", name, q.Choices)
		}
	}
	_, err := intake.Inspect(context.Background(), open(t, "Client,Budget\nA,1\n"), intake.Options{List: "plan", Answers: intake.Answers{For: "soon"}})
	if fault.KindOf(err) != fault.Usage {
		t.Errorf("a period that is none: %v", err)
	}
}

// TestRememberedFacts: the next list of a kind may have its columns in another order; what
// it is for is asked anew.
func TestRememberedFacts(t *testing.T) {
	t.Parallel()
	known := map[string]*intake.Profile{}
	remember := func(key string) (*intake.Profile, bool) { p, ok := known[key]; return p, ok }
	keep := func(f *intake.File) { known[intake.Key(f.Profile.Headers)] = f.Profile }

	f, got := planOf(t, "Client,Planned costs,Budget\nA,60,100\n", intake.Answers{For: "2025", Plan: "old"}, nil, "plan")
	if got == nil {
		t.Fatal(f.Questions)
	}
	keep(f)
	f, got = planOf(t, "Budget,Client,Planned costs\n100,A,60\n", intake.Answers{}, remember, "plan")
	if got != nil || f.Questions[0].Code != "period" {
		t.Errorf("a plan is taken for last year's: %+v", f.Questions)
	}

	f, got = planOf(t, "Client,Month,Planned costs,Budget\nA,2025-01,60,100\n", intake.Answers{Plan: "old"}, nil, "plan")
	if got == nil {
		t.Fatal(f.Questions)
	}
	keep(f)
	f, got = planOf(t, "Budget,Client,Planned costs,Month\n101,A,61,2026-01\n", intake.Answers{}, remember, "plan")
	if want := "A 2026-01-01 revenue 101; A 2026-01-01 direct_cost 61"; got == nil || strings.Join(got.lines, "; ") != want || !f.Remembered {
		t.Errorf("remembered %v: %v, not %s", f.Remembered, got, want)
	}

	f, got = planOf(t, "Ticket,Client,Date,Replies,Attachments\n1,A,2026-01-02,3,7\n2,B,2026-01-03,1,2\n3,A,2026-01-03,1,2\n", intake.Answers{}, nil, "events")
	if got == nil {
		t.Fatal(f.Questions)
	}
	keep(f)
	f, got = planOf(t, "Attachments,Date,Replies,Client,Ticket\n9,2026-02-02,4,A,4\n8,2026-02-02,5,B,5\n", intake.Answers{}, remember, "events")
	want := "A 2026-02-02 ticket 1; A 2026-02-02 ticket attachments 9; A 2026-02-02 ticket replies 4; B 2026-02-02 ticket 1; B 2026-02-02 ticket attachments 8; B 2026-02-02 ticket replies 5"
	if got == nil || strings.Join(got.lines, "; ") != want || !f.Remembered {
		t.Errorf("remembered %v: %v, not %s", f.Remembered, got, want)
	}
}

// TestOneClientThroughout: a list of facts may be about one client alone.
func TestOneClientThroughout(t *testing.T) {
	t.Parallel()
	for list, text := range map[string]string{
		"efforts":      "Customer,Date,Person,Hours\nA,2026-01-02,Ann,1\nA,2026-01-03,Ann,2\n",
		"client_costs": "Customer ID,Month,Kind,Cost\nA,2026-01,Rebate,1\nA,2026-02,Rebate,2\n",
		"plan":         "Client,Month,Budget\nA,2026-01,1\nA,2026-02,2\n",
	} {
		f, got := planOf(t, text, intake.Answers{}, nil, list)
		if got == nil {
			t.Errorf("%s asks %+v", list, f.Questions)
			continue
		}
		for _, line := range got.lines {
			if !strings.HasPrefix(line, "A ") {
				t.Errorf("%s: %s", list, line)
			}
		}
	}
}
