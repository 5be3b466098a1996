package rdb

import (
	"encoding/binary"
	"fmt"

	"github.com/cairndb/cairn/encoding"
)

const (
	// DefaultMaxString is the longest string that is read unless Limits says something else: what Redis allows.
	DefaultMaxString = 512 << 20
	// maxPacked bounds a packed collection, or a node of one. Redis lets none grow beyond 1 GiB.
	maxPacked = 1<<30 + 1<<10
	// keptScratch is what a buffer may hold on to between keys.
	keptScratch = 1 << 20
)

// Limits bound what one string can make a reader allocate. Nothing is allocated before its bytes have arrived, except
// for 1 MiB and for the few dozen times by which LZF can expand.
type Limits struct {
	MaxString int // bytes of a key, a value or an element; 0: DefaultMaxString
}

func (l Limits) maxString() uint64 {
	if l.MaxString > 0 {
		return uint64(l.MaxString)
	}
	return DefaultMaxString
}

// decoder reads strings.
type decoder struct {
	source
	maxString uint64
	packed    []byte // LZF as it was read
	scratch   []byte // what string returned, if it could not stay in the source's buffer
}

// string reads a string. It is valid until the next read.
func (d *decoder) string() ([]byte, error) { return d.stringUpTo(d.maxString, &d.scratch) }

// kept reads a string into *into, where later reads leave it alone.
func (d *decoder) kept(into *[]byte) ([]byte, error) {
	b, err := d.stringUpTo(d.maxString, into)
	if err != nil || len(b) == 0 {
		return nil, err
	}
	if len(*into) == 0 || &b[0] != &(*into)[0] {
		*into = append((*into)[:0], b...)
	}
	return (*into)[:len(b)], nil
}

// blob reads a packed collection, or a node of one. It is valid until the next read.
func (d *decoder) blob() ([]byte, error) { return d.stringUpTo(maxPacked, &d.scratch) }

// stringUpTo reads a string of at most limit bytes. It may lie in the source's buffer or in *scratch.
func (d *decoder) stringUpTo(limit uint64, scratch *[]byte) ([]byte, error) {
	n, packed, err := d.stringLength()
	if err != nil {
		return nil, err
	}
	if packed {
		return d.unpack(n, limit, scratch)
	}
	if n > limit {
		return nil, tooLong(n, limit)
	}
	return d.bytes(int(n), scratch)
}

// unpack reads a string that is packed in the given way.
func (d *decoder) unpack(how, limit uint64, scratch *[]byte) ([]byte, error) {
	if how == packedLZF {
		return d.lzf(limit, scratch)
	}
	n, err := d.packedInt(how)
	*scratch = encoding.AppendInt((*scratch)[:0], n)
	return *scratch, err
}

func (d *decoder) packedInt(how uint64) (int64, error) {
	if how > packedInt32 {
		return 0, malformed("a string is packed in a way that is not known: %d", how)
	}
	b, err := d.take(1 << how)
	if err != nil {
		return 0, err
	}
	switch how {
	case packedInt8:
		return int64(int8(b[0])), nil
	case packedInt16:
		return int64(int16(binary.LittleEndian.Uint16(b))), nil
	}
	return int64(int32(binary.LittleEndian.Uint32(b))), nil
}

func (d *decoder) lzf(limit uint64, scratch *[]byte) ([]byte, error) {
	packed, err := d.length()
	if err != nil {
		return nil, err
	}
	n, err := d.length()
	if err != nil {
		return nil, err
	}
	if max(n, packed) > limit {
		return nil, tooLong(max(n, packed), limit)
	}
	b, err := d.bytes(int(packed), &d.packed)
	if err != nil {
		return nil, err
	}
	out, err := encoding.LZFDecompress((*scratch)[:0], b, int(n))
	if err != nil {
		return nil, malformed("%v", err)
	}
	*scratch = out
	return out, nil
}

// skipString passes over a string of any length.
func (d *decoder) skipString() error {
	n, packed, err := d.stringLength()
	if err != nil {
		return err
	}
	if !packed {
		return d.skip(n)
	}
	if n != packedLZF {
		_, err := d.packedInt(n)
		return err
	}
	if n, err = d.length(); err != nil {
		return err
	}
	if _, err := d.length(); err != nil {
		return err
	}
	return d.skip(n)
}

// forget lets go of large buffers.
func (d *decoder) forget() {
	for _, b := range []*[]byte{&d.packed, &d.scratch} {
		dropLarge(b)
	}
}

func dropLarge(b *[]byte) {
	if cap(*b) > keptScratch {
		*b = nil
	}
}

func tooLong(n, limit uint64) error {
	return fmt.Errorf("%w: %d bytes, and %d is the limit", ErrTooLong, n, limit)
}
