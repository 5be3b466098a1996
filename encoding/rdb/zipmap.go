package rdb

import "encoding/binary"

// A zipmap (zipmap.c, hashes before Redis 2.6):
//
//	count:u8 (length name length free:u8 value unused*free)* 0xff
//
// count is 254 if there are as many or more. A length is one byte below 254, or 254 and u32, little-endian.
const (
	zipmapLong = 254
	zipmapEnd  = 255
)

// zipmap walks through a zipmap: name, value, name, value.
type zipmap struct {
	b     []byte
	at    int
	count int // names and values so far
}

// open begins with a zipmap, of about n names and values.
func (z *zipmap) open(b []byte) (p packed, n int, err error) {
	if len(b) < 2 || b[len(b)-1] != zipmapEnd {
		return nil, 0, malformed("a zipmap of %d bytes, or without its end", len(b))
	}
	*z = zipmap{b: b, at: 1}
	return z, 2 * int(b[0]), nil
}

func (z *zipmap) next() (e element, ok bool, err error) {
	rest := z.b[z.at : len(z.b)-1] // without the end
	if len(rest) == 0 {
		return e, false, z.checkEnd()
	}
	n, head := zipmapLength(rest)
	free := 0
	if z.count%2 == 1 && head > 0 { // a value
		if head == len(rest) {
			return e, false, malformed("byte %d of a zipmap: a value is cut off", z.at)
		}
		free = int(rest[head])
		head++
	}
	if head == 0 || e.setText(rest, head, n) == 0 || len(rest) < head+len(e.text)+free {
		return e, false, malformed("byte %d of a zipmap: no entry, or one beyond the end", z.at)
	}
	z.at += head + len(e.text) + free
	z.count++
	return e, true, nil
}

func (z *zipmap) checkEnd() error {
	if z.count%2 == 1 {
		return malformed("a zipmap ends with a name")
	}
	if n := int(z.b[0]); n < zipmapLong && n != z.count/2 {
		return malformed("a zipmap has %d entries and says %d", z.count/2, n)
	}
	return nil
}

// zipmapLength reads a length; head is how many bytes it takes, 0 if it is cut off.
func zipmapLength(b []byte) (n uint64, head int) {
	if b[0] < zipmapLong {
		return uint64(b[0]), 1
	}
	if b[0] == zipmapEnd || len(b) < 5 {
		return 0, 0
	}
	return uint64(binary.LittleEndian.Uint32(b[1:])), 5
}
