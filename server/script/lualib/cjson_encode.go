package lualib

import (
	"math"

	"github.com/cairndb/cairn/server/script/lua"
)

type jsonEncoder struct {
	*jsonConfig
	t     *lua.Thread
	buf   []byte
	slots int // of Lua's stack that the original would use now
}

func (c *jsonConfig) encode(t *lua.Thread) int {
	if t.NArgs() != 1 {
		t.ArgError(1, "expected 1 argument")
	}
	e := jsonEncoder{jsonConfig: c, t: t, slots: 1}
	e.value(t.Arg(1), 0)
	t.Push(t.Runtime().Bytes(e.buf))
	return 1
}

func (e *jsonEncoder) fail(v lua.Value, reason string) {
	e.t.Errorf("Cannot serialise %s: %s", v.Kind(), reason)
}

func (e *jsonEncoder) add(s string) { e.buf = append(e.buf, s...) }

func (e *jsonEncoder) value(v lua.Value, depth int) {
	e.t.Spend(1)
	e.t.Reserve(len(e.buf))
	switch v.Kind() {
	case lua.KindString:
		e.text(v)
	case lua.KindNumber:
		e.number(v)
	case lua.KindBool:
		if v.Truthy() {
			e.add("true")
		} else {
			e.add("false")
		}
	case lua.KindTable:
		e.table(v, depth+1)
	case lua.KindNil, lua.KindPointer:
		e.add("null")
	default:
		e.fail(v, "type not supported")
	}
}

func (e *jsonEncoder) number(v lua.Value) {
	f, _ := v.AsNumber()
	if math.IsNaN(f) || math.IsInf(f, 0) {
		switch {
		case e.encodeInvalid == 0:
			e.fail(v, "must not be NaN or Inf")
		case e.encodeInvalid == 2:
			e.add("null")
			return
		case math.IsNaN(f):
			e.add("nan")
			return
		}
	}
	e.buf = lua.AppendNumber(e.buf, f, e.precision)
}

const hexDigits = "0123456789abcdef"

func (e *jsonEncoder) text(v lua.Value) {
	s, _ := v.AsString()
	e.t.Reserve(len(e.buf) + len(s)*6 + 2)
	e.buf = append(e.buf, '"')
	plain := 0
	for i := range len(s) {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' && c != '/' && c != 127 {
			continue
		}
		e.add(s[plain:i])
		e.escape(c)
		plain = i + 1
	}
	e.add(s[plain:])
	e.buf = append(e.buf, '"')
}

func (e *jsonEncoder) escape(c byte) {
	switch c {
	case '\b':
		c = 'b'
	case '\t':
		c = 't'
	case '\n':
		c = 'n'
	case '\f':
		c = 'f'
	case '\r':
		c = 'r'
	case '"', '\\', '/':
	default:
		e.buf = append(e.buf, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		return
	}
	e.buf = append(e.buf, '\\', c)
}

func (e *jsonEncoder) table(v lua.Value, depth int) {
	if depth > e.encodeDepth || e.slots+3 > maxSlots {
		e.t.Errorf("Cannot serialise, excessive nesting (%d)", depth)
	}
	if n := e.arrayLength(v); n > 0 {
		e.array(v.AsTable(), n, depth)
		return
	}
	e.object(v.AsTable(), depth)
}

// arrayLength is the highest index if all keys are positive whole numbers, and
// not too few of them; -1 means that an object is to be written.
func (e *jsonEncoder) arrayLength(v lua.Value) int {
	t := v.AsTable()
	most, items := 0, 0
	for k, _, _ := t.Next(lua.Nil); !k.IsNil(); k, _, _ = t.Next(k) {
		f, ok := k.AsNumber()
		if !ok || f < 1 || math.Floor(f) != f {
			return -1
		}
		if f > float64(most) {
			most = int(int32(lua.Truncate(f)))
		}
		items++
	}
	e.t.Spend(items)
	if e.sparseRatio > 0 && most > items*e.sparseRatio && most > e.sparseSafe {
		if e.sparseConvert == 0 {
			e.fail(v, "excessively sparse array")
		}
		return -1
	}
	return most
}

func (e *jsonEncoder) array(t *lua.Table, n, depth int) {
	e.slots++
	e.buf = append(e.buf, '[')
	for i := 1; i <= n; i++ {
		if i > 1 {
			e.buf = append(e.buf, ',')
		}
		e.value(t.GetInt(i), depth)
	}
	e.buf = append(e.buf, ']')
	e.slots--
}

func (e *jsonEncoder) object(t *lua.Table, depth int) {
	e.slots += 2
	e.buf = append(e.buf, '{')
	first := true
	for k, v, _ := t.Next(lua.Nil); !k.IsNil(); k, v, _ = t.Next(k) {
		if !first {
			e.buf = append(e.buf, ',')
		}
		first = false
		switch k.Kind() {
		case lua.KindNumber:
			e.buf = append(e.buf, '"')
			e.number(k)
			e.buf = append(e.buf, '"')
		case lua.KindString:
			e.text(k)
		default:
			e.fail(k, "table key must be a number or string")
		}
		e.buf = append(e.buf, ':')
		e.value(v, depth)
	}
	e.buf = append(e.buf, '}')
	e.slots -= 2
}
