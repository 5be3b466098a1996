package rdb

import (
	"encoding/binary"
	"math"
)

// appendLength builds a length; the upper two bits of its first byte tell how it goes on.
func appendLength(dst []byte, n uint64) []byte {
	switch {
	case n < 1<<6:
		return append(dst, byte(n))
	case n < 1<<14:
		return append(dst, 0x40|byte(n>>8), byte(n))
	case n <= math.MaxUint32:
		return binary.BigEndian.AppendUint32(append(dst, 0x80), uint32(n))
	}
	return binary.BigEndian.AppendUint64(append(dst, 0x81), n)
}

var errNoLength = malformed("a packed string where a length should be")

// length reads a length, or a number written like one.
func (s *source) length() (uint64, error) {
	n, packed, err := s.stringLength()
	if err == nil && packed {
		return 0, errNoLength
	}
	return n, err
}

// stringLength reads what a string begins with: its length, or how it is packed.
func (s *source) stringLength() (n uint64, packed bool, err error) {
	first, err := s.byte()
	if err != nil {
		return 0, false, err
	}
	low := uint64(first & 0x3f)
	switch first >> 6 {
	case 0:
		return low, false, nil
	case 1:
		second, err := s.byte()
		return low<<8 | uint64(second), false, err
	case 3:
		return low, true, nil
	}
	switch first {
	case 0x80:
		b, err := s.take(4)
		if err != nil {
			return 0, false, err
		}
		return uint64(binary.BigEndian.Uint32(b)), false, nil
	case 0x81:
		b, err := s.take(8)
		if err != nil {
			return 0, false, err
		}
		return binary.BigEndian.Uint64(b), false, nil
	}
	return 0, false, malformed("a length begins with %#x", first)
}
