package calendar_test

import (
	"strings"
	"testing"
	"time"

	"clientele/internal/intake/calendar"
	"clientele/internal/period"
)

var (
	iso = calendar.Style{}
	dmy = calendar.Style{Order: calendar.DMY}
	mdy = calendar.Style{Order: calendar.MDY}
)

func TestParse(t *testing.T) {
	t.Parallel()
	month := calendar.Style{Month: true}
	serial := calendar.Style{Serial: true}
	cases := []struct {
		style calendar.Style
		want  string
		texts []string
	}{
		{iso, "2026-03-04", []string{
			"2026-03-04", "2026/3/4", "2026/03/04", "2026.03.04", "2026. 03. 04", "20260304", " 2026-03-04\u00a0", "2026-3-4",
			"2026-03-04 10:15", "2026-03-04 10:15:59", "2026-03-04T10:15:59", "2026-03-04T10:15:59Z", "2026-03-04t10:15z",
			"2026-03-04T10:15:59.123456789Z", "2026-03-04T10:15:59,123+01:00", "2026-03-04T23:59:59-0800", "2026-03-04 00:30:00+01",
			"2026-03-04T10:15:59 +01:00", "2026-03-04 10:15:59 UTC", "2026-03-04 10:15:59 CET", "2026-03-04Z", "2026-03-04+01:00",
			"20260304T101559Z", "20260304T1015", "20260304 10:15", "20260304101559", "2026-03-04 23:59:60",
			"2026-03-04 8:26 AM", "2026-03-04 12:00 p.m.",
		}},
		{iso, "2026-03-04", []string{
			"4 Mar 2026", "4 March 2026", "04-Mar-2026", "4-MAR-26", "4/Mar/2026", "04MAR2026", "4th March 2026", "4th of March, 2026",
			"Mar 4, 2026", "March 4th 2026", "MARCH 04 2026", "Mar-04-2026", "Mar. 4, '26", "2026-Mar-04", "2026 March 4", "2026 Mar. 4",
			"4. März 2026", "4.März 2026", "04. Mrz. 2026", "4 Maerz 2026", "4. MÄRZ 2026", "4. Ma\u0308rz 2026", "den 4. März 2026",
			"4 mars 2026", "04-mars-2026", "le 4 mars 2026", "4 de marzo de 2026", "4 marzo 2026", "4-mar-2026", "4 de mar. de 2026",
			"Wed, 4 Mar 2026", "Wednesday, March 4, 2026", "Mi, 4. März 2026", "Mittwoch, den 4. März 2026", "mercredi 4 mars 2026", "mer. 4 mars 2026",
			"miércoles, 4 de marzo de 2026", "Wed, 4 Mar 2026 10:15:59 +0100", "Wed Mar 04 2026 10:15:00 GMT+0100 (Central European Standard Time)",
			"Mar  4 2026 10:15AM", "March 4, 2026 at 10:15 AM", "4. März 2026 um 10:15 Uhr", "4 mars 2026 10h15", "March 4, 2026, 10 PM",
			"Wed 2026-03-04",
		}},
		{dmy, "2026-03-04", []string{
			"4/3/2026", "04/03/2026", "4.3.2026", "04.03.2026", "4-3-2026", "4. 3. 2026", "04/03/26", "4.3.26", "4/3/2026 8:26", "04/03/2026 08:26:31",
			"4/3/2026, 8:26:31 PM", "4/3/2026 8:26:31\u202fPM", "04.03.2026 8:26 Uhr", "4/3/2026 8:26:31 a. m.", "Mi 04.03.2026", "mer. 04/03/2026", "2026-03-04",
			"04/03/2026T10:15:00Z", "4/3/2026 10:15:00:000", "4 Mar 2026",
		}},
		{mdy, "2026-03-04", []string{
			"3/4/2026", "03/04/2026", "3.4.2026", "3-4-2026", "03/04/26", "3/4/26 8:26", "3/4/2026 8:26", "3/4/2026 12:01:00 AM", "3/4/2026 0:30 AM", "Wed 3/4/2026",
		}},
		{mdy, "2010-12-01", []string{"12/1/2010 8:26", "12/1/10", "12/01/2010 08:26"}},
		{dmy, "2026-03-03", []string{"mar 03/03/2026", "mar. 3 mars 2026", "Di, 3.3.2026"}},
		{iso, "2026-01-01", []string{"1er janvier 2026", "1º de enero de 2026", "1 de enero de 2026", "1. Jänner 2026", "1. Januar 2026", "1 janv. 2026", "1st January 2026", "01-ene-2026"}},
		{iso, "2026-02-28", []string{"28 février 2026", "28 FÉVR. 2026", "28 fe\u0301vrier 2026", "28 fevrier 2026", "28. Februar 2026", "28 de febrero de 2026"}},
		{iso, "2026-05-31", []string{"31 mai 2026", "31. Mai 2026", "May 31, 2026", "31 de mayo de 2026"}},
		{iso, "2026-08-15", []string{"15 août 2026", "15 aout 2026", "15. August 2026", "15 de agosto de 2026", "15-ago-26", "15 Aug 2026"}},
		{iso, "2026-12-24", []string{"24 décembre 2026", "24 déc. 2026", "24. Dezember 2026", "24. Dez. 2026", "24 de diciembre de 2026", "24 dic 2026", "Dec 24, 2026"}},
		{iso, "2024-02-29", []string{"2024-02-29", "29 Feb 2024", "20240229"}},
		{dmy, "1969-12-31", []string{"31/12/69", "31.12.1969"}},
		{dmy, "2068-12-31", []string{"31/12/68"}},
		{dmy, "2000-01-01", []string{"1/1/00"}},
		{dmy, "1999-12-31", []string{"31-Dec-99"}},
		{month, "2026-03-01", []string{"2026-03", "2026/3", "2026.03", "03/2026", "3.2026", "Mar-26", "Mar 26", "March 2026", "Mar. 2026", "2026-Mar", "mars 2026", "marzo de 2026", "März 2026"}},
		{month, "2026-03-04", []string{"2026-03-04", "Mar 4, 2026"}},
		{serial, "2023-03-15", []string{"45000", "45000.5", "45000,75", "45000.0", " 45000 "}},
		{serial, "1970-01-01", []string{"25569"}},
		{serial, "2008-01-01", []string{"39448"}},   // Microsoft's own example of DATE
		{serial, "9999-12-31", []string{"2958465"}}, // the last day of Excel
		{serial, "1927-05-18", []string{"10000"}},   // the first that is read
		{serial, "2026-03-04", []string{"20260304", "2026-03-04"}},
	}
	for _, c := range cases {
		for _, text := range c.texts {
			d, p := calendar.Parse([]byte(text), c.style)
			if p != nil || d.String() != c.want {
				t.Errorf("%q (%v): got %v, %v; want %s", text, c.style.Order, d, p, c.want)
			}
		}
	}
}

