package persistence

import (
	"encoding/binary"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/persistence/sorter"
)

// BulkWriter gathers keys for a bulk, beside its other writers. One goroutine may
// use it at a time.
type BulkWriter struct {
	*Bulk
	rows *sorter.Writer
	key  []byte // scratch
	tree BulkCollection
}

// Writer makes another writer.
func (b *Bulk) Writer() *BulkWriter {
	w := &BulkWriter{Bulk: b, rows: b.rows.Writer()}
	w.tree.init(w)
	return w
}

// A record lies in a sorter behind its order: 8 bytes, big-endian.
const orderBytes = 8

// Put adds a key: a record whose payload is as the store keeps it. Of a key that
// comes twice the one with the higher order counts (Bulk.Twice).
func (w *BulkWriter) Put(database int, name []byte, order int64, r encoding.Record) error {
	if len(name) > encoding.MaxKeyBytes {
		return ErrKeyTooLong
	}
	at := w.store.spotOfKey(name)
	w.key = encoding.AppendRecordKey(w.key[:0], w.physicals[database], at.place(), name)
	room, err := w.rows.Reserve(w.key, orderBytes+encoding.RecordBytes(r))
	if err == nil {
		binary.BigEndian.PutUint64(room, uint64(order))
		encoding.AppendRecord(room[orderBytes:orderBytes], r)
	}
	return err
}

// NewObject names an object for a key.
func (w *BulkWriter) NewObject(name []byte) Object {
	sh := &w.store.shards[w.store.spotOfKey(name).shard]
	sh.mu.Lock()
	defer sh.mu.Unlock()
	return sh.newObject()
}

// Node adds a node, whose bytes the caller fills before the next call.
func (w *BulkWriter) Node(database int, o Object, node uint64, length int) ([]byte, error) {
	w.key = encoding.AppendNodeKey(w.key[:0], w.physicals[database], uint64(o), node)
	return w.rows.Reserve(w.key, length)
}

// Forget takes an object back that no key has got, with all its nodes.
func (w *BulkWriter) Forget(database int, o Object) error {
	w.key = encoding.AppendObjectKey(w.key[:0], w.physicals[database], uint64(o))
	return w.rows.Add(w.key, forgotten)
}

// What is said of a whole object, by a row that comes before those of its nodes:
// they are not to be written, or those that the store has are to be deleted. Of
// an expiry hint the latter is said, too.
var (
	forgotten = []byte{0}
	inTables  = []byte{1}
)
