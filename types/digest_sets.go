package types

import "github.com/cairndb/cairn/persistence"

// digestHash adds the fields of a hash, each with its value.
func digestHash(tx *persistence.Tx, key []byte, d *Digest) error {
	w, err := HAll(tx, key)
	if err != nil {
		return err
	}
	for w.Next() {
		var pair Digest
		pair.mix(w.Field())
		pair.mix(w.Value())
		d.xor(pair[:])
	}
	return w.Err()
}

// digestSet adds the members of a set.
func digestSet(tx *persistence.Tx, key []byte, d *Digest) error {
	w, err := SMembers(tx, key)
	if err != nil {
		return err
	}
	for w.Next() {
		d.xor(w.Member())
	}
	return w.Err()
}
