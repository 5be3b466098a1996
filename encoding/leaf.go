package encoding

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"
)

// A node of a counted tree is packed into one run of bytes:
//
//	node   height:u8 count:u24 body       little-endian; height 0 is a leaf
//	leaf   { keyLen:uvarint key valueLen:uvarint value }
//	inner  { child:u64 entries:u64 separatorEnd:u32 } separators
//
// An inner node's separators lie one after another; separator i ends at
// separatorEnd i and is not greater than any key below child i, and greater
// than all keys below the children before. The first one is not looked at.
const nodeHeader = 4

// NodeHeight is how far a node is above the leaves.
func NodeHeight(n []byte) int { return int(n[0]) }

// NodeCount is how many entries a leaf has, or how many children an inner node.
func NodeCount(n []byte) int {
	return int(n[1]) | int(n[2])<<8 | int(n[3])<<16
}

func putNodeHeader(n []byte, height, count int) {
	n[0], n[1], n[2], n[3] = byte(height), byte(count), byte(count>>8), byte(count>>16)
}

// Leaf is a packed leaf. Entries are named by their offset in it.
type Leaf []byte

// EmptyLeafBytes is the length of a leaf without entries.
const EmptyLeafBytes = nodeHeader

// EmptyLeaf is a leaf without entries.
func EmptyLeaf() Leaf { return make(Leaf, nodeHeader) }

// Count is the number of entries.
func (l Leaf) Count() int { return NodeCount(l) }

// First is the offset of the first entry.
func (l Leaf) First() int { return nodeHeader }

// AddToCount changes how many entries or children a node says that it has.
func AddToCount(n []byte, delta int) { putNodeHeader(n, NodeHeight(n), NodeCount(n)+delta) }

// SetCount changes the number of entries, after they were changed.
func (l Leaf) SetCount(n int) { putNodeHeader(l, 0, n) }

// Entry reads the entry at an offset; next is the offset of the one behind it.
// The offset must be one that First, Entry, Skip or Seek gave.
func (l Leaf) Entry(at int) (key, value []byte, next int) {
	key, at = l.bytes(at)
	value, at = l.bytes(at)
	return key, value, at
}

func (l Leaf) bytes(at int) ([]byte, int) {
	if n := int(l[at]); n < 0x80 { // the common case, kept small
		return l[at+1 : at+1+n : at+1+n], at + 1 + n
	}
	n, size := binary.Uvarint(l[at:])
	at += size
	return l[at : at+int(n) : at+int(n)], at + int(n)
}

// Skip returns the offset n entries further on.
func (l Leaf) Skip(at, n int) int {
	// Most entries that are skipped are those of lists: short, without a key, and
	// often as long as the one before. Then one look tells, and the processor need
	// not wait for what it sees to go on.
	lengths, size := -1, 0
	for ; n > 0; n-- {
		switch next := int(binary.LittleEndian.Uint16(l[at:])); {
		case next == lengths:
			at += size
		case next&0x80FF == 0:
			lengths, size = next, 2+next>>8
			at += size
		default:
			at = l.skipBytes(l.skipBytes(at))
		}
	}
	return at
}

func (l Leaf) skipBytes(at int) int {
	if n := int(l[at]); n < 0x80 {
		return at + 1 + n
	}
	n, size := binary.Uvarint(l[at:])
	return at + size + int(n)
}

// Seek finds a key in a leaf whose keys are in order: the index and offset of
// the first entry whose key is not smaller, and whether it is the key itself.
func (l Leaf) Seek(key []byte) (index, at int, found bool) {
	at = nodeHeader
	n := l.Count()
	want := prefix(key)
	// An entry is often as long as the one before. To guess so, and to look after
	// that, lets the processor go on without waiting for each length.
	keyLen, valueLen := -1, 0
	for i := range n {
		var k []byte
		next := at + 2 + keyLen + valueLen
		if value := at + 1 + keyLen; value < len(l) && int(l[at]) == keyLen && int(l[value]) == valueLen {
			k = l[at+1 : value]
		} else {
			k, value = l.bytes(at)
			next = l.skipBytes(value)
			if keyLen, valueLen = int(l[at]), int(l[value]); keyLen|valueLen >= 0x80 {
				keyLen = -1 // not in one byte
			}
		}
		if have := prefix(k); have > want {
			return i, at, false
		} else if have == want {
			if c := bytes.Compare(k, key); c >= 0 {
				return i, at, c == 0
			}
		}
		at = next
	}
	return n, at, false
}

// prefix is the start of a key as a number; two keys of which one's prefix is
// smaller are in the same order.
func prefix(key []byte) uint64 {
	if len(key) >= 8 {
		return binary.BigEndian.Uint64(key)
	}
	var p uint64
	for i, b := range key {
		p |= uint64(b) << (56 - 8*i)
	}
	return p
}

// EntryBytes is the room that an entry takes in a leaf.
func EntryBytes(keyLen, valueLen int) int {
	return uvarintBytes(keyLen) + keyLen + uvarintBytes(valueLen) + valueLen
}

func uvarintBytes(n int) int { return (bits.Len64(uint64(n)|1) + 6) / 7 }

// PutEntry writes an entry into dst, which has exactly the room for it.
func PutEntry(dst, key, value []byte) {
	at := binary.PutUvarint(dst, uint64(len(key)))
	at += copy(dst[at:], key)
	at += binary.PutUvarint(dst[at:], uint64(len(value)))
	copy(dst[at:], value)
}

// AppendEntry appends an entry.
func AppendEntry(dst, key, value []byte) []byte {
	dst = binary.AppendUvarint(dst, uint64(len(key)))
	dst = append(dst, key...)
	dst = binary.AppendUvarint(dst, uint64(len(value)))
	return append(dst, value...)
}

// errNode: a node that cannot have been written by us.
var errNode = errors.New("not a node")

// CheckNode verifies that a node can be read without harm. What reading a node
// needs beyond that is the tree's business: counts and order.
func CheckNode(n []byte) error {
	if len(n) < nodeHeader {
		return fmt.Errorf("%w: %d bytes", errNode, len(n))
	}
	if NodeHeight(n) == 0 {
		return checkLeaf(n)
	}
	return checkInner(n)
}

func checkLeaf(n []byte) error {
	at := nodeHeader
	for i := range 2 * NodeCount(n) {
		size, used := binary.Uvarint(n[at:])
		if used <= 0 || size > uint64(len(n)-at-used) {
			return fmt.Errorf("%w: a leaf of %d bytes ends within entry %d", errNode, len(n), i/2)
		}
		at += used + int(size)
	}
	if at != len(n) {
		return fmt.Errorf("%w: a leaf has %d bytes behind its entries", errNode, len(n)-at)
	}
	return nil
}
