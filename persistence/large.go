package persistence

import (
	"bytes"
	"errors"
	"fmt"
	"unsafe"

	"github.com/cockroachdb/pebble/v2"

	"github.com/cairndb/cairn/encoding"
)

// A View that reads more than RAM should be asked to hold does it on a
// snapshot: with no lock, node after node from the tables, nothing of which
// stays in the hot tier.

// ErrLarge is what View says of a function that has to load more than
// Tx.MaxLoads keys and nodes. Nothing has happened; run it by ViewSnapshot.
var ErrLarge = errors.New("the transaction reads much that is not in RAM")

// ViewSnapshot runs fn once, reading from a snapshot that was taken after the
// command came.
func (s *Store) ViewSnapshot(tx *Tx, n *Snapshot, fn func(*Tx) error) error {
	v := &storedView{snapshot: n, nodes: &storedNodes{snapshot: n}}
	return errors.Join(tx.viewStored(v, fn), v.nodes.close())
}

// ViewStored is ViewSnapshot for the key that a walk of the snapshot is at,
// whose record is not looked up again.
func (s *Store) ViewStored(tx *Tx, k *StoredKey, fn func(*Tx) error) error {
	return tx.viewStored(&k.view, fn)
}

func (tx *Tx) viewStored(v *storedView, fn func(*Tx) error) error {
	tx.write, tx.names = false, nil
	tx.reset()
	tx.changes, tx.attended = tx.changes[:0], false
	tx.stored = v
	defer func() { tx.stored = nil }()
	return fn(tx)
}

// storedView is where a transaction on a snapshot reads.
type storedView struct {
	snapshot *Snapshot
	nodes    *storedNodes
	at       *StoredKey // where a walk is, nil if there is none
	err      error      // what every further read says

	block   block             // of the key that the walk is at, once it was asked for
	words   []uint64          // that the block lies in
	inner   map[uint64][]byte // nodes above the leaves, of one object
	innerOf ownedObject

	// Leaves, if it is not at a key of a walk: then a command reads one
	// collection from one end to the other, and has done with a leaf long before
	// as many others were read.
	leaves   [8][]byte
	nextLeaf uint64
}

// forget: the walk is at another key.
func (v *storedView) forget() { v.block = block{} }

// StopReading makes all further reads of a transaction on a snapshot fail. Only
// for the function that it runs.
func (tx *Tx) StopReading(err error) {
	if tx.stored != nil {
		tx.stored.err = err
	}
}

// physical is the id of a logical database in the snapshot.
func (v *storedView) physical(database int) (uint32, bool) {
	for _, d := range v.snapshot.Meta.Databases {
		if int(d.Logical) == database {
			return d.Physical, true
		}
	}
	return 0, false
}

// record reads a key's record; one that does not exist if there is no key.
func (v *storedView) record(database int, at spot, name []byte) (Record, error) {
	physical, ok := v.physical(database)
	if v.err != nil || !ok {
		return Record{}, v.err
	}
	if k := v.at; k != nil && k.Value.physical == physical && bytes.Equal(k.Name, name) {
		if v.block.p == nil {
			v.block, v.words = blockOf(name, k.Record, v.words)
		}
		return Record{v.block}, nil
	}
	value, closer, err := v.snapshot.tables.Get(encoding.AppendRecordKey(nil, physical, at.place(), name))
	if errors.Is(err, pebble.ErrNotFound) {
		return Record{}, nil
	}
	if err != nil {
		return Record{}, &IOError{err}
	}
	rec, err := encoding.ParseRecord(value)
	if err != nil {
		return Record{}, errors.Join(&IOError{fmt.Errorf("key %q: %w", name, err)}, closer.Close())
	}
	b, _ := blockOf(name, rec, nil)
	return Record{b}, closer.Close()
}

// blockOf makes a block of a record, on the Go heap, in words if that is large
// enough.
func blockOf(name []byte, rec encoding.Record, words []uint64) (block, []uint64) {
	want := shape{keyLen: len(name), valueLen: len(rec.Payload), times: rec.ExpireAtMs != 0}
	if n := (want.size() + 7) / 8; n > len(words) { // words for its alignment
		words = make([]uint64, n)
	}
	b := block{unsafe.Pointer(unsafe.SliceData(words))}
	b.writeHeader(isRecord, 0, want, rec.Kind, 0)
	if want.times {
		b.setTimes(rec.ExpireAtMs, rec.ExpireAtMs)
	}
	copy(b.key(), name)
	copy(b.value(), rec.Payload)
	return b, words
}

// node reads a node; nil if there is none.
func (v *storedView) node(database int, o Object, id uint64) ([]byte, error) {
	physical, ok := v.physical(database)
	if v.err != nil || !ok {
		return nil, v.err
	}
	if v.innerOf != (ownedObject{physical, o}) {
		v.innerOf = ownedObject{physical, o}
		clear(v.inner)
	}
	if b := v.inner[id]; b != nil {
		return b, nil
	}
	b, err := v.nodes.read(physical, o, id)
	if errors.Is(err, pebble.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, &IOError{err}
	}
	if len(b) > 0 && encoding.NodeHeight(b) > 0 && !v.atString() {
		return v.keepInner(id, b), nil
	}
	if v.at != nil {
		return bytes.Clone(b), nil
	}
	leaf := &v.leaves[v.nextLeaf%uint64(len(v.leaves))]
	v.nextLeaf++
	*leaf = append((*leaf)[:0], b...)
	return *leaf, nil
}

// atString: the walk is at a string, whose chunks are read once each.
func (v *storedView) atString() bool {
	return v.at != nil && v.at.Record.Kind.Type() == encoding.TypeString
}

// keepInner keeps a node above the leaves: a walk goes through it once a leaf.
func (v *storedView) keepInner(id uint64, b []byte) []byte {
	if v.inner == nil {
		v.inner = map[uint64][]byte{}
	}
	if len(v.inner) >= maxInner {
		clear(v.inner)
	}
	b = bytes.Clone(b)
	v.inner[id] = b
	return b
}

// maxInner nodes are kept: far more than a tree has heights.
const maxInner = 64
