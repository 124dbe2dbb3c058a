package intake

import (
	"fmt"
	"slices"
	"strings"

	"clientele/internal/fault"
	"clientele/internal/intake/calendar"
	"clientele/internal/intake/decimal"
	"clientele/internal/intake/role"
	"clientele/internal/ledger"
)

// Answers are what the user said about a file, by flags or at a prompt. Empty
// fields were not said.
type Answers struct {
	Map       []string // "role=column"; "role=" unmaps
	Amount    string   // expression
	Cost      string   // expression of the direct cost of a line
	Facts     string   // which facts a file lists, where it is no list of sales
	Layer     string   // of the statement, to which its costs belong: cm1, cm2, cm3
	Plan      string   // name of the plan that the file is: budget, forecast
	For       string   // period of a list of facts whose rows have no dates: 2026, 2026-Q1, 2026-01..2026-06
	DateOrder string   // iso, dmy, mdy, ymd
	Decimal   string   // . or , (also "point", "comma")
	Encoding  string
	Delimiter string // , ; | tab
	Currency  string // ISO code for lines that name none
	Kind      string // invoiced, booked, received
	Tax       string // net or gross
	Sheet     string
}

// Said reports whether anything was said.
func (a *Answers) Said() bool { return a.said() }

// said reports whether anything was said that the shape of the file depends on.
func (a *Answers) said() bool {
	return len(a.Map) > 0 || a.Amount != "" || a.Cost != "" || a.Facts != "" || a.Layer != "" || a.Plan != "" || a.For != "" || a.DateOrder != "" || a.Decimal != "" || a.Encoding != "" ||
		a.Delimiter != "" || a.Currency != "" || a.Kind != "" || a.Tax != "" || a.Sheet != ""
}

// planned reports whether somebody said which column is planned.
func (a *Answers) planned() bool {
	return slices.ContainsFunc(a.Map, func(m string) bool { return strings.HasPrefix(strings.TrimSpace(m), string(role.Planned)+"=") })
}

// check refuses answers that no file could take.
func (a *Answers) check() error {
	if _, err := a.kind(); err != nil {
		return err
	}
	if _, err := a.point(); err != nil {
		return err
	}
	if _, err := parseOrder(a.DateOrder); err != nil {
		return err
	}
	if a.Tax != "" && a.Tax != "net" && a.Tax != "gross" {
		return usage("--net or --gross", a.Tax, "net, gross")
	}
	if c := a.Currency; c != "" && !decimal.IsCode(c) {
		return usage("--currency", c, "a code of ISO 4217, for example EUR")
	}
	_, err := a.comma()
	return err
}

func usage(flag, value, want string) error {
	return fault.New(fault.Usage, "read flags", fmt.Sprintf("%s does not know %q", flag, value), "write one of: "+want)
}

func (a *Answers) kind() (ledger.Kind, error) {
	switch k := ledger.Kind(strings.ToLower(a.Kind)); k { //nolint:exhaustive // the kinds of sales
	case "", ledger.Invoiced, ledger.Booked, ledger.Received:
		return k, nil
	default:
		return "", usage("--kind", a.Kind, "invoiced, booked, received")
	}
}

func (a *Answers) point() (string, error) {
	switch strings.ToLower(a.Decimal) {
	case "":
		return "", nil
	case ".", "point", "dot":
		return ".", nil
	case ",", "comma":
		return ",", nil
	default:
		return "", usage("--decimal", a.Decimal, "point, comma")
	}
}

func (a *Answers) comma() (byte, error) {
	switch strings.ToLower(a.Delimiter) {
	case "":
		return 0, nil
	case ",", "comma":
		return ',', nil
	case ";", "semicolon":
		return ';', nil
	case "\t", "tab", `\t`:
		return '\t', nil
	case "|", "bar", "pipe":
		return '|', nil
	default:
		return 0, usage("--delimiter", a.Delimiter, "comma, semicolon, tab, bar")
	}
}

// parseOrder reads the words of --date-order.
func parseOrder(word string) (calendar.Order, error) {
	switch strings.ToLower(word) {
	case "", "iso":
		return calendar.ISO, nil
	case "ymd", "y/m/d":
		return calendar.YMD, nil
	case "dmy", "d/m/y":
		return calendar.DMY, nil
	case "mdy", "m/d/y":
		return calendar.MDY, nil
	default:
		return 0, usage("--date-order", word, "dmy, mdy, ymd, iso")
	}
}

func orderWord(o calendar.Order) string {
	switch o {
	case calendar.DMY:
		return "dmy"
	case calendar.MDY:
		return "mdy"
	case calendar.YMD:
		return "ymd"
	case calendar.ISO:
	}
	return "iso"
}

// mapping splits the --map answers into roles and column names.
func (a *Answers) mapping() (map[role.Role]string, error) {
	out := map[role.Role]string{}
	for _, m := range a.Map {
		name, col, ok := strings.Cut(m, "=")
		r := role.Role(strings.ToLower(strings.TrimSpace(name)))
		if !ok {
			return nil, usage("--map", m, "role=column, for example --map client=Company; --map date= leaves the date out")
		}
		if !role.IsRole(r) {
			return nil, usage("--map", string(r), role.Words())
		}
		out[r] = strings.TrimSpace(col)
	}
	return out, nil
}
