package resp

import (
	"math"
	"strconv"
)

// fastDigits is the longest decimal that cannot overflow an int64, so that digits may be summed up unchecked.
const fastDigits = 18

// parseInt reads a decimal the way Redis's string2ll does: an optional "-", no leading zero, no "-0", nothing around
// it, within int64. Anything else is not ok.
func parseInt(b []byte) (v int64, ok bool) {
	digits, negative := b, false
	if len(b) > 1 && b[0] == '-' {
		digits, negative = b[1:], true
	}
	if len(digits) == 1 && digits[0] == '0' {
		return 0, !negative
	}
	if len(digits) == 0 || len(digits) > fastDigits+1 || digits[0] == '0' {
		return 0, false
	}
	var u uint64
	for _, c := range digits {
		if c < '0' || c > '9' {
			return 0, false
		}
		u = u*10 + uint64(c-'0') // 19 digits fit in a uint64
	}
	if negative {
		return -int64(u), u <= 1<<63
	}
	return int64(u), u <= math.MaxInt64
}

// number reads the decimal that starts at pos and the two bytes that end it, of which only the first, CR, is looked
// at. next is where the following byte would be, or 0 when there is no such number: short, negative or malformed.
func number(buf []byte, pos int) (v, next int) {
	if pos+2 < len(buf) && buf[pos+1] == '\r' {
		// One digit: most counts and many lengths.
		if d := int(buf[pos]) - '0'; d >= 0 && d <= 9 {
			return d, pos + 3
		}
		return 0, 0
	}
	return longNumber(buf, pos)
}

// longNumber is number for two digits and more.
func longNumber(buf []byte, pos int) (v, next int) {
	end := min(len(buf)-1, pos+fastDigits+1)
	for i := pos; i < end; i++ {
		c := buf[i]
		if c == '\r' && i > pos {
			return v, i + 2
		}
		if c < '0' || c > '9' || c == '0' && i == pos {
			return 0, 0
		}
		v = v*10 + int(c-'0')
	}
	return 0, 0
}

// appendHeader appends kind, n and CRLF: the first line of every type that has a length, and the whole of an integer.
func appendHeader(dst []byte, kind byte, n int64) []byte {
	if n >= 0 && n < 10 {
		return append(dst, kind, '0'+byte(n), '\r', '\n')
	}
	dst = append(dst, kind)
	dst = strconv.AppendInt(dst, n, 10)
	return append(dst, '\r', '\n')
}
