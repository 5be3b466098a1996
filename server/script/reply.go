package script

import (
	"bytes"
	"strconv"

	"github.com/cairndb/cairn/server/script/lua"
)

// replyReader makes Lua values of a reply, which the server itself wrote.
type replyReader struct {
	rt  *lua.Runtime
	buf []byte
}

func (w *world) fromReply(reply []byte) lua.Value {
	r := replyReader{w.rt, reply}
	return r.value()
}

// line takes the next line, without its end.
func (r *replyReader) line() []byte {
	i := bytes.IndexByte(r.buf, '\r')
	if i < 0 || i+2 > len(r.buf) {
		panic("script: a reply without an end")
	}
	line := r.buf[:i]
	r.buf = r.buf[i+2:]
	return line
}

func (r *replyReader) value() lua.Value {
	line := r.line()
	kind, rest := line[0], line[1:]
	switch kind {
	case '+':
		return r.tagged("ok", r.rt.Bytes(rest))
	case '-':
		return r.failure(rest)
	case ':':
		return lua.Number(float64(r.int(rest)))
	case '$':
		return r.bulk(rest)
	case '*', '>':
		return r.array(rest)
	case '%':
		return r.tagged("map", r.pairs(int(r.int(rest))))
	case '~':
		return r.tagged("set", r.set(int(r.int(rest))))
	case '_':
		return lua.Nil
	case '#':
		return lua.Bool(rest[0] == 't')
	case ',':
		f, _ := lua.ScanNumber(string(rest))
		return r.tagged("double", lua.Number(f))
	case '(':
		return r.tagged("big_number", r.rt.Bytes(rest))
	case '=':
		return r.verbatim(int(r.int(rest)))
	case '|': // attributes are not shown to scripts
		r.pairs(int(r.int(rest)))
		return r.value()
	}
	panic("script: a reply of unknown kind")
}

func (r *replyReader) int(b []byte) int64 {
	n, err := strconv.ParseInt(string(b), 10, 64)
	if err != nil {
		panic("script: a reply with a bad number")
	}
	return n
}

// tagged is a table with one field.
func (r *replyReader) tagged(name string, v lua.Value) lua.Value {
	t := r.rt.NewTable(0, 0)
	t.SetField(r.rt, name, v)
	return t.Value()
}

func (r *replyReader) failure(text []byte) lua.Value {
	v := errorValue(r.rt, "-"+string(text))
	v.AsTable().SetField(r.rt, "ignore_error_stats_update", lua.Bool(true))
	return v
}

func (r *replyReader) take(n int) []byte {
	b := r.buf[:n]
	r.buf = r.buf[n+2:]
	return b
}

func (r *replyReader) bulk(length []byte) lua.Value {
	n := int(r.int(length))
	if n < 0 {
		return lua.Bool(false)
	}
	return r.rt.Bytes(r.take(n))
}

func (r *replyReader) array(length []byte) lua.Value {
	n := int(r.int(length))
	if n < 0 {
		return lua.Bool(false)
	}
	t := r.rt.NewTable(0, 0)
	for i := 1; i <= n; i++ {
		t.SetInt(r.rt, i, r.value())
	}
	return t.Value()
}

func (r *replyReader) pairs(n int) lua.Value {
	t := r.rt.NewTable(0, 0)
	for range n {
		k := r.value()
		v := r.value()
		if !k.IsNil() {
			t.Set(r.rt, k, v)
		}
	}
	return t.Value()
}

func (r *replyReader) set(n int) lua.Value {
	t := r.rt.NewTable(0, 0)
	for range n {
		if k := r.value(); !k.IsNil() {
			t.Set(r.rt, k, lua.Bool(true))
		}
	}
	return t.Value()
}

// formatLength is that of a verbatim string's format and its colon.
const formatLength = 4

func (r *replyReader) verbatim(n int) lua.Value {
	text := r.take(n)
	t := r.rt.NewTable(0, 0)
	t.SetField(r.rt, "string", r.rt.Bytes(text[formatLength:]))
	t.SetField(r.rt, "format", r.rt.Bytes(text[:formatLength-1]))
	return r.tagged("verbatim_string", t.Value())
}
