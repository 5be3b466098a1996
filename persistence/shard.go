package persistence

import (
	"encoding/binary"
	"math/bits"
	"sync"

	"github.com/zeebo/xxh3"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/persistence/slab"
)

// A shard is a range of slots with a lock of its own.
const (
	shardBits  = 7
	shardCount = 1 << shardBits
	slotBits   = 14 - shardBits // of a slot within its shard
)

type shard struct {
	store *Store
	no    uint8

	mu   sync.Mutex
	heap *slab.Heap

	current word   // state of what is changed now: dirty0 or dirty1
	seals   uint64 // how often that has changed
	sealing bool   // words of the other dirty state are being written
	// dirtyBytes is the room that blocks changed since the last seal take.
	dirtyBytes int64
	nextObject uint64
	// sealedObject is the number up to which objects may be in the tables.
	sealedObject uint64

	stale       []staleHint // hints to take away with the next checkpoint
	hints       expiryHeap  // expire times of keys changed since the last seal
	sealedHints expiryHeap
	hintLimit   int // at so many hints it is time to prune them

	changes       int64 // effects counted here since the last seal
	sealedChanges int64 // effects of the running checkpoint

	lastOffset int64  // log offset after the newest change of this shard
	version    uint64 // counts the changes since the start
	hand       hand
	moves      uint64 // counts the times at which words of the index may have moved
	loads      uint64 // numbers the loads, so that a late one finds its place taken
	found      *[foundNodes]foundNode
	_          [64]byte
}

func (sh *shard) sealed() word { return sh.current ^ stateMask }

// db is one physical database. Its tables belong to the shards.
type db struct {
	index    int
	physical uint32
	dropped  bool // flushed: being emptied, nobody can reach it any more
	keys     [shardCount]table
	nodes    [shardCount]table
}

// spotOfKey says where a key lies.
func (s *Store) spotOfKey(key []byte) spot {
	return spotAt(encoding.Slot(key), s.hash(key))
}

// Hash is a hash of any bytes, the same for the life of a store and unknown to
// its clients: the order of what is found by name.
func (tx *Tx) Hash(b []byte) uint64 { return tx.store.hash(b) }

func (s *Store) hash(b []byte) uint64 { return xxh3.HashSeed(b, s.hashSeed) }

func spotAt(slot uint16, hash uint64) spot {
	return spot{
		order: uint64(slot&(1<<slotBits-1))<<(64-slotBits) | hash>>16<<(64-slotBits-48),
		tag:   uint32(hash & (1<<tagBits - 1)),
		shard: uint8(slot >> slotBits),
	}
}

// place is the spot's place among the keys of its database.
func (p spot) place() encoding.Place {
	slot := uint16(p.shard)<<slotBits | uint16(p.order>>(64-slotBits))
	return encoding.MakePlace(slot, p.order<<slotBits)
}

// spotOfPlace is the first spot of a place; its tag is not known.
func spotOfPlace(p encoding.Place) spot { return spotAt(p.Slot(), uint64(p)<<16) }

// spotOfNode says where a node lies: in the shard where its object was born.
func spotOfNode(object, node uint64) spot {
	hi, lo := bits.Mul64(object^0x9E3779B97F4A7C15, node^0xD1B54A32D192ED03)
	h := (hi ^ lo) * 0xFF51AFD7ED558CCD
	h ^= h >> 32
	return spot{order: h, tag: uint32(h & (1<<tagBits - 1)), shard: shardOfObject(object)}
}

func shardOfObject(object uint64) uint8 { return uint8(object >> 56) }

// spotOf says where a block belongs.
func (s *Store) spotOf(b block) spot {
	if b.what() == isNode {
		k := b.key()
		return spotOfNode(binary.BigEndian.Uint64(k), binary.BigEndian.Uint64(k[8:]))
	}
	return s.spotOfKey(b.key())
}

func (sh *shard) tableOf(d *db, what uint8) *table {
	if what == isNode {
		return &d.nodes[sh.no]
	}
	return &d.keys[sh.no]
}
