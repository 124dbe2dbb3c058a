package cli

import (
	"os"
	"strconv"
	"strings"
	"unicode"

	"github.com/jedib0t/go-pretty/v6/text"
	"golang.org/x/term"
)

// widthDefault is the width of a page that goes to no terminal, and widthMax of one
// that does: wider lines are hard to follow.
const (
	widthDefault = 80
	widthMin     = 60
	widthMax     = 110
)

// theme is how a stream is written: with colour or without, and how wide.
type theme struct {
	colour bool
	width  int
}

// themeOf finds out what a stream can show.
func (r *run) themeOf(stream any) (theme, error) {
	t := theme{width: widthDefault}
	fd, tty := terminal(stream)
	if tty {
		if w, _, err := term.GetSize(fd); err == nil && w > 0 {
			t.width = min(max(w, widthMin), widthMax)
		}
	}
	switch r.global.color {
	case "always":
		t.colour = true
	case "never":
	case "auto", "":
		t.colour = tty && r.env("NO_COLOR") == "" && r.env("TERM") != "dumb"
	default:
		return t, unknownWord("--color", r.global.color, []string{"auto", "always", "never"})
	}
	return t, nil
}

// terminal reports whether a stream is a terminal, with its descriptor.
func terminal(stream any) (fd int, ok bool) {
	f, ok := stream.(*os.File)
	if !ok {
		return 0, false
	}
	fd = int(f.Fd())
	return fd, term.IsTerminal(fd)
}

func (t theme) paint(code int, s string) string {
	if !t.colour || s == "" {
		return s
	}
	return "\x1b[" + strconv.Itoa(code) + "m" + s + "\x1b[0m"
}

func (t theme) bold(s string) string   { return t.paint(1, s) }
func (t theme) dim(s string) string    { return t.paint(2, s) }
func (t theme) red(s string) string    { return t.paint(31, s) }
func (t theme) green(s string) string  { return t.paint(32, s) }
func (t theme) yellow(s string) string { return t.paint(33, s) }
func (t theme) blue(s string) string   { return t.paint(34, s) }

// width is the number of cells that a text takes on a terminal.
func width(s string) int { return text.StringWidthWithoutEscSequences(s) }

// clean takes out of a text from a file what would move the cursor or change colours.
func clean(s string) string {
	if strings.IndexFunc(s, notShown) < 0 {
		return s
	}
	return strings.Map(func(c rune) rune {
		if notShown(c) {
			return '·'
		}
		return c
	}, s)
}

func notShown(c rune) bool { return !unicode.IsPrint(c) && c != '\u00a0' }

// fit cuts a text to a width, and says with … that something is missing.
func fit(s string, cells int) string {
	if width(s) <= cells {
		return s
	}
	used, end := 0, 0
	for i, c := range s {
		w := text.RuneWidth(c)
		if used+w > cells-1 {
			break
		}
		used, end = used+w, i+len(string(c))
	}
	return s[:end] + "…"
}

// pad fills a text to a width, on the right or on the left.
func pad(s string, cells int, left bool) string {
	fill := strings.Repeat(" ", max(0, cells-width(s)))
	if left {
		return fill + s
	}
	return s + fill
}

// wrap breaks a text at spaces into lines of a width; a longer word stands alone, and
// a number keeps its percent sign.
func wrap(s string, cells int) []string {
	var lines []string
	line := ""
	words := strings.Fields(s)
	for i, word := range words {
		if strings.HasPrefix(word, "%") && line != "" {
			line += " " + word
			continue
		}
		if i+1 < len(words) && strings.HasPrefix(words[i+1], "%") && line != "" && width(line)+1+width(word)+1+width(words[i+1]) > cells {
			lines, line = append(lines, line), word
			continue
		}
		switch {
		case line == "":
			line = word
		case width(line)+1+width(word) <= cells:
			line += " " + word
		default:
			lines, line = append(lines, line), word
		}
	}
	return append(lines, line)
}

// block writes a label with a text beside it, wrapped and indented under itself.
func (t theme) block(b *strings.Builder, label, s string) {
	for i, line := range wrap(s, t.width-labelWidth) {
		if i > 0 {
			label = ""
		}
		b.WriteString(t.dim(pad(label, labelWidth, false)) + line + "\n")
	}
}

// labelWidth is the column of labels on a screen.
const labelWidth = 13
