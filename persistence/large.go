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

// ErrLarge is what View says, where Tx.Large allows it, of a function that has
// to load more than largeLoads keys and nodes. Nothing has happened; run it by
// ViewSnapshot.
var ErrLarge = errors.New("the transaction reads much that is not in RAM")

// largeLoads is about a megabyte of nodes.
const largeLoads = 512

// ViewSnapshot runs fn once, reading from a snapshot that was taken after the
// command came.
func (s *Store) ViewSnapshot(tx *Tx, n *Snapshot, fn func(*Tx) error) error {
	return tx.viewStored(&storedView{snapshot: n}, fn)
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
	at       *StoredKey // where a walk is, nil if there is none
	err      error      // what every further read says

	block block             // of the key that the walk is at, once it was asked for
	words []uint64          // that the block lies in
	inner map[uint64][]byte // nodes above the leaves, of that key
}

// forget: the walk is at another key.
func (v *storedView) forget() {
	v.block = block{}
	clear(v.inner)
}

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
	ofWalk := v.at != nil && v.at.Value.physical == physical && v.at.Value.object.Object == uint64(o)
	if b := v.inner[id]; ofWalk && b != nil {
		return b, nil
	}
	b, err := readNode(v.snapshot.tables, physical, o, id)
	if errors.Is(err, pebble.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, &IOError{err}
	}
	if ofWalk && len(b) > 0 && encoding.NodeHeight(b) > 0 && v.at.Record.Kind.Type() != encoding.TypeString {
		v.keepInner(id, b)
	}
	return b, nil
}

// keepInner keeps a node above the leaves: a walk goes through it once a leaf.
func (v *storedView) keepInner(id uint64, b []byte) {
	if v.inner == nil {
		v.inner = map[uint64][]byte{}
	}
	if len(v.inner) >= maxInner {
		clear(v.inner)
	}
	v.inner[id] = b
}

// maxInner nodes are kept: far more than a tree has heights.
const maxInner = 64

// readNode reads a node. The bytes are the caller's: several walks over one tree
// may go on side by side, each at a pace of its own.
func readNode(tables pebble.Reader, physical uint32, o Object, id uint64) ([]byte, error) {
	value, closer, err := tables.Get(encoding.AppendNodeKey(nil, physical, uint64(o), id))
	if err != nil {
		return nil, err
	}
	return bytes.Clone(value), closer.Close()
}
