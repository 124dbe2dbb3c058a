package lake

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"regexp"

	"github.com/apache/iceberg-go"
	"github.com/apache/iceberg-go/table"
	"github.com/google/uuid"

	"clientele/internal/publication"
)

// mark is the first half of a data file's UUID: it says from what the rows were made. The
// other half is drawn, so that no two writers ever write the same file.
type mark [8]byte

// markOf makes a mark of what determines the rows.
func markOf(parts ...any) mark {
	sum := sha256.Sum256(fmt.Append(nil, parts...))
	return mark(sum[:8])
}

// numberMark makes a mark of the number of a publication.
func numberMark(number int64) (m mark) {
	binary.BigEndian.PutUint64(m[:], uint64(number)) //nolint:gosec // above 0
	return m
}

// fresh draws the UUID of a file with this mark.
func (m mark) fresh() uuid.UUID {
	id := uuid.New()
	copy(id[:8], m[:])
	return id
}

// fileName is how iceberg-go calls a data file: number, task, UUID, number.
var fileName = regexp.MustCompile(`/\d+-\d+-([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f]{4})-[0-9a-f]{4}-[0-9a-f]{12}-\d+\.parquet$`)

// markIn reads the mark of a data file; false if it was written by somebody else, as a
// compaction does.
func markIn(path string) (m mark, ok bool) {
	parts := fileName.FindStringSubmatch(path)
	if parts == nil {
		return m, false
	}
	b, err := hex.DecodeString(parts[1] + parts[2] + parts[3])
	if err != nil || len(b) != len(m) {
		return m, false
	}
	return mark(b), true
}

// held are the files of one batch in a snapshot, or of the whole table.
type held struct {
	mark  mark
	sound bool // all bear the mark, and no row of them was deleted
	rows  int64
	// deletes: rows of the files are deleted by others.
	deletes bool
	files   []iceberg.DataFile
	tasks   []table.FileScanTask
}

func (h *held) count() publication.Count {
	return publication.Count{Rows: h.rows, Files: int64(len(h.files))}
}

// holding lists the files of a snapshot by batch; "" where the table has none.
func holding(ctx context.Context, t *table.Table, snapshot int64) (map[string]*held, error) {
	out := map[string]*held{}
	if snapshot == 0 {
		return out, nil
	}
	tasks, err := t.Scan(table.WithSnapshotID(snapshot)).PlanFiles(ctx)
	if err != nil {
		return nil, failed(err, "the table "+t.Identifier()[1]+" cannot be read")
	}
	for _, task := range tasks {
		batch := ""
		for _, v := range task.File.Partition() { // of one field
			batch = fmt.Sprint(v)
		}
		m, ok := markIn(task.File.FilePath())
		deletes := len(task.DeleteFiles)+len(task.EqualityDeleteFiles)+len(task.DeletionVectorFiles) > 0
		ok = ok && !deletes
		h := out[batch]
		if h == nil {
			h = &held{mark: m, sound: ok}
			out[batch] = h
		}
		h.sound = h.sound && ok && h.mark == m
		h.deletes = h.deletes || deletes
		h.rows += task.File.Count()
		h.files = append(h.files, task.File)
		h.tasks = append(h.tasks, task)
	}
	return out, nil
}

// known is what a table holds by batch. Files that a compaction wrote bear no mark; what
// is in them stands in the snapshot before, as the format promises of its operation.
func known(ctx context.Context, t *table.Table) (map[string]*held, error) {
	now, err := holding(ctx, t, head(t))
	if err != nil {
		return nil, err
	}
	origin := t.CurrentSnapshot()
	for origin != nil && origin.Summary != nil && origin.Summary.Operation == table.OpReplace {
		if origin.ParentSnapshotID == nil {
			return now, nil
		}
		origin = t.SnapshotByID(*origin.ParentSnapshotID)
	}
	if origin == nil || origin.SnapshotID == head(t) {
		return now, nil
	}
	then, err := holding(ctx, t, origin.SnapshotID)
	if err != nil {
		return nil, err
	}
	for batch, h := range now { // each by itself
		if was := then[batch]; was != nil && was.rows == h.rows && !h.deletes {
			h.mark, h.sound = was.mark, was.sound
		}
	}
	return now, nil
}

// head is the current snapshot of a table, 0 if it has none.
func head(t *table.Table) int64 {
	if s := t.CurrentSnapshot(); s != nil {
		return s.SnapshotID
	}
	return 0
}
