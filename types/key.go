package types

import "github.com/cairndb/cairn/persistence"

var wordDel = []byte("DEL")

// Delete removes keys and returns how many there were.
func Delete(tx *persistence.Tx, keys [][]byte) (int64, error) {
	n := int64(0)
	for _, key := range keys {
		existed, err := tx.Delete(key)
		if err != nil {
			return 0, err
		}
		if existed {
			n++
			tx.Log(wordDel, key)
		}
	}
	return n, nil
}
