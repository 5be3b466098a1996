package lualib

import (
	"math"
	"math/bits"
	"strconv"
	"strings"

	"github.com/cairndb/cairn/server/script/lua"
)

// OpenBit makes the library bit: operations on the lower 32 bits of numbers,
// whose results are signed.
func OpenBit(r *lua.Runtime) {
	t := r.NewTable(0, len(bitFunctions))
	r.Register(t, bitFunctions)
	r.SetGlobal("bit", t.Value())
}

var bitFunctions = map[string]lua.Native{
	"tobit":   func(t *lua.Thread) int { return pushBits(t, bitArg(t, 1)) },
	"bnot":    func(t *lua.Thread) int { return pushBits(t, ^bitArg(t, 1)) },
	"bswap":   func(t *lua.Thread) int { return pushBits(t, bits.ReverseBytes32(bitArg(t, 1))) },
	"band":    bitFold(func(a, b uint32) uint32 { return a & b }),
	"bor":     bitFold(func(a, b uint32) uint32 { return a | b }),
	"bxor":    bitFold(func(a, b uint32) uint32 { return a ^ b }),
	"lshift":  bitShift(func(a uint32, n int) uint32 { return a << n }),
	"rshift":  bitShift(func(a uint32, n int) uint32 { return a >> n }),
	"arshift": bitShift(func(a uint32, n int) uint32 { return uint32(int32(a) >> n) }),
	"rol":     bitShift(bits.RotateLeft32),
	"ror":     bitShift(func(a uint32, n int) uint32 { return bits.RotateLeft32(a, -n) }),
	"tohex":   bitToHex,
}

// bitMagic, added to a number, moves its lower 32 bits to the end of the
// mantissa, rounded to even: LuaBitOp defines its conversion so.
const bitMagic = 6755399441055744.0

func bitArg(t *lua.Thread, i int) uint32 {
	return uint32(math.Float64bits(t.CheckNumber(i) + bitMagic))
}

func pushBits(t *lua.Thread, b uint32) int {
	t.Push(lua.Number(float64(int32(b))))
	return 1
}

func bitFold(f func(a, b uint32) uint32) lua.Native {
	return func(t *lua.Thread) int {
		b := bitArg(t, 1)
		for i := t.NArgs(); i > 1; i-- { // as the original, which shows in errors
			b = f(b, bitArg(t, i))
		}
		return pushBits(t, b)
	}
}

func bitShift(f func(a uint32, n int) uint32) lua.Native {
	return func(t *lua.Thread) int {
		b := bitArg(t, 1)
		return pushBits(t, f(b, int(bitArg(t, 2)&31)))
	}
}

// bitToHex writes the last n digits; a negative n asks for capitals.
func bitToHex(t *lua.Thread) int {
	b := bitArg(t, 1)
	n := int32(8)
	if t.NArgs() >= 2 {
		n = int32(bitArg(t, 2))
	}
	upper := n < 0
	if upper {
		n = -n
	}
	if n > 8 || n < 0 {
		n = 8
	}
	text := strconv.FormatUint(1<<32|uint64(b), 16)[1:]
	text = text[8-n:]
	if upper {
		text = strings.ToUpper(text)
	}
	t.Push(t.Runtime().String(text))
	return 1
}
