package types

import (
	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/persistence"
)

// BitRange is the part of a string that BITCOUNT and BITPOS look at: from
// First to Last, both included, negative ones counted from the end.
type BitRange struct {
	First, Last int64
	InBits      bool // bits are counted, not bytes
}

// Backwards tells of a range that BITCOUNT takes as empty whatever the length.
func (r BitRange) Backwards() bool { return backwards(r.First, r.Last) }

// bits brings the range into a string of n bytes: the offsets of its first and
// last bit; ok is false if it is empty.
func (r BitRange) bits(n int64) (first, last uint64, ok bool) {
	if r.InBits {
		n *= 8
	}
	from, to := clampRange(r.First, r.Last, n)
	if from > to {
		return 0, 0, false
	}
	if r.InBits {
		return uint64(from), uint64(to), true
	}
	return uint64(from) * 8, uint64(to)*8 + 7, true
}

// BitCount counts the bits that are 1 in a range of a string.
func BitCount(tx *persistence.Tx, key []byte, r BitRange) (int64, error) {
	s, err := openString(tx, key)
	if err != nil || r.Backwards() {
		return 0, err
	}
	first, last, ok := r.bits(s.len())
	if !ok {
		return 0, nil
	}
	count := int64(0)
	for p, err := range s.pieces(int64(first>>3), int64(last>>3)+1) {
		if err != nil {
			return 0, err
		}
		from, to := p.clip(first, last)
		count += encoding.BitCountRange(p.bytes, from, to)
	}
	return count, nil
}

// clip is what of the bits from first to last lies in the piece, counted from
// its start.
func (p piece) clip(first, last uint64) (from, to uint64) {
	start := uint64(p.at) * 8
	return max(first, start) - start, min(last-start, uint64(len(p.bytes))*8-1)
}

// BitPos returns the offset of the first bit in a range of a string that is
// bit, -1 if there is none. openEnd: the string counts as followed by zeros
// forever, unless the range is empty.
func BitPos(tx *persistence.Tx, key []byte, bit int, r BitRange, openEnd bool) (int64, error) {
	s, err := openString(tx, key)
	if err != nil {
		return 0, err
	}
	first, last, ok := r.bits(s.len())
	if !ok {
		return -1, nil
	}
	for p, err := range s.pieces(int64(first>>3), int64(last>>3)+1) {
		if err != nil {
			return 0, err
		}
		from, to := p.clip(first, last)
		if pos := encoding.BitPosRange(p.bytes, bit, from, to); pos >= 0 {
			return p.at*8 + pos, nil
		}
	}
	if bit == 0 && openEnd {
		return s.len() * 8, nil
	}
	return -1, nil
}
