package record

import "fmt"

// BadRecord is a record that its file gives up but that cannot be read. A Reader
// returns it as an error from Next and goes on with the following record on the next
// call; every other error but io.EOF is final.
type BadRecord struct { //nolint:errname // a record first, an error second
	Line int64  // as Record.Line
	Raw  []byte // the record as it stands in the file, at most RawMax bytes of it
	Err  error  // what is wrong with it
}

// RawMax is how many bytes of a bad record are kept.
const RawMax = 64 << 10

// NewBad makes a BadRecord with its own copy of the raw bytes.
func NewBad(line int64, raw []byte, err error) *BadRecord {
	return &BadRecord{Line: line, Raw: append([]byte(nil), raw[:min(len(raw), RawMax)]...), Err: err}
}

// Error says where and why.
func (b *BadRecord) Error() string { return fmt.Sprintf("line %d: %v", b.Line, b.Err) }

// Unwrap returns the cause.
func (b *BadRecord) Unwrap() error { return b.Err }
