package measure

import (
	"fmt"
	"io"
	"runtime"
	"strings"
	"text/tabwriter"
	"time"
)

// Table writes rows in columns; the first row is the head. Cells of numbers stand
// to the right.
func Table(w io.Writer, rows [][]string) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	for _, r := range rows {
		// The first column is text: it is filled up here and stands to the left.
		widest := 0
		for _, other := range rows {
			widest = max(widest, len([]rune(other[0])))
		}
		first := r[0] + strings.Repeat(" ", widest-len([]rune(r[0])))
		if _, err := fmt.Fprintln(t, strings.Join(append([]string{first}, r[1:]...), "\t")+"\t"); err != nil {
			return err
		}
	}
	return t.Flush()
}

// Seconds writes a duration in seconds, to the millisecond.
func Seconds(d time.Duration) string { return fmt.Sprintf("%.3f s", d.Seconds()) }

// Megabytes writes bytes as MB of 10^6.
func Megabytes(n int64) string {
	if n == 0 {
		return "?"
	}
	return fmt.Sprintf("%.0f MB", float64(n)/1e6)
}

// Ratio writes a/b.
func Ratio(a, b time.Duration) string {
	if b == 0 {
		return "-"
	}
	return fmt.Sprintf("%.2f", a.Seconds()/b.Seconds())
}

// Machine names what the figures were measured on.
func Machine() string {
	return fmt.Sprintf("%s/%s, %d processors, %s", runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.Version())
}
