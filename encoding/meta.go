package encoding

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
)

// FormatVersion gates opening: a store of another version is refused.
const FormatVersion = 5

// Meta is what a checkpoint says of itself: everything in the store is as the
// log had made it at Offset.
type Meta struct {
	Offset    int64  // of the log
	Selected  uint32 // logical database selected in the log at Offset
	HashSeed  uint64 // of the places of keys; made once a store
	CreatedMs int64
	// NextPhysical and NextObject are the ids that will be given next, the
	// latter one a shard.
	NextPhysical uint32
	NextObject   []uint64
	Databases    []MetaDatabase
	LogEpoch     uint64   // how often the log was replaced by another one
	Functions    []string // the code of the libraries of functions
}

// MetaDatabase is one logical database that has a physical one.
type MetaDatabase struct {
	Logical, Physical uint32
	Keys, Expires     []int64 // counts, one a shard
}

var errMeta = errors.New("meta is damaged")

// AppendMeta builds Meta's value: version:u32, fields as varints, crc32c:u32.
func AppendMeta(dst []byte, m *Meta) []byte {
	start := len(dst)
	dst = binary.LittleEndian.AppendUint32(dst, FormatVersion)
	dst = binary.AppendUvarint(dst, uint64(m.Offset))
	dst = binary.AppendUvarint(dst, uint64(m.Selected))
	dst = binary.LittleEndian.AppendUint64(dst, m.HashSeed)
	dst = binary.AppendUvarint(dst, uint64(m.CreatedMs))
	dst = binary.AppendUvarint(dst, uint64(m.NextPhysical))
	dst = appendUvarints(dst, m.NextObject)
	dst = binary.AppendUvarint(dst, uint64(len(m.Databases)))
	for _, db := range m.Databases {
		dst = binary.AppendUvarint(dst, uint64(db.Logical))
		dst = binary.AppendUvarint(dst, uint64(db.Physical))
		dst = appendUvarints(dst, db.Keys)
		dst = appendUvarints(dst, db.Expires)
	}
	dst = binary.AppendUvarint(dst, m.LogEpoch)
	dst = binary.AppendUvarint(dst, uint64(len(m.Functions)))
	for _, code := range m.Functions {
		dst = binary.AppendUvarint(dst, uint64(len(code)))
		dst = append(dst, code...)
	}
	return binary.LittleEndian.AppendUint32(dst, crc32.Checksum(dst[start:], castagnoli))
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func appendUvarints[T int64 | uint64](dst []byte, list []T) []byte {
	dst = binary.AppendUvarint(dst, uint64(len(list)))
	for _, v := range list {
		dst = binary.AppendUvarint(dst, uint64(v))
	}
	return dst
}

// ParseMeta reads Meta's value and refuses other format versions.
func ParseMeta(b []byte) (*Meta, error) {
	if len(b) < 8 {
		return nil, errMeta
	}
	if v := binary.LittleEndian.Uint32(b); v != FormatVersion {
		return nil, fmt.Errorf("the store has format version %d, this program reads version %d", v, FormatVersion)
	}
	body, sum := b[:len(b)-4], binary.LittleEndian.Uint32(b[len(b)-4:])
	if crc32.Checksum(body, castagnoli) != sum {
		return nil, errMeta
	}
	r := metaReader{b: body[4:]}
	m := &Meta{Offset: int64(r.uvarint()), Selected: uint32(r.uvarint()), HashSeed: r.u64(),
		CreatedMs: int64(r.uvarint()), NextPhysical: uint32(r.uvarint())}
	m.NextObject = readUvarints[uint64](&r)
	for range r.length() {
		db := MetaDatabase{Logical: uint32(r.uvarint()), Physical: uint32(r.uvarint())}
		db.Keys, db.Expires = readUvarints[int64](&r), readUvarints[int64](&r)
		m.Databases = append(m.Databases, db)
	}
	m.LogEpoch = r.uvarint()
	for range r.length() {
		m.Functions = append(m.Functions, r.text())
	}
	if r.bad || len(r.b) != 0 {
		return nil, errMeta
	}
	return m, nil
}

// metaReader reads fields one after another and remembers if one was missing.
type metaReader struct {
	b   []byte
	bad bool
}

func (r *metaReader) uvarint() uint64 {
	v, n := binary.Uvarint(r.b)
	if n <= 0 {
		r.bad, r.b = true, nil
		return 0
	}
	r.b = r.b[n:]
	return v
}

func (r *metaReader) u64() uint64 {
	if len(r.b) < 8 {
		r.bad, r.b = true, nil
		return 0
	}
	v := binary.LittleEndian.Uint64(r.b)
	r.b = r.b[8:]
	return v
}

// length reads a count of things that take at least a byte each.
func (r *metaReader) length() int {
	n := r.uvarint()
	if n > uint64(len(r.b)) {
		r.bad, r.b = true, nil
		return 0
	}
	return int(n)
}

func (r *metaReader) text() string {
	n := r.length()
	s := string(r.b[:n])
	r.b = r.b[n:]
	return s
}

func readUvarints[T int64 | uint64](r *metaReader) []T {
	out := make([]T, r.length())
	for i := range out {
		out[i] = T(r.uvarint())
	}
	return out
}
