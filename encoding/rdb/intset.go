package rdb

import "encoding/binary"

// An intset (intset.c), little-endian:
//
//	width:u32 count:u32 (number:width)*
//
// width is 2, 4 or 8 bytes; the numbers are signed and ascend. There is at least one.
const intsetHead = 8

// intset walks through an intset.
type intset struct {
	b     []byte // what is left
	width int
	last  int64
	began bool
}

// open begins with an intset of n numbers.
func (s *intset) open(b []byte) (p packed, n int, err error) {
	if len(b) < intsetHead {
		return nil, 0, malformed("an intset of %d bytes", len(b))
	}
	width, count := binary.LittleEndian.Uint32(b), binary.LittleEndian.Uint32(b[4:])
	if width != 2 && width != 4 && width != 8 {
		return nil, 0, malformed("an intset of numbers of %d bytes", width)
	}
	b = b[intsetHead:]
	if count == 0 || uint64(count)*uint64(width) != uint64(len(b)) {
		return nil, 0, malformed("%d bytes of an intset of %d numbers", len(b), count)
	}
	*s = intset{b: b, width: int(width)}
	return s, int(count), nil
}

func (s *intset) next() (e element, ok bool, err error) {
	if len(s.b) == 0 {
		return e, false, nil
	}
	e.setInt(s.b, 0, s.width)
	if s.began && e.num <= s.last {
		return e, false, malformed("an intset in which %d follows %d", e.num, s.last)
	}
	s.b, s.last, s.began = s.b[s.width:], e.num, true
	return e, true, nil
}
