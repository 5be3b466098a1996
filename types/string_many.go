package types

import (
	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/persistence"
)

var wordMSet = []byte("MSET")

// SetMany stores strings, whatever their keys held before, without a look at
// what was there. pairs are keys and values in turn; of a key that comes twice
// the last value stays.
func SetMany(tx *persistence.Tx, pairs [][]byte) error {
	for i := 0; i < len(pairs); i += 2 {
		if err := putString(tx, pairs[i], encoding.StringKind(pairs[i+1]), pairs[i+1], 0); err != nil {
			return err
		}
		tx.Modified(pairs[i], persistence.EventString, "set")
	}
	tx.LogList(pairs, wordMSet)
	return nil
}

// SetManyIfMissing is SetMany if none of the keys exists, else it does
// nothing; it tells which.
func SetManyIfMissing(tx *persistence.Tx, pairs [][]byte) (bool, error) {
	for i := 0; i < len(pairs); i += 2 {
		old, err := tx.Get(pairs[i])
		if err != nil || old.Exists() {
			return false, err
		}
	}
	return true, SetMany(tx, pairs)
}
