// Package naturalkey recognises facts that are loaded already: the same document in
// a second export. A batch keeps the keys of its documents in one sorted file, so
// that a small import looks up its own keys and never reads what is there.
package naturalkey

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"io"
	"slices"

	"clientele/internal/fault"
	"clientele/internal/ledger"
)

// Level says what a key stands for.
type Level byte

// The levels, by what a file names.
const (
	Document Level = 'd' // documents: a key is client and number
	Line     Level = 'l' // dates but no documents: a key is client, day and amount
	Client   Level = 'c' // neither: a key is the client
)

// Key is one fact with a digest of its content.
type Key struct {
	ID     ledger.DocumentID
	Digest uint64 // equal for equal content, whatever the order of its lines
}

// Collector gathers the keys of one file, line by line.
type Collector struct {
	level Level
	keys  []Key
}

// NewCollector gathers keys of a level.
func NewCollector(level Level) *Collector { return &Collector{level: level} }

// Add counts one line to a key. Runs of one key cost one entry.
func (c *Collector) Add(id ledger.DocumentID, amount int64, decimals uint8, day int64) {
	for decimals > 0 && amount%10 == 0 { // 1.50 and 1.5 are the same amount
		amount, decimals = amount/10, decimals-1
	}
	d := mix(uint64(amount)*0x9e3779b97f4a7c15 ^ uint64(day)<<8 ^ uint64(decimals)) //nolint:gosec // bits, not numbers
	if n := len(c.keys); n > 0 && c.keys[n-1].ID == id {
		c.keys[n-1].Digest += d
		return
	}
	c.keys = append(c.keys, Key{id, d})
}

// mix spreads bits (splitmix64).
func mix(x uint64) uint64 {
	x ^= x >> 30
	x *= 0xbf58476d1ce4e5b9
	x ^= x >> 27
	x *= 0x94d049bb133111eb
	return x ^ x>>31
}

// Keys are all keys in order, each once.
func (c *Collector) Keys() []Key {
	slices.SortFunc(c.keys, func(a, b Key) int { return compare(a.ID, b.ID) })
	out := c.keys[:0]
	for _, k := range c.keys {
		if n := len(out); n > 0 && out[n-1].ID == k.ID {
			out[n-1].Digest += k.Digest
			continue
		}
		out = append(out, k)
	}
	c.keys = out
	return out
}

func compare(a, b ledger.DocumentID) int {
	if by := cmp.Compare(a.Hi, b.Hi); by != 0 {
		return by // cmp.Or would compare both
	}
	return cmp.Compare(a.Lo, b.Lo)
}

const (
	magic  = "CLKEYS1"
	header = int64(len(magic)) + 1
	size   = 24
)

// Write writes sorted keys.
func Write(w io.Writer, level Level, keys []Key) error {
	buf := append(make([]byte, 0, 64<<10), magic...)
	buf = append(buf, byte(level))
	for _, k := range keys {
		buf = binary.BigEndian.AppendUint64(buf, k.ID.Hi)
		buf = binary.BigEndian.AppendUint64(buf, k.ID.Lo)
		buf = binary.BigEndian.AppendUint64(buf, k.Digest)
		if len(buf) > 60<<10 {
			if _, err := w.Write(buf); err != nil {
				return err
			}
			buf = buf[:0]
		}
	}
	_, err := w.Write(buf)
	return err
}

// File is a written set of keys, looked up where it lies.
type File struct {
	Level Level
	r     io.ReaderAt
	n     int64
}

// Open reads the head of a file of the given size.
func Open(r io.ReaderAt, bytesTotal int64) (*File, error) {
	head := make([]byte, header)
	if _, err := r.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if !bytes.HasPrefix(head, []byte(magic)) || (bytesTotal-header)%size != 0 {
		return nil, fault.New(fault.Failed, "open keys", "a file of keys is damaged", "run 'clientele rebuild'")
	}
	return &File{Level: Level(head[header-1]), r: r, n: (bytesTotal - header) / size}, nil
}

// Find looks a key up by bisection.
func (f *File) Find(id ledger.DocumentID) (Key, bool, error) {
	lo, hi := int64(0), f.n
	for lo < hi {
		mid := lo + (hi-lo)/2
		k, err := f.at(mid)
		if err != nil {
			return Key{}, false, err
		}
		switch c := compare(k.ID, id); {
		case c == 0:
			return k, true, nil
		case c < 0:
			lo = mid + 1
		default:
			hi = mid
		}
	}
	return Key{}, false, nil
}

func (f *File) at(i int64) (Key, error) {
	var b [size]byte
	if _, err := f.r.ReadAt(b[:], header+i*size); err != nil {
		return Key{}, fault.Wrap(err, fault.Failed, "read keys", "a file of keys cannot be read", "run 'clientele rebuild'")
	}
	return Key{
		ledger.DocumentID{Hi: binary.BigEndian.Uint64(b[0:]), Lo: binary.BigEndian.Uint64(b[8:])},
		binary.BigEndian.Uint64(b[16:]),
	}, nil
}
