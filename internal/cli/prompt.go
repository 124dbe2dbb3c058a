package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"clientele/internal/fault"
)

// placeholder is a word in a choice that only the user can fill in: --rates FILE.
var placeholder = regexp.MustCompile(`(^| )(FILE|CODE|COLUMN|CURRENCY)( |$)`)

// prompt asks at the terminal what a file could not decide. It returns the flags that
// answer; false where nobody can be asked.
func (r *run) prompt(ctx context.Context, err error) ([]string, bool) {
	f, ok := errors.AsType[*fault.Error](err)
	if !ok || f.Kind != fault.Ask || len(f.Questions) == 0 || !r.canAsk() {
		return nil, false
	}
	for _, q := range f.Questions {
		if len(offered(q)) == 0 {
			return nil, false
		}
	}
	var flags []string
	lines := bufio.NewReader(r.in)
	for _, q := range f.Questions {
		answer, err := r.askOne(ctx, lines, f.Place.File, q)
		if err != nil {
			return nil, false // the questions are then printed with their flags
		}
		flags = append(flags, split(answer)...)
	}
	return flags, true
}

// canAsk reports whether a person sits at both ends.
func (r *run) canAsk() bool {
	_, in := terminal(r.in)
	_, out := terminal(r.err)
	return in && out && !r.global.noInput && !slices.Contains(r.args, "-")
}

// offered are the choices that need no more than to be chosen.
func offered(q fault.Question) []string {
	return slices.DeleteFunc(slices.Clone(choices(q)), placeholder.MatchString)
}

// askOne asks until it is answered.
func (r *run) askOne(ctx context.Context, lines *bufio.Reader, file string, q fault.Question) (string, error) {
	list := offered(q)
	var b strings.Builder
	t := r.marks
	b.WriteString("\n")
	if file != "" {
		b.WriteString(t.dim(file) + "\n")
	}
	t.entry(&b, "", 0, t.bold(clean(q.Text)))
	for _, e := range q.Evidence {
		t.entry(&b, "  - ", 4, clean(e))
	}
	for i, c := range list {
		fmt.Fprintf(&b, "%4d) %s\n", i+1, clean(c))
	}
	r.say(b.String())
	for {
		r.say(fmt.Sprintf("1 to %d, or q to stop: ", len(list)))
		line, err := lines.ReadString('\n')
		if err = errors.Join(err, ctx.Err()); err != nil {
			return "", err
		}
		word := strings.ToLower(strings.TrimSpace(line))
		if word == "q" {
			return "", io.EOF
		}
		if n, err := strconv.Atoi(word); err == nil && n >= 1 && n <= len(list) {
			return list[n-1], nil
		}
	}
}
