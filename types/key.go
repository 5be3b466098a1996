package types

import (
	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/persistence"
)

var wordDel = []byte("DEL")

// Delete removes keys and returns how many there were.
func Delete(tx *persistence.Tx, keys [][]byte) (int64, error) {
	if len(keys) == 1 {
		return deleteOne(tx, keys[0])
	}
	var gone [][]byte
	for _, key := range keys {
		existed, err := tx.Delete(key)
		if err != nil {
			return 0, err
		}
		if existed {
			tx.Modified(key, persistence.EventGeneric, "del")
			gone = append(gone, key)
		}
	}
	if len(gone) > 0 {
		tx.LogList(gone, wordDel)
	}
	return int64(len(gone)), nil
}

func deleteOne(tx *persistence.Tx, key []byte) (int64, error) {
	existed, err := tx.Delete(key)
	if err != nil || !existed {
		return 0, err
	}
	tx.Modified(key, persistence.EventGeneric, "del")
	tx.Log(wordDel, key)
	return 1, nil
}

// vacate deletes what is about to be replaced, if somebody wants to know of new
// keys: as in Redis what takes the place counts as one.
func vacate(tx *persistence.Tx, key []byte) error {
	if !tx.Wants(persistence.EventNew) {
		return nil
	}
	_, err := tx.Delete(key)
	return err
}

// missed tells of a key that a command which writes has read in vain. Of those
// that only read the transaction itself tells.
func missed(tx *persistence.Tx, key []byte, found bool) {
	if !found && !tx.Asking() {
		tx.Notify(key, persistence.EventKeyMiss, "keymiss")
	}
}

// Exists counts the keys that exist, each as often as it is named.
func Exists(tx *persistence.Tx, keys [][]byte) (int64, error) {
	return count(keys, tx.Peek)
}

// Touch counts like Exists, and marks the keys as just used.
func Touch(tx *persistence.Tx, keys [][]byte) (int64, error) {
	return count(keys, tx.Get)
}

func count(keys [][]byte, look func([]byte) (persistence.Record, error)) (n int64, err error) {
	for _, key := range keys {
		r, err := look(key)
		if err != nil {
			return 0, err
		}
		if r.Exists() {
			n++
		}
	}
	return n, nil
}

// TypeOf is the type of a key's value, TypeNone if the key is missing.
func TypeOf(tx *persistence.Tx, key []byte) (encoding.Type, error) {
	r, err := tx.Peek(key)
	return r.Type(), err
}