func TestProblems(t *testing.T) {
	t.Parallel()
	zoned := calendar.Style{Zone: time.UTC}
	cases := []struct {
		style calendar.Style
		code  string
		texts []string
	}{
		{iso, calendar.Empty, []string{"", " ", "\u00a0\t"}},
		{iso, calendar.NotADate, []string{
			"x", "n/a", "-", "12.50", "1,234.56", "Mon 3", "Mon 45000", "2026-03-04+01", "May", "Mai GmbH", "Marble 3, 2026", "2026-03-04 foo", "2026-03-04 Paris",
			"2026-03-04 5", "2026-03-04T", "2026-03-04-05", "2026-03/04", "3/4", "1/2/3", "1/2/345", "99999999", "20261304", "123456789", "2026-063", "2026-W10-3",
			"Q1 2026", "32 foo 2026", "4 Mar 2026 x", "10:15", "4 Mar 12345", "2026-03-04 10:1", "2026-03-04 10:15:5", "2026-03-04T10:15:00+1:1", "2026-03-04T10:15:00+99",
			"3. GmbH 2026", "\xff\xfe", "١/٢/٢٠٢٦", "Wed", "Wed, ", "2026-03-04T10:15:00.", "20261301000000",
		}},
		{iso, calendar.Serial, []string{"45000", "45000.5", "7", "12", "2026"}},
		{calendar.Style{Serial: true}, calendar.Serial, []string{"2026", "9999", "2958466", "0"}},
		{iso, calendar.InvalidDay, []string{"2026-02-31", "2026-02-29", "2026-13-01", "2026-00-10", "2026-01-00", "0000-01-01", "31 Feb 2026", "Feb 30, 2026", "20260231", "2026-02-31 10:15", "32 Jan 2026"}},
		{dmy, calendar.InvalidDay, []string{"31/02/2026", "31.4.2026", "13/13/2026", "0/1/2026", "29/2/2026"}},
		{mdy, calendar.InvalidDay, []string{"2/31/2026", "13/13/2026", "2/29/2026 8:26"}},
		{dmy, calendar.WrongOrder, []string{"12/25/2025", "1/13/2026 8:26"}},
		{mdy, calendar.WrongOrder, []string{"25/12/2025", "13.1.2026"}},
		{iso, calendar.NoOrder, []string{"3/4/2026", "25/12/2025", "4.3.2026", "03-04-26", "3/4/2026 8:26"}},
		{iso, calendar.InvalidTime, []string{"2026-03-04 24:00", "2026-03-04 25:00", "2026-03-04T10:60:00", "2026-03-04T10:15:61", "2026-03-04 13:00 PM", "20260304T250000", "20260304250000"}},
		{mdy, calendar.InvalidTime, []string{"3/4/2026 25:00", "3/4/2026 13:15 AM"}},
		{iso, calendar.NoDay, []string{"2026-03", "Mar-26", "March 2026", "03/2026"}},
		{iso, calendar.NoYear, []string{"3 Mar", "26-Mar", "3. März", "Mar 3", "4.3."}},
		{zoned, calendar.UnknownZone, []string{"2026-03-04 10:15 CET"}},
		{zoned, calendar.NotADate, []string{"2026-03-04 10:15 Paris"}},
	}
	for _, c := range cases {
		for _, text := range c.texts {
			d, p := calendar.Parse([]byte(text), c.style)
			switch {
			case p == nil:
				t.Errorf("%q: read as %v, want %s", text, d, c.code)
			case p.Code != c.code || d != period.NoDate:
				t.Errorf("%q: got %s, %v; want %s", text, p.Code, d, c.code)
			case p.Text == "" || p.Remedy == "" || strings.Contains(p.Error(), "%!") || len(p.Error()) > 300:
				t.Errorf("%q: poor message %q; %q", text, p.Text, p.Remedy)
			}
		}
	}
	if _, p := calendar.Parse([]byte("45000"), iso); !strings.Contains(p.Text, "2023-03-15") {
		t.Errorf("the other reading of 45000 is not shown: %q", p.Text)
	}
	if _, p := calendar.Parse([]byte(strings.Repeat("1", 10_000_000)), iso); p == nil || len(p.Error()) > 300 {
		t.Errorf("problem of a long text: %v", p)
	}
}

