package types

import (
	"strconv"

	"github.com/cairndb/cairn/persistence"
)

var (
	wordFlushDB  = []byte("FLUSHDB")
	wordFlushAll = []byte("FLUSHALL")
	wordSwapDB   = []byte("SWAPDB")
)

// Flush deletes all keys of the selected database.
func Flush(tx *persistence.Tx) error {
	if err := tx.Flush(tx.Database()); err != nil {
		return err
	}
	tx.Log(wordFlushDB)
	return nil
}

// FlushAll deletes all keys of all databases.
func FlushAll(tx *persistence.Tx) error {
	for n := range tx.Databases() {
		if err := tx.Flush(n); err != nil {
			return err
		}
	}
	tx.Log(wordFlushAll)
	return nil
}

// Swap exchanges the contents of two databases.
func Swap(tx *persistence.Tx, a, b int) error {
	if err := tx.Swap(a, b); err != nil {
		return err
	}
	tx.Log(wordSwapDB, strconv.AppendInt(nil, int64(a), 10), strconv.AppendInt(nil, int64(b), 10))
	return nil
}
