package demo_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"strings"
	"sync"
	"testing"

	"clientele/internal/demo"
	"clientele/internal/period"
)

// checked is a firm with what the checks share: making and reading it takes longer
// than most of them do. Nobody changes it.
type checked struct {
	name  string
	facts func(t *testing.T) *facts
}

// firms are the choices on which every check runs: the tour's, another seed, and a
// history that neither begins nor ends with a half of a calendar year.
var firms = []checked{
	check("the tour", demo.Options{}),
	check("another seed", demo.Options{Seed: 20_260_701}),
	check("spring to spring", demo.Options{Seed: 7, End: period.DateOf(2025, 3, 15)}),
}

func check(name string, o demo.Options) checked {
	var once sync.Once
	var x *facts
	return checked{name, func(t *testing.T) *facts {
		t.Helper()
		once.Do(func() { x = newFacts(t, demo.Generate(o)) })
		if x == nil {
			t.Fatal("the firm could not be read; another test says why")
		}
		return x
	}}
}

func digest(o demo.Options) (sum [32]byte, bytesTotal int) {
	h := sha256.New()
	for name, data := range demo.Generate(o).Files() {
		h.Write([]byte(name))
		h.Write(data)
		bytesTotal += len(data)
	}
	copy(sum[:], h.Sum(nil))
	return sum, bytesTotal
}

func TestSameSeedSameBytes(t *testing.T) {
	t.Parallel()
	first, size := digest(demo.Options{Seed: 5})
	again, _ := digest(demo.Options{Seed: 5})
	other, _ := digest(demo.Options{Seed: 6})
	if first != again {
		t.Error("the same seed gave other bytes")
	}
	if first == other {
		t.Error("another seed gave the same bytes")
	}
	if size > 10<<20 {
		t.Errorf("the files take %d bytes; a demonstration stays below 10 MB", size)
	}
}

func TestEndIsTheFirstOfItsMonth(t *testing.T) {
	t.Parallel()
	explicit, _ := digest(demo.Options{End: period.DateOf(2026, 7, 1)})
	inMonth, _ := digest(demo.Options{End: period.DateOf(2026, 7, 30)})
	standard, _ := digest(demo.Options{})
	if explicit != inMonth || explicit != standard {
		t.Error("zero, 1 July and 30 July 2026 are the same end")
	}
}

func TestFileNames(t *testing.T) {
	t.Parallel()
	var names []string
	for name := range demo.Generate(demo.Options{}).Files() {
		names = append(names, name)
	}
	want := "old-system-2022.csv invoices-2023.csv invoices-2024.csv invoices-2025.csv invoices-2026.csv " +
		"rates.csv clients.csv costs.csv client-costs.csv pools.csv resources.csv time.csv activities.csv tickets.csv " +
		"payments.csv contacts.csv touches.csv README.txt truth.json"
	if got := strings.Join(names, " "); got != want {
		t.Errorf("files\n got %s\nwant %s", got, want)
	}
}

func TestFilesStopWhenAsked(t *testing.T) {
	t.Parallel()
	seen := 0
	for range demo.Generate(demo.Options{}).Files() {
		seen++
		break
	}
	if seen != 1 {
		t.Errorf("saw %d files after a break", seen)
	}
}

func TestTruthFileIsTheTruth(t *testing.T) {
	t.Parallel()
	f := demo.Generate(demo.Options{Seed: 3})
	var got demo.Truth
	if err := json.Unmarshal(read(t, f)["truth.json"], &got); err != nil {
		t.Fatal(err)
	}
	a, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(f.Truth())
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(a, b) {
		t.Error("truth.json does not read back as the truth")
	}
}

func TestGuideNamesEveryFile(t *testing.T) {
	t.Parallel()
	files := read(t, demo.Generate(demo.Options{}))
	guide := string(files["README.txt"])
	for name := range files {
		if name != "README.txt" && !strings.Contains(guide, name) {
			t.Errorf("README.txt does not mention %s", name)
		}
	}
	if strings.Contains(guide, "%!") {
		t.Error("README.txt has a formatting fault")
	}
}

// read collects a firm's files by name.
func read(t *testing.T, f *demo.Firm) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	for name, data := range f.Files() {
		if _, double := files[name]; double {
			t.Errorf("%s stands twice", name)
		}
		files[name] = data
	}
	return files
}
