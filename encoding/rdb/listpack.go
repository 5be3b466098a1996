package rdb

import "encoding/binary"

// A listpack (listpack.c; https://github.com/antirez/listpack/blob/master/listpack.md), integers little-endian:
//
//	bytes:u32 count:u16 (entry backlength)* 0xff
//
// count is 0xffff if there are as many or more. An entry begins with
//
//	0nnnnnnn                      a number from 0 to 127
//	10llllll text                 l bytes
//	110nnnnn n:8                  a signed number of 13 bits, upper bits first
//	1110llll l:8 text             l bytes, upper bits first
//	0xf0 l:u32 text
//	0xf1 to 0xf4                  a signed number of 2, 3, 4 or 8 bytes follows
//
// and backlength is the entry's length in groups of 7 bits, upper first, all but the first with the upper bit set: it
// is read backward.
const (
	listpackHead      = 6
	listpackEnd       = 0xff
	listpackUncounted = 1<<16 - 1
)

// listpack walks through a listpack.
type listpack struct {
	b     []byte
	at    int
	count int // entries so far
}

// open begins with a listpack, of about n entries.
func (l *listpack) open(b []byte) (p packed, n int, err error) {
	if len(b) <= listpackHead {
		return nil, 0, malformed("a listpack of %d bytes", len(b))
	}
	if n := binary.LittleEndian.Uint32(b); uint64(n) != uint64(len(b)) {
		return nil, 0, malformed("a listpack of %d bytes says that it has %d", len(b), n)
	}
	if b[len(b)-1] != listpackEnd {
		return nil, 0, malformed("a listpack without its end")
	}
	*l = listpack{b: b, at: listpackHead}
	return l, l.announced(), nil
}

func (l *listpack) announced() int { return int(binary.LittleEndian.Uint16(l.b[4:])) }

func (l *listpack) next() (e element, ok bool, err error) {
	rest := l.b[l.at : len(l.b)-1] // without the end
	if len(rest) == 0 {
		if n := l.announced(); n != listpackUncounted && n != l.count {
			return e, false, malformed("a listpack has %d entries and says %d", l.count, n)
		}
		return e, false, nil
	}
	size := e.parseListpack(rest)
	if size == 0 {
		return e, false, malformed("byte %d of a listpack: no entry, or one beyond the end", l.at)
	}
	back := backlengthBytes(size)
	if len(rest) < size+back || !isBacklength(rest[size:size+back], size) {
		return e, false, malformed("byte %d of a listpack: not the length of the entry before", l.at+size)
	}
	l.at += size + back
	l.count++
	return e, true, nil
}

// parseListpack reads an entry and returns its length, 0 if it is none or not all there. b is not empty.
func (e *element) parseListpack(b []byte) int {
	c := b[0]
	switch {
	case c < 0x80:
		return e.setNumber(int64(c), 1)
	case c < 0xc0:
		return e.setText(b, 1, uint64(c&0x3f))
	case c < 0xe0 && len(b) >= 2:
		n := int64(c&0x1f)<<8 | int64(b[1])
		return e.setNumber(n<<51>>51, 2)
	case c < 0xe0:
		return 0
	case c < 0xf0 && len(b) >= 2:
		return e.setText(b, 2, uint64(c&0x0f)<<8|uint64(b[1]))
	case c == 0xf0 && len(b) >= 5:
		return e.setText(b, 5, uint64(binary.LittleEndian.Uint32(b[1:])))
	case c >= 0xf1 && c <= 0xf4:
		return e.setInt(b[1:], 1, listpackIntBytes[c-0xf1])
	}
	return 0
}

var listpackIntBytes = [4]int{2, 3, 4, 8}

// setNumber, setText and setInt return the length of an entry whose head has the given length; 0 if it is cut off.
func (e *element) setNumber(n int64, head int) int {
	e.num, e.isNum = n, true
	return head
}

func (e *element) setText(b []byte, head int, n uint64) int {
	if n > uint64(len(b)-head) {
		return 0
	}
	e.text = b[head : head+int(n)]
	return head + int(n)
}

// setInt reads a signed little-endian number of the given size.
func (e *element) setInt(b []byte, head, size int) int {
	if len(b) < size {
		return 0
	}
	var n uint64
	for i := size - 1; i >= 0; i-- {
		n = n<<8 | uint64(b[i])
	}
	shift := 64 - 8*size
	return e.setNumber(int64(n<<shift)>>shift, head+size)
}

// backlengthBytes is how many bytes the length of an entry takes. Redis takes one more than it must at the upper ends.
func backlengthBytes(size int) int {
	switch {
	case size <= 127:
		return 1
	case size < 16383:
		return 2
	case size < 2097151:
		return 3
	case size < 268435455:
		return 4
	}
	return 5
}

func isBacklength(b []byte, size int) bool {
	for i := len(b) - 1; i >= 0; i-- {
		c := byte(size & 0x7f)
		if i > 0 {
			c |= 0x80
		}
		if b[i] != c {
			return false
		}
		size >>= 7
	}
	return true
}
