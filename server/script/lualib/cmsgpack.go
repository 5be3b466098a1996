package lualib

import (
	"math"

	"github.com/cairndb/cairn/server/script/lua"
)

// OpenMessagePack makes the library cmsgpack, after lua-cmsgpack 0.4.0, of the
// format https://github.com/msgpack/msgpack/blob/master/spec.md as it was
// before binary strings and extensions.
func OpenMessagePack(r *lua.Runtime) {
	t := r.NewTable(0, 8)
	r.Register(t, map[string]lua.Native{
		"pack": pack, "unpack": unpack, "unpack_one": unpackOne, "unpack_limit": unpackLimit,
	})
	for name, text := range map[string]string{
		"_NAME": "cmsgpack", "_VERSION": "lua-cmsgpack 0.4.0", "_COPYRIGHT": "Copyright (C) 2012, Salvatore Sanfilippo",
		"_DESCRIPTION": "MessagePack C implementation for Lua",
	} {
		t.SetField(r, name, r.String(text))
	}
	r.SetGlobal("cmsgpack", t.Value())
}

// packDepth is the nesting at which tables become nil: what refers to itself
// ends there.
const packDepth = 16

// packer writes values, each in its shortest form.
type packer struct {
	t   *lua.Thread
	buf []byte
}

func pack(t *lua.Thread) int {
	if t.NArgs() == 0 {
		t.ArgError(0, "MessagePack pack needs input.")
	}
	p := packer{t: t}
	for i := 1; i <= t.NArgs(); i++ {
		p.value(t.Arg(i), 0)
	}
	t.Push(t.Runtime().Bytes(p.buf))
	return 1
}

func (p *packer) value(v lua.Value, depth int) {
	p.t.Spend(1)
	p.t.Reserve(len(p.buf))
	switch v.Kind() {
	case lua.KindString:
		s, _ := v.AsString()
		p.text(s)
	case lua.KindBool:
		if v.Truthy() {
			p.buf = append(p.buf, 0xc3)
		} else {
			p.buf = append(p.buf, 0xc2)
		}
	case lua.KindNumber:
		f, _ := v.AsNumber()
		p.number(f)
	case lua.KindTable:
		if depth < packDepth {
			p.table(v.AsTable(), depth)
			return
		}
		p.buf = append(p.buf, 0xc0)
	default:
		p.buf = append(p.buf, 0xc0)
	}
}

func (p *packer) text(s string) {
	p.t.Reserve(len(p.buf) + len(s))
	switch n := len(s); {
	case n < 32:
		p.buf = append(p.buf, 0xa0|byte(n))
	case n <= math.MaxUint8:
		p.buf = append(p.buf, 0xd9, byte(n))
	case n <= math.MaxUint16:
		p.head(0xda, uint64(n), 2)
	default:
		p.head(0xdb, uint64(n), 4)
	}
	p.buf = append(p.buf, s...)
}

// head writes a type and a number of so many bytes, the highest first.
func (p *packer) head(kind byte, n uint64, size int) {
	p.buf = append(p.buf, kind)
	for i := size - 1; i >= 0; i-- {
		p.buf = append(p.buf, byte(n>>(8*i)))
	}
}

func (p *packer) number(f float64) {
	if n := int64(f); float64(n) == f && n != math.MaxInt64 && !(n == math.MinInt64 && f > 0) {
		p.integer(n)
		return
	}
	if single := float32(f); float64(single) == f {
		p.head(0xca, uint64(math.Float32bits(single)), 4)
		return
	}
	p.head(0xcb, math.Float64bits(f), 8)
}

func (p *packer) integer(n int64) {
	u := uint64(n)
	switch {
	case n >= -32 && n <= 127:
		p.buf = append(p.buf, byte(n))
	case n >= 0 && n <= math.MaxUint8:
		p.head(0xcc, u, 1)
	case n >= 0 && n <= math.MaxUint16:
		p.head(0xcd, u, 2)
	case n >= 0 && n <= math.MaxUint32:
		p.head(0xce, u, 4)
	case n >= 0:
		p.head(0xcf, u, 8)
	case n >= math.MinInt8:
		p.head(0xd0, u, 1)
	case n >= math.MinInt16:
		p.head(0xd1, u, 2)
	case n >= math.MinInt32:
		p.head(0xd2, u, 4)
	default:
		p.head(0xd3, u, 8)
	}
}

// table writes an array if the keys are 1 to n, and a map if not.
func (p *packer) table(t *lua.Table, depth int) {
	count, most, array := 0, 0.0, true
	for k, _, _ := t.Next(lua.Nil); !k.IsNil(); k, _, _ = t.Next(k) {
		count++
		f, ok := k.AsNumber()
		array = array && ok && f > 0 && f == float64(int32(f))
		most = max(most, f)
	}
	p.t.Spend(count)
	if array && most == float64(count) {
		p.sized(0x90, 0xdc, count)
		n := t.Len()
		for i := 1; i <= n; i++ {
			p.value(t.GetInt(i), depth+1)
		}
		return
	}
	p.sized(0x80, 0xde, count)
	for k, v, _ := t.Next(lua.Nil); !k.IsNil(); k, v, _ = t.Next(k) {
		p.value(k, depth+1)
		p.value(v, depth+1)
	}
}

// sized writes the head of an array or map.
func (p *packer) sized(small, large byte, n int) {
	switch {
	case n <= 15:
		p.buf = append(p.buf, small|byte(n))
	case n <= math.MaxUint16:
		p.head(large, uint64(n), 2)
	default:
		p.head(large+1, uint64(n), 4)
	}
}
