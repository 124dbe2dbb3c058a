package metric

import (
	"regexp"
	"strings"
	"testing"

	"clientele/internal/fault"
)

// TestCatalogueIsComplete: ids are unique and well formed, and every entry says all
// that why has to say.
func TestCatalogueIsComplete(t *testing.T) {
	t.Parallel()
	id, section := regexp.MustCompile(`^[a-z]+(_[a-z0-9]+)*$`), regexp.MustCompile(`^([123]\.\d{1,2}|ADR \d+)$`)
	units := map[Unit]bool{Minor: true, Count: true, Day: true, Days: true, Fraction: true, Index: true, Label: true}
	seen := map[ID]bool{}
	for _, m := range All() {
		if seen[m.ID] || !id.MatchString(string(m.ID)) {
			t.Errorf("%q is twice in the catalogue, or no id", m.ID)
		}
		seen[m.ID] = true
		if m.Name == "" || !units[m.Unit] || (m.Grain != PerClient && m.Grain != PerBook) ||
			m.Formula == "" || m.Null == "" || m.Verdict == "" || !section.MatchString(m.Section) {
			t.Errorf("%q is incomplete: %+v", m.ID, m)
		}
		if (m.Unit == Minor) != strings.HasSuffix(string(m.ID), "_minor") {
			t.Errorf("%q: money ids end in _minor, and only they", m.ID)
		}
		if m.Base != nil && (m.Grain != PerClient || m.Base.Fn == 0 || m.Base.Field == 0 || m.Base.Over == 0) {
			t.Errorf("%q: a base measure is a full aggregate per client", m.ID)
		}
	}
	if len(Bases()) != 9 || len(seen) != 53 {
		t.Errorf("%d base measures of %d in all", len(Bases()), len(seen))
	}
}

func TestFind(t *testing.T) {
	t.Parallel()
	if m, err := Find(Gini); err != nil || m.Section != "2.8" {
		t.Errorf("got %+v, %v", m, err)
	}
	for id, want := range map[ID]string{
		"line_cuont":           "did you mean line_count?",
		"client_revenue_minro": "did you mean client_revenue_minor?",
		"gini":                 "list all measures",
		"":                     "list all measures",
	} {
		_, err := Find(id)
		if fault.KindOf(err) != fault.NotFound || !strings.Contains(err.Error(), want) {
			t.Errorf("Find(%q): %v, want %q", id, err, want)
		}
	}
}

func TestDistance(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b string
		want int
	}{{"kitten", "sitting", 3}, {"", "abc", 3}, {"abc", "", 3}, {"flaw", "lawn", 2}, {"same", "same", 0}} {
		if got := distance(c.a, c.b); got != c.want {
			t.Errorf("%q to %q: %d, want %d", c.a, c.b, got, c.want)
		}
	}
}
