package persistence

import (
	"bytes"
	"errors"
	"fmt"
	"slices"

	"github.com/cockroachdb/pebble/v2"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/persistence/tree"
)

// Snapshot is the whole store as it was at one log offset: what full syncs,
// exports and backups read. It holds no lock and copies nothing; while it is
// open, the tables that it reads are kept. Safe for use by several goroutines,
// each with walks of its own.
type Snapshot struct {
	Meta   *encoding.Meta
	tables *pebble.Snapshot
}

// Snapshot makes a checkpoint and opens what it has left. Close it.
func (s *Store) Snapshot(reason string) (*Snapshot, error) {
	s.checkpoints.mu.Lock() // so that the next checkpoint does not come first
	defer s.checkpoints.mu.Unlock()
	if _, err := s.checkpointLocked(reason); err != nil {
		return nil, err
	}
	n := &Snapshot{tables: s.tables.NewSnapshot()}
	var err error
	if n.Meta, err = readMetaOf(n.tables); err != nil {
		return nil, errors.Join(err, n.Close())
	}
	return n, nil
}

// Close gives the snapshot up.
func (n *Snapshot) Close() error { return n.tables.Close() }

// Offset is the log offset that the snapshot shows.
func (n *Snapshot) Offset() int64 { return n.Meta.Offset }

// StoredKey is a key of a snapshot. Its bytes are valid until the walk's next
// step.
type StoredKey struct {
	Name   []byte
	Record encoding.Record
	// Value gives access to the value's nodes.
	Value *StoredValue

	view storedView // what ViewStored reads
}

// Counts are the keys of a logical database, and those of them that have an
// expire time.
func (n *Snapshot) Counts(database int) (keys, expires int64) {
	for _, d := range n.Meta.Databases {
		if int(d.Logical) == database {
			for i := range d.Keys {
				keys, expires = keys+d.Keys[i], expires+d.Expires[i]
			}
		}
	}
	return keys, expires
}

// Databases are the logical databases that have keys, in order.
func (n *Snapshot) Databases() []int {
	var list []int
	for _, d := range n.Meta.Databases {
		if keys, _ := n.Counts(int(d.Logical)); keys > 0 {
			list = append(list, int(d.Logical))
		}
	}
	slices.Sort(list)
	return list
}

// Walk calls fn for every key of a logical database, in the store's order,
// expired ones included.
func (n *Snapshot) Walk(database int, fn func(k *StoredKey) error) error {
	for _, d := range n.Meta.Databases {
		if int(d.Logical) == database {
			return n.walk(d.Physical, fn)
		}
	}
	return nil
}

func (n *Snapshot) walk(physical uint32, fn func(k *StoredKey) error) error {
	span := encoding.DatabaseSpans(physical)[0]
	it, err := n.tables.NewIter(&pebble.IterOptions{LowerBound: span[0], UpperBound: span[1]})
	if err != nil {
		return err
	}
	k := newStoredKey(n, physical)
	for ok := it.First(); ok && err == nil; ok = it.Next() {
		var value []byte
		if value, err = it.ValueAndErr(); err == nil {
			err = k.read(it.Key(), value)
		}
		if err == nil {
			err = fn(k)
		}
	}
	return errors.Join(err, it.Error(), it.Close(), k.close())
}

func newStoredKey(n *Snapshot, physical uint32) *StoredKey {
	nodes := &storedNodes{snapshot: n}
	k := &StoredKey{Value: newStoredValue(nodes, physical)}
	k.view.snapshot, k.view.nodes, k.view.at = n, nodes, k
	return k
}

// close ends what was opened to read its value.
func (k *StoredKey) close() error { return k.view.nodes.close() }

// read makes it the key of a row of the store.
func (k *StoredKey) read(key, value []byte) (err error) {
	if _, _, k.Name, err = encoding.ParseRecordKey(key); err != nil {
		return err
	}
	k.view.forget()
	if k.Record, err = encoding.ParseRecord(value); err != nil {
		return fmt.Errorf("key %q: %w", k.Name, err)
	}
	return k.Value.point(k.Record)
}

// StoredValue is the value of a snapshot's key.
type StoredValue struct {
	tree.Tree
	nodes    *storedNodes
	physical uint32
	kind     encoding.Kind
	head     []byte
	root     []byte
	object   encoding.ObjectHeader
	length   int64 // of a long string
}

func newStoredValue(nodes *storedNodes, physical uint32) *StoredValue {
	v := &StoredValue{nodes: nodes, physical: physical}
	v.Init((*storedTree)(v))
	return v
}

// point makes it the value of a record.
func (v *StoredValue) point(r encoding.Record) (err error) {
	v.kind, v.object = r.Kind, encoding.ObjectHeader{}
	rest := r.Payload
	if r.Kind.HasObject() {
		if v.object, err = encoding.ParseObjectHeader(rest); err != nil {
			return err
		}
		rest = rest[encoding.ObjectHeaderBytes:]
	}
	if r.Kind.Type() == encoding.TypeString {
		if r.Kind.HasObject() {
			_, v.length, err = encoding.ParseLongString(r.Payload)
		}
		v.root = rest
		return err
	}
	n := encoding.HeadBytes(r.Kind.Type())
	if len(rest) < n {
		return fmt.Errorf("a %s's payload has %d bytes", r.Kind.Type(), len(r.Payload))
	}
	v.head, v.root = rest[:n], rest[n:]
	return encoding.CheckNode(v.root)
}

// Head is what the type keeps besides the entries.
func (v *StoredValue) Head() []byte { return v.head }

// Kind is type and encoding.
func (v *StoredValue) Kind() encoding.Kind { return v.kind.Label() }

// AppendString appends the string that it is.
func (v *StoredValue) AppendString(dst []byte) ([]byte, error) {
	if !v.kind.HasObject() {
		return append(dst, v.root...), nil
	}
	start := len(dst)
	dst = slices.Grow(dst, int(v.length))[:start+int(v.length)]
	clear(dst[start:])
	for id := range v.object.Nodes {
		b, err := v.nodes.read(v.physical, Object(v.object.Object), id)
		if errors.Is(err, pebble.ErrNotFound) {
			continue // zeros
		}
		if err != nil {
			return nil, err
		}
		copy(dst[start+int(id)*encoding.ChunkBytes:], b)
	}
	return dst, nil
}

// storedTree is a stored value as its tree sees it.
type storedTree StoredValue

func (t *storedTree) Root() []byte { return t.root }

func (t *storedTree) Node(id uint64) ([]byte, error) {
	b, err := t.nodes.read(t.physical, Object(t.object.Object), id)
	if err != nil {
		return nil, fmt.Errorf("node %d of object %x: %w", id, t.object.Object, err)
	}
	b = bytes.Clone(b) // several walks over one tree may go on side by side, each at a pace of its own
	return b, encoding.CheckNode(b)
}

var errReadOnly = errors.New("a tree that is only read")

func (t *storedTree) Add(uint64, int, uint64) error                     { return errReadOnly }
func (t *storedTree) Near(uint64) bool                                  { return true }
func (t *storedTree) Splice(uint64, int, int, int, int) ([]byte, error) { return nil, errReadOnly }
func (t *storedTree) Resize(uint64, int) ([]byte, error)                { return nil, errReadOnly }
func (t *storedTree) Create(int) (uint64, []byte, error)                { return 0, nil, errReadOnly }
func (t *storedTree) Drop(uint64) error                                 { return errReadOnly }
func (t *storedTree) Ahead([]uint64)                                    {}
