package persistence

import (
	"unsafe"

	"github.com/cairndb/cairn/encoding"
)

// Object names a value that is kept in nodes of its own instead of in its
// key's record: a long string, a large collection. Its record's payload begins
// with it (encoding.ObjectHeader). The upper byte is the shard where it was
// born and where its nodes lie, whatever key it belongs to later.
type Object uint64

// NewObject names an object for a key. Names are never used twice.
func (tx *Tx) NewObject(key []byte) (Object, error) {
	at := tx.spot(key)
	sh, err := tx.shard(at)
	if err != nil {
		return 0, err
	}
	sh.nextObject++
	return Object(uint64(sh.no)<<56 | sh.nextObject), nil
}

// Node returns a node's bytes, valid until the node's next change; nil if
// there is no such node.
func (tx *Tx) Node(o Object, node uint64) ([]byte, error) {
	var name [16]byte
	b, err := tx.node(o, node, &name)
	if err != nil || b.p == nil {
		return nil, err
	}
	return b.value(), nil
}

func (tx *Tx) node(o Object, node uint64, name *[16]byte) (block, error) {
	at := spotOfNode(uint64(o), node)
	sh, err := tx.shard(at)
	if err != nil {
		return block{}, err
	}
	b, w, err := tx.lookup(sh, tx.db(), isNode, at, nodeName(name[:0], uint64(o), node))
	if err != nil || w == nil {
		return block{}, err
	}
	if *w&freqMask != freqMask {
		*w += 1 << freqShift
	}
	return b, nil
}

// ResizeNode gives a node a length, makes it if it is missing, keeps the bytes
// up to the shorter of both lengths, fills with zeros, and returns its bytes
// for changing.
func (tx *Tx) ResizeNode(o Object, node uint64, valueLen int) ([]byte, error) {
	var name [16]byte
	old, err := tx.node(o, node, &name)
	if err != nil {
		return nil, err
	}
	var kept []byte
	if old.p != nil {
		kept = old.value()[:min(valueLen, old.valueLen())]
	}
	at := spotOfNode(uint64(o), node)
	sh := &tx.store.shards[at.shard]
	b, err := tx.reshape(sh, tx.db(), isNode, at, name[:], shape{keyLen: len(name), valueLen: valueLen}, encoding.Kind(0), 0, 0)
	if err != nil {
		return nil, err
	}
	v := b.value()
	if unsafe.SliceData(v) != unsafe.SliceData(kept) {
		copy(v, kept)
	}
	clear(v[len(kept):])
	return v, nil
}

// DeleteNode removes a node, if there is one.
func (tx *Tx) DeleteNode(o Object, node uint64) error {
	var name [16]byte
	b, err := tx.node(o, node, &name)
	if err != nil || b.p == nil {
		return err
	}
	at := spotOfNode(uint64(o), node)
	return tx.remove(&tx.store.shards[at.shard], tx.db(), isNode, at, name[:])
}
