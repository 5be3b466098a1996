package lua

import (
	"math"
	"strconv"
	"strings"
)

// appendNumber writes a number as C's "%.14g".
func appendNumber(b []byte, f float64) []byte {
	if i := int64(f); float64(i) == f && i > -1e14 && i < 1e14 && (i != 0 || !math.Signbit(f)) {
		return strconv.AppendInt(b, i, 10)
	}
	return appendSpecial(b, f, 14)
}

// appendSpecial is "%.*g", with the names that C has for what is no number.
func appendSpecial(b []byte, f float64, precision int) []byte {
	switch {
	case math.IsNaN(f) && math.Signbit(f):
		return append(b, "-nan"...)
	case math.IsNaN(f):
		return append(b, "nan"...)
	case math.IsInf(f, 1):
		return append(b, "inf"...)
	case math.IsInf(f, -1):
		return append(b, "-inf"...)
	}
	return strconv.AppendFloat(b, f, 'g', precision, 64)
}

// FormatNumber is tostring of a number.
func FormatNumber(f float64) string {
	var buf [32]byte
	return string(appendNumber(buf[:0], f))
}

// The two things that are no number. Go's has a bit set that C's has not.
var (
	nan         = math.Float64frombits(0x7ff8 << 48)
	negativeNaN = math.Float64frombits(0xfff8 << 48)
)

// AppendNumber writes a number as C's "%.*g".
func AppendNumber(b []byte, f float64, precision int) []byte { return appendSpecial(b, f, precision) }

const spaces = " \t\n\v\f\r"

// ParseNumber reads a number as Lua 5.1 does: what C's strtod takes, with
// spaces around it. Text behind a zero byte is not seen.
func ParseNumber(s string) (float64, bool) {
	if f, ok := parseShort(s); ok {
		return f, true
	}
	s = strings.Trim(untilZero(s), spaces)
	f, n := ScanNumber(s)
	return f, n > 0 && n == len(s)
}

// parseShort reads a plain decimal of a few digits.
func parseShort(s string) (float64, bool) {
	if len(s) > 15 || s == "" {
		return 0, false
	}
	n := 0
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = n*10 + int(s[i]-'0')
	}
	return float64(n), true
}

// ScanNumber reads the longest number that a text begins with, as C's strtod:
// decimal, hexadecimal, "inf" and "nan" in any case. It returns how many bytes
// that was; 0 if there is no number.
func ScanNumber(s string) (f float64, n int) {
	sign := 0
	if s != "" && (s[0] == '-' || s[0] == '+') {
		sign = 1
	}
	f, n = scanUnsigned(s[sign:])
	if n == 0 {
		return 0, 0
	}
	if s[0] == '-' {
		f = math.Copysign(f, -1)
	}
	return f, n + sign
}

func scanUnsigned(s string) (float64, int) {
	if len(s) > 2 && s[0] == '0' && s[1]|0x20 == 'x' {
		if n := mantissa(s[2:], hexDigit); n > 0 {
			return scanHex(s, n+2)
		}
	}
	if n := mantissa(s, decimalDigit); n > 0 {
		n += exponent(s[n:], 'e')
		return parseGo(s[:n]), n
	}
	return scanNamed(s)
}

// mantissa is the length of digits with at most one point; 0 without a digit.
func mantissa(s string, digit func(byte) int) int {
	n, digits, point := 0, 0, false
	for ; n < len(s); n++ {
		switch {
		case digit(s[n]) >= 0:
			digits++
		case s[n] == '.' && !point:
			point = true
		default:
			return n * min(digits, 1)
		}
	}
	return n * min(digits, 1)
}

// exponent is the length of an exponent, 0 if there is none.
func exponent(s string, mark byte) int {
	if len(s) < 2 || s[0]|0x20 != mark {
		return 0
	}
	n := 1
	if s[1] == '-' || s[1] == '+' {
		n = 2
	}
	first := n
	for n < len(s) && decimalDigit(s[n]) >= 0 {
		n++
	}
	if n == first {
		return 0
	}
	return n
}

// scanHex reads a hexadecimal number whose mantissa ends at n. Go's parser
// wants an exponent, C's does not.
func scanHex(s string, n int) (float64, int) {
	if e := exponent(s[n:], 'p'); e > 0 {
		return parseGo(s[:n+e]), n + e
	}
	return parseGo(s[:n] + "p0"), n
}

// parseGo reads what is known to be a number; what is too large is infinite.
func parseGo(s string) float64 {
	f, _ := strconv.ParseFloat(s, 64)
	return f
}

func scanNamed(s string) (float64, int) {
	switch {
	case hasFold(s, "infinity"):
		return math.Inf(1), 8
	case hasFold(s, "inf"):
		return math.Inf(1), 3
	case hasFold(s, "nan"):
		return nan, 3 + payload(s[3:])
	}
	return 0, 0
}

func hasFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

func decimalDigit(c byte) int {
	if c >= '0' && c <= '9' {
		return int(c - '0')
	}
	return -1
}

// payload is the length of what may follow "nan": a word in parentheses.
func payload(s string) int {
	if s == "" || s[0] != '(' {
		return 0
	}
	for i := 1; i < len(s); i++ {
		switch c := s[i]; {
		case c == ')':
			return i + 1
		case !isAlnum(c) && c != '_':
			return 0
		}
	}
	return 0
}

func hexDigit(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return int(c|0x20-'a') + 10
	}
	return -1
}

// toNumber converts as arithmetic does: numbers, and strings that read as one.
func toNumber(v Value) (float64, bool) {
	if v.isNumber() {
		return v.float(), true
	}
	if v.isString() {
		return ParseNumber(v.str().s)
	}
	return 0, false
}

// toText converts as concatenation does: strings, and numbers.
func toText(v Value) (string, bool) {
	if v.isString() {
		return v.str().s, true
	}
	if v.isNumber() {
		return FormatNumber(v.float()), true
	}
	return "", false
}

// truncate is C's cast of a double to a 64-bit integer on x86: what does not
// fit becomes the smallest one.
func truncate(f float64) int64 {
	if f >= -1<<63 && f < 1<<63 {
		return int64(f)
	}
	return math.MinInt64
}

// Truncate is C's cast of a double to a 64-bit integer on x86.
func Truncate(f float64) int64 { return truncate(f) }

// TruncateUnsigned is C's cast of a double to a 64-bit unsigned integer on x86.
func TruncateUnsigned(f float64) uint64 { return toUnsigned(f) }

// ToNumber converts as arithmetic does: numbers, and strings that read as one.
func ToNumber(v Value) (float64, bool) { return toNumber(v) }

// ToText converts as concatenation does: strings, and numbers.
func ToText(v Value) (string, bool) { return toText(v) }
