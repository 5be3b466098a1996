package persistence

import (
	"encoding/binary"
	"errors"

	"github.com/cockroachdb/pebble/v2"

	"github.com/cairndb/cairn/encoding"
)

// StoredBatch is keys of a snapshot that follow each other, copied, so that
// others can look at them while the walk goes on.
type StoredBatch struct {
	snapshot *Snapshot
	physical uint32
	rows     []byte // keyLen:u32 valueLen:u32 key value, of the store
}

// WalkBatches is Walk that hands out the keys many at a time: about so many bytes
// of records, or one record. fn may keep a batch.
func (n *Snapshot) WalkBatches(database, batchBytes int, fn func(b *StoredBatch) error) error {
	for _, d := range n.Meta.Databases {
		if int(d.Logical) == database {
			return n.walkBatches(d.Physical, batchBytes, fn)
		}
	}
	return nil
}

func (n *Snapshot) walkBatches(physical uint32, batchBytes int, fn func(b *StoredBatch) error) error {
	span := encoding.DatabaseSpans(physical)[0]
	it, err := n.tables.NewIter(&pebble.IterOptions{LowerBound: span[0], UpperBound: span[1]})
	if err != nil {
		return err
	}
	b := &StoredBatch{snapshot: n, physical: physical}
	for ok := it.First(); ok && err == nil; ok = it.Next() {
		var value []byte
		if value, err = it.ValueAndErr(); err != nil {
			break
		}
		if len(b.rows) > 0 && len(b.rows)+len(value) > batchBytes {
			err = fn(b)
			b = &StoredBatch{snapshot: n, physical: physical}
		}
		if b.rows == nil {
			b.rows = make([]byte, 0, max(batchBytes+1<<10, len(value)+1<<10))
		}
		b.add(it.Key(), value)
	}
	if err == nil && len(b.rows) > 0 {
		err = fn(b)
	}
	return errors.Join(err, it.Error(), it.Close())
}

func (b *StoredBatch) add(key, value []byte) {
	b.rows = binary.LittleEndian.AppendUint32(b.rows, uint32(len(key)))
	b.rows = binary.LittleEndian.AppendUint32(b.rows, uint32(len(value)))
	b.rows = append(append(b.rows, key...), value...)
}

// Each calls fn for each key of the batch.
func (b *StoredBatch) Each(fn func(k *StoredKey) error) (err error) {
	k := newStoredKey(b.snapshot, b.physical)
	defer func() { err = errors.Join(err, k.close()) }()
	for rows := b.rows; len(rows) > 0; {
		keyEnd := 8 + int(binary.LittleEndian.Uint32(rows))
		end := keyEnd + int(binary.LittleEndian.Uint32(rows[4:]))
		if err := k.read(rows[8:keyEnd], rows[keyEnd:end]); err != nil {
			return err
		}
		if err := fn(k); err != nil {
			return err
		}
		rows = rows[end:]
	}
	return nil
}
