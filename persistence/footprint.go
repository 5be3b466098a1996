package persistence

import (
	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/persistence/slab"
)

// Footprint is how many bytes of RAM a key takes with all its nodes, when all
// are there; ok is false if the key is missing. It leaves no trace of use. Of a
// tree it weighs as many leaves as samples, 0 being all (tree.Weigh); a long
// string counts as having all chunks.
func (tx *Tx) Footprint(name []byte, samples int64) (n int64, ok bool, err error) {
	r, err := tx.Examine(name)
	if err != nil || !r.Exists() {
		return 0, false, err
	}
	n = int64(r.Footprint())
	switch {
	case !r.Kind().HasObject():
		return n, true, nil
	case r.Type() == encoding.TypeString:
		h, err := encoding.ParseObjectHeader(r.Value())
		return n + int64(h.Nodes)*nodeFootprint(encoding.ChunkBytes), true, err
	}
	nodes, err := tx.collection(name, r).Weigh(samples, nodeFootprint)
	return n + nodes, true, err
}

// nodeFootprint is how many bytes of RAM a node takes, its index word included.
func nodeFootprint(bytes int) int64 {
	return int64(slab.Footprint(shape{keyLen: nodeNameBytes, valueLen: bytes}.size())) + 8
}
