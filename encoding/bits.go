package encoding

import (
	"encoding/binary"
	"math/bits"
)

// Bit 0 of a string is the top bit of its first byte, as in SETBIT. All
// functions here work on a piece of a string as well: offsets are relative to
// the piece, and the caller adds up counts or the piece's own offset.

// GetBit returns the bit at offset off; what lies beyond b is 0.
func GetBit(b []byte, off uint64) int {
	if off>>3 >= uint64(len(b)) {
		return 0
	}
	return int(b[off>>3]>>(7-off&7)) & 1
}

// SetBit sets the bit at offset off and returns what it was. REQUIRES: off <
// 8*len(b), bit is 0 or 1.
func SetBit(b []byte, off uint64, bit int) (old int) {
	p, shift := &b[off>>3], 7-off&7
	old = int(*p>>shift) & 1
	*p = *p&^(1<<shift) | byte(bit)<<shift
	return old
}

// BitCount returns how many bits of b are 1.
func BitCount(b []byte) int64 {
	var n int
	for len(b) >= 32 {
		n += bits.OnesCount64(loadWord(b)) +
			bits.OnesCount64(loadWord(b[8:])) +
			bits.OnesCount64(loadWord(b[16:])) +
			bits.OnesCount64(loadWord(b[24:]))
		b = b[32:]
	}
	for len(b) >= 8 {
		n += bits.OnesCount64(loadWord(b))
		b = b[8:]
	}
	for _, c := range b {
		n += bits.OnesCount8(c)
	}
	return int64(n)
}

// BitCountRange counts the 1 bits from offset first to last, both included.
// REQUIRES: first <= last < 8*len(b).
func BitCountRange(b []byte, first, last uint64) int64 {
	n := BitCount(b[first>>3 : last>>3+1])
	n -= int64(bits.OnesCount8(b[first>>3] & beforeBit(first)))
	return n - int64(bits.OnesCount8(b[last>>3]&afterBit(last)))
}

// beforeBit masks the bits of off's byte that come before it, afterBit those
// that come after it.
func beforeBit(off uint64) byte { return ^byte(0xff >> (off & 7)) }
func afterBit(off uint64) byte  { return 0x7f >> (off & 7) }

// BitPos returns the offset of the first bit of b that equals bit, -1 if there
// is none. BITPOS of 0 without an end treats the string as followed by zeros
// forever: that answer, 8*length, is the caller's to give.
func BitPos(b []byte, bit int) int64 {
	var flip uint64
	if bit == 0 {
		flip = ^flip
	}
	at := 0
	for ; len(b)-at >= 8; at += 8 {
		if w := binary.BigEndian.Uint64(b[at:]) ^ flip; w != 0 {
			return int64(at)*8 + int64(bits.LeadingZeros64(w))
		}
	}
	for ; at < len(b); at++ {
		if c := b[at] ^ byte(flip); c != 0 {
			return int64(at)*8 + int64(bits.LeadingZeros8(c))
		}
	}
	return -1
}

// BitPosRange is BitPos among the bits from offset first to last, both
// included; the result counts from the start of b. REQUIRES: first <= last <
// 8*len(b).
func BitPosRange(b []byte, bit int, first, last uint64) int64 {
	at := first >> 3
	// The first byte, with the bits before first made uninteresting.
	head := b[at]
	if bit == 0 {
		head |= beforeBit(first)
	} else {
		head &^= beforeBit(first)
	}
	pos := BitPos([]byte{head}, bit)
	if pos < 0 {
		at++
		pos = BitPos(b[at:last>>3+1], bit)
	}
	if pos < 0 || pos+int64(at)*8 > int64(last) {
		return -1
	}
	return pos + int64(at)*8
}
