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

// ParseNumber reads a number as Lua 5.1 does, which is what C's strtod takes,
// spaces around it, hexadecimal, "inf" and "nan" included. Text behind a zero
// byte is not seen.
func ParseNumber(s string) (float64, bool) {
	if i := strings.IndexByte(s, 0); i >= 0 {
		s = s[:i]
	}
	s = strings.Trim(s, spaces)
	if s == "" {
		return 0, false
	}
	if n, ok := parseShort(s); ok {
		return n, true
	}
	text := s
	if text[0] == '-' || text[0] == '+' {
		text = text[1:]
	}
	f, ok := parseUnsigned(text)
	if s[0] == '-' {
		f = math.Copysign(f, -1)
	}
	return f, ok
}

const spaces = " \t\n\v\f\r"

// parseShort reads a plain decimal of a few digits.
func parseShort(s string) (float64, bool) {
	if len(s) > 15 {
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

func parseUnsigned(s string) (float64, bool) {
	if s == "" {
		return 0, false
	}
	if len(s) > 1 && s[0] == '0' && s[1]|0x20 == 'x' {
		return parseHex(s[2:])
	}
	if c := s[0]; c != '.' && (c < '0' || c > '9') {
		return parseNamed(s)
	}
	if strings.ContainsRune(s, '_') {
		return 0, false
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil && err.(*strconv.NumError).Err != strconv.ErrRange {
		return 0, false
	}
	return f, true
}

// parseHex reads what follows 0x; unlike Go, C wants no exponent.
func parseHex(s string) (float64, bool) {
	if s == "" || strings.ContainsRune(s, '_') {
		return 0, false
	}
	if c := s[0]; c != '.' && hexDigit(c) < 0 {
		return 0, false
	}
	if !strings.ContainsAny(s, "pP") {
		s += "p0"
	}
	f, err := strconv.ParseFloat("0x"+s, 64)
	if err != nil && err.(*strconv.NumError).Err != strconv.ErrRange {
		return 0, false
	}
	return f, true
}

func parseNamed(s string) (float64, bool) {
	switch s = strings.ToLower(s); {
	case s == "inf" || s == "infinity":
		return math.Inf(1), true
	case s == "nan" || strings.HasPrefix(s, "nan(") && strings.HasSuffix(s, ")") && isWord(s[4:len(s)-1]):
		return math.Copysign(math.NaN(), 1), true
	}
	return 0, false
}

func isWord(s string) bool {
	for i := range len(s) {
		if !isAlnum(s[i]) && s[i] != '_' {
			return false
		}
	}
	return true
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
