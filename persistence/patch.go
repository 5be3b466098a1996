package persistence

import (
	"encoding/binary"

	"github.com/cairndb/cairn/encoding"
)

// A patch is a change of a few bytes of a block that is dirty already, where it
// lies. Each entry that comes or goes changes one place of a leaf, and a count in
// each node above: to save whole nodes for undoing would cost more than all the
// rest.
type patch struct {
	shard *shard
	b     block
	at    int // the place in the value
	was   int // bytes that were there; they lie in Tx.saved, after the value's first patchHead
	is    int // bytes that are there now
	saved int
}

// patchHead is how many bytes at the start of a value a patch saves too: a
// leaf's count is there.
const patchHead = 4

// note remembers how to undo a change that is about to be made. A block that
// was touched is undone as a whole.
func (tx *Tx) note(sh *shard, b block, at, was, is int) {
	if b.has(flagTouched) {
		return
	}
	tx.patches = append(tx.patches, patch{sh, b, at, was, is, len(tx.saved)})
	v := b.value()
	tx.saved = append(append(tx.saved, v[:patchHead]...), v[at:at+was]...)
}

// addAt adds to the number at an offset of the value of block b, whose word is
// w, unless the block has to become dirty first: then it returns false.
func (tx *Tx) addAt(sh *shard, w word, b block, at int, delta uint64) bool {
	if w.state() != sh.current {
		return false
	}
	tx.note(sh, b, at, 8, 8)
	number := b.value()[at:]
	binary.LittleEndian.PutUint64(number, binary.LittleEndian.Uint64(number)+delta)
	return true
}

// spliceAt is nodes.Splice for a node that may stay where it is; ok is false if
// it may not.
func (tx *Tx) spliceAt(sh *shard, w word, b block, at, was, is, count int) (room []byte, ok bool) {
	if w.state() != sh.current || !b.small() || !b.takes(b.size()+is-was) {
		return nil, false
	}
	tx.note(sh, b, at, was, is)
	b.setClass(b.class())
	b.splice(at, was, is)
	return fillSplice(b.value(), at, is, count), true
}

// splice changes the length of the value at a place, in room that there is.
func (b block) splice(at, was, is int) {
	if was == is {
		return
	}
	old := b.value()
	b.setValueLen(len(old) + is - was)
	copy(b.value()[at+is:], old[at+was:])
}

// fillSplice corrects a node's count and returns what is to be filled.
func fillSplice(node []byte, at, is, count int) []byte {
	if count != 0 {
		encoding.AddToCount(node, count)
	}
	return node[at : at+is]
}

// commitPatches makes patches final; whoever sees them waits for the log's
// offset.
func (tx *Tx) commitPatches(offset int64) {
	for i := range tx.patches {
		sh := tx.patches[i].shard
		sh.version++
		sh.lastOffset = max(sh.lastOffset, offset)
	}
}

// rollbackPatches undoes them, after the blocks that were changed whole are back
// in their places.
func (tx *Tx) rollbackPatches() {
	for i := len(tx.patches) - 1; i >= 0; i-- {
		p := &tx.patches[i]
		p.b.splice(p.at, p.is, p.was)
		v, saved := p.b.value(), tx.saved[p.saved:]
		copy(v[p.at:], saved[patchHead:patchHead+p.was])
		copy(v, saved[:patchHead])
	}
}
