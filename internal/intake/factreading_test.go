package intake_test

import (
	"context"
	"strings"
	"testing"

	"clientele/internal/intake"
	"clientele/internal/intake/role"
)

// A list whose headers say what it lists is not sales because it has one column of numbers.
func TestFactsByHeader(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"Month,Client,Receivable,Currency\n2026-01,A,100,EUR\n2026-02,B,50,EUR\n": role.Receivables,
		"Client,Receivable\nA,100\nB,50\n":                                        role.Receivables,
		"Month,Team member,Practical hours\n2026-01,Ann,120\n2026-01,Bob,100\n":   role.Resources,
		"Client,Wert X\nA,100\nB,50\n":                                            role.Sales,
		"Month,Client,Something,Currency\n2026-01,A,100,EUR\n2026-02,B,50,EUR\n":  role.Sales,
		"Client,Date,Total,Cost\nA,2026-01-02,100,60\nB,2026-01-03,50,20\n":       role.Sales, // said by a header, though a weak one
		"Client,Amount\nA,100\nB,50\n":                                            role.Sales,
		"Month,Client,Amount,Open balance\n2026-01,A,100,20\n2026-02,B,50,50\n":   role.Sales,
		"Kunde,Offener Betrag,Monat\nA,100,2026-01\nB,50,2026-01\n":               role.Receivables,
	} {
		got, err := intake.Facts(context.Background(), open(t, text), intake.Answers{})
		if err != nil || got != want {
			t.Errorf("%q is %q, want %q, %v", text, got, want, err)
		}
	}
}

// loadedFacts reads a list of facts, in lines of "client day name detail amount".
func loadedFacts(t *testing.T, text string, a intake.Answers, list string) (*intake.File, string, string) {
	t.Helper()
	f, got := planOf(t, text, a, nil, list)
	if got == nil {
		t.Fatalf("questions: %+v", f.Questions)
	}
	return f, strings.Join(got.lines, "; "), strings.Join(got.asides, "; ")
}

// Capacity may be told of groups, and not of people.
//
//nolint:dupword // the name of a group as a resource, and its group
func TestCapacityOfGroups(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"Month,Group,Practical hours,Cost\n2026-01,Sales,100,5000\n2026-01,Service,40.5,2000\n": "- 2026-01-01 Sales Sales 5000; - 2026-01-01 Sales Sales 360000; " +
			"- 2026-01-01 Service Service 2000; - 2026-01-01 Service Service 145800",
		"Month,Group,Practical hours,Contract hours,Cost\n2026-01,Sales,100h,120:30,5000\n": "- 2026-01-01 Sales Sales 5000; - 2026-01-01 Sales Sales 360000; - 2026-01-01 Sales Sales 433800",
		"Month,Person,Group,Practical hours,Cost\n2026-01,Ann,Sales,1,10\n2026-01,,Service,2,20\n": "- 2026-01-01 Ann Sales 10; - 2026-01-01 Ann Sales 3600; " +
			"- 2026-01-01 Service Service 20; - 2026-01-01 Service Service 7200",
	} {
		facts, err := intake.Facts(context.Background(), open(t, text), intake.Answers{})
		if err != nil || facts != role.Resources {
			t.Fatalf("%q, %v", facts, err)
		}
		if _, got, asides := loadedFacts(t, text, intake.Answers{}, facts); got != want || asides != "" {
			t.Errorf("%q, aside %q", got, asides)
		}
	}
	f, _ := planOf(t, "Month,Practical hours,Cost\n2026-01,100,5000\n", intake.Answers{}, nil, role.Resources)
	if len(f.Questions) != 1 || f.Questions[0].Code != "column_person" {
		t.Errorf("%+v", f.Questions)
	}
}

