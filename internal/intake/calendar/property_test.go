package calendar_test

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"clientele/internal/intake/calendar"
	"clientele/internal/period"
)

// The oracle is time.Parse: what it reads under one of these layouts is that day.
var (
	isoLayouts = []string{
		"2006-01-02", "2006/1/2", "2006.01.02", "20060102", "2006-01-02 15:04", "2006-01-02 15:04:05", time.RFC3339, time.RFC3339Nano,
		"2006-01-02T15:04:05-0700", "20060102T150405Z0700", "20060102150405",
		"2 Jan 2006", "2 January 2006", "02-Jan-06", "02Jan2006", "Jan 2, 2006", "January 2, 2006 3:04 PM", "2006-Jan-02", time.RFC1123, time.RFC1123Z,
		"Monday, 2 January 2006", "Mon, Jan 2, 2006 15:04",
	}
	dmyLayouts = []string{"2/1/2006", "02/01/2006", "2.1.2006", "02-01-2006", "02/01/06", "2.1.06", "2/1/2006 15:04", "02/01/2006 15:04:05", "2/1/2006, 3:04:05 PM"}
	mdyLayouts = []string{"1/2/2006", "01/02/2006", "1-2-2006", "01/02/06", "1/2/06 15:04", "1/2/2006 15:04", "1/2/2006 3:04:05PM", "01/02/2006 15:04:05"}
)

func layouts(order calendar.Order) []string {
	switch order { //nolint:exhaustive // the rest is the default
	case calendar.DMY:
		return dmyLayouts
	case calendar.MDY:
		return mdyLayouts
	default:
		return isoLayouts
	}
}

func TestFormattedIsRead(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		order := rapid.SampledFrom([]calendar.Order{calendar.ISO, calendar.DMY, calendar.MDY}).Draw(t, "order")
		layout := rapid.SampledFrom(layouts(order)).Draw(t, "layout")
		day := rapid.IntRange(-365, 36158).Draw(t, "day") // 1969-01-01 … 2068-12-30: two-digit years are exact
		second := rapid.IntRange(0, 86399).Draw(t, "second")
		zone := time.FixedZone("", rapid.IntRange(-12*4, 14*4).Draw(t, "quarters")*900)
		at := time.Date(1970, 1, 1+day, 0, 0, second, 0, zone)
		text := at.Format(layout)
		d, p := calendar.Parse([]byte(text), calendar.Style{Order: order})
		if layout == time.RFC1123 && p == nil {
			return // the name of a fixed zone is an offset, whose day is compared below
		}
		if p != nil || d != period.FromTime(at) {
			t.Fatalf("%q: got %v, %v; want %v", text, d, p, period.FromTime(at))
		}
		if !calendar.LooksDate([]byte(text)) && layout != "20060102150405" {
			t.Fatalf("%q does not look like a date", text)
		}
		firm := time.FixedZone("firm", rapid.IntRange(-12*4, 14*4).Draw(t, "firm")*900)
		if layout == time.RFC3339 {
			d, p = calendar.Parse([]byte(text), calendar.Style{Zone: firm})
			if p != nil || d != period.FromTime(at.In(firm)) {
				t.Fatalf("%q in %v: got %v, %v; want %v", text, firm, d, p, period.FromTime(at.In(firm)))
			}
		}
	})
}

// TestEveryDay reads every day of 1 … 9999 that ends a month or begins one, in each
// order, against time.Date.
func TestEveryDay(t *testing.T) {
	t.Parallel()
	for y := 1; y <= 9999; y += 7 {
		for m := 1; m <= 12; m++ {
			for _, d := range []int{0, 1, 28, 29, 30, 31, 32} {
				at := time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)
				exists := at.Day() == d && int(at.Month()) == m
				texts := map[string]calendar.Order{
					fmt.Sprintf("%04d-%02d-%02d", y, m, d):  calendar.ISO,
					fmt.Sprintf("%d/%d/%04d", d, m, y):      calendar.DMY,
					fmt.Sprintf("%d.%d.%04d 8:26", m, d, y): calendar.MDY,
				}
				for text, order := range texts {
					got, p := calendar.Parse([]byte(text), calendar.Style{Order: order})
					if (p == nil) != exists || exists && got != period.FromTime(at) {
						t.Fatalf("%q: got %v, %v", text, got, p)
					}
				}
			}
		}
	}
}

