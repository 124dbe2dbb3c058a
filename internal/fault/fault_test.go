package fault_test

import (
	"errors"
	"fmt"
	"io/fs"
	"testing"

	"clientele/internal/fault"
)

func TestErrorText(t *testing.T) {
	t.Parallel()
	place := fault.Place{File: "invoices.csv", Line: 7, Column: "Amount", Value: "x"}
	tests := []struct {
		name string
		err  *fault.Error
		want string
	}{
		{"message alone", fault.New(fault.Failed, "write", "the disk is full", ""), "the disk is full"},
		{"with a remedy", fault.New(fault.Usage, "parse", "no such flag --shar", "did you mean --share?"), "no such flag --shar; did you mean --share?"},
		{"with a cause", fault.Wrap(fs.ErrPermission, fault.Failed, "open", "cannot read the file", "check who owns it"), "cannot read the file: permission denied; check who owns it"},
		{
			"with a place",
			&fault.Error{Kind: fault.Input, Message: "this is no amount", Place: place},
			`invoices.csv, line 7, column Amount, value "x": this is no amount`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := tt.err.Error(); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestPlaceText(t *testing.T) {
	t.Parallel()
	for want, place := range map[string]fault.Place{
		"":                              {},
		"list.csv":                      {File: "list.csv"},
		"line 3":                        {Line: 3},
		`column Net, value "1\n2"`:      {Column: "Net", Value: "1\n2"},
		"list.csv, line 3, column Net":  {File: "list.csv", Line: 3, Column: "Net"},
		`list.csv, value "\x00\ufeff "`: {File: "list.csv", Value: "\x00\ufeff "},
	} {
		if got := place.String(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestKindAndCauseAreFoundThroughWraps(t *testing.T) {
	t.Parallel()
	inner := fault.Wrap(fs.ErrNotExist, fault.NotFound, "open", "no such file", "")
	outer := fmt.Errorf("import batch: %w", inner)
	if got := fault.KindOf(outer); got != fault.NotFound {
		t.Errorf("kind %d, want %d", got, fault.NotFound)
	}
	if !errors.Is(outer, fs.ErrNotExist) {
		t.Error("the cause is lost")
	}
	// The outermost kind decides: a caller may know better what a failure means.
	if got := fault.KindOf(fault.Wrap(inner, fault.Input, "import", "nothing was loaded", "")); got != fault.Input {
		t.Errorf("kind %d, want %d", got, fault.Input)
	}
	if got := fault.KindOf(errors.New("plain")); got != fault.Internal {
		t.Errorf("a plain error has kind %d, want %d", got, fault.Internal)
	}
}
