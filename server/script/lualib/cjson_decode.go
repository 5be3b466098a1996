package lualib

import (
	"strings"

	"github.com/cairndb/cairn/server/script/lua"
)

type jsonDecoder struct {
	*jsonConfig
	t     *lua.Thread
	s     string
	at    int
	depth int
	slots int // of Lua's stack that the original would use now
	tok   jsonToken
}

// jsonToken is what the decoder looks at. text is a string's, or says what is
// wrong.
type jsonToken struct {
	kind   jsonKind
	index  int
	text   []byte
	number float64
}

type jsonKind uint8

const (
	jsonObjectBegin jsonKind = iota
	jsonObjectEnd
	jsonArrayBegin
	jsonArrayEnd
	jsonString
	jsonNumber
	jsonBool
	jsonNull
	jsonColon
	jsonComma
	jsonEnd
	jsonError
)

var jsonNames = [...]string{"T_OBJ_BEGIN", "T_OBJ_END", "T_ARR_BEGIN", "T_ARR_END", "T_STRING", "T_NUMBER",
	"T_BOOLEAN", "T_NULL", "T_COLON", "T_COMMA", "T_END"}

func (c *jsonConfig) decode(t *lua.Thread) int {
	if t.NArgs() != 1 {
		t.ArgError(1, "expected 1 argument")
	}
	d := jsonDecoder{jsonConfig: c, t: t, s: t.CheckString(1), slots: 1}
	if len(d.s) >= 2 && (d.s[0] == 0 || d.s[1] == 0) {
		t.Errorf("JSON parser does not support UTF-16 or UTF-32")
	}
	d.next()
	v := d.value()
	d.next()
	if d.tok.kind != jsonEnd {
		d.expected("the end")
	}
	t.Push(v)
	return 1
}

func (d *jsonDecoder) expected(what string) {
	found := string(d.tok.text)
	if d.tok.kind != jsonError {
		found = jsonNames[d.tok.kind]
	}
	d.t.Errorf("Expected %s but found %s at character %d", what, found, d.tok.index+1)
}

// descend enters an array or object, which takes room on Lua's stack.
func (d *jsonDecoder) descend(slots int) {
	d.depth++
	if d.depth > d.decodeDepth || d.slots+slots > maxSlots {
		d.t.Errorf("Found too many nested data structures (%d) at character %d", d.depth, d.at)
	}
}

func (d *jsonDecoder) value() lua.Value {
	d.t.Spend(1)
	switch d.tok.kind {
	case jsonString:
		return d.t.Runtime().Bytes(d.tok.text)
	case jsonNumber:
		return lua.Number(d.tok.number)
	case jsonBool:
		return lua.Bool(d.tok.number != 0)
	case jsonNull:
		return lua.Null
	case jsonObjectBegin:
		return d.object()
	case jsonArrayBegin:
		return d.array()
	}
	d.expected("value")
	return lua.Nil
}

func (d *jsonDecoder) object() lua.Value {
	d.descend(3)
	t := d.t.Runtime().NewTable(0, 0)
	d.slots += 2
	d.next()
	for d.tok.kind != jsonObjectEnd {
		if d.tok.kind != jsonString {
			d.expected("object key string")
		}
		key := d.t.Runtime().Bytes(d.tok.text)
		d.next()
		if d.tok.kind != jsonColon {
			d.expected("colon")
		}
		d.next()
		t.Set(d.t.Runtime(), key, d.value())
		if !d.goesOn(jsonObjectEnd, "comma or object end") {
			break
		}
		if d.tok.kind == jsonObjectEnd {
			d.expected("object key string")
		}
	}
	d.slots -= 2
	d.depth--
	return t.Value()
}

// goesOn reads a comma and what follows it, unless an array or object ends.
func (d *jsonDecoder) goesOn(end jsonKind, what string) bool {
	d.next()
	if d.tok.kind == end {
		return false
	}
	if d.tok.kind != jsonComma {
		d.expected(what)
	}
	d.next()
	return true
}

func (d *jsonDecoder) array() lua.Value {
	d.descend(2)
	t := d.t.Runtime().NewTable(0, 0)
	d.slots++
	d.next()
	for i := 1; d.tok.kind != jsonArrayEnd; i++ {
		t.SetInt(d.t.Runtime(), i, d.value())
		if !d.goesOn(jsonArrayEnd, "comma or array end") {
			break
		}
		if d.tok.kind == jsonArrayEnd {
			d.expected("value")
		}
	}
	d.slots--
	d.depth--
	return t.Value()
}

// byte at a distance from here; the text ends with a zero byte.
func (d *jsonDecoder) byte(n int) byte {
	if d.at+n < len(d.s) {
		return d.s[d.at+n]
	}
	return 0
}

var jsonSingles = map[byte]jsonKind{'{': jsonObjectBegin, '}': jsonObjectEnd, '[': jsonArrayBegin,
	']': jsonArrayEnd, ',': jsonComma, ':': jsonColon}

// next reads a token.
func (d *jsonDecoder) next() {
	for c := d.byte(0); c == ' ' || c == '\t' || c == '\n' || c == '\r'; c = d.byte(0) {
		d.at++
	}
	d.tok = jsonToken{index: d.at, text: d.tok.text[:0]}
	c := d.byte(0)
	if kind, ok := jsonSingles[c]; ok {
		d.tok.kind = kind
		d.at++
		return
	}
	switch {
	case c == 0:
		d.tok.kind = jsonEnd
	case c == '"':
		d.text()
	case c == '-' || c >= '0' && c <= '9':
		if d.decodeInvalid == 0 && d.isInvalidNumber() {
			d.fail("invalid number")
			return
		}
		d.number()
	case d.word("true", jsonBool, 1), d.word("false", jsonBool, 0), d.word("null", jsonNull, 0):
	case d.decodeInvalid != 0 && strings.IndexByte("iInN+", c) >= 0 && d.isInvalidNumber():
		d.number()
	default:
		d.fail("invalid token")
	}
}

func (d *jsonDecoder) fail(what string) {
	d.tok.kind, d.tok.index, d.tok.text = jsonError, d.at, append(d.tok.text[:0], what...)
}

func (d *jsonDecoder) word(w string, kind jsonKind, number float64) bool {
	if !strings.HasPrefix(d.s[d.at:], w) {
		return false
	}
	d.tok.kind, d.tok.number = kind, number
	d.at += len(w)
	return true
}

// isInvalidNumber tells what C reads as a number and JSON does not.
func (d *jsonDecoder) isInvalidNumber() bool {
	if d.byte(0) == '+' {
		return true
	}
	rest := d.s[d.at:]
	rest = strings.TrimPrefix(rest, "-")
	if len(rest) >= 2 && rest[0] == '0' {
		return rest[1]|0x20 == 'x' || rest[1] >= '0' && rest[1] <= '9'
	}
	if rest == "" || rest[0] <= '9' {
		return false
	}
	return len(rest) >= 3 && (strings.EqualFold(rest[:3], "inf") || strings.EqualFold(rest[:3], "nan"))
}

func (d *jsonDecoder) number() {
	f, n := lua.ScanNumber(d.s[d.at:])
	if n == 0 {
		d.fail("invalid number")
		return
	}
	d.tok.kind, d.tok.number = jsonNumber, f
	d.at += n
}