// TestSerials compares every serial with the distance from 1899-12-30, by time.
func TestSerials(t *testing.T) {
	t.Parallel()
	base := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	for n := 10000; n <= 100000; n += 13 {
		text := strconv.Itoa(n)
		d, p := calendar.Parse([]byte(text), calendar.Style{Serial: true})
		if want := period.FromTime(base.AddDate(0, 0, n)); p != nil || d != want {
			t.Fatalf("%s: got %v, %v; want %v", text, d, p, want)
		}
	}
}

// numericForm is all that is read of the alphabet 0-9 / . - under an order.
var numericForm = regexp.MustCompile(`^(\d\d?)([/.-])(\d\d?)([/.-])(\d{4}|\d\d)$`)

func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"2026-03-04", "4.3.26", "12/1/2010 8:26", "2011-01-02T03:04:05.5+01:00", "3. März 2026", "mar. 3 mars 2026", "1 de enero de 2026", "Mar-26",
		"45000.5", "20260304T101500Z", "\xc3", "Wed Mar 04 2026 10:15:00 GMT+0100 (CET)", "March 4, 2026 at 10 a. m.",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		for _, order := range []calendar.Order{calendar.ISO, calendar.DMY, calendar.MDY} {
			style := calendar.Style{Order: order}
			d, p := calendar.Parse(text, style)
			for _, layout := range layouts(order) {
				at, err := time.Parse(layout, string(text))
				if err != nil || !strings.EqualFold(at.Format(layout), string(text)) {
					continue // time.Parse reads "1.1.+0" as a year; only what it prints is held against us
				}
				if at.Year() > 0 && layout != time.RFC1123 && (p != nil || d != period.FromTime(at)) {
					t.Fatalf("%q as %s: got %v, %v; want %v", text, layout, d, p, period.FromTime(at))
				}
			}
			if m := numericForm.FindSubmatch(text); m != nil && string(m[2]) == string(m[4]) && order != calendar.ISO {
				layout := map[calendar.Order]string{calendar.DMY: "2%s1%s2006", calendar.MDY: "1%s2%s2006"}[order]
				if len(m[5]) == 2 {
					layout = layout[:len(layout)-4] + "06"
				}
				at, err := time.Parse(fmt.Sprintf(layout, m[2], m[2]), string(text))
				if exists := err == nil && at.Year() > 0; exists != (p == nil) || exists && d != period.FromTime(at) {
					t.Fatalf("%q: got %v, %v; want %v, %v", text, d, p, at, err)
				}
			}
			if p != nil {
				if d != period.NoDate || p.Text == "" || p.Remedy == "" {
					t.Fatalf("%q: %v with the problem %+v", text, d, p)
				}
				continue
			}
			again, q := calendar.Parse([]byte(d.String()), style)
			if y, m, day := d.Civil(); q != nil || again != d || !period.Valid(y, m, day) {
				t.Fatalf("%q: %v printed and read is %v, %v", text, d, again, q)
			}
			var memo calendar.Memo
			for range 2 {
				if got, q := memo.Parse(text, style); q != nil || got != d {
					t.Fatalf("%q: memo %v, %v; want %v", text, got, q, d)
				}
			}
		}
		calendar.LooksDate(text)
		var e calendar.Evidence
		e.See(text, 1)
		if decision := e.Decide(); decision.Certain && decision.Dates+decision.Months > 0 {
			if _, p := calendar.Parse(text, decision.Style); p != nil {
				t.Fatalf("%q: decided %+v, yet: %v", text, decision, p)
			}
		}
	})
}
