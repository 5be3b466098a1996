package persistence

import (
	"bytes"
	"errors"

	"github.com/cockroachdb/pebble/v2"

	"github.com/cairndb/cairn/encoding"
)

// storedNodes reads nodes of a snapshot, many of which lie side by side: an
// iterator that stays where it is finds the next one several times as fast as a
// lookup of its own. For one goroutine. Close it.
type storedNodes struct {
	snapshot *Snapshot
	physical uint32 // whose nodes the iterator goes over
	it       *pebble.Iterator
	key      []byte
}

// read reads a node; pebble.ErrNotFound if there is none. The bytes are valid
// until the next read.
func (n *storedNodes) read(physical uint32, o Object, id uint64) ([]byte, error) {
	if err := n.open(physical); err != nil {
		return nil, err
	}
	n.key = encoding.AppendNodeKey(n.key[:0], physical, uint64(o), id)
	if !n.it.SeekGE(n.key) || !bytes.Equal(n.it.Key(), n.key) {
		if err := n.it.Error(); err != nil {
			return nil, err
		}
		return nil, pebble.ErrNotFound
	}
	return n.it.ValueAndErr()
}

func (n *storedNodes) open(physical uint32) (err error) {
	if n.it != nil && n.physical == physical {
		return nil
	}
	if err := n.close(); err != nil {
		return err
	}
	span := encoding.DatabaseSpans(physical)[1]
	n.physical = physical
	n.it, err = n.snapshot.tables.NewIter(&pebble.IterOptions{LowerBound: span[0], UpperBound: span[1]})
	return err
}

func (n *storedNodes) close() error {
	if n.it == nil {
		return nil
	}
	err := errors.Join(n.it.Error(), n.it.Close())
	n.it = nil
	return err
}
