package types

import (
	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/persistence"
)

// digestZSet adds the members of a sorted set, each with its score.
func digestZSet(tx *persistence.Tx, key []byte, d *Digest) error {
	z, err := openZSet(tx, key)
	if err != nil {
		return err
	}
	w := z.walk(span{0, z.len()}, false)
	for w.Next() {
		var text [32]byte
		var pair Digest
		pair.mix(w.member)
		pair.mix(encoding.AppendDouble(text[:0], w.score))
		d.xor(pair[:])
	}
	return w.Err()
}
