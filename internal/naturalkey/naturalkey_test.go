package naturalkey_test

import (
	"bytes"
	"errors"
	"testing"

	"pgregory.net/rapid"

	"clientele/internal/fault"
	"clientele/internal/ledger"
	"clientele/internal/naturalkey"
)

type line struct {
	id       uint64
	amount   int64
	decimals uint8
	day      int64
}

func collect(lines []line) []naturalkey.Key {
	c := naturalkey.NewCollector(naturalkey.Document)
	for _, l := range lines {
		c.Add(ledger.DocumentID{Hi: l.id, Lo: 1}, l.amount, l.decimals, l.day)
	}
	return c.Keys()
}

// The order of lines does not matter; an amount, a day or a line more does.
func TestDigest(t *testing.T) {
	t.Parallel()
	base := []line{{1, 150, 2, 10}, {1, 200, 2, 10}, {2, 5, 0, 11}}
	same := [][]line{
		{{2, 5, 0, 11}, {1, 200, 2, 10}, {1, 150, 2, 10}},
		{{1, 15, 1, 10}, {2, 500, 2, 11}, {1, 2, 0, 10}}, // 1.5 is 1.50
	}
	for i, s := range same {
		if got, want := collect(s), collect(base); len(got) != 2 || got[0] != want[0] || got[1] != want[1] {
			t.Errorf("case %d: %v, want %v", i, got, want)
		}
	}
	for i, s := range [][]line{
		{{1, 151, 2, 10}, {1, 200, 2, 10}, {2, 5, 0, 11}},
		{{1, 150, 2, 11}, {1, 200, 2, 10}, {2, 5, 0, 11}},
		{{1, 150, 2, 10}, {1, 200, 2, 10}, {1, 0, 2, 10}, {2, 5, 0, 11}},
		{{1, 350, 2, 10}, {2, 5, 0, 11}},
	} {
		if collect(s)[0].Digest == collect(base)[0].Digest {
			t.Errorf("case %d has the digest of another document", i)
		}
	}
}

// What was written is found, and nothing else.
func TestFind(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := map[uint64]bool{}
		var lines []line
		for _, id := range rapid.SliceOfN(rapid.Uint64Range(0, 200), 0, 80).Draw(t, "ids") {
			in[id] = true
			lines = append(lines, line{id, int64(id), 0, 1})
		}
		keys := collect(lines)
		var buf bytes.Buffer
		if err := naturalkey.Write(&buf, naturalkey.Line, keys); err != nil {
			t.Fatal(err)
		}
		f, err := naturalkey.Open(bytes.NewReader(buf.Bytes()), int64(buf.Len()))
		if err != nil || f.Level != naturalkey.Line || buf.Len() != 8+24*len(in) {
			t.Fatalf("%v, level %c, %d bytes for %d keys", err, f.Level, buf.Len(), len(in))
		}
		for id := range uint64(201) {
			_, ok, err := f.Find(ledger.DocumentID{Hi: id, Lo: 1})
			if err != nil || ok != in[id] {
				t.Fatalf("key %d: %v %v, want %v", id, ok, err, in[id])
			}
		}
	})
}

func TestDamage(t *testing.T) {
	t.Parallel()
	for _, b := range []string{"", "CLKEYS1", "CLKEYS1dxxx", "something else entirely that is longer"} {
		if _, err := naturalkey.Open(bytes.NewReader([]byte(b)), int64(len(b))); fault.KindOf(err) != fault.Failed {
			t.Errorf("%q was taken for keys: %v", b, err)
		}
	}
	// A file that was cut after it was opened.
	var buf bytes.Buffer
	if err := naturalkey.Write(&buf, naturalkey.Line, make([]naturalkey.Key, 5000)); err != nil {
		t.Fatal(err)
	}
	f, err := naturalkey.Open(bytes.NewReader(buf.Bytes()[:100]), int64(buf.Len()))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := f.Find(ledger.DocumentID{Hi: 1}); fault.KindOf(err) != fault.Failed {
		t.Errorf("%v, want damage", err)
	}
	if err := naturalkey.Write(full{}, naturalkey.Line, make([]naturalkey.Key, 5000)); err == nil {
		t.Error("a full disk was not noticed")
	}
}

// full takes nothing, as a full disk.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }
