package namesake_test

import (
	"fmt"
	"slices"
	"testing"

	"clientele/internal/namesake"
)

func TestPeople(t *testing.T) {
	t.Parallel()
	known := []string{"Ann Lee", "Bob Ray", "Zoë Müller-Lüdenscheidt", "Al Lee"}
	for name, want := range map[string][]string{
		"Lee, Ann":               {"Ann Lee 0.97"},
		"ANN  LEE":               {"Ann Lee 0.97"},
		"ann.lee@firm.com":       {"Ann Lee 0.97"},
		"A. Lee":                 {"Al Lee 0.85", "Ann Lee 0.85"}, // a person decides
		"alee":                   {"Al Lee 0.85", "Ann Lee 0.85"},
		"B Ray":                  {"Bob Ray 0.85"},
		"rayb":                   {"Bob Ray 0.85"},
		"Z. Muller-Ludenscheidt": {"Zoë Müller-Lüdenscheidt 0.85"},
		"Ann":                    nil,
		"C. Lee":                 nil,
		"Ray Lee":                nil,
		"":                       nil,
		"A. B.":                  nil,
	} {
		var got []string
		for _, m := range namesake.People([]string{name}, known) {
			got = append(got, fmt.Sprintf("%s %.2f", m.As, m.Score))
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q may be %v, not %v", name, got, want)
		}
	}
}
