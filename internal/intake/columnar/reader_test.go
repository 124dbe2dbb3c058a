package columnar_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/compress"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/schema"
	"github.com/google/go-cmp/cmp"

	"clientele/internal/fault"
	"clientele/internal/intake/columnar"
	"clientele/internal/intake/record"
	"clientele/internal/intake/source"
)

// column is one column of a test file: its node and a function that writes its rows.
type column struct {
	node  schema.Node
	write func(w file.ColumnChunkWriter) error
}

func flat(name string, logical schema.LogicalType, physical parquet.Type, width int, write func(w file.ColumnChunkWriter) error) column {
	return column{schema.Must(schema.NewPrimitiveNodeLogical(name, parquet.Repetitions.Optional, logical, physical, width, -1)), write}
}

// writer adapts the typed writers; def has a 1 for each value that is there.
func values[T any, W interface {
	WriteBatch([]T, []int16, []int16) (int64, error)
}](vals []T, def ...int16) func(w file.ColumnChunkWriter) error {
	return func(w file.ColumnChunkWriter) error {
		if def == nil {
			def = bytesOf(len(vals))
		}
		typed, ok := w.(W)
		if !ok {
			return fmt.Errorf("writer is %T", w)
		}
		_, err := typed.WriteBatch(vals, def, nil)
		return err
	}
}

func bytesOf(n int) []int16 {
	def := make([]int16, n)
	for i := range def {
		def[i] = 1
	}
	return def
}

