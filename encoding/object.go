package encoding

import (
	"encoding/binary"
	"fmt"
)

// InNodes is the bit of a kind's encoding that says that the value is kept in
// nodes, and that the payload begins with an ObjectHeader.
const InNodes uint8 = 8

// HasObject tells whether the value is kept in nodes.
func (k Kind) HasObject() bool { return uint8(k)&InNodes != 0 }

// ObjectHeader is the start of the payload of a value kept in nodes:
// object:u64 nodes:u64, little-endian. Its nodes have ids below Nodes.
type ObjectHeader struct {
	Object, Nodes uint64
}

// ObjectHeaderBytes is the length of an ObjectHeader.
const ObjectHeaderBytes = 16

// AppendObjectHeader builds the start of a payload.
func AppendObjectHeader(dst []byte, h ObjectHeader) []byte {
	dst = binary.LittleEndian.AppendUint64(dst, h.Object)
	return binary.LittleEndian.AppendUint64(dst, h.Nodes)
}

// PutObjectHeader writes the start of a payload where it lies.
func PutObjectHeader(payload []byte, h ObjectHeader) {
	binary.LittleEndian.PutUint64(payload, h.Object)
	binary.LittleEndian.PutUint64(payload[8:], h.Nodes)
}

// HeadBytes is the length of what the payload of a collection has before its
// tree.
func HeadBytes(t Type) int {
	if t == TypeStream {
		return StreamHeadBytes
	}
	return 0
}

// ParseObjectHeader reads the start of a payload.
func ParseObjectHeader(payload []byte) (ObjectHeader, error) {
	if len(payload) < ObjectHeaderBytes {
		return ObjectHeader{}, fmt.Errorf("an object's record has a payload of %d bytes", len(payload))
	}
	return ObjectHeader{binary.LittleEndian.Uint64(payload), binary.LittleEndian.Uint64(payload[8:])}, nil
}
