package persistence

import (
	"unsafe"

	"github.com/cairndb/cairn/persistence/tree"
)

// A leaf that has grown will soon grow again, and to move it each time costs
// more than the change. So it gets room to spare: a quarter of its size, or as
// much again if it grew at an end, as that of a queue does until it is full.

// leafRoom is what the largest leaf takes.
const leafRoom = blockHeader + nodeNameBytes + tree.LeafBytes

func spareRoom(size int, atEnd bool) int {
	more := size / 4
	if atEnd {
		more = size
	}
	return max(0, min(more, leafRoom-size))
}

// spliceNode is nodes.Splice for a node that is not the root.
func (tx *Tx) spliceNode(d *db, o Object, node uint64, at, was, is, count int) ([]byte, error) {
	var p nodePlace
	if err := tx.findNode(d, o, node, &p); err != nil {
		return nil, err
	}
	if p.w == nil {
		return nil, missingNode(o, node)
	}
	if b, ok := tx.spliceAt(p.sh, *p.w, p.b, at, was, is, count); ok {
		return b, nil
	}
	old := p.b.value()
	v := version{shape: shape{keyLen: nodeNameBytes, valueLen: len(old) + is - was}, what: isNode}
	if is > was {
		v.spare = spareRoom(v.size(), at == patchHead || at+was == len(old))
	}
	b := tx.reshapeAt(p.sh, d, p.t, p.s, p.w, p.name[:], v).value()
	spliceInto(b, old, at, was, is)
	return fillSplice(b, at, is, count), nil
}

// spliceInto gives a value that was made anew the bytes that stay of the old
// one, which may lie in the same place.
func spliceInto(b, old []byte, at, was, is int) {
	if unsafe.SliceData(b) != unsafe.SliceData(old) {
		copy(b, old[:at])
	}
	copy(b[at+is:], old[at+was:])
}