// A row of events may tell of several.
func TestCountsOfEvents(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text, list string
		answers    intake.Answers
		want       string
		asides     string
	}{
		"a plural": {
			"Date,Client,Visits\n2026-01-02,A,10\n2026-01-03,B,3\n", role.Events,
			intake.Answers{},
			"A 2026-01-02 visit 10; B 2026-01-03 visit 3", "",
		},
		"said": {
			"Date,Client,Event,Count\n2026-01-02,A,Repair,10\n2026-01-03,B,Visit,3\n", "",
			intake.Answers{Facts: role.Events},
			"A 2026-01-02 repair 10; B 2026-01-03 visit 3", "",
		},
		"beside a driver": {
			"Date,Client,Calls,Minutes\n2026-01-02,A,4,30\n2026-01-03,B,-1,5\n2026-01-04,B,two,5\n2026-01-05,B,,5\n2026-01-06,B,1.5,5\n2026-01-06,B,0,5\n", role.Events,
			intake.Answers{Facts: role.Events},
			"A 2026-01-02 call 4; A 2026-01-02 call minutes 30; B 2026-01-06 call 3/2; B 2026-01-06 call minutes 5; B 2026-01-06 call 0; B 2026-01-06 call minutes 5",
			"3 negative_count; 4 bad_amount; 5 no_amount",
		},
		"singular numbers": {
			"Date,Client,Visit\n2026-01-02,A,10\n2026-01-03,B,3\n", role.Events,
			intake.Answers{},
			"A 2026-01-02 visit 1; B 2026-01-03 visit 1", "",
		},
		"ids": {
			"Date,Client,Ticket ID,Quantity\n2026-01-02,A,10,7\n2026-01-03,B,3,8\n", role.Events,
			intake.Answers{},
			"A 2026-01-02 ticket 1; A 2026-01-02 ticket quantity 7; B 2026-01-03 ticket 1; B 2026-01-03 ticket quantity 8", "",
		},
		"a plural of ids": {
			"Date,Client,Tickets\n2026-01-02,A,T-10\n2026-01-03,B,T-3\n", role.Events,
			intake.Answers{},
			"A 2026-01-02 ticket 1; B 2026-01-03 ticket 1", "",
		},
		"a plural of long numbers": {
			"Date,Client,Tickets\n2026-01-02,A,40210\n2026-01-03,B,40377\n", role.Events,
			intake.Answers{},
			"A 2026-01-02 ticket 1; B 2026-01-03 ticket 1", "",
		},
		"a plural that runs on": {
			"Date,Client,Orders\n2026-01-02,A,1\n2026-01-03,B,2\n2026-01-04,B,3\n", role.Events,
			intake.Answers{Facts: role.Events},
			"A 2026-01-02 order 1; B 2026-01-03 order 1; B 2026-01-04 order 1", "",
		},
		"mapped": {
			"Date,Client,Visit,People\n2026-01-02,A,x,10\n2026-01-03,B,y,3\n", "",
			intake.Answers{Facts: role.Events, Map: []string{"event_count=People"}},
			"A 2026-01-02 visit 10; B 2026-01-03 visit 3", "",
		},
		"by channel": {
			"Datum;Kunde;Kanal;Anzahl\n02.01.2026;A;Telefon;4\n13.01.2026;B;Mail;5\n", role.Events,
			intake.Answers{},
			"A 2026-01-02 touch 4; B 2026-01-13 touch 5", "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			facts, err := intake.Facts(context.Background(), open(t, c.text), c.answers)
			if err != nil || c.list != "" && facts != c.list {
				t.Fatalf("%q, %v", facts, err)
			}
			f, got, asides := loadedFacts(t, c.text, c.answers, role.Events)
			if got != c.want || asides != c.asides {
				t.Errorf("%q, aside %q, want %q, aside %q", got, asides, c.want, c.asides)
			}
			again, lines := planOf(t, c.text, intake.Answers{}, func(string) (*intake.Profile, bool) { return f.Profile, true }, role.Events)
			if !again.Remembered || strings.Join(lines.lines, "; ") != c.want {
				t.Errorf("the profile is not remembered: %q", lines.lines)
			}
		})
	}
}

// zendesk is the header of an export of tickets, as its maker writes it.
const zendesk = "Requester,Requester ID,Requester external id,Requester email,Requester domain,Submitter,Assignee,Group,Subject,Tags,Status,Priority,Via,Ticket type,Created at,Updated at,Assigned at,Organization,Due date,Initially assigned at,Solved at,Resolution time,Satisfaction Score,Group stations,Assignee stations,Reopens,Replies,First reply time in minutes,First reply time in minutes within business hours,First resolution time in minutes,First resolution time in minutes within business hours,Full resolution time in minutes,Full resolution time in minutes within business hours,Agent wait time in minutes,Agent wait time in minutes within business hours,Requester wait time in minutes,Requester wait time in minutes within business hours,On hold time in minutes,On hold time in minutes within business hours"

