package cli

import (
	"errors"
	"fmt"
	"hash/crc32"
	"regexp"
	"strings"

	"clientele/internal/fault"
	"clientele/internal/verdict"
)

// refused is an answer that was printed, and whose figures are refused.
type refused struct{ verdict verdict.Verdict }

// Error says why.
func (e *refused) Error() string {
	for _, x := range e.verdict.Reasons {
		if x.Status == verdict.Refuse {
			return x.Text
		}
	}
	return "the figures are refused"
}

// complain writes one block to standard error: what is wrong, where, what to do.
func (r *run) complain(err error) {
	if err == nil {
		return
	}
	var b strings.Builder
	t := r.marks
	if t.width == 0 { // the flags were not read
		t.width = widthDefault
	}
	no, isRefused := errors.AsType[*refused](err)
	f, isFault := errors.AsType[*fault.Error](err)
	switch {
	case isRefused:
		for _, x := range no.verdict.Reasons {
			if x.Status == verdict.Refuse {
				t.entry(&b, t.red("Refused:"), 9, x.Text)
				if r.global.format != formatTable { // a screen has it in its verdict
					t.entry(&b, "To do:", 9, x.Supply)
				}
			}
		}
	case !isFault:
		id := crc32.ChecksumIEEE([]byte(err.Error()))
		t.entry(&b, t.red("Error:"), 7, fmt.Sprintf("internal error %08x: %s", id, err))
		t.entry(&b, "To do:", 7, "this is a defect of the program; report the id and the command line")
	case f.Kind == fault.Ask && len(f.Questions) > 0:
		r.questions(&b, t, f)
	default:
		text := f.Message
		if f.Err != nil {
			text += ": " + f.Err.Error()
		}
		t.entry(&b, t.red("Error:"), 7, clean(text))
		t.entry(&b, "Where:", 7, clean(f.Place.String()))
		t.entry(&b, "To do:", 7, f.Remedy)
	}
	r.say(b.String())
}

// entry writes a label and a text, wrapped and indented under itself.
func (t theme) entry(b *strings.Builder, label string, indent int, text string) {
	if text == "" {
		return
	}
	for i, line := range wrap(text, t.width-indent) {
		if i > 0 {
			label = ""
		}
		b.WriteString(pad(label, indent, false) + line + "\n")
	}
}

// questions writes what the data cannot decide, with complete answers.
func (r *run) questions(b *strings.Builder, t theme, f *fault.Error) {
	text := f.Message
	if f.Place.File != "" {
		text = f.Place.File + ": " + text
	}
	b.WriteString(t.yellow("Question:") + " " + clean(text) + "\n")
	for i, q := range f.Questions {
		fmt.Fprintf(b, "\n")
		t.entry(b, fmt.Sprintf("%3d.", i+1), 5, t.bold(clean(q.Text)))
		for _, e := range q.Evidence {
			t.entry(b, "     - ", 7, clean(e))
		}
		answers := choices(q)
		if len(answers) == 0 {
			t.entry(b, "", 5, "Answer with "+q.Flag)
			continue
		}
		t.entry(b, "", 5, map[bool]string{true: "Answer with:", false: "Answer with one of:"}[len(answers) == 1])
		for _, a := range answers {
			b.WriteString("       " + r.answered(a) + "\n")
		}
	}
}

// answered is the user's own command line with an answer added.
func (r *run) answered(choice string) string { return command(insert(r.args, split(choice))) }

// alternatives is a flag whose values are listed: --date-order dmy|mdy.
var alternatives = regexp.MustCompile(`^(--[a-z-]+) ([^ |]+(?:\|[^ |]+)+)$`)

// choices are complete flags that answer a question.
func choices(q fault.Question) []string {
	if len(q.Choices) > 0 {
		return q.Choices
	}
	m := alternatives.FindStringSubmatch(q.Flag)
	if m == nil {
		return nil
	}
	var list []string
	for word := range strings.SplitSeq(m[2], "|") {
		list = append(list, m[1]+" "+word)
	}
	return list
}
