package lualib

import (
	"math"
	"strings"

	"github.com/cairndb/cairn/server/script/lua"
)

// OpenStruct makes the library struct, which converts values to the bytes of C
// structures and back, after the one by Roberto Ierusalimschy:
//
//	> <        big or little endian from here on
//	![n]       alignment, a power of two
//	x          a byte of padding
//	b h l T    integers of 1, 2, 8 and 8 bytes; capitals are unsigned
//	i[n] I[n]  integers of n bytes
//	f d        floats of 4 and 8 bytes
//	c[n] s     n bytes; bytes up to a zero byte
func OpenStruct(r *lua.Runtime) {
	t := r.NewTable(0, 3)
	r.Register(t, map[string]lua.Native{"pack": structPack, "unpack": structUnpack, "size": structSize})
	r.SetGlobal("struct", t.Value())
}

// layout walks over a format.
type layout struct {
	t      *lua.Thread
	format string
	at     int
	big    bool
	align  int
}

const (
	nativeAlign    = 8
	maxIntegerSize = 32
)

func newLayout(t *lua.Thread) *layout {
	format, _, _ := strings.Cut(t.CheckString(1), "\x00")
	return &layout{t: t, format: format, align: 1}
}

func (l *layout) more() bool { return l.at < len(l.format) }

// next returns an option and the size of what it stands for.
func (l *layout) next() (option byte, size int) {
	option = l.format[l.at]
	l.at++
	switch option {
	case 'B', 'b', 'x':
		size = 1
	case 'H', 'h':
		size = 2
	case 'L', 'l', 'T', 'd':
		size = 8
	case 'f':
		size = 4
	case 'c':
		size = l.number(1)
	case 'i', 'I':
		size = l.number(4)
		if size > maxIntegerSize {
			l.t.Errorf("integral size %d is larger than limit of %d", size, maxIntegerSize)
		}
	}
	return option, size
}

// number reads digits, if there are any.
func (l *layout) number(def int) int {
	start, n := l.at, 0
	for l.more() && l.format[l.at] >= '0' && l.format[l.at] <= '9' {
		n = n*10 + int(l.format[l.at]-'0')
		if n > math.MaxInt32 {
			l.t.Errorf("integral size overflow")
		}
		l.at++
	}
	if l.at == start {
		return def
	}
	return n
}

// padding is what aligns an element at a position.
func (l *layout) padding(pos int, option byte, size int) int {
	if size == 0 || option == 'c' {
		return 0
	}
	size = min(size, l.align)
	return (size - pos&(size-1)) & (size - 1)
}

// control carries out an option that stands for no value.
func (l *layout) control(option byte) {
	switch option {
	case ' ':
	case '>':
		l.big = true
	case '<':
		l.big = false
	case '!':
		n := l.number(nativeAlign)
		if n <= 0 || n&(n-1) != 0 {
			l.t.Errorf("alignment %d is not a power of 2", n)
		}
		l.align = n
	default:
		l.t.ArgError(1, "invalid format option '"+string([]byte{option})+"'")
	}
}

func isInteger(option byte) bool { return strings.IndexByte("bBhHlLTiI", option) >= 0 }

func structPack(t *lua.Thread) int {
	l := newLayout(t)
	t.Push(lua.Nil) // so the original: the first missing argument is nil
	var buf []byte
	arg := 2
	for l.more() {
		t.Spend(1)
		option, size := l.next()
		buf = append(buf, make([]byte, l.padding(len(buf), option, size))...)
		t.Reserve(len(buf) + size)
		switch {
		case isInteger(option):
			buf = l.appendInteger(buf, t.CheckNumber(arg), size)
		case option == 'x':
			buf = append(buf, 0)
			continue
		case option == 'f':
			buf = l.appendBytes(buf, uint64(math.Float32bits(float32(t.CheckNumber(arg)))), size)
		case option == 'd':
			buf = l.appendBytes(buf, math.Float64bits(t.CheckNumber(arg)), size)
		case option == 'c' || option == 's':
			buf = l.appendText(buf, t.CheckString(arg), option, size, arg)
		default:
			l.control(option)
			continue
		}
		arg++
	}
	t.Push(t.Runtime().Bytes(buf))
	return 1
}

func (l *layout) appendInteger(buf []byte, f float64, size int) []byte {
	if f < 0 {
		return l.appendBytes(buf, uint64(lua.Truncate(f)), size)
	}
	return l.appendBytes(buf, lua.TruncateUnsigned(f), size)
}

func (l *layout) appendBytes(buf []byte, n uint64, size int) []byte {
	for i := range size {
		if l.big {
			i = size - 1 - i
		}
		buf = append(buf, byte(n>>(8*i)))
	}
	return buf
}

func (l *layout) appendText(buf []byte, s string, option byte, size, arg int) []byte {
	if size == 0 {
		size = len(s)
	}
	if len(s) < size {
		l.t.ArgError(arg+1, "string too short")
	}
	l.t.Reserve(len(buf) + size)
	buf = append(buf, s[:size]...)
	if option == 's' {
		buf = append(buf, 0)
	}
	return buf
}

func structSize(t *lua.Thread) int {
	l := newLayout(t)
	pos := 0
	for l.more() {
		option, size := l.next()
		pos += l.padding(pos, option, size)
		switch {
		case option == 's':
			t.ArgError(1, "option 's' has no fixed size")
		case option == 'c' && size == 0:
			t.ArgError(1, "option 'c0' has no fixed size")
		case (option < '0' || option > '9') && (option|0x20 < 'a' || option|0x20 > 'z'):
			l.control(option)
		}
		pos += size
	}
	t.Push(lua.Int(pos))
	return 1
}