// parquetFile writes the columns, the same rows in each group.
func parquetFile(t *testing.T, groups int, props *parquet.WriterProperties, cols ...column) []byte {
	t.Helper()
	var nodes schema.FieldList
	for _, c := range cols {
		nodes = append(nodes, c.node)
	}
	root := schema.MustGroup(schema.NewGroupNode("schema", parquet.Repetitions.Required, nodes, -1))
	var b bytes.Buffer
	w := file.NewParquetWriter(&b, root, file.WithWriterProps(props))
	for range groups {
		g, err := w.AppendRowGroupChecked()
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range cols {
			cw, err := g.NextColumn()
			if err == nil {
				err = c.write(cw)
			}
			if err == nil {
				err = cw.Close()
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := g.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func open(t *testing.T, data []byte) (*columnar.Reader, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.parquet")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	src, err := source.Open(path, source.Options{})
	if err != nil {
		return nil, err
	}
	r, err := columnar.Open(src)
	if err != nil {
		return nil, errors.Join(err, src.Close())
	}
	t.Cleanup(func() {
		if err := errors.Join(r.Close(), src.Close()); err != nil && fault.KindOf(err) == fault.Internal {
			t.Error(err)
		}
	})
	return r, nil
}

// lines writes each record as "line: field|field", marked # for numbers, @ for dates
// and ? for booleans; a bad record as "line! raw".
func lines(r record.Reader) ([]string, error) {
	marks := map[record.Kind]string{record.Number: "#", record.Date: "@", record.Bool: "?"}
	var out []string
	for {
		rec, err := r.Next()
		if bad, ok := errors.AsType[*record.BadRecord](err); ok {
			out = append(out, fmt.Sprintf("%d! %s", bad.Line, bad.Raw))
			continue
		}
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return out, err
		}
		var fields []string
		for i, f := range rec.Fields {
			fields = append(fields, marks[rec.Kinds[i]]+string(f))
		}
		out = append(out, fmt.Sprintf("%d: %s", rec.Line, strings.Join(fields, "|")))
	}
}

func columns() []column {
	types := parquet.Types
	texts := []parquet.ByteArray{[]byte("Müller"), []byte("B")}
	return []column{
		flat("client", schema.StringLogicalType{}, types.ByteArray, -1, values[parquet.ByteArray, *file.ByteArrayColumnChunkWriter](texts, 1, 0, 1)),
		flat("small", schema.NewDecimalLogicalType(9, 2), types.Int32, -1, values[int32, *file.Int32ColumnChunkWriter]([]int32{1250, -5, 0})),
		flat("big", schema.NewDecimalLogicalType(38, 3), types.FixedLenByteArray, 16, values[parquet.FixedLenByteArray, *file.FixedLenByteArrayColumnChunkWriter](
			[]parquet.FixedLenByteArray{wide(1234567890123456789), wide(-1), wide(0)})),
		flat("day", schema.DateLogicalType{}, types.Int32, -1, values[int32, *file.Int32ColumnChunkWriter]([]int32{20516, -1, 3_000_000})),
		flat("at", schema.NewTimestampLogicalType(true, schema.TimeUnitMicros), types.Int64, -1, values[int64, *file.Int64ColumnChunkWriter]([]int64{1_772_636_645_999_999, -1, 0})),
		flat("double", nil, types.Double, -1, values[float64, *file.Float64ColumnChunkWriter]([]float64{0.1 + 0.2, math.NaN(), 1e21})),
		flat("single", nil, types.Float, -1, values[float32, *file.Float32ColumnChunkWriter]([]float32{0.1, 12.5, float32(math.Inf(1))})),
		flat("n", nil, types.Int64, -1, values[int64, *file.Int64ColumnChunkWriter]([]int64{math.MaxInt64, math.MinInt64}, 1, 1, 0)),
		flat("u", schema.NewIntLogicalType(32, false), types.Int32, -1, values[int32, *file.Int32ColumnChunkWriter]([]int32{-1, 0, 1})),
		flat("paid", nil, types.Boolean, -1, values[bool, *file.BooleanColumnChunkWriter]([]bool{true, false, true})),
		flat("time", schema.NewTimeLogicalType(false, schema.TimeUnitMillis), types.Int32, -1, values[int32, *file.Int32ColumnChunkWriter]([]int32{3_661_000, 0, 86_399_999})),
		flat("id", schema.UUIDLogicalType{}, types.FixedLenByteArray, 16, values[parquet.FixedLenByteArray, *file.FixedLenByteArrayColumnChunkWriter](
			[]parquet.FixedLenByteArray{[]byte("0123456789abcdef")}, 1, 0, 0)),
	}
}

// wide is n as 16 bytes, big endian.
func wide(n int64) []byte {
	b := make([]byte, 16)
	if n < 0 {
		binary.BigEndian.PutUint64(b, math.MaxUint64)
	}
	binary.BigEndian.PutUint64(b[8:], uint64(n))
	return b
}

func TestValues(t *testing.T) {
	t.Parallel()
	want := []string{
		"1: client|small|big|day|at|double|single|n|u|paid|time|id",
		"2: Müller|#12.50|#1234567890123456.789|@2026-03-04|@2026-03-04T15:04:05|#0.3|#0.1|#9223372036854775807|#4294967295|?true|01:01:01|30313233-3435-3637-3839-616263646566",
		"3: |#-0.05|#-0.001|@1969-12-31|@1969-12-31T23:59:59|NaN|#12.5|#-9223372036854775808|#0|?false|00:00:00|",
		"4: B|#0.00|#0.000|3000000|@1970-01-01T00:00:00|#1000000000000000000000|+Inf||#1|?true|23:59:59|",
	}
	for _, codec := range []compress.Compression{compress.Codecs.Uncompressed, compress.Codecs.Snappy, compress.Codecs.Zstd, compress.Codecs.Gzip} {
		props := parquet.NewWriterProperties(parquet.WithCompression(codec))
		r, err := open(t, parquetFile(t, 1, props, columns()...))
		if err != nil {
			t.Fatal(err)
		}
		got, err := lines(r)
		if d := cmp.Diff(want, got); d != "" || err != nil {
			t.Error(codec, d, err)
		}
		if d := cmp.Diff([]string{`times are UTC: "at"`}, r.Notes()); d != "" {
			t.Error(d)
		}
	}
}

func TestRowGroupsAndPages(t *testing.T) {
	t.Parallel()
	n := 5000
	nums, texts := make([]int64, n), make([]parquet.ByteArray, n)
	def := make([]int16, n)
	var some []parquet.ByteArray
	for i := range n {
		nums[i], texts[i] = int64(i), []byte(fmt.Sprintf("client %d", i%7))
		if i%3 > 0 {
			def[i] = 1
			some = append(some, texts[i])
		}
	}
	data := parquetFile(t, 3, parquet.NewWriterProperties(parquet.WithDataPageSize(1000), parquet.WithBatchSize(100)),
		flat("n", nil, parquet.Types.Int64, -1, values[int64, *file.Int64ColumnChunkWriter](nums)),
		flat("c", schema.StringLogicalType{}, parquet.Types.ByteArray, -1, values[parquet.ByteArray, *file.ByteArrayColumnChunkWriter](some, def...)))
	r, err := open(t, data)
	if err != nil {
		t.Fatal(err)
	}
	got, err := lines(r)
	if err != nil || len(got) != 3*n+1 || r.Rows() != int64(3*n) {
		t.Fatalf("%d records of %d, %v", len(got), r.Rows(), err)
	}
	for i, line := range got[1:] {
		want := fmt.Sprintf("%d: #%d|", i+2, i%n)
		if (i%n)%3 > 0 {
			want += fmt.Sprintf("client %d", i%n%7)
		}
		if line != want {
			t.Fatalf("row %d is %q, want %q", i, line, want)
		}
	}
}

func TestListsAreLeftOutAndStructuresAreFlat(t *testing.T) {
	t.Parallel()
	opt := parquet.Repetitions.Optional
	tag := schema.Must(schema.NewPrimitiveNodeLogical("element", opt, schema.StringLogicalType{}, parquet.Types.ByteArray, -1, -1))
	tags := schema.MustGroup(schema.ListOfWithName("tags", tag, opt, -1))
	city := schema.Must(schema.NewPrimitiveNode("city", opt, parquet.Types.Int32, -1, -1))
	at := schema.MustGroup(schema.NewGroupNode("at", opt, schema.FieldList{city}, -1))
	data := parquetFile(t, 1, nil,
		column{tags, func(w file.ColumnChunkWriter) error {
			bw, ok := w.(*file.ByteArrayColumnChunkWriter)
			if !ok {
				return errors.New("wrong writer")
			}
			_, err := bw.WriteBatch([]parquet.ByteArray{[]byte("x"), []byte("y")}, []int16{3, 3, 0}, []int16{0, 1, 0})
			return err
		}},
		column{at, values[int32, *file.Int32ColumnChunkWriter]([]int32{7}, 2, 1)})
	r, err := open(t, data)
	if err != nil {
		t.Fatal(err)
	}
	got, err := lines(r)
	if d := cmp.Diff([]string{"1: at.city", "2: #7", "3: "}, got); d != "" || err != nil {
		t.Error(d, err)
	}
	if d := cmp.Diff([]string{`left out, because they hold lists: "tags"`}, r.Notes()); d != "" {
		t.Error(d)
	}
	if _, err = open(t, parquetFile(t, 1, nil, column{tags, func(file.ColumnChunkWriter) error { return nil }})); err == nil {
		t.Error("a file of lists was opened")
	}
}

func TestABadTextCostsOneRow(t *testing.T) {
	t.Parallel()
	r, err := open(t, parquetFile(t, 1, nil,
		flat("c", nil, parquet.Types.ByteArray, -1, values[parquet.ByteArray, *file.ByteArrayColumnChunkWriter]([]parquet.ByteArray{[]byte("a"), {0xff}, []byte("c")})),
		flat("n", nil, parquet.Types.Int32, -1, values[int32, *file.Int32ColumnChunkWriter]([]int32{1, 2, 3}))))
	if err != nil {
		t.Fatal(err)
	}
	got, err := lines(r)
	if d := cmp.Diff([]string{"1: c|n", "2: a|#1", "3! \t2", "4: c|#3"}, got); d != "" || err != nil {
		t.Error(d, err)
	}
}

func TestDamageIsAFault(t *testing.T) {
	t.Parallel()
	whole := parquetFile(t, 2, nil, columns()...)
	for name, data := range map[string][]byte{
		"cut": whole[:len(whole)-9], "short": []byte("PAR1PAR1"), "no middle": append([]byte("PAR1"), whole[len(whole)-8:]...),
		"huge footer": append(bytes.Clone(whole[:len(whole)-8]), "\xff\xff\xff\x7fPAR1"...),
	} {
		if _, err := open(t, data); fault.KindOf(err) != fault.Input || !strings.Contains(err.Error(), "damaged or cut off") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := open(t, append(bytes.Clone(whole[:len(whole)-4]), "PARE"...)); err == nil || !strings.Contains(err.Error(), "encrypted") {
		t.Errorf("encrypted: %v", err)
	}
	rng := rand.New(rand.NewPCG(5, 6))
	for range 1500 {
		data := bytes.Clone(whole)
		for range 1 + rng.IntN(6) {
			data[4+rng.IntN(len(data)-8)] = byte(rng.IntN(256))
		}
		r, err := open(t, data)
		if err == nil {
			_, err = lines(r)
		}
		if err != nil && fault.KindOf(err) != fault.Input {
			t.Fatalf("kind %v: %v", fault.KindOf(err), err)
		}
	}
}

// deep is a file that has one column under the given number of structures, written by
// hand in the compact form of Thrift.
func deep(levels int) []byte {
	leaf := []byte{0x15, 0x02, 0x25, 0x00, 0x18, 0x01, 'x', 0} // field 1 type, field 3 repetition, field 4 name
	// field 3 repetition, field 4 name, field 5 one child
	inner := []byte{0x35, 0x00, 0x18, 0x01, 'x', 0x15, 0x02, 0x00}
	footer := []byte{0x15, 0x02, 0x19, 0xfc} // field 1 version, field 2 list of structures
	footer = binary.AppendUvarint(footer, uint64(levels+2))
	footer = append(footer, 0x48, 0x01, 'x', 0x15, 0x02, 0x00)
	footer = append(footer, bytes.Repeat(inner, levels)...)
	footer = append(footer, leaf...)
	footer = append(footer, 0x16, 0x00, 0x19, 0x0c, 0x00) // field 3 rows, field 4 no groups
	out := append([]byte("PAR1"), footer...)
	out = binary.LittleEndian.AppendUint32(out, uint32(len(footer)))
	return append(out, "PAR1"...)
}

func TestDeepStructures(t *testing.T) {
	t.Parallel()
	r, err := open(t, deep(3))
	if err != nil {
		t.Fatal(err)
	}
	got, err := lines(r)
	if d := cmp.Diff([]string{"1: x.x.x.x"}, got); d != "" || err != nil {
		t.Error(d, err)
	}
	if _, err := open(t, deep(1_900_000)); fault.KindOf(err) != fault.Input || !strings.Contains(err.Error(), "1900002 columns") {
		t.Errorf("got %v", err)
	}
	if r, err = open(t, deep(30_000)); err != nil {
		t.Fatal(err)
	}
	if _, err := lines(r); err != nil {
		t.Error(err)
	}
}
