package lualib

import (
	"math"
	"strings"

	"github.com/cairndb/cairn/server/script/lua"
)

func structUnpack(t *lua.Thread) int {
	l := newLayout(t)
	data := t.CheckString(2)
	pos := t.OptInt(3, 1) - 1
	switch {
	case pos == -1:
		t.ArgError(3, "offset must be 1 or greater")
	case pos < 0: // very large, as an unsigned number
		pos = math.MaxInt32
	}
	var values []lua.Value
	for l.more() {
		t.Spend(1)
		option, size := l.next()
		pos += l.padding(pos, option, size)
		l.within(pos, size, len(data))
		if len(values) > maxSlots {
			t.Errorf("stack overflow (too many results)")
		}
		switch {
		case isInteger(option):
			values = append(values, l.integer(data[pos:pos+size], option >= 'a'))
		case option == 'x':
		case option == 'f':
			values = append(values, lua.Number(float64(math.Float32frombits(uint32(l.bytes(data[pos:pos+size]))))))
		case option == 'd':
			values = append(values, lua.Number(math.Float64frombits(l.bytes(data[pos:pos+size]))))
		case option == 'c':
			if size == 0 {
				size, values = l.previousSize(values)
				l.within(pos, size, len(data))
			}
			values = append(values, t.Runtime().String(data[pos:pos+size]))
		case option == 's':
			size = l.untilZero(data, pos) + 1
			values = append(values, t.Runtime().String(data[pos:pos+size-1]))
		default:
			l.control(option)
		}
		pos += size
	}
	return t.Return(append(values, lua.Int(pos+1))...)
}

func (l *layout) within(pos, size, length int) {
	if size < 0 || pos > length || size > length-pos {
		l.t.ArgError(2, "data string too short")
	}
}

// previousSize takes the value that was read last: c0 means as many bytes.
func (l *layout) previousSize(values []lua.Value) (int, []lua.Value) {
	if len(values) > 0 {
		last := len(values) - 1
		if f, ok := lua.ToNumber(values[last]); ok {
			return int(min(lua.TruncateUnsigned(f), math.MaxInt32)), values[:last]
		}
	}
	l.t.Errorf("format 'c0' needs a previous size")
	return 0, nil
}

func (l *layout) untilZero(data string, pos int) int {
	n := strings.IndexByte(data[pos:], 0)
	if n < 0 {
		l.t.Errorf("unfinished string in data")
	}
	return n
}

// bytes puts an integer together; only its lower 64 bits are kept.
func (l *layout) bytes(s string) (n uint64) {
	for i := range len(s) {
		if !l.big {
			i = len(s) - 1 - i
		}
		n = n<<8 | uint64(s[i])
	}
	return n
}

func (l *layout) integer(s string, signed bool) lua.Value {
	n := l.bytes(s)
	if !signed {
		return lua.Number(float64(n))
	}
	mask := uint64(math.MaxUint64) << ((len(s)*8 - 1) & 63)
	if n&mask != 0 {
		n |= mask
	}
	return lua.Number(float64(int64(n)))
}
