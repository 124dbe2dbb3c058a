package text

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"clientele/internal/fault"
)

// BlockSize is how much text one parser takes at a time.
const BlockSize = 1 << 18

// Block is a run of whole lines. The cut stands at a line end, which is nearly
// always a record end; the one who accepts blocks in order checks that.
type Block struct {
	Data  []byte
	First bool // it begins the file
	Last  bool // it ends the file
}

// Cutter cuts a stream into blocks at line ends.
type Cutter struct {
	r    io.Reader
	name string
	rest []byte
	done bool
	size int
	cuts int
}

// NewCutter cuts the UTF-8 text of r; name is used in errors.
func NewCutter(r io.Reader, name string) *Cutter { return &Cutter{r: r, name: name, size: BlockSize} }

// SetSize sets how much text a block holds, at least one character, for tests and small
// machines.
func (c *Cutter) SetSize(n int) { c.size = max(utf8.UTFMax, n) }

// Next returns the next block in a buffer of its own, or io.EOF. A line longer than
// RecordMax is refused: it is no table.
func (c *Cutter) Next(buf []byte) (Block, error) {
	if c.done {
		return Block{}, io.EOF
	}
	buf = append(buf[:0], c.rest...)
	for {
		if cap(buf)-len(buf) < c.size {
			grown := make([]byte, len(buf), len(buf)+c.size+c.size/8)
			copy(grown, buf)
			buf = grown
		}
		n, err := io.ReadFull(c.r, buf[len(buf):len(buf)+c.size])
		fresh := len(buf)
		buf = buf[:fresh+n]
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			c.done = true
			if len(buf) == 0 {
				return Block{}, io.EOF
			}
			c.cuts++
			return Block{buf, c.cuts == 1, true}, c.longLine(buf)
		}
		if err != nil {
			return Block{}, err
		}
		if cut := bytes.LastIndexByte(buf[fresh:], '\n'); cut >= 0 {
			cut += fresh + 1
			c.rest = append(c.rest[:0], buf[cut:]...)
			if err := c.peek(); err != nil {
				return Block{}, err
			}
			c.cuts++
			return Block{buf[:cut], c.cuts == 1, c.done}, nil
		}
		if err := c.longLine(buf); err != nil {
			return Block{}, err
		}
	}
}

// peek looks whether anything follows, so that the last block is known as such even
// if the stream ends where a block does.
func (c *Cutter) peek() error {
	if len(c.rest) > 0 {
		return nil
	}
	var one [1]byte
	_, err := io.ReadFull(c.r, one[:])
	if errors.Is(err, io.EOF) {
		c.done = true
		return nil
	}
	c.rest = append(c.rest, one[0])
	return err
}

func (c *Cutter) longLine(buf []byte) error {
	if len(buf) <= RecordMax || bytes.IndexByte(buf[:RecordMax], '\n') >= 0 {
		return nil
	}
	return &fault.Error{
		Kind: fault.Input, Op: "read text", Place: fault.Place{File: c.name},
		Message: fmt.Sprintf("a line is longer than %d MiB, so this is not a table", RecordMax>>20),
		Remedy:  "export the list again as CSV, one record on each line",
	}
}
