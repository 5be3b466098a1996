package rdb

import "encoding/binary"

// A ziplist (ziplist.c), integers little-endian where nothing else is said:
//
//	bytes:u32 tail:u32 count:u16 (before entry)* 0xff
//
// tail is the offset of the last entry; count is 0xffff if there are as many or more. before is the length of what
// precedes, from its own before on: one byte, or 0xfe and u32. An entry begins with
//
//	00llllll text              l bytes
//	01llllll l:8 text          l bytes, upper bits first
//	10...... l:u32 text        l bytes, big-endian
//	0xc0 0xd0 0xe0 0xf0 0xfe   a signed number of 2, 4, 8, 3 or 1 bytes follows
//	0xf1 to 0xfd               the numbers 0 to 12
const (
	ziplistHead      = 10
	ziplistEnd       = 0xff
	ziplistLong      = 0xfe
	ziplistUncounted = 1<<16 - 1
)

// ziplist walks through a ziplist.
type ziplist struct {
	b     []byte
	at    int
	last  int // the length of the entry before at, 0 at the first
	count int // entries so far
}

// open begins with a ziplist, of about n entries.
func (z *ziplist) open(b []byte) (p packed, n int, err error) {
	if len(b) <= ziplistHead {
		return nil, 0, malformed("a ziplist of %d bytes", len(b))
	}
	if n := binary.LittleEndian.Uint32(b); uint64(n) != uint64(len(b)) {
		return nil, 0, malformed("a ziplist of %d bytes says that it has %d", len(b), n)
	}
	if b[len(b)-1] != ziplistEnd {
		return nil, 0, malformed("a ziplist without its end")
	}
	*z = ziplist{b: b, at: ziplistHead}
	return z, z.announced(), nil
}

func (z *ziplist) announced() int { return int(binary.LittleEndian.Uint16(z.b[8:])) }

func (z *ziplist) next() (e element, ok bool, err error) {
	rest := z.b[z.at : len(z.b)-1] // without the end
	if len(rest) == 0 {
		return e, false, z.checkEnd()
	}
	before, head := ziplistBefore(rest)
	if head == 0 || uint64(before) != uint64(z.last) {
		return e, false, malformed("byte %d of a ziplist: not the length of the entry before", z.at)
	}
	size := 0
	if len(rest) > head {
		size = e.parseZiplist(rest[head:])
	}
	if size == 0 {
		return e, false, malformed("byte %d of a ziplist: no entry, or one beyond the end", z.at)
	}
	z.last = head + size
	z.at += z.last
	z.count++
	return e, true, nil
}

func (z *ziplist) checkEnd() error {
	if n := z.announced(); n != ziplistUncounted && n != z.count {
		return malformed("a ziplist has %d entries and says %d", z.count, n)
	}
	tail := uint64(binary.LittleEndian.Uint32(z.b[4:]))
	// Of an empty ziplist Redis asks only that it is within.
	if z.count > 0 && tail != uint64(z.at-z.last) || tail >= uint64(len(z.b)) {
		return malformed("the last entry of a ziplist is at byte %d, and it says %d", z.at-z.last, tail)
	}
	return nil
}

// ziplistBefore reads the length of what precedes an entry; head is how many bytes it takes, 0 if it is cut off.
func ziplistBefore(b []byte) (before uint32, head int) {
	if b[0] < ziplistLong {
		return uint32(b[0]), 1
	}
	if b[0] == ziplistEnd || len(b) < 5 {
		return 0, 0
	}
	return binary.LittleEndian.Uint32(b[1:]), 5
}

// parseZiplist reads an entry and returns its length, 0 if it is none or not all there. b is not empty.
func (e *element) parseZiplist(b []byte) int {
	c := b[0]
	switch c >> 6 {
	case 0:
		return e.setText(b, 1, uint64(c))
	case 1:
		if len(b) < 2 {
			return 0
		}
		return e.setText(b, 2, uint64(c&0x3f)<<8|uint64(b[1]))
	case 2:
		if len(b) < 5 {
			return 0
		}
		return e.setText(b, 5, uint64(binary.BigEndian.Uint32(b[1:])))
	}
	switch c {
	case 0xc0:
		return e.setInt(b[1:], 1, 2)
	case 0xd0:
		return e.setInt(b[1:], 1, 4)
	case 0xe0:
		return e.setInt(b[1:], 1, 8)
	case 0xf0:
		return e.setInt(b[1:], 1, 3)
	case 0xfe:
		return e.setInt(b[1:], 1, 1)
	}
	if c >= 0xf1 && c <= 0xfd {
		return e.setNumber(int64(c-0xf1), 1)
	}
	return 0
}
