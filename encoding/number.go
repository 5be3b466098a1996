package encoding

import "strconv"

// ParseInt reads a whole number as Redis's string2ll does: only the one way to
// write it that AppendInt uses is accepted, so no spaces, plus sign, leading
// zeros or "-0". Strings that pass are what OBJECT ENCODING calls int.
func ParseInt(b []byte) (n int64, ok bool) {
	digits := b
	neg := len(b) > 0 && b[0] == '-'
	if neg {
		digits = b[1:]
	}
	// The limits of int64 have 19 digits, and so many fit uint64 unchecked.
	if len(digits) == 0 || len(digits) > 19 {
		return 0, false
	}
	if digits[0] == '0' {
		return 0, len(b) == 1
	}
	var v uint64
	for _, c := range digits {
		d := c - '0'
		if d > 9 {
			return 0, false
		}
		v = v*10 + uint64(d)
	}
	if neg {
		return -int64(v), v <= 1<<63
	}
	return int64(v), v < 1<<63
}

// AppendInt appends n in the form that ParseInt reads.
func AppendInt(dst []byte, n int64) []byte { return strconv.AppendInt(dst, n, 10) }
