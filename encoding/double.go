package encoding

import (
	"bytes"
	"math"
	"math/bits"
	"strconv"
)

// ParseDouble reads a score or another 64-bit float as Redis does: everything
// that strtod takes (see floatText), but no spaces around it, no NaN, and
// nothing that overflows, or becomes 0 without being 0. Infinity may be named.
func ParseDouble(b []byte) (f float64, ok bool) {
	if n, ok := ParseInt(b); ok {
		return float64(n), true
	}
	t, ok := scanFloat(b)
	if !ok {
		return 0, false
	}
	f = t.double(b)
	if f == 0 && !t.zero || math.IsInf(f, 0) && !t.inf {
		return 0, false
	}
	return f, true
}

// ParseDoubleBound reads a bound of a score range (ZRANGEBYSCORE, ZCOUNT),
// after its parenthesis if it has one. Redis is lax here: leading spaces, an
// empty text (0), overflow (infinity) and underflow pass, and a zero byte ends
// the text. NaN is refused.
func ParseDoubleBound(b []byte) (f float64, ok bool) {
	if end := bytes.IndexByte(b, 0); end >= 0 {
		b = b[:end]
	}
	if len(b) == 0 {
		return 0, true
	}
	b = bytes.TrimLeft(b, " \t\n\v\f\r")
	t, ok := scanFloat(b)
	if !ok {
		return 0, false
	}
	return t.double(b), true
}

// The smallest double that has all its bits, and the value of the lowest bit of
// any, as a power of two.
const (
	smallestNormal = 0x1p-1022
	lowestExponent = -1074
)

// ParseWeight reads a number to sort by, as SORT does: blanks in front pass, an
// empty text is 0, and a zero byte ends the text. NaN is refused, and so is
// what overflows or is too small to be kept in full.
func ParseWeight(b []byte) (f float64, ok bool) {
	if n, ok := ParseInt(b); ok {
		return float64(n), true
	}
	if end := bytes.IndexByte(b, 0); end >= 0 {
		b = b[:end]
	}
	if len(b) == 0 {
		return 0, true
	}
	b = bytes.TrimLeft(b, " \t\n\v\f\r")
	t, ok := scanFloat(b)
	if !ok {
		return 0, false
	}
	f = t.double(b)
	switch size := math.Abs(f); {
	case math.IsInf(f, 0):
		return f, t.inf
	case size < smallestNormal && !t.zero:
		return f, t.hex && t.exact && t.exp+int64(bits.TrailingZeros64(t.mant)) >= lowestExponent
	}
	return f, true
}

// double rounds to the nearest float64, to infinity or 0 where that is
// nearest. b is the text that t was scanned from.
func (t *floatText) double(b []byte) float64 {
	switch {
	case t.inf && t.neg:
		return math.Inf(-1)
	case t.inf:
		return math.Inf(1)
	}
	s := string(b)
	if t.hex && !bytes.ContainsAny(b, "pP") {
		s += "p0"
	}
	// The grammar has been checked, so the only error left is overflow, and
	// that comes with the infinity that strtod returns.
	f, _ := strconv.ParseFloat(s, 64)
	return f
}

// AppendDouble appends f as Redis shows scores and stores them: C's %.17g, and
// inf, -inf, nan. It reads back as the same number.
func AppendDouble(dst []byte, f float64) []byte {
	switch {
	case math.IsInf(f, 1):
		return append(dst, "inf"...)
	case math.IsInf(f, -1):
		return append(dst, "-inf"...)
	case math.IsNaN(f):
		return append(dst, "nan"...)
	}
	// Below 10^17, %.17g of a whole number is the number; -0 keeps its sign.
	if i := int64(f); i > -1<<52 && i < 1<<52 && float64(i) == f && i != 0 {
		return strconv.AppendInt(dst, i, 10)
	}
	return strconv.AppendFloat(dst, f, 'g', 17, 64)
}
