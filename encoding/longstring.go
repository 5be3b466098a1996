package encoding

import (
	"encoding/binary"
	"fmt"
)

// A string longer than MaxShortString is kept in chunks: node i of its object
// holds the bytes from i*ChunkBytes on. A chunk may be shorter than that, or
// missing: what it lacks is zeros. The record's payload is
//
//	object header  length:u64
//
// with as many nodes as the length has room for.
const (
	MaxShortString = 64 << 10
	ChunkBytes     = 16 << 10
)

// Chunks is how many chunks a string has room for.
func Chunks(length int64) uint64 { return uint64((length + ChunkBytes - 1) / ChunkBytes) }

// AppendLongString builds the payload of a string in chunks.
func AppendLongString(dst []byte, object uint64, length int64) []byte {
	dst = AppendObjectHeader(dst, ObjectHeader{object, Chunks(length)})
	return binary.LittleEndian.AppendUint64(dst, uint64(length))
}

// ParseLongString reads the payload of a string in chunks.
func ParseLongString(payload []byte) (object uint64, length int64, err error) {
	h, err := ParseObjectHeader(payload)
	if err != nil || len(payload) != ObjectHeaderBytes+8 {
		return 0, 0, fmt.Errorf("the payload of a long string has %d bytes", len(payload))
	}
	return h.Object, int64(binary.LittleEndian.Uint64(payload[ObjectHeaderBytes:])), nil
}
