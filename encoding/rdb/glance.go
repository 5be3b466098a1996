package rdb

import "encoding/binary"

// glance finds where keys end without a look at what they hold, in bytes that are all there. It knows the layouts that
// are common; others it leaves to somebody who reads on.
type glance struct {
	b      []byte
	at     int
	cutOff bool // what comes next may be a key that is not all there
}

// keys returns the length of the whole keys that b begins with.
func (g *glance) keys(version int) (n int) {
	for g.key(version) {
		n = g.at
	}
	return n
}

// key passes over a key, and tells whether it is all there.
func (g *glance) key(version int) bool {
	code, ok := g.attributes()
	return ok && known(code, version) && g.string() && g.value(code)
}

// attributes passes over what may come before a key, and returns the code of its value.
func (g *glance) attributes() (code byte, ok bool) {
	for {
		if code, ok = g.byte(); !ok || code < opSlotImport {
			return code, ok
		}
		switch code {
		case opExpireMs:
			ok = g.skip(8)
		case opExpireSec:
			ok = g.skip(4)
		case opFreq:
			ok = g.skip(1)
		case opIdle:
			_, ok = g.length()
		default:
			ok = false
		}
		if !ok {
			return code, false
		}
	}
}

func (g *glance) value(code byte) bool {
	switch code {
	case codeString, codeSetIntset, codeSetListpack, codeListZiplist, codeZSetZiplist, codeZSetListpack,
		codeHashZipmap, codeHashZiplist, codeHashListpack:
		return g.string()
	case codeList, codeSet, codeListQuicklist:
		return g.each(g.string)
	case codeListQuicklist2:
		return g.each(func() bool {
			_, ok := g.length()
			return ok && g.string()
		})
	case codeHash:
		return g.each(func() bool {
			name := g.string()
			return name && g.string()
		})
	case codeZSet2:
		return g.each(func() bool { return g.string() && g.skip(8) })
	}
	return false
}

// each passes over as many things as a length says.
func (g *glance) each(one func() bool) bool {
	n, ok := g.length()
	for ; ok && n > 0; n-- {
		ok = one()
	}
	return ok
}

func (g *glance) byte() (b byte, ok bool) {
	if g.at >= len(g.b) {
		g.cutOff = true
		return 0, false
	}
	g.at++
	return g.b[g.at-1], true
}

func (g *glance) skip(n uint64) bool {
	if n > uint64(len(g.b)-g.at) {
		g.cutOff = true
		return false
	}
	g.at += int(n)
	return true
}

func (g *glance) length() (n uint64, ok bool) {
	n, packed, ok := g.stringLength()
	return n, ok && !packed
}

// stringLength is that of source.
func (g *glance) stringLength() (n uint64, packed, ok bool) {
	first, ok := g.byte()
	if !ok {
		return 0, false, false
	}
	low := uint64(first & 0x3f)
	switch at := g.at; {
	case first>>6 == 0:
		return low, false, true
	case first>>6 == 1:
		second, ok := g.byte()
		return low<<8 | uint64(second), false, ok
	case first>>6 == 3:
		return low, true, true
	case first == 0x80 && g.skip(4):
		return uint64(binary.BigEndian.Uint32(g.b[at:])), false, true
	case first == 0x81 && g.skip(8):
		return binary.BigEndian.Uint64(g.b[at:]), false, true
	}
	return 0, false, false
}

func (g *glance) string() bool {
	n, packed, ok := g.stringLength()
	switch {
	case !ok:
		return false
	case !packed:
		return g.skip(n)
	case n <= packedInt32:
		return g.skip(1 << n)
	case n == packedLZF:
		size, ok := g.length()
		if !ok {
			return false
		}
		_, ok = g.length()
		return ok && g.skip(size)
	}
	return false
}
