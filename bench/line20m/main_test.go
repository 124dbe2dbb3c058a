package main

import (
	"bufio"
	"bytes"
	"errors"
	"testing"
)

// All forms find the same line in a small ledger, of lists and of months.
func TestFormsAgree(t *testing.T) {
	t.Parallel()
	for _, months := range []int{1, 3} {
		o := options{clients: 2000, months: months, memory: 100 << 20, dir: t.TempDir()}
		o.form = "make"
		if err := run(t.Context(), o, nil); err != nil {
			t.Fatal(err)
		}
		var said [3]bytes.Buffer
		for i, form := range forms {
			o.form = form
			out := bufio.NewWriter(&said[i])
			if err := errors.Join(run(t.Context(), o, out), out.Flush()); err != nil {
				t.Fatal(err)
			}
		}
		if said[0].Len() == 0 || said[0].String() != said[1].String() || said[0].String() != said[2].String() {
			t.Errorf("%d months: %s says %q, %s %q, %s %q", months, forms[0], said[0].String(), forms[1], said[1].String(), forms[2], said[2].String())
		}
	}
}
