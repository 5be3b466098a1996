package persistence

import (
	"encoding/binary"
	"unsafe"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/persistence/slab"
)

// block is a record or a node as it lies in RAM:
//
//	valueLen:u32 keyLen:u24 what:u8 kind:u8 flags:u8 db:u16 clock:u32
//	[expireAtMs:u64 storedExpireMs:u64]   with flagTimes
//	key value
//
// storedExpireMs is the time of the expiry hint that the store holds for the
// key, so that the next checkpoint can replace it; it is right while the block
// is dirty (the hint of a clean block is its own expire time).
type block struct{ p unsafe.Pointer }

const (
	blockHeader = 16
	blockTimes  = 16
)

// What a block is.
const (
	isRecord  = 1
	isNode    = 2
	isSegment = 3
)

// Flags of a block.
const (
	flagTimes     = 1 << iota // expire times follow the header
	flagDead                  // a deletion: the key is known not to exist
	flagLoading               // holds the place of a key that is being loaded
	flagUnknown               // dirty, and nobody knows if the store has the key
	flagNotStored             // dirty, and the store does not have the key
	flagTouched               // changed by the running transaction
	flagHinted                // the shard's expiry heap has a hint at or before its time
	flagPinned                // clean, and a transaction is about to use it: not to be evicted
)

func (b block) u32(off uintptr) *uint32 { return (*uint32)(unsafe.Add(b.p, off)) }
func (b block) u16(off uintptr) *uint16 { return (*uint16)(unsafe.Add(b.p, off)) }
func (b block) u8(off uintptr) *uint8   { return (*uint8)(unsafe.Add(b.p, off)) }
func (b block) u64(off uintptr) *uint64 { return (*uint64)(unsafe.Add(b.p, off)) }

func (b block) valueLen() int       { return int(*b.u32(0)) }
func (b block) setValueLen(n int)   { *b.u32(0) = uint32(n) }
func (b block) keyLen() int         { return int(*b.u32(4) & 0xFFFFFF) }
func (b block) what() uint8         { return *b.u8(7) }
func (b block) kind() encoding.Kind { return encoding.Kind(*b.u8(8)) }
func (b block) flags() *uint8       { return b.u8(9) }
func (b block) has(flag uint8) bool { return *b.u8(9)&flag != 0 }
func (b block) db() int             { return int(*b.u16(10)) }

// clock tells of the block's use (use.go), or, while the block is touched, is the
// number of its entry in the transaction's list.
func (b block) clock() *uint32 { return b.u32(12) }

func (b block) keyStart() int {
	if b.has(flagTimes) {
		return blockHeader + blockTimes
	}
	return blockHeader
}

func (b block) size() int { return b.keyStart() + b.keyLen() + b.valueLen() }

func (b block) key() []byte {
	return unsafe.Slice((*byte)(unsafe.Add(b.p, b.keyStart())), b.keyLen())
}

func (b block) value() []byte {
	return unsafe.Slice((*byte)(unsafe.Add(b.p, b.keyStart()+b.keyLen())), b.valueLen())
}

func (b block) all() []byte { return unsafe.Slice((*byte)(b.p), b.size()) }

func (b block) expireAt() int64 {
	if !b.has(flagTimes) {
		return 0
	}
	return int64(*b.u64(blockHeader))
}

func (b block) storedExpire() int64 {
	if !b.has(flagTimes) {
		return 0
	}
	return int64(*b.u64(blockHeader + 8))
}

// small tells whether the block is a node that shares a page with others.
func (b block) small() bool { return b.what() == isNode && b.size() <= slab.MaxSmall }

// class is the slab class in which a small node lies. It may have more room than
// it needs: then this is what its kind, which nodes have no other use for, tells.
func (b block) class() uint8 {
	if c := *b.u8(8); c != 0 {
		return c
	}
	return slab.Class(b.size())
}

func (b block) setClass(c uint8) { *b.u8(8) = c }

// room is how many bytes the block takes.
func (b block) room() int {
	if !b.small() {
		return slab.Footprint(b.size())
	}
	return slab.ClassBytes(b.class())
}

// takes tells whether the block may become one of n bytes where it lies. A node
// may, unless most of its room would be left over.
func (b block) takes(n int) bool {
	size := b.size()
	if !b.small() || n > slab.MaxSmall {
		return slab.SameClass(size, n)
	}
	room := slab.ClassBytes(b.class())
	return n <= room && (n >= size || n > room/2)
}

// live tells whether the block stands for a key that exists.
func (b block) live() bool { return !b.has(flagDead | flagLoading) }

// shape is everything about a block that decides its size.
type shape struct {
	keyLen, valueLen int
	times            bool
}

func (s shape) size() int {
	n := blockHeader + s.keyLen + s.valueLen
	if s.times {
		n += blockTimes
	}
	return n
}

// writeHeader makes the header of a new block; what else is in it is the
// caller's to fill.
func (b block) writeHeader(what uint8, db int, s shape, kind encoding.Kind, flags uint8) {
	if s.times {
		flags |= flagTimes
	}
	*b.u32(0) = uint32(s.valueLen)
	*b.u32(4) = uint32(s.keyLen) | uint32(what)<<24
	*b.u8(8) = uint8(kind)
	*b.u8(9) = flags
	*b.u16(10) = uint16(db)
	*b.u32(12) = 0
}

func (b block) setTimes(expireAtMs, storedMs int64) {
	*b.u64(blockHeader) = uint64(expireAtMs)
	*b.u64(blockHeader + 8) = uint64(storedMs)
}

// image is a view of a saved copy of a block.
func image(saved []byte) block { return block{unsafe.Pointer(unsafe.SliceData(saved))} }

const nodeNameBytes = 16

// nodeName is the key of a node's block, nodeNameBytes long.
func nodeName(dst []byte, object, node uint64) []byte {
	dst = binary.BigEndian.AppendUint64(dst, object)
	return binary.BigEndian.AppendUint64(dst, node)
}

func (sh *shard) at(r slab.Ref) block { return block{sh.store.arena.Pointer(r)} }
