package lua

import (
	"fmt"
	"strings"
)

// Compile translates a text. source names it in messages: "@name" stands for
// name, anything else is shown as [string "..."].
func Compile(text, source string) (p *Proto, err error) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case SyntaxError:
			err = r
		default:
			panic(r)
		}
	}()
	short := shortSource(source)
	main := parseChunk(text, short)
	c := newCompiler(nil, main, source, short)
	c.body(main)
	return c.proto, nil
}

// shownSource is how much of a text its name shows.
const shownSource = 60

// shortSource is a source as messages show it.
func shortSource(source string) string {
	if source == "" {
		return `[string ""]`
	}
	switch source[0] {
	case '=':
		return source[1:min(len(source), shownSource)]
	case '@':
		s := source[1:]
		if room := shownSource - len(" '...' ") - 1; len(s) > room {
			return "..." + s[len(s)-room:]
		}
		return s
	}
	line, _, _ := strings.Cut(source, "\n")
	line, _, _ = strings.Cut(line, "\r")
	room := shownSource - len(` [string "..."] `) - 1
	if len(line) > room || len(line) < len(source) {
		return `[string "` + line[:min(len(line), room)] + `..."]`
	}
	return `[string "` + line + `"]`
}

// compiler makes one function. Registers are a stack: active variables at the
// bottom, temporaries above them.
type compiler struct {
	outer  *compiler
	proto  *Proto
	short  string
	consts map[constKey]int
	vars   []variable // visible here, innermost last
	upvals []string
	scope  *scope
	free   int // the first free register
	line   int // of the instructions being made
}

type variable struct {
	name     string
	reg      int
	captured bool
}

// scope is a block that is being compiled.
type scope struct {
	outer  *scope
	vars   int // visible outside
	loop   bool
	breaks []int
}

// constKey tells constants apart; numbers by their bits.
type constKey struct {
	kind Kind
	bits uint64
	s    string
}

const (
	maxVars      = 200
	maxUpvalues  = 60
	maxRegisters = 250
	maxConstants = 1<<18 - 1
)

func newCompiler(outer *compiler, f *functionExpr, source, short string) *compiler {
	return &compiler{outer: outer, short: short, consts: map[constKey]int{}, line: f.line,
		proto: &Proto{source: source, line: f.line, lastLine: f.lastLine,
			params: len(f.params), vararg: f.dots, registers: 2}}
}

func (c *compiler) fail(format string, args ...any) {
	panic(SyntaxError(fmt.Sprintf("%s:%d: ", c.short, c.line) + fmt.Sprintf(format, args...)))
}

func (c *compiler) limit(n, most int, what string) {
	if n <= most {
		return
	}
	if c.proto.line == 0 {
		c.fail("main function has more than %d %s", most, what)
	}
	c.fail("function at line %d has more than %d %s", c.proto.line, most, what)
}

// body compiles a function's statements.
func (c *compiler) body(f *functionExpr) {
	for _, name := range f.params {
		c.declare(name)
	}
	if f.dots && c.outer != nil {
		c.declare("arg")
		c.proto.argTable = !f.usesDots
		if f.usesDots {
			c.emit(encode(opNil, c.free-1, c.free-1, 0))
		}
	}
	c.block(f.body)
	c.line = f.lastLine
	c.emit(encode(opReturn, 0, 1, 0))
}

func (c *compiler) emit(i instr) int {
	c.proto.code = append(c.proto.code, i)
	c.proto.lines = append(c.proto.lines, int32(c.line))
	return len(c.proto.code) - 1
}

// at makes the instructions of fn belong to a line.
func (c *compiler) at(line int) { c.line = line }

func (c *compiler) here() int { return len(c.proto.code) }

// patch makes a jump go to a place.
func (c *compiler) patch(jump, target int) {
	i := c.proto.code[jump]
	c.proto.code[jump] = encodeX(i.op(), int(i.a()), i.b(), target-jump-1)
}

func (c *compiler) patchAll(jumps []int, target int) {
	for _, j := range jumps {
		c.patch(j, target)
	}
}

// take reserves n registers and returns the first.
func (c *compiler) take(n int) int {
	r := c.free
	c.free += n
	if c.free > maxRegisters {
		c.fail("function or expression too complex")
	}
	c.proto.registers = max(c.proto.registers, c.free)
	return r
}

// declare makes the next free register a variable.
func (c *compiler) declare(name string) {
	c.adopt(name, c.take(1))
}

// adopt makes a register that is taken a variable.
func (c *compiler) adopt(name string, reg int) {
	c.vars = append(c.vars, variable{name: name, reg: reg})
	c.limit(len(c.vars), maxVars, "local variables")
}

func (c *compiler) constant(k constKey, v func() Value) int {
	if i, ok := c.consts[k]; ok {
		return i
	}
	i := len(c.proto.constants)
	if i > maxConstants {
		c.fail("constant table overflow")
	}
	c.proto.constants = append(c.proto.constants, v())
	c.consts[k] = i
	return i
}

func (c *compiler) stringConst(s string) int {
	return c.constant(constKey{kind: KindString, s: s}, func() Value { return constant(s).Value() })
}

func (c *compiler) numberConst(f float64) int {
	key := constKey{kind: KindNumber, bits: Number(f).n}
	if f == 0 {
		key.bits = 0 // 0 and -0 are one constant, whichever came first
	}
	return c.constant(key, func() Value { return Number(f) })
}

// local finds a visible variable.
func (c *compiler) local(name string) *variable {
	for i := len(c.vars) - 1; i >= 0; i-- {
		if c.vars[i].name == name {
			return &c.vars[i]
		}
	}
	return nil
}

// upvalue finds a variable of a function around this one, or -1.
func (c *compiler) upvalue(name string) int {
	for i, n := range c.upvals {
		if n == name {
			return i
		}
	}
	if c.outer == nil {
		return -1
	}
	rule := captureRule{}
	if v := c.outer.local(name); v != nil {
		v.captured = true
		rule = captureRule{true, uint8(v.reg)}
	} else if i := c.outer.upvalue(name); i >= 0 {
		rule = captureRule{false, uint8(i)}
	} else {
		return -1
	}
	c.upvals = append(c.upvals, name)
	c.limit(len(c.upvals), maxUpvalues, "upvalues")
	c.proto.captures = append(c.proto.captures, rule)
	return len(c.upvals) - 1
}
