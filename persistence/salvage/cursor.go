package salvage

import (
	"bytes"
	"context"
	"encoding/binary"
	"slices"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/sstable"
)

// cursor goes through the rows of one table, every version of them, over its
// holes.
type cursor struct {
	t       *table
	it      sstable.Iterator
	key     []byte // valid until the next step
	value   []byte
	rank    uint64
	deleted bool
	done    bool
	err     error
}

func (t *table) cursor() (*cursor, error) {
	if t.reader == nil {
		return &cursor{t: t, done: true}, nil
	}
	it, err := t.reader.NewPointIter(context.Background(), sstable.IterOptions{
		FilterBlockSizeLimit: sstable.NeverUseFilterBlock,
		ReaderProvider:       sstable.MakeTrivialReaderProvider(t.reader),
		Env:                  sstable.NoReadEnv,
		BlobContext:          sstable.AssertNoBlobHandles,
	})
	if err != nil {
		return nil, err
	}
	return &cursor{t: t, it: it}, nil
}

func (c *cursor) close() error {
	if c.it == nil {
		return nil
	}
	return c.it.Close()
}

// seek goes to the first row whose key is not smaller.
func (c *cursor) seek(key []byte) {
	if c.it == nil || c.err != nil {
		c.done = true
		return
	}
	for _, h := range c.t.holes { // in order; adjoining ones are one
		if h.covers(key) {
			if h.upto == nil {
				c.done = true
				return
			}
			key = append(slices.Clone(h.upto), 0)
		}
	}
	c.done = false
	kv := c.it.SeekGE(key, 0)
	if c.at(kv != nil, key) {
		c.take(kv.K.UserKey, uint64(kv.SeqNum()), kv.Kind(), kv)
	}
}

func (c *cursor) next() {
	kv := c.it.Next()
	if c.at(kv != nil, c.key) {
		c.take(kv.K.UserKey, uint64(kv.SeqNum()), kv.Kind(), kv)
	}
}

// at sees to an iterator that has no row. It was at a key: where it cannot go on
// there is a hole.
func (c *cursor) at(ok bool, key []byte) bool {
	if ok {
		return true
	}
	if err := c.it.Error(); err == nil {
		c.done = true
	} else if !c.jump(key) {
		c.done, c.err = true, err
	}
	return false
}

// valuer is a row of an iterator, whose type has no name here.
type valuer interface {
	Value(buf []byte) (value []byte, callerOwned bool, err error)
}

// scannedHeaderBytes is what a scanned row has before its value.
const scannedHeaderBytes = 9

// take makes a row the present one.
func (c *cursor) take(key []byte, seq uint64, kind pebble.InternalKeyKind, v valuer) {
	if c.t.known {
		if bytes.Compare(key, c.t.last) > 0 { // of a file that a virtual table has a part of
			c.done = true
			return
		}
		if bytes.Compare(key, c.t.first) < 0 {
			c.seek(c.t.first)
			return
		}
	}
	value, _, err := v.Value(nil)
	if err != nil {
		value = nil // only older versions keep their values elsewhere
	}
	if c.t.scanned {
		if len(value) < scannedHeaderBytes {
			c.done = true
			return
		}
		seq, kind = binary.LittleEndian.Uint64(value), pebble.InternalKeyKind(value[8])
		value = value[scannedHeaderBytes:]
	}
	c.key, c.value = append(c.key[:0], key...), value
	c.rank = c.t.rank(seq)
	c.deleted = kind != pebble.InternalKeyKindSet && kind != pebble.InternalKeyKindSetWithDelete
}

// jump goes over the first hole behind a key.
func (c *cursor) jump(key []byte) bool {
	for _, h := range c.t.holes {
		if h.upto == nil && (h.after == nil || bytes.Compare(key, h.after) >= 0) {
			c.done = true
			return true
		}
		if h.upto != nil && bytes.Compare(key, h.upto) <= 0 {
			c.seek(append(slices.Clone(h.upto), 0))
			return true
		}
	}
	return false
}