// TestZone: stamps with an offset become the local day of the zone that is set.
func TestZone(t *testing.T) {
	t.Parallel()
	berlin := time.FixedZone("UTC+1", 3600)
	west := time.FixedZone("UTC-8", -8*3600)
	cases := []struct {
		zone       *time.Location
		text, want string
	}{
		{nil, "2026-03-04T23:30:00Z", "2026-03-04"},
		{berlin, "2026-03-04T23:30:00Z", "2026-03-05"},
		{berlin, "2026-03-04T22:59:59Z", "2026-03-04"},
		{berlin, "2026-03-04 23:30:00 UTC", "2026-03-05"},
		{berlin, "2026-03-04T23:30:00+01:00", "2026-03-04"},
		{berlin, "2026-03-04T23:30:00", "2026-03-04"},
		{berlin, "2026-03-04", "2026-03-04"},
		{berlin, "2026-03-04Z", "2026-03-04"},
		{berlin, "31 Dec 2025 23:30 GMT", "2026-01-01"},
		{west, "2026-03-01T07:59:59Z", "2026-02-28"},
		{west, "2026-03-01T08:00:00Z", "2026-03-01"},
		{west, "2026-03-01 12:30 AM +00:00", "2026-02-28"},
	}
	for _, c := range cases {
		d, p := calendar.Parse([]byte(c.text), calendar.Style{Zone: c.zone})
		if p != nil || d.String() != c.want {
			t.Errorf("%q in %v: got %v, %v; want %s", c.text, c.zone, d, p, c.want)
		}
	}
}

func TestLooksDate(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"2026-03-04", "3/4/2026", "25/12/2025", "12/25/2025", "4.3.26", "3 Mar 2026", "Mar 3, 2026", "20260304", "2026-03", "Mar-26",
		"2011-01-02T03:04:05Z", "12/1/2010 8:26", "3. März 2026",
	} {
		if !calendar.LooksDate([]byte(text)) {
			t.Errorf("%q does not look like a date", text)
		}
	}
	for _, text := range []string{
		"", "12", "45000", "45000.5", "1234.56", "2026", "13/13/2026", "2026-02-31", "May", "10", "INV-1001", "3.2026", "31021234", "10/1001",
		"WHITE HANGING HEART", "536365", "1.234.567", "12.34.5678901",
	} {
		if calendar.LooksDate([]byte(text)) {
			t.Errorf("%q looks like a date", text)
		}
	}
}

func TestMemo(t *testing.T) {
	t.Parallel()
	var m calendar.Memo
	if _, p := m.Parse(nil, dmy); p == nil || p.Code != calendar.Empty {
		t.Fatalf("nothing is read as %v", p)
	}
	steps := []struct {
		style      calendar.Style
		text, want string
	}{
		{dmy, "3/4/2026", "2026-04-03"},
		{dmy, "3/4/2026", "2026-04-03"},
		{mdy, "3/4/2026", "2026-03-04"},
		{dmy, "3/4/2026", "2026-04-03"},
		{dmy, "x", ""},
		{dmy, "3/4/2026", "2026-04-03"},
		{dmy, "3/4/202", ""},
		{dmy, "Wednesday, the 4th of March, 2026 at 10:15 PM", "2026-03-04"},
		{dmy, "5/4/2026", "2026-04-05"},
	}
	for _, s := range steps {
		if d, p := m.Parse([]byte(s.text), s.style); d.String() != s.want || (p == nil) != (s.want != "") {
			t.Errorf("%q: got %v, %v; want %q", s.text, d, p, s.want)
		}
	}
}
