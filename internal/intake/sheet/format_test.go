package sheet

import (
	"strings"
	"testing"

	"clientele/internal/intake/record"
)

// The helpers are tested from inside: through a workbook each case would need a style.

func TestDateFormats(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]bool{
		"yyyy-mm-dd": true, "dd/mm/yyyy": true, "d.m.yy": true, "mmm yy": true, "mmmm": true, "m/d/yy h:mm": true,
		"[$-409]d-mmm-yyyy;@": true, `yyyy"年"m"月"`: true, `[$-F800]dddd\,\ mmmm\ dd\,\ yyyy`: true, "d": true,
		"General": false, "0.00": false, "#,##0.00": false, `#,##0.00 "days"`: false, `0.00\ "m"`: false, "h:mm": false,
		"h:mm:ss AM/PM": false, "[h]:mm:ss": false, "mm:ss.0": false, "[mm]:ss": false, "0.00E+00": false, "@": false,
		`[$€-407] #,##0.00`: false, "[Red]-0.00;d": false, "_-* #,##0.00_-": false, "# ?/?": false, "[m]": false, `"open`: false, "[open": false,
		`#,##0\d`: false, "Standard": false,
	} {
		if got := customDate(code); got != want {
			t.Errorf("%s: %v", code, got)
		}
	}
	for id, want := range map[int]bool{0: false, 1: false, 13: false, 14: true, 17: true, 18: false, 21: false, 22: true, 27: true, 37: false, 45: false, 47: false, 49: false} {
		if got := builtinDate(id); got != want {
			t.Errorf("%d: %v", id, got)
		}
	}
}

func TestSerials(t *testing.T) {
	t.Parallel()
	// Days from Excel itself: 45000 is 2023-03-15, 60 is the day that never was,
	// 1904 counts from 0 and is 1,462 days behind.
	tests := []struct {
		raw  string
		from bool
		want string
		kind record.Kind
	}{
		{"45000", false, "2023-03-15", record.Date},
		{"1", false, "1900-01-01", record.Date},
		{"59", false, "1900-02-28", record.Date},
		{"60", false, "60", record.Number},
		{"61", false, "1900-03-01", record.Date},
		{"45000.5", false, "2023-03-15T12:00:00", record.Date},
		{"45000.999999999", false, "2023-03-16", record.Date},
		{"45000.627835648149", false, "2023-03-15T15:04:05", record.Date},
		{"2958465", false, "9999-12-31", record.Date},
		{"2958466", false, "2958466", record.Number},
		{"0.5", false, "0.5", record.Number},
		{"-1", false, "-1", record.Number},
		{"43538", true, "2023-03-15", record.Date},
		{"0", true, "1904-01-01", record.Date},
		{"x", false, "x", record.Text},
		{"NaN", false, "NaN", record.Text},
		{"1e400", false, "1e400", record.Text},
	}
	for _, tt := range tests {
		got, kind := appendNumber(nil, []byte(tt.raw), true, tt.from)
		if string(got) != tt.want || kind != tt.kind {
			t.Errorf("%s: %q of kind %d", tt.raw, got, kind)
		}
	}
}

func TestNumbersOfCells(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		"12.5": "12.5", "-3": "-3", "0.30000000000000004": "0.3", "1234.5600000000001": "1234.56", "1.2E-3": "0.0012", "1E+21": "1000000000000000000000",
		"12345678901234567": "12345678901234567", "0.1": "0.1", "100": "100", "007": "007",
	} {
		if got, kind := appendNumber(nil, []byte(raw), false, false); string(got) != want || kind != record.Number {
			t.Errorf("%s: %q of kind %d", raw, got, kind)
		}
	}
	for _, raw := range []string{"", "-", ".", "abc", "1.2.3", "--1", "#N/A"} {
		if got, kind := appendNumber(nil, []byte(raw), false, false); string(got) != raw || kind != record.Text {
			t.Errorf("%s: %q of kind %d", raw, got, kind)
		}
	}
}

func TestUnescape(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"a &amp; b &lt;&gt;&quot;&apos;": `a & b <>"'`, "&#228;&#xE4;": "ää", "a\r\nb\rc": "a\nb\nc",
		"R&D": "R&D", "&unknown;": "&unknown;", "&#x110000;": "&#x110000;", "&": "&", "&amp": "&amp",
	} {
		if got := string(unescape(nil, []byte(in))); got != want {
			t.Errorf("%q: %q", in, got)
		}
	}
	for in, want := range map[string]string{
		"a_x000D_b": "a\rb", "_x005F_x000D_": "_x000D_", "_x": "_x", "_xZZZZ_": "_xZZZZ_", "plain": "plain", "_xD800_": "_xD800_",
	} {
		if got := string(unescapeX([]byte(in))); got != want {
			t.Errorf("%q: %q", in, got)
		}
	}
}

func TestLetters(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]string{1: "A", 26: "Z", 27: "AA", 702: "ZZ", 703: "AAA", 16384: "XFD"} {
		if got := letters(n); got != want {
			t.Errorf("%d: %s", n, got)
		}
		if got, err := columnOf([]byte(want + "7")); err != nil || got != n {
			t.Errorf("%s: %d, %v", want, got, err)
		}
	}
	for _, bad := range []string{"", "7", "a1", "XFE1", strings.Repeat("Z", 100)} {
		if got, err := columnOf([]byte(bad)); err == nil {
			t.Errorf("%s: %d", bad, got)
		}
	}
}

func TestUnitsOfFormats(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]string{
		`[$€-407] #,##0.00`: "EUR", `#,##0.00\ [$€-407];[Red]-#,##0.00\ [$€-407]`: "EUR", `[$$-409]#,##0.00`: "USD", `[$$-1009]#,##0.00`: "CAD", `[$$-C09]#,##0`: "AUD",
		`[$£-809]#,##0.00`: "GBP", `[$CHF-807]\ #,##0.00`: "CHF", `[$USD]\ 0`: "USD", `"€" #,##0.00`: "EUR", `#,##0.00 "EUR"`: "EUR", `#,##0.00\ "€"`: "EUR",
		`_-* #,##0.00\ €_-`: "EUR", `_-* #,##0.00\ "€"_-;\-* #,##0.00\ "€"_-`: "EUR", `_("$"* #,##0.00_)`: "$", `$#,##0.00`: "$", `\$#,##0.00`: "$", `\£0`: "GBP",
		`#,##0\ "kr"`: "kr", `[$kr-41D]0`: "SEK", `"CHF" 0.00`: "CHF", `[$€-x-euro2] 0`: "EUR",
		"0%": "%", "0.00%": "%", `0.0\ %`: "%", "0;-0%": "",
		"General": "", "0.00": "", "#,##0.00_);[Red](#,##0.00)": "", `0 "days"`: "", `0 "%"`: "", "[Red]0": "", `0\d`: "", "0.00E+00": "", `[$-409]0`: "", `"open`: "", "[open": "", `\`: "", "_": "",
	} {
		if got := unitOf(code); got != want {
			t.Errorf("%s: %q, want %q", code, got, want)
		}
	}
}
