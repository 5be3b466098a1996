package lua

import (
	"fmt"
	"strings"
	"unsafe"
)

var baseLib map[string]Native

func init() {
	baseLib = map[string]Native{
		"assert": baseAssert, "collectgarbage": baseCollectGarbage, "error": baseError, "gcinfo": baseGCInfo,
		"getmetatable": baseGetMetatable, "ipairs": baseIpairs, "load": baseLoad, "loadstring": baseLoadString,
		"next": baseNext, "pairs": basePairs, "pcall": basePcall, "rawequal": baseRawEqual, "rawget": baseRawGet,
		"rawset": baseRawSet, "select": baseSelect, "setmetatable": baseSetMetatable, "tonumber": baseToNumber,
		"tostring": baseToString, "type": baseType, "unpack": baseUnpack, "xpcall": baseXpcall,
	}
}

func baseAssert(t *Thread) int {
	if !t.CheckAny(1).Truthy() {
		text, _, _ := strings.Cut(t.OptString(2, "assertion failed!"), "\x00") // C's string ends there
		t.Errorf("%s", text)
	}
	return t.NArgs()
}

func baseError(t *Thread) int {
	level := t.OptInt(2, 1)
	v := t.Arg(1)
	if text, ok := toText(v); ok && level > 0 {
		v = t.rt.String(t.where(level) + text)
	}
	t.Throw(v)
	return 0
}

func baseCollectGarbage(t *Thread) int {
	switch option := t.OptString(1, "collect"); option {
	case "collect", "stop", "restart", "setpause", "setstepmul":
		if option == "collect" {
			t.rt.LiveBytes()
		}
		t.Push(Number(0))
	case "count":
		t.Push(Number(float64(t.rt.estimate()) / 1024))
	case "step":
		t.Push(Bool(true))
	default:
		t.ArgError(1, "invalid option '"+option+"'")
	}
	return 1
}

// estimate of the memory in use: what was alive, and what was made since.
func (r *Runtime) estimate() int { return r.live + max(0, r.interval()-r.headroom) }

func baseGCInfo(t *Thread) int {
	t.Push(Int(t.rt.estimate() / 1024))
	return 1
}

func baseGetMetatable(t *Thread) int {
	m := t.rt.metatable(t.CheckAny(1))
	switch {
	case m == nil:
		t.Push(Nil)
	case m.getString(nameMetatable).p != nil:
		t.Push(m.getString(nameMetatable))
	default:
		t.Push(m.Value())
	}
	return 1
}

func baseSetMetatable(t *Thread) int {
	table := t.CheckTable(1)
	m := t.Arg(2)
	if t.NArgs() < 2 || m.p != nil && !m.isTable() {
		t.ArgError(2, "nil or table expected")
	}
	if table.meta != nil && table.meta.getString(nameMetatable).p != nil {
		t.Errorf("cannot change a protected metatable")
	}
	if table.readonly {
		t.runError("Attempt to modify a readonly table")
	}
	table.meta = m.AsTable()
	return t.Return(t.Arg(1))
}

func baseNext(t *Thread) int {
	k, v, ok := t.CheckTable(1).Next(t.Arg(2))
	if !ok {
		t.runError("invalid key to 'next'")
	}
	t.Push(k)
	if k.p == nil {
		return 1
	}
	t.Push(v)
	return 2
}

func basePairs(t *Thread) int {
	t.CheckTable(1)
	return t.Return(t.rt.nextFunction, t.Arg(1), Nil)
}

func baseIpairs(t *Thread) int {
	t.CheckTable(1)
	return t.Return(t.rt.ipairsFunction, t.Arg(1), Number(0))
}

func ipairsNext(t *Thread) int {
	i := t.CheckInt32(2) + 1
	v := t.CheckTable(1).GetInt(i)
	if v.p == nil {
		return 0
	}
	t.Push(Int(i))
	t.Push(v)
	return 2
}

