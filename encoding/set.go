package encoding

import (
	"math/bits"
)

// Encodings of sets, as OBJECT ENCODING names them. The entries of an intset
// are keyed by AppendOrderedInt, those of a hash table by AppendHashed; they
// have no values.
const (
	SetIntset uint8 = iota
	SetTable
)

// orderedZero is the first byte of AppendOrderedInt for 0. Those of positive
// numbers are larger by their length, those of negative ones smaller.
const orderedZero = 0x80

// AppendOrderedInt builds a key whose byte order is the order of numbers:
//
//	n >= 0   0x80+length:u8, n:length bytes, big-endian
//	n < 0    0x7f-length:u8, n:length bytes, two's complement, big-endian
//
// with as few bytes as hold n, or for a negative one ^n.
func AppendOrderedInt(dst []byte, n int64) []byte {
	magnitude := uint64(n ^ n>>63)
	size := (bits.Len64(magnitude) + 7) / 8
	first := byte(orderedZero + size)
	if n < 0 {
		first = byte(orderedZero - 1 - size)
	}
	dst = append(dst, first)
	for shift := 8 * (size - 1); shift >= 0; shift -= 8 {
		dst = append(dst, byte(n>>shift))
	}
	return dst
}

// ParseOrderedInt reads a key built by AppendOrderedInt.
func ParseOrderedInt(key []byte) (n int64, ok bool) {
	if len(key) == 0 || len(key) > 9 {
		return 0, false
	}
	size, sign := int(key[0])-orderedZero, int64(0)
	if size < 0 {
		size, sign = -1-size, -1
	}
	if size != len(key)-1 {
		return 0, false
	}
	n = sign
	for _, b := range key[1:] {
		n = n<<8 | int64(b)
	}
	return n, true
}
