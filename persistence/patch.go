package persistence

import (
	"encoding/binary"
	"unsafe"
)

// A patch is the smallest change of a block: one number in one that is dirty
// already. Counts on the way down to a leaf change with every entry; to save
// each whole node for undoing would cost more than all the rest.
type patch struct {
	shard *shard
	at    unsafe.Pointer // in the arena
	old   uint64
}

// patch adds to the number at the start of bytes, which lie in block b of word
// w, unless the block has to become dirty first: then it returns false.
func (tx *Tx) patch(sh *shard, w word, b block, bytes []byte, delta uint64) bool {
	if w.state() != sh.current {
		return false
	}
	old := binary.LittleEndian.Uint64(bytes)
	if !b.has(flagTouched) { // else the whole block is saved
		tx.patches = append(tx.patches, patch{sh, unsafe.Pointer(unsafe.SliceData(bytes)), old})
	}
	binary.LittleEndian.PutUint64(bytes, old+delta)
	return true
}

// commitPatches makes patches final; whoever sees them waits for the log's
// offset.
func (tx *Tx) commitPatches(offset int64) {
	for i := range tx.patches {
		sh := tx.patches[i].shard
		sh.lastOffset = max(sh.lastOffset, offset)
	}
}

// rollbackPatches undoes them, after the blocks that were changed whole are back
// in their places.
func (tx *Tx) rollbackPatches() {
	for i := len(tx.patches) - 1; i >= 0; i-- {
		p := &tx.patches[i]
		binary.LittleEndian.PutUint64(unsafe.Slice((*byte)(p.at), 8), p.old)
	}
}