func basePcall(t *Thread) int {
	if t.NArgs() == 0 {
		// Redis's own pcall calls the result that it has not got yet.
		return t.Return(Bool(false), t.rt.String("attempt to call a boolean value"))
	}
	ok := t.pcall(t.frame.base, Nil)
	if !ok && t.rt.PcallError != nil {
		v := t.rt.PcallError(t, t.stack[t.frame.base])
		t.stack[t.frame.base] = v
	}
	return t.withStatus(ok)
}

func baseXpcall(t *Thread) int {
	t.CheckAny(2)
	fn, handler := t.Arg(1), t.Arg(2)
	t.top = t.frame.base
	t.Push(handler)
	t.Push(fn)
	ok := t.pcall(t.top-1, handler)
	copy(t.stack[t.frame.base:], t.stack[t.frame.base+1:t.top])
	t.top--
	return t.withStatus(ok)
}

// withStatus puts a boolean before all that lies in the frame.
func (t *Thread) withStatus(ok bool) int {
	t.Push(Nil)
	base := t.frame.base
	copy(t.stack[base+1:t.top], t.stack[base:])
	t.stack[base] = Bool(ok)
	return t.NArgs()
}

func baseRawEqual(t *Thread) int {
	a := t.CheckAny(1)
	return t.Return(Bool(rawEqual(a, t.CheckAny(2))))
}

func baseRawGet(t *Thread) int {
	table := t.CheckTable(1)
	return t.Return(table.Get(t.CheckAny(2)))
}

func baseRawSet(t *Thread) int {
	table := t.CheckTable(1)
	t.CheckAny(3)
	t.RawSet(table, t.Arg(2), t.Arg(3))
	return t.Return(t.Arg(1))
}

func baseSelect(t *Thread) int {
	n := t.NArgs()
	if s, ok := t.Arg(1).AsString(); ok && strings.HasPrefix(s, "#") {
		return t.Return(Int(n - 1))
	}
	i := t.CheckInt32(1)
	switch {
	case i < 0:
		i += n
	case i > n:
		i = n
	}
	if i < 1 {
		t.ArgError(1, "index out of range")
	}
	return n - i
}

func baseType(t *Thread) int {
	return t.Return(t.rt.kindStrings[t.CheckAny(1).Kind()])
}

func baseToString(t *Thread) int {
	return t.Return(t.toString(t.CheckAny(1)))
}

// toString is tostring, __tostring included.
func (t *Thread) toString(v Value) Value {
	if m := t.rt.metatable(v); m != nil {
		if fn := m.getString(nameToString); fn.p != nil {
			return t.callValue(fn, v)
		}
	}
	switch v.Kind() {
	case KindString:
		return v
	case KindNumber:
		return t.rt.String(FormatNumber(v.float()))
	}
	return t.rt.String(describeValue(v))
}

func describeValue(v Value) string {
	switch v.Kind() {
	case KindNil:
		return "nil"
	case KindBool:
		if v.n != 0 {
			return "true"
		}
		return "false"
	case KindPointer:
		return "userdata: (nil)"
	}
	return fmt.Sprintf("%s: 0x%012x", v.Kind(), uintptr(unsafe.Pointer(v.p)))
}

func baseUnpack(t *Thread) int {
	table := t.CheckTable(1)
	from := t.OptInt(2, 1)
	to := 0
	if t.Arg(3).IsNil() {
		to = table.Len()
	} else {
		to = t.CheckInt32(3)
	}
	from = int(int32(from))
	if from > to {
		return 0
	}
	n := int(int32(to - from + 1))
	if n <= 0 || !t.checkRoom(n) {
		t.Errorf("too many results to unpack")
	}
	for i := range n {
		t.Push(table.GetInt(from + i))
	}
	return n
}

// ToString is tostring of a value.
func (t *Thread) ToString(v Value) Value { return t.toString(v) }
