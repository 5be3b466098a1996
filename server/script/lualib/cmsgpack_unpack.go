package lualib

import (
	"math"

	"github.com/cairndb/cairn/server/script/lua"
)

// unpacker reads values. What is missing or malformed is an error of the
// script, raised where it is found.
type unpacker struct {
	t     *lua.Thread
	s     string
	at    int
	slots int // of Lua's stack that the original would use now
}

func unpack(t *lua.Thread) int { return unpackValues(t, t.CheckString(1), 0, 0) }

func unpackOne(t *lua.Thread) int {
	offset := t.OptInt(2, 0)
	return unpackValues(t, t.CheckString(1), 1, offset)
}

func unpackLimit(t *lua.Thread) int {
	limit := t.CheckInt(2)
	offset := t.OptInt(3, 0)
	return unpackValues(t, t.CheckString(1), limit, offset)
}

// unpackValues reads up to limit values from offset on. Unless both are 0, the
// results begin with where to go on, -1 at the end.
func unpackValues(t *lua.Thread, s string, limit, offset int) int {
	switch {
	case offset < 0 || limit < 0:
		t.Errorf("Invalid request to unpack with offset of %d and limit of %d.", int32(offset), int32(len(s)))
	case offset > len(s):
		t.Errorf("Start offset %d greater than input length %d.", int32(offset), int32(len(s)))
	}
	all := limit == 0 && offset == 0
	if all {
		limit = math.MaxInt32
	}
	u := unpacker{t: t, s: s, at: offset, slots: 1}
	values := []lua.Value{lua.Nil}
	for n := 0; u.at < len(s) && n < limit; n++ {
		values = append(values, u.value())
	}
	if all {
		values = values[1:]
	} else if u.at == len(s) {
		values[0] = lua.Number(-1)
	} else {
		values[0] = lua.Int(u.at)
	}
	return t.Return(values...)
}

// maxSlots is how much of its stack Lua gives one function.
const maxSlots = 8000

// room fails when the original would run out of Lua's stack.
func (u *unpacker) room(why string) {
	if u.slots+1 > maxSlots {
		u.t.Errorf("stack overflow (%s)", why)
	}
}

func (u *unpacker) value() lua.Value {
	u.t.Spend(1)
	kind := byte(u.number(1))
	u.room("too many return values at once; use unpack_one or unpack_limit instead.")
	u.slots++
	switch {
	case kind < 0x80:
		return lua.Number(float64(kind))
	case kind >= 0xe0:
		return lua.Number(float64(int8(kind)))
	case kind < 0x90:
		return u.hash(int(kind & 0xf))
	case kind < 0xa0:
		return u.array(int(kind & 0xf))
	case kind < 0xc0:
		return u.text(int(kind & 0x1f))
	}
	return u.long(kind)
}

// long reads a value whose kind takes a whole byte.
func (u *unpacker) long(kind byte) lua.Value {
	switch kind {
	case 0xc0:
		return lua.Nil
	case 0xc2, 0xc3:
		return lua.Bool(kind == 0xc3)
	case 0xca:
		return lua.Number(float64(math.Float32frombits(uint32(u.number(4)))))
	case 0xcb:
		return lua.Number(math.Float64frombits(u.number(8)))
	case 0xcc, 0xcd, 0xce:
		return lua.Number(float64(u.number(1 << (kind - 0xcc))))
	case 0xcf: // unsigned, but read as signed
		return lua.Number(float64(int64(u.number(8))))
	case 0xd0:
		return lua.Number(float64(int8(u.number(1))))
	case 0xd1:
		return lua.Number(float64(int16(u.number(2))))
	case 0xd2:
		return lua.Number(float64(int32(u.number(4))))
	case 0xd3:
		return lua.Number(float64(int64(u.number(8))))
	case 0xd9, 0xda, 0xdb:
		return u.text(int(u.number(1 << (kind - 0xd9))))
	case 0xdc, 0xdd:
		return u.array(int(u.number(2 << (kind - 0xdc))))
	case 0xde, 0xdf:
		return u.hash(int(u.number(2 << (kind - 0xde))))
	}
	u.t.Errorf("Bad data format in input.")
	return lua.Nil
}

func (u *unpacker) need(n int) {
	if n > len(u.s)-u.at {
		u.t.Errorf("Missing bytes in input.")
	}
}

// number reads so many bytes, the highest first.
func (u *unpacker) number(size int) (n uint64) {
	u.need(size)
	for range size {
		n = n<<8 | uint64(u.s[u.at])
		u.at++
	}
	return n
}

func (u *unpacker) text(n int) lua.Value {
	u.need(n)
	u.at += n
	return u.t.Runtime().String(u.s[u.at-n : u.at])
}

func (u *unpacker) array(n int) lua.Value {
	table := u.t.Runtime().NewTable(0, 0)
	u.room("in function mp_decode_to_lua_array")
	for i := 1; i <= n; i++ {
		u.slots++ // the index
		v := u.value()
		u.slots -= 2
		table.SetInt(u.t.Runtime(), i, v)
	}
	return table.Value()
}

func (u *unpacker) hash(n int) lua.Value {
	table := u.t.Runtime().NewTable(0, 0)
	for range n {
		k := u.value()
		v := u.value()
		u.slots -= 2
		u.t.RawSet(table, k, v)
	}
	return table.Value()
}
