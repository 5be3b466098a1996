package resp

import (
	"math"
	"strconv"
)

// maxExactInt bounds the integers that a float64 holds exactly and that %.17g prints without an exponent.
const maxExactInt = 1 << 53

// AppendDouble appends f as Redis 7.0 prints a double to a client (addReplyDouble): C's "%.17g", so 3.14 reads
// 3.1400000000000001, and inf, -inf, nan, -nan. Every float64 but nan reads back as itself.
func AppendDouble(dst []byte, f float64) []byte {
	if n := int64(f); f == float64(n) && n > -maxExactInt && n < maxExactInt && (n != 0 || !math.Signbit(f)) {
		return strconv.AppendInt(dst, n, 10)
	}
	if special := nonFinite(f); special != "" {
		return append(dst, special...)
	}
	return strconv.AppendFloat(dst, f, 'g', 17, 64)
}

// AppendHumanDouble appends f as Redis prints the coordinates of GEOPOS (ld2string, LD_STR_HUMAN): C's "%.17f" without
// the zeros at its end, never with an exponent, "0" for -0.
func AppendHumanDouble(dst []byte, f float64) []byte {
	if special := nonFinite(f); special != "" {
		return append(dst, special...)
	}
	start := len(dst)
	dst = strconv.AppendFloat(dst, f, 'f', 17, 64)
	end := len(dst)
	for dst[end-1] == '0' {
		end--
	}
	if dst[end-1] == '.' {
		end--
	}
	dst = dst[:end]
	if string(dst[start:]) == "-0" {
		return append(dst[:start], '0')
	}
	return dst
}

// nonFinite spells infinities and NaNs as glibc's printf does, and is empty for a finite f. The sign of a NaN shows:
// 0/0 has it set on amd64, so a script that returns it reads -nan from Redis.
func nonFinite(f float64) string {
	switch {
	case math.IsInf(f, 1):
		return "inf"
	case math.IsInf(f, -1):
		return "-inf"
	case math.IsNaN(f) && math.Signbit(f):
		return "-nan"
	case math.IsNaN(f):
		return "nan"
	}
	return ""
}
