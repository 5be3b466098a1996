package lua

import (
	"math"
	"strings"
)

func baseLoadString(t *Thread) int {
	text := t.CheckString(1)
	return t.compile(text, t.OptString(2, text))
}

// baseLoad reads a text in the pieces that a function returns.
func baseLoad(t *Thread) int {
	fn := t.CheckFunction(1).Value()
	source := t.OptString(2, "=(load)")
	var b buffer
	b.begin(t)
	for {
		at := t.free()
		t.Push(fn)
		piece := t.callAt(at)
		text, ok := toText(piece)
		if !ok && piece.p != nil {
			return t.Return(Nil, t.rt.String("reader function must return a string"))
		}
		if text == "" {
			return t.compile(string(b.buf), source)
		}
		b.text(text)
	}
}

// compile returns a function, or nil and what is wrong.
func (t *Thread) compile(text, source string) int {
	t.rt.charge(len(text) * compiledBytes)
	t.rt.spend(len(text))
	p, err := Compile(text, source)
	if err != nil {
		return t.Return(Nil, t.rt.String(err.Error()))
	}
	return t.Return(t.rt.Load(p).Value())
}

// compiledBytes is about what a byte of source becomes.
const compiledBytes = 16

func baseToNumber(t *Thread) int {
	base := int(int32(t.OptInt(2, 10)))
	if base == 10 {
		f, ok := toNumber(t.CheckAny(1))
		if !ok {
			return t.Return(Nil)
		}
		return t.Return(Number(f))
	}
	s := t.CheckString(1)
	if base < 2 || base > 36 {
		t.ArgError(2, "base out of range")
	}
	if f, ok := parseBase(s, base); ok {
		return t.Return(Number(f))
	}
	return t.Return(Nil)
}

// parseBase reads a whole number as C's strtoul: a sign wraps around, what is
// too large is the largest, spaces around it do not count.
func parseBase(s string, base int) (float64, bool) {
	s, _, _ = strings.Cut(s, "\x00")
	s = strings.Trim(s, spaces)
	negative := strings.HasPrefix(s, "-")
	if negative || strings.HasPrefix(s, "+") {
		s = s[1:]
	}
	if base == 16 && len(s) > 2 && s[0] == '0' && s[1]|0x20 == 'x' && digitIn(s[2], 16) >= 0 {
		s = s[2:]
	}
	if s == "" {
		return 0, false
	}
	n, overflow := uint64(0), false
	for i := range len(s) {
		d := digitIn(s[i], base)
		if d < 0 {
			return 0, false
		}
		overflow = overflow || n > (math.MaxUint64-uint64(d))/uint64(base)
		n = n*uint64(base) + uint64(d)
	}
	switch {
	case overflow:
		n = math.MaxUint64
	case negative:
		n = -n
	}
	return float64(n), true
}

func digitIn(c byte, base int) int {
	d := -1
	switch {
	case c >= '0' && c <= '9':
		d = int(c - '0')
	case isLetter(c):
		d = int(c|0x20-'a') + 10
	}
	if d >= base {
		return -1
	}
	return d
}
