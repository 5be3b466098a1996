package encoding

import "math"

// BitField is the type of an integer inside a string, BITFIELD's "u8" or
// "i64": unsigned up to 63 bits, signed up to 64, big-endian, at any bit
// offset.
type BitField struct {
	Signed bool
	Bits   uint
}

// BitOverflow says what BITFIELD does with a result that its field cannot
// hold.
type BitOverflow uint8

// The overflow rules of BITFIELD.
const (
	BitWrap BitOverflow = iota
	BitSaturate
	BitFail
)

// ParseBitField reads "i" or "u" and a number of bits that the sign allows.
func ParseBitField(b []byte) (f BitField, ok bool) {
	if len(b) < 2 || b[0] != 'i' && b[0] != 'u' {
		return f, false
	}
	n, ok := ParseInt(b[1:])
	f.Signed = b[0] == 'i'
	if !ok || n < 1 || n > 64 || n == 64 && !f.Signed {
		return f, false
	}
	f.Bits = uint(n)
	return f, true
}

// Bytes returns the bytes that a field at bit offset off touches: those from
// first up to, not including, end; nine at most. A caller whose string lies in
// pieces gathers these and uses off - 8*first.
func (f BitField) Bytes(off uint64) (first, end uint64) {
	return off >> 3, (off + uint64(f.Bits) + 7) >> 3
}

// Get reads the field at bit offset off; what lies beyond b is zeros.
func (f BitField) Get(b []byte, off uint64) int64 {
	var v uint64
	for left := f.Bits; left > 0; {
		n := min(left, 8-uint(off&7))
		var c byte
		if off>>3 < uint64(len(b)) {
			c = b[off>>3] << (off & 7) >> (8 - n)
		}
		v = v<<n | uint64(c)
		off += uint64(n)
		left -= n
	}
	return f.wrap(v)
}

// Put writes the lowest bits of v as the field at bit offset off. REQUIRES: b
// holds all of the field.
func (f BitField) Put(b []byte, off uint64, v int64) {
	for left := f.Bits; left > 0; {
		n := min(left, 8-uint(off&7))
		left -= n
		shift := 8 - uint(off&7) - n
		mask := byte(0xff) >> (8 - n) << shift
		p := &b[off>>3]
		*p = *p&^mask | byte(uint64(v)>>left)<<shift&mask
		off += uint64(n)
	}
}

// Add returns value+incr as a field holds it: the sum itself if it fits, else
// what the rule makes of it; ok is false if the rule is BitFail and the sum
// does not fit. SET is Add with incr 0. An unsigned field takes value as 64
// unsigned bits: -1 is the largest number, not the smallest, as in Redis.
func (f BitField) Add(value, incr int64, rule BitOverflow) (sum int64, ok bool) {
	limit, fits := f.check(value, incr)
	switch {
	case fits || rule == BitWrap:
		return f.wrap(uint64(value) + uint64(incr)), true
	case rule == BitSaturate:
		return limit, true
	default:
		return 0, false
	}
}

// check tells whether value+incr fits, and if not the end of the range that it
// lies beyond.
func (f BitField) check(value, incr int64) (limit int64, fits bool) {
	if f.Signed {
		return f.checkSigned(value, incr)
	}
	top := int64(1)<<f.Bits - 1
	switch {
	case uint64(value) > uint64(top), incr > 0 && incr > top-value:
		return top, false
	case incr < 0 && incr < -value:
		return 0, false
	}
	return 0, true
}

// checkSigned compares in the order and with the differences that Redis does:
// these wrap around for a SET far below the range, which therefore saturates
// at the top, of all things. With 64 bits only equal signs can overflow.
func (f BitField) checkSigned(value, incr int64) (limit int64, fits bool) {
	top := int64(math.MaxInt64) >> (64 - f.Bits)
	bottom := -top - 1
	up, down := top-value, bottom-value
	switch {
	case value > top, f.Bits < 64 && incr > up, value >= 0 && incr > 0 && incr > up:
		return top, false
	case value < bottom, f.Bits < 64 && incr < down, value < 0 && incr < 0 && incr < down:
		return bottom, false
	}
	return 0, true
}

// wrap cuts v to the field's bits and, in a signed field, extends the sign.
func (f BitField) wrap(v uint64) int64 {
	if f.Signed {
		return int64(v<<(64-f.Bits)) >> (64 - f.Bits)
	}
	return int64(v << (64 - f.Bits) >> (64 - f.Bits))
}