// A ticket is an event: what it took on the clock is no work, and no measure of any.
func TestTicketsOfZendesk(t *testing.T) {
	t.Parallel()
	ticket := func(client, day, replies, minutes string) string {
		cells := make([]string, 1+strings.Count(zendesk, ","))
		for i, h := range strings.Split(zendesk, ",") {
			switch {
			case h == "Organization":
				cells[i] = client
			case h == "Created at":
				cells[i] = day + " 10:15"
			case h == "Assignee", h == "Group":
				cells[i] = "Ann"
			case h == "Status":
				cells[i] = "Closed"
			case h == "Replies":
				cells[i] = replies
			case h == "Resolution time", strings.Contains(h, "in minutes"):
				cells[i] = minutes
			}
		}
		return strings.Join(cells, ",")
	}
	rows := []string{ticket("A", "2026-01-02", "3", "120"), ticket("B", "2026-01-03", "1", "4000"), ticket("", "2026-01-04", "", "7")}
	want := "A 2026-01-02 ticket 1; A 2026-01-02 ticket replies 3; B 2026-01-03 ticket 1; B 2026-01-03 ticket replies 1; - 2026-01-04 ticket 1"
	for name, text := range map[string]string{
		"as exported": zendesk + "\n" + strings.Join(rows, "\n") + "\n",
		"with an id":  "Id," + zendesk + "\n41," + rows[0] + "\n42," + rows[1] + "\n57," + rows[2] + "\n",
	} {
		facts, err := intake.Facts(context.Background(), open(t, text), intake.Answers{})
		if err != nil || facts != role.Events {
			t.Fatalf("%s: %q, %v", name, facts, err)
		}
		f, got, asides := loadedFacts(t, text, intake.Answers{}, facts)
		if got != want || asides != "" {
			t.Errorf("%s: %q, aside %q", name, got, asides)
		}
		if d := f.Profile.Column(role.Document); (name == "with an id") != (d == 0) {
			t.Errorf("%s: document %d", name, d)
		}
	}
}

// Hours may be written in every way that people know, in one column.
func TestLengthsOfTime(t *testing.T) {
	t.Parallel()
	rows := "A,2026-01-02,4\nA,2026-01-02,1:30\nA,2026-01-02,4h\nB,2026-01-02,1h 30m\nB,2026-01-02,90 min\nB,2026-01-02,45s\nB,2026-01-02,0.25\nB,2026-01-02,1.5h\nB,2026-01-02,a while\n"
	const want = "A 2026-01-02 14400; A 2026-01-02 5400; A 2026-01-02 14400; B 2026-01-02 5400; B 2026-01-02 5400; B 2026-01-02 45; B 2026-01-02 900; B 2026-01-02 5400"
	for _, header := range []string{"Client,Date,Hours\n", "Client,Date,Duration\n", "Client,Date,Time spent\n"} {
		facts, err := intake.Facts(context.Background(), open(t, header+rows), intake.Answers{})
		if err != nil || facts != role.Efforts {
			t.Fatalf("%q: %q, %v", header, facts, err)
		}
		if _, got, asides := loadedFacts(t, header+rows, intake.Answers{}, facts); got != want || asides != "10 bad_amount" {
			t.Errorf("%q: %q, aside %q", header, got, asides)
		}
	}
	for text, want := range map[string]string{
		"Client,Date,Duration\nA,2026-01-02,1h 30m\nB,2026-01-02,90m\n":                       "A 2026-01-02 5400; B 2026-01-02 5400",
		"Client;Date;Stunden\nA;2026-01-02;1,5 Std.\nB;2026-01-02;2,25\n":                     "A 2026-01-02 5400; B 2026-01-02 8100",
		"Client,Date,Minutes\nA,2026-01-02,30\nB,2026-01-02,1h\nC,2026-01-02,2:00\n":          "A 2026-01-02 1800; B 2026-01-02 3600; C 2026-01-02 7200",
		"Client,Date,Seconds\nA,2026-01-02,30\nB,2026-01-02,1m30s\n":                          "A 2026-01-02 30; B 2026-01-02 90",
		"Client,Date,Person,Hours\nA,2026-01-02,Ann,2 h\nB,2026-01-02,Bob,\"1,5\"\nB,,Bob,\n": "A 2026-01-02 Ann 7200; B 2026-01-02 Bob 5400",
	} {
		if _, got, _ := loadedFacts(t, text, intake.Answers{}, role.Efforts); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	// A number beside an event is no length of time.
	_, got, _ := loadedFacts(t, "Client,Date,Call,Pieces\nA,2026-01-02,x,3\nA,2026-01-02,y,5\nA,2026-01-02,z,7\nA,2026-01-02,q,1\nA,2026-01-02,r,1\nA,2026-01-02,s,1\nA,2026-01-02,u,1\nA,2026-01-02,v,1\nA,2026-01-02,w,2\nB,2026-01-02,p,4h\n", intake.Answers{}, role.Events)
	if strings.Contains(got, "14400") || !strings.HasSuffix(got, "B 2026-01-02 call 1") {
		t.Errorf("%q", got)
	}
}
