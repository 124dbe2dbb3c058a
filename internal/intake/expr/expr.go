// Package expr is the small grammar of --amount: columns, decimals, + - * and
// parentheses, computed exactly. There is no division, because it would have to
// round; a percentage is written (100-discount)*0.01.
package expr

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"clientele/internal/money"
)

// Expr is a parsed expression in postfix order.
type Expr struct {
	text  string
	steps []step
	names []string
	depth int
}

type step struct {
	op    byte // 'c' constant, 'n' name, '+', '-', '*', '~' (negate)
	value money.Amount
	name  int
}

// limits: an expression is written by hand.
const (
	lengthMax = 500
	depthMax  = 16
)

// Parse reads an expression. Names are words of letters, digits, _ and ., or any
// text in [square brackets].
func Parse(text string) (*Expr, error) {
	if len(text) > lengthMax {
		return nil, fmt.Errorf("the expression is longer than %d characters", lengthMax)
	}
	p := &parser{text: text, out: &Expr{text: text}}
	if err := p.sum(0); err != nil {
		return nil, err
	}
	if p.skip(); p.pos < len(text) {
		return nil, p.fail("an operator + - * or the end")
	}
	depth := 0
	for _, s := range p.out.steps {
		switch s.op {
		case 'c', 'n':
			depth++
		case '+', '-', '*':
			depth--
		}
		p.out.depth = max(p.out.depth, depth)
	}
	if len(p.out.names) == 0 {
		return nil, fmt.Errorf("%q names no column", text)
	}
	return p.out, nil
}

// Names are the distinct names used, in order of first use.
func (e *Expr) Names() []string { return e.names }

// String is the expression as it was written.
func (e *Expr) String() string { return e.text }

// Product returns the two names if the expression is exactly name*name.
func (e *Expr) Product() (a, b int, ok bool) {
	s := e.steps
	if len(s) == 3 && s[0].op == 'n' && s[1].op == 'n' && s[2].op == '*' {
		return s[0].name, s[1].name, true
	}
	return 0, 0, false
}

// Scaled reports whether something is multiplied and a constant is in the expression, as
// where percentages are turned into parts: (100-discount)*0.01.
func (e *Expr) Scaled() bool {
	product := slices.ContainsFunc(e.steps, func(s step) bool { return s.op == '*' })
	return product && slices.ContainsFunc(e.steps, func(s step) bool { return s.op == 'c' })
}

// Eval computes the expression over the values of Names, exactly. The stack is
// scratch space that the caller may reuse.
func (e *Expr) Eval(values, stack []money.Amount) (money.Amount, error) {
	stack = stack[:0]
	for _, s := range e.steps {
		switch s.op {
		case 'c':
			stack = append(stack, s.value)
		case 'n':
			stack = append(stack, values[s.name])
		case '~':
			v, err := stack[len(stack)-1].Neg()
			if err != nil {
				return money.Amount{}, err
			}
			stack[len(stack)-1] = v
		default:
			v, err := apply(s.op, stack[len(stack)-2], stack[len(stack)-1])
			if err != nil {
				return money.Amount{}, err
			}
			stack = append(stack[:len(stack)-2], v)
		}
	}
	return stack[0], nil
}

func apply(op byte, a, b money.Amount) (money.Amount, error) {
	switch op {
	case '*':
		return a.Mul(b)
	case '-':
		n, err := b.Neg()
		if err != nil {
			return money.Amount{}, err
		}
		return a.Add(n)
	default:
		return a.Add(b)
	}
}

type parser struct {
	text string
	pos  int
	out  *Expr
}

func (p *parser) skip() {
	for p.pos < len(p.text) && (p.text[p.pos] == ' ' || p.text[p.pos] == '\t') {
		p.pos++
	}
}

func (p *parser) fail(want string) error {
	return fmt.Errorf("%q: expected %s at character %d", p.text, want, utf8.RuneCountInString(p.text[:p.pos])+1)
}

func (p *parser) peek() byte {
	p.skip()
	if p.pos < len(p.text) {
		return p.text[p.pos]
	}
	return 0
}

func (p *parser) sum(depth int) error {
	return p.chain(depth, "+-", p.product)
}

func (p *parser) product(depth int) error {
	return p.chain(depth, "*", p.factor)
}

func (p *parser) chain(depth int, ops string, operand func(int) error) error {
	if err := operand(depth); err != nil {
		return err
	}
	for {
		op := p.peek()
		if op == 0 || strings.IndexByte(ops, op) < 0 {
			return nil
		}
		p.pos++
		if err := operand(depth); err != nil {
			return err
		}
		p.out.steps = append(p.out.steps, step{op: op})
	}
}

func (p *parser) factor(depth int) error {
	if depth > depthMax {
		return fmt.Errorf("%q: more than %d nested parentheses", p.text, depthMax)
	}
	switch c := p.peek(); {
	case c == '-':
		p.pos++
		if err := p.factor(depth + 1); err != nil {
			return err
		}
		p.out.steps = append(p.out.steps, step{op: '~'})
		return nil
	case c == '(':
		p.pos++
		if err := p.sum(depth + 1); err != nil {
			return err
		}
		if p.peek() != ')' {
			return p.fail("a closing parenthesis")
		}
		p.pos++
		return nil
	case c == '[':
		end := strings.IndexByte(p.text[p.pos:], ']')
		if end < 2 {
			return p.fail("a column name in [ ]")
		}
		p.name(p.text[p.pos+1 : p.pos+end])
		p.pos += end + 1
		return nil
	case c >= '0' && c <= '9':
		return p.number()
	default:
		return p.word()
	}
}

func (p *parser) word() error {
	from := p.pos
	for p.pos < len(p.text) {
		r, n := utf8.DecodeRuneInString(p.text[p.pos:])
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' && r != '.' {
			break
		}
		p.pos += n
	}
	if p.pos == from {
		return p.fail("a column, a number or a parenthesis")
	}
	p.name(p.text[from:p.pos])
	return nil
}

func (p *parser) name(text string) {
	for i, have := range p.out.names {
		if have == text {
			p.out.steps = append(p.out.steps, step{op: 'n', name: i})
			return
		}
	}
	p.out.names = append(p.out.names, text)
	p.out.steps = append(p.out.steps, step{op: 'n', name: len(p.out.names) - 1})
}

func (p *parser) number() error {
	var a money.Amount
	point := false
	from := p.pos
digits:
	for ; p.pos < len(p.text); p.pos++ {
		switch c := p.text[p.pos]; {
		case c == '.' && !point:
			point = true
		case c >= '0' && c <= '9':
			if a.Units > 1e16 || a.Decimals >= 12 {
				return p.fail("a number of at most 17 digits")
			}
			a.Units = a.Units*10 + int64(c-'0')
			if point {
				a.Decimals++
			}
		default:
			break digits
		}
	}
	if p.text[p.pos-1] == '.' && p.pos-1 > from {
		return p.fail("a digit after the point")
	}
	p.out.steps = append(p.out.steps, step{op: 'c', value: a})
	return nil
}
