package encoding

import "math"

// floatText is a number written as C's strtod and strtold read it:
//
//	[+-] digits [. digits] [e [+-] digits]         at least one mantissa digit
//	[+-] 0x hexdigits [. hexdigits] [p [+-] digits]
//	[+-] inf | infinity
//
// in any case. Go's own parser differs in what it accepts: it wants the p, and
// takes underscores. "nan" is left out as Redis never takes it.
type floatText struct {
	neg, inf, hex bool
	digits        []byte // of the mantissa, as written, with its point
	mant          uint64 // the digits as a whole number, if exact
	exact         bool
	zero          bool
	exp           int64 // the value is the whole number * 10^exp; 2^exp if hex
}

// floatExpMax stands for any exponent that is larger: far beyond every format,
// and far from overflow when a mantissa's length is added to it.
const floatExpMax = math.MaxInt64 / 16

func scanFloat(b []byte) (t floatText, ok bool) {
	if len(b) > 0 && (b[0] == '-' || b[0] == '+') {
		t.neg = b[0] == '-'
		b = b[1:]
	}
	if EqualFold(b, "inf") || EqualFold(b, "infinity") {
		t.inf = true
		return t, true
	}
	if len(b) > 2 && b[0] == '0' && lowerByte(b[1]) == 'x' {
		t.hex = true
		b = b[2:]
	}
	b, ok = t.scanMantissa(b)
	if !ok || len(b) == 0 {
		return t, ok
	}
	mark := byte('e')
	if t.hex {
		mark = 'p'
	}
	if lowerByte(b[0]) != mark {
		return t, false
	}
	e, ok := scanExponent(b[1:])
	t.exp += e
	return t, ok
}

// scanMantissa reads digits and a point, and returns what follows them.
func (t *floatText) scanMantissa(b []byte) (rest []byte, ok bool) {
	base, step := uint64(10), int64(1)
	if t.hex {
		base, step = 16, 4
	}
	t.exact, t.zero = true, true
	point, n, i := false, 0, 0
	for ; i < len(b); i++ {
		if b[i] == '.' && !point {
			point = true
			continue
		}
		d := uint64(digitValue(b[i]))
		if d >= base {
			break
		}
		n++
		if point {
			t.exp -= step
		}
		t.zero = t.zero && d == 0
		// Not the tightest bound, but one that cannot overflow.
		t.exact = t.exact && t.mant <= math.MaxUint64/16-1
		t.mant = t.mant*base + d
	}
	t.digits = b[:i]
	return b[i:], n > 0
}

// scanExponent reads all of b as a signed number, held within floatExpMax.
func scanExponent(b []byte) (e int64, ok bool) {
	neg := false
	if len(b) > 0 && (b[0] == '-' || b[0] == '+') {
		neg = b[0] == '-'
		b = b[1:]
	}
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, false
		}
		e = min(e*10+int64(c-'0'), floatExpMax/10)
	}
	if neg {
		e = -e
	}
	return e, len(b) > 0
}

// digitValue returns the value of a decimal or hexadecimal digit, 255 for
// anything else.
func digitValue(c byte) byte {
	switch c = lowerByte(c); {
	case c >= '0' && c <= '9':
		return c - '0'
	case c >= 'a' && c <= 'f':
		return c - 'a' + 10
	}
	return 255
}

// EqualFold compares b with lower-case text, ignoring the case of b.
func EqualFold(b []byte, lower string) bool {
	if len(b) != len(lower) {
		return false
	}
	for i, c := range b {
		if lowerByte(c) != lower[i] {
			return false
		}
	}
	return true
}
