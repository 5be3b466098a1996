package encoding

import "math"

// How many bytes things take in a listpack (listpack.c of Redis 7.0), without
// making one.

// listpackFrame is a listpack without elements.
const listpackFrame = 7

// listpackInt is the size of an integer element.
func listpackInt(n int64) int {
	switch {
	case n >= 0 && n <= 127:
		return 2
	case n >= -1<<12 && n < 1<<12:
		return 3
	case n >= math.MinInt16 && n <= math.MaxInt16:
		return 4
	case n >= -1<<23 && n < 1<<23:
		return 5
	case n >= math.MinInt32 && n <= math.MaxInt32:
		return 6
	default:
		return 10
	}
}

// listpackString is the size of an element that is a string; those that are
// integers are kept as such.
func listpackString(s []byte) int {
	if len(s) <= 20 {
		if n, ok := ParseInt(s); ok {
			return listpackInt(n)
		}
	}
	n := len(s)
	switch {
	case n < 1<<6:
		n++
	case n < 1<<12:
		n += 2
	default:
		n += 5
	}
	return n + listpackBacklen(n)
}

// listpackBacklen is the size of an element's length at its end.
func listpackBacklen(n int) int {
	switch {
	case n <= 127:
		return 1
	case n < 16383:
		return 2
	case n < 2097151:
		return 3
	case n < 268435455:
		return 4
	default:
		return 5
	}
}
