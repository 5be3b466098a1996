package encoding

import (
	"math"
	"math/big"
	"math/bits"
	"strconv"
)

const (
	// Longer texts are refused by Redis, whatever they say.
	longTextMax = 5*1024 - 1
	// 5^27 is the largest power of 5 that 64 bits hold.
	longSmallPower = 27
)

// ParseLongDouble reads what Redis accepts as operand and value of
// INCRBYFLOAT: everything that strtold takes (see floatText), but no spaces
// around it, no NaN, nothing that overflows or becomes 0 without being 0, and
// no text of 5 KiB or more. Infinity may be named.
func ParseLongDouble(b []byte) (x LongDouble, ok bool) {
	if len(b) > longTextMax {
		return x, false
	}
	t, ok := scanFloat(b)
	if !ok {
		return x, false
	}
	switch {
	case t.inf:
		return LongDouble{neg: t.neg, kind: longInf}, true
	case t.zero:
		return LongDouble{neg: t.neg}, true
	case t.exact && t.hex && t.exp > -20000 && t.exp < 20000:
		x = roundLong(t.neg, t.mant, 0, int(t.exp)-64)
	case t.exact && !t.hex && t.exp >= -longSmallPower && t.exp <= longSmallPower:
		x = longDecimal(t.neg, t.mant, int(t.exp))
	default:
		x = t.longDouble()
	}
	return x, x.kind == longFinite
}

var powersOf5 = makePowersOf5()

func makePowersOf5() (p [longSmallPower + 1]uint64) {
	p[0] = 1
	for i := 1; i < len(p); i++ {
		p[i] = p[i-1] * 5
	}
	return p
}

// longDecimal returns mant * 10^exp: one multiplication or division by a power
// of 5 that 64 bits hold exactly. REQUIRES: mant > 0, |exp| <= longSmallPower.
func longDecimal(neg bool, mant uint64, exp int) LongDouble {
	if exp >= 0 {
		hi, lo := bits.Mul64(mant, powersOf5[exp])
		return roundLong(neg, hi, lo, exp)
	}
	den := powersOf5[-exp]
	shift, denShift := bits.LeadingZeros64(mant), bits.LeadingZeros64(den)
	num, den := mant<<shift, den<<denShift
	// Both have their top bit set; num/2 < den, so the quotient fits 64 bits,
	// and the remainder becomes a bit below it.
	hi, rem := bits.Div64(num>>1, num<<63, den)
	lo, rem := bits.Div64(rem, 0, den)
	if rem != 0 {
		lo |= 1
	}
	return roundLong(neg, hi, lo, exp+denShift-shift-63-64)
}

// longDouble converts the texts that longDecimal cannot: as a fraction of
// whole numbers, exact up to the one rounding.
func (t *floatText) longDouble() LongDouble {
	digits := make([]byte, 0, len(t.digits))
	for _, c := range t.digits {
		if c != '.' {
			digits = append(digits, c)
		}
	}
	base, beyond := 10, int64(5000)
	if t.hex {
		base, beyond = 16, 20000
	}
	// Decided before a power is computed: 1e999999999 costs nothing. A digit
	// is worth at most 4 in the exponent.
	switch {
	case t.exp > beyond:
		return LongDouble{neg: t.neg, kind: longInf}
	case t.exp < -beyond-4*int64(len(digits)):
		return LongDouble{neg: t.neg}
	}
	num, _ := new(big.Int).SetString(string(digits), base)
	den := big.NewInt(1)
	switch {
	case t.hex:
	case t.exp >= 0:
		num.Mul(num, new(big.Int).Exp(big.NewInt(5), big.NewInt(t.exp), nil))
	default:
		den.Exp(big.NewInt(5), big.NewInt(-t.exp), nil)
	}
	return divideLong(t.neg, num, den, int(t.exp))
}

// divideLong returns num/den * 2^exp. REQUIRES: both positive.
func divideLong(neg bool, num, den *big.Int, exp int) LongDouble {
	// A quotient of 127 or 128 bits, and one for the remainder.
	shift := 127 - (num.BitLen() - den.BitLen())
	if shift >= 0 {
		num = new(big.Int).Lsh(num, uint(shift))
	} else {
		den = new(big.Int).Lsh(den, uint(-shift))
	}
	q, rem := new(big.Int).QuoRem(num, den, new(big.Int))
	lo := new(big.Int).And(q, new(big.Int).SetUint64(math.MaxUint64)).Uint64()
	hi := q.Rsh(q, 64).Uint64()
	if rem.Sign() != 0 {
		lo |= 1
	}
	return roundLong(neg, hi, lo, exp-shift)
}

// AppendLongDouble appends x as Redis shows it to people (ld2string with
// LD_STR_HUMAN): %.17Lf without trailing zeros, never an exponent, no "-0".
func AppendLongDouble(dst []byte, x LongDouble) []byte {
	switch {
	case x.kind == longNaN:
		return append(dst, "nan"...)
	case x.kind == longInf && x.neg:
		return append(dst, "-inf"...)
	case x.kind == longInf:
		return append(dst, "inf"...)
	}
	whole, frac := x.decimals()
	if x.neg && whole|frac != 0 {
		dst = append(dst, '-')
	}
	if x.kind == longFinite && x.exp > 0 {
		return new(big.Int).Lsh(new(big.Int).SetUint64(x.mant), uint(x.exp)).Append(dst, 10)
	}
	dst = strconv.AppendUint(dst, whole, 10)
	return appendFraction(dst, frac)
}

// longDecimals is ten to the number of decimals that AppendLongDouble shows.
const longDecimals = 100_000_000_000_000_000

// decimals splits |x| into its whole part and its fraction in units of 10^-17,
// rounded to nearest, ties to even. Beyond 64 bits the whole part is not zero,
// but wrong.
func (x LongDouble) decimals() (whole, frac uint64) {
	switch {
	case x.exp >= 0:
		return x.mant, 0
	case x.exp <= -128:
		// Below 2^-64, which is a hundredth of the last decimal.
		return 0, 0
	case x.exp > -64:
		whole, frac = x.mant>>-x.exp, x.mant<<(64+x.exp)
		hi, lo := bits.Mul64(frac, longDecimals)
		frac = roundHalf(hi, lo, 0)
	default:
		hi, lo := bits.Mul64(x.mant, longDecimals)
		n := -x.exp - 64
		frac = roundHalf(hi>>n, lo>>n|hi<<(64-n), lo<<(64-n))
	}
	if frac == longDecimals {
		whole, frac = whole+1, 0
	}
	return whole, frac
}

// roundHalf rounds hi.lo to a whole number, ties to even; more is what follows
// lo.
func roundHalf(hi, lo, more uint64) uint64 {
	if lo > 1<<63 || lo == 1<<63 && (more != 0 || hi&1 == 1) {
		hi++
	}
	return hi
}

// appendFraction appends a point and 17 digits, less the zeros at their end.
func appendFraction(dst []byte, frac uint64) []byte {
	if frac == 0 {
		return dst
	}
	dst = append(dst, '.')
	start := len(dst)
	dst = append(dst, "00000000000000000"...)
	end := len(dst)
	for i := end - 1; i >= start; i-- {
		dst[i] = byte('0' + frac%10)
		if frac%10 == 0 && i == end-1 {
			end--
		}
		frac /= 10
	}
	return dst[:end]
}
