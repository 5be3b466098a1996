package encoding

import "math"

// Sortable turns a float64 into a number whose order is that of the floats. -0
// is 0. There is no place for NaN.
func Sortable(f float64) uint64 {
	switch bits := math.Float64bits(f); {
	case f == 0:
		return 1 << 63
	case bits>>63 != 0:
		return ^bits
	default:
		return bits | 1<<63
	}
}

func fromSortable(n uint64) float64 {
	if n>>63 != 0 {
		return math.Float64frombits(n &^ (1 << 63))
	}
	return math.Float64frombits(^n)
}

// appendShort appends bytes that sort as numbers do, none of which begins
// another's; those of a float that is a whole number are few:
//
//	bit 63 is 1   { 7 bits, more:1 } up to eight times, then, if more, 8 bits;
//	              from the highest bit down, zeros at the end left out
//	bit 63 is 0   the complement of what stands for the complement
func appendShort(dst []byte, n uint64) []byte {
	flip := byte(0)
	if n>>63 == 0 {
		n, flip = ^n, 0xff
	}
	for range 8 {
		b := byte(n>>56) &^ 1
		if n <<= 7; n == 0 {
			return append(dst, b^flip)
		}
		dst = append(dst, (b|1)^flip)
	}
	return append(dst, byte(n>>56)^flip)
}

// parseShort reads what appendShort has built at the start of b, and how many
// bytes it takes; those that are not there count as zeros.
func parseShort(b []byte) (n uint64, size int) {
	flip := byte(0)
	if len(b) > 0 && b[0] < 0x80 {
		flip = 0xff
	}
	for more := true; more && size < len(b); size++ {
		v := b[size] ^ flip
		if size == 8 {
			n |= uint64(v)
			more = false
		} else {
			n |= uint64(v&^1) << (56 - 7*size)
			more = v&1 != 0
		}
	}
	if flip != 0 {
		n = ^n
	}
	return n, size
}
