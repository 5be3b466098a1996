package encoding

import (
	"math"
	"math/bits"
)

// LongDouble is the 80-bit extended float of x87, C's long double, in which
// Redis computes INCRBYFLOAT and HINCRBYFLOAT: 64 bits of mantissa, so that
// 0.1 + 0.2 is shown as 0.3. Go has none; float64 would print other digits.
// Every operation here rounds once, to nearest, ties to even, as the processor
// does. Below 2^-16382, where x87 gives up bits one by one, all 64 are kept:
// AppendLongDouble stops at 17 decimals and no sum can bring these back up.
type LongDouble struct {
	neg  bool
	kind longKind
	mant uint64 // of a finite number other than 0: the top bit is set
	exp  int    // the value is mant * 2^exp
}

type longKind uint8

const (
	longZero longKind = iota
	longFinite
	longInf
	longNaN
)

const (
	longExpMax = 16383 - 63 // of the largest numbers
	// Up to 2^-16446, half the smallest number, x87 rounds to 0.
	longTiny = -16446
)

// IsFinite tells a number from an infinity or NaN: INCRBYFLOAT refuses these
// as a result, though it takes infinity as an operand.
func (x LongDouble) IsFinite() bool { return x.kind <= longFinite }

// roundLong returns hi:lo * 2^exp rounded to 64 bits. REQUIRES: the number is
// exact, or it has 66 bits at least and its lowest bit is set for whatever was
// lost below: that is all that rounding needs to know.
func roundLong(neg bool, hi, lo uint64, exp int) LongDouble {
	if hi == 0 {
		hi, lo, exp = lo, 0, exp-64
	}
	if hi == 0 {
		return LongDouble{}
	}
	shift := bits.LeadingZeros64(hi)
	hi, lo, exp = hi<<shift|lo>>(64-shift), lo<<shift, exp-shift+64
	if lo > 1<<63 || lo == 1<<63 && hi&1 == 1 {
		hi++
		if hi == 0 {
			hi, exp = 1<<63, exp+1
		}
	}
	switch {
	case exp > longExpMax:
		return LongDouble{neg: neg, kind: longInf}
	case exp+63 < longTiny, exp+63 == longTiny && hi == 1<<63:
		return LongDouble{neg: neg}
	}
	return LongDouble{neg: neg, kind: longFinite, mant: hi, exp: exp}
}

// LongDoubleOf returns f, exactly.
func LongDoubleOf(f float64) LongDouble {
	neg := math.Signbit(f)
	switch {
	case math.IsNaN(f):
		return LongDouble{kind: longNaN}
	case math.IsInf(f, 0):
		return LongDouble{neg: neg, kind: longInf}
	case f == 0:
		return LongDouble{neg: neg}
	}
	frac, exp := math.Frexp(math.Abs(f))
	return LongDouble{neg: neg, kind: longFinite, mant: uint64(math.Ldexp(frac, 64)), exp: exp - 64}
}

// Add returns x + y.
func (x LongDouble) Add(y LongDouble) LongDouble {
	switch {
	case x.kind == longNaN || y.kind == longZero:
		return x
	case y.kind == longNaN || x.kind == longZero:
		return y
	case x.kind == longInf && y.kind == longInf && x.neg != y.neg:
		return LongDouble{kind: longNaN}
	case x.kind == longInf:
		return x
	case y.kind == longInf:
		return y
	}
	if x.exp < y.exp || x.exp == y.exp && x.mant < y.mant {
		x, y = y, x
	}
	// A bit is left free above for the carry, 63 below for what y has there;
	// the lowest stands for everything further down.
	xhi, xlo := x.mant>>1, x.mant<<63
	yhi, ylo := shiftJam(y.mant>>1, y.mant<<63, x.exp-y.exp)
	var hi, lo, carry uint64
	if x.neg == y.neg {
		lo, carry = bits.Add64(xlo, ylo, 0)
		hi, _ = bits.Add64(xhi, yhi, carry)
	} else {
		lo, carry = bits.Sub64(xlo, ylo, 0)
		hi, _ = bits.Sub64(xhi, yhi, carry)
	}
	return roundLong(x.neg, hi, lo, x.exp-63)
}

// shiftJam shifts hi:lo right by n; the lowest bit of the result is also set
// if any bit was lost.
func shiftJam(hi, lo uint64, n int) (uint64, uint64) {
	var lost uint64
	switch {
	case n >= 128:
		hi, lo, lost = 0, 0, hi|lo
	case n >= 64:
		lost = lo | hi<<(128-n)
		hi, lo = 0, hi>>(n-64)
	default:
		lost = lo << (64 - n)
		hi, lo = hi>>n, lo>>n|hi<<(64-n)
	}
	if lost != 0 {
		lo |= 1
	}
	return hi, lo
}

// Millis returns x seconds in milliseconds, rounded up; ok is false if 64 bits
// cannot hold them.
func (x LongDouble) Millis() (ms int64, ok bool) {
	if x.kind != longFinite {
		return 0, x.kind == longZero
	}
	hi, lo := bits.Mul64(x.mant, 1000)
	x = roundLong(x.neg, hi, lo, x.exp)
	if x.kind != longFinite || x.exp >= 0 {
		return 0, false
	}
	whole, fraction := uint64(0), uint64(1)
	if x.exp > -64 {
		whole, fraction = x.mant>>-x.exp, x.mant<<(64+x.exp)
	}
	if x.neg {
		return -int64(whole), true
	}
	if fraction != 0 {
		whole++
	}
	return int64(whole), whole <= math.MaxInt64
}
