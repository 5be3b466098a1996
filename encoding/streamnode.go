package encoding

import (
	"encoding/binary"
	"fmt"
)

// StreamNode is the shadow of a macro node. Redis keeps the entries of a stream
// in macro nodes, listpacks of some hundred entries, and approximate trimming
// removes only whole ones. Entries here are kept one by one; the shadow says
// where a macro node would begin and end. In a fixed layout, little-endian:
//
//	last:id live:u32 deleted:u32 body:u32 names:u64
//
// The rules are those of streamAppendItem, streamTrim and
// streamIteratorRemoveEntry of t_stream.c of Redis 7.0.
type StreamNode struct {
	Last    StreamID // the last ID that it was given, whether that entry is deleted or not
	Live    uint32   // entries; 0: there is no such node
	Deleted uint32   // deleted entries, which still take room in a listpack
	Body    uint32   // bytes of the listpack without those of the two counters
	Names   uint64   // hash of the names of its first entry's fields
}

// StreamNodeBytes is the length of a StreamNode.
const StreamNodeBytes = 16 + 4 + 4 + 4 + 8

// AppendStreamNode builds the value of a macro node.
func AppendStreamNode(dst []byte, n *StreamNode) []byte {
	dst = appendFixedID(dst, n.Last)
	dst = binary.LittleEndian.AppendUint32(dst, n.Live)
	dst = binary.LittleEndian.AppendUint32(dst, n.Deleted)
	dst = binary.LittleEndian.AppendUint32(dst, n.Body)
	return binary.LittleEndian.AppendUint64(dst, n.Names)
}

// ParseStreamNode reads the value of a macro node.
func ParseStreamNode(b []byte) (StreamNode, error) {
	if len(b) != StreamNodeBytes {
		return StreamNode{}, fmt.Errorf("a macro node of a stream has %d bytes", len(b))
	}
	return StreamNode{
		Last: fixedID(b), Live: binary.LittleEndian.Uint32(b[16:]), Deleted: binary.LittleEndian.Uint32(b[20:]),
		Body: binary.LittleEndian.Uint32(b[24:]), Names: binary.LittleEndian.Uint64(b[28:]),
	}, nil
}

// StreamNodeLimits bound a macro node; 0 is no limit. They are
// stream-node-max-bytes and stream-node-max-entries.
type StreamNodeLimits struct {
	Bytes, Entries int64
}

// MaxStreamNode is how many bytes a macro node has at most, without its last
// entry, and how many the fields of an entry together.
const MaxStreamNode = 1 << 30

// Takes tells whether a node takes another entry with these fields, or is full.
func (n *StreamNode) Takes(fields [][]byte, limits StreamNodeLimits) bool {
	most := limits.Bytes
	if most <= 0 || most > MaxStreamNode {
		most = MaxStreamNode
	}
	if n.size()+StreamFieldsSize(fields) >= most {
		return false
	}
	return limits.Entries <= 0 || int64(n.Live)+int64(n.Deleted) < limits.Entries
}

// StreamFieldsSize is how many bytes fields and values have together.
func StreamFieldsSize(fields [][]byte) (n int64) {
	for _, f := range fields {
		n += int64(len(f))
	}
	return n
}

// size is how long the node's listpack is.
func (n *StreamNode) size() int64 {
	return int64(n.Body) + int64(listpackInt(int64(n.Live))+listpackInt(int64(n.Deleted)))
}

// NewStreamNode is a node with one entry.
func NewStreamNode(id StreamID, fields [][]byte) StreamNode {
	n := StreamNode{Names: hashNames(fields)}
	n.Body = listpackFrame + uint32(listpackInt(int64(len(fields)/2))+listpackInt(0))
	for i := 0; i < len(fields); i += 2 {
		n.Body += uint32(listpackString(fields[i]))
	}
	n.Add(id, id, fields)
	return n
}

// Add notes an entry that is added to the node that began with the ID first.
func (n *StreamNode) Add(first, id StreamID, fields [][]byte) {
	pairs := len(fields) / 2
	parts := pairs + 3
	size := listpackInt(0) + listpackInt(int64(id.Ms-first.Ms)) + listpackInt(int64(id.Seq-first.Seq))
	sameNames := n.Names == hashNames(fields)
	for i, f := range fields {
		if i%2 == 1 || !sameNames {
			size += listpackString(f)
		}
	}
	if !sameNames {
		size += listpackInt(int64(pairs))
		parts += pairs + 1
	}
	n.Body += uint32(size + listpackInt(int64(parts)))
	n.Live++
	n.Last = id
}

// Forget notes that an entry was deleted.
func (n *StreamNode) Forget() { n.Live--; n.Deleted++ }

// hashNames tells entries with the same fields from others (64-bit FNV-1a). A
// mistake costs nothing but a macro node that ends elsewhere than in Redis.
func hashNames(fields [][]byte) uint64 {
	h := uint64(14695981039346656037)
	for i := 0; i < len(fields); i += 2 {
		for _, c := range fields[i] {
			h = (h ^ uint64(c)) * 1099511628211
		}
		h = (h ^ uint64(len(fields[i]))) * 1099511628211
	}
	return h
}
