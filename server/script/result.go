package script

import (
	"strings"

	"github.com/cairndb/cairn/encoding/resp"
	"github.com/cairndb/cairn/server/script/lua"
)

// resultWriter makes a reply of a script's result.
type resultWriter struct {
	reply *resp.Writer
	bools bool // booleans are booleans, not 1 and null
	slots int  // of Lua's stack that Redis would use now
	w     *world
}

// maxSlots is how much of its stack Lua gives to one function: it bounds the
// nesting of results.
const maxSlots = 8000

func (w *world) reply(v lua.Value) {
	r := resultWriter{reply: w.run.Reply, bools: w.proto == 3, slots: 2, w: w}
	r.value(v)
}

func (r *resultWriter) value(v lua.Value) {
	if r.slots+4 > maxSlots {
		r.reply.Error("ERR reached lua stack limit")
		return
	}
	switch v.Kind() {
	case lua.KindString:
		s, _ := v.AsString()
		r.reply.BulkString(s)
	case lua.KindBool:
		switch {
		case r.bools:
			r.reply.Bool(v.Truthy())
		case v.Truthy():
			r.reply.Int(1)
		default:
			r.reply.Null()
		}
	case lua.KindNumber:
		f, _ := v.AsNumber()
		r.reply.Int(lua.Truncate(f))
	case lua.KindTable:
		r.table(v.AsTable())
	default:
		r.reply.Null()
	}
}

// table writes what a table stands for: a field tells, or it is a list.
func (r *resultWriter) table(t *lua.Table) {
	if t.NFields() > 0 && r.tagged(t) {
		return
	}
	n := 0
	for !t.GetInt(n + 1).IsNil() {
		n++
	}
	r.reply.Array(n)
	r.slots++
	for i := 1; i <= n; i++ {
		r.value(t.GetInt(i))
	}
	r.slots--
}

func (r *resultWriter) tagged(t *lua.Table) bool {
	if _, ok := t.GetField("err").AsString(); ok {
		r.reply.Error(r.w.tableError(t).Text)
		return true
	}
	if s, ok := t.GetField("ok").AsString(); ok {
		r.reply.Status(oneLine(untilZero(s)))
		return true
	}
	if f, ok := t.GetField("double").AsNumber(); ok {
		r.reply.Double(f)
		return true
	}
	if s, ok := t.GetField("big_number").AsString(); ok {
		r.reply.BigNumber(oneLine(s))
		return true
	}
	if v := t.GetField("verbatim_string").AsTable(); v != nil && r.verbatim(v) {
		return true
	}
	if m := t.GetField("map").AsTable(); m != nil {
		r.pairs(m)
		return true
	}
	if s := t.GetField("set").AsTable(); s != nil {
		r.set(s)
		return true
	}
	return false
}

func oneLine(s string) string {
	return strings.NewReplacer("\r", " ", "\n", " ").Replace(s)
}

func (r *resultWriter) verbatim(t *lua.Table) bool {
	format, ok1 := t.GetField("format").AsString()
	text, ok2 := t.GetField("string").AsString()
	if !ok1 || !ok2 {
		return false
	}
	r.reply.Verbatim(untilZero(format), text)
	return true
}

func (r *resultWriter) pairs(t *lua.Table) {
	r.reply.Map(count(t))
	r.slots += 3
	for k, v, _ := t.Next(lua.Nil); !k.IsNil(); k, v, _ = t.Next(k) {
		r.slots++
		r.value(k)
		r.slots--
		r.value(v)
	}
	r.slots -= 3
}

func (r *resultWriter) set(t *lua.Table) {
	r.reply.Set(count(t))
	r.slots += 3
	for k, _, _ := t.Next(lua.Nil); !k.IsNil(); k, _, _ = t.Next(k) {
		r.value(k)
	}
	r.slots -= 3
}

func count(t *lua.Table) int {
	n := 0
	for k, _, _ := t.Next(lua.Nil); !k.IsNil(); k, _, _ = t.Next(k) {
		n++
	}
	return n
}
