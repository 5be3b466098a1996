package types

import "github.com/cairndb/cairn/persistence"

// longWork is how many elements a function may go through at a stretch where
// others wait for it.
const longWork = 10_000

// longer is called before a function goes through n elements, and before it
// changes anything: where many would keep others waiting it is an error, to be
// returned, and the function is run again elsewhere.
func longer(tx *persistence.Tx, n int64) error {
	if n <= longWork {
		return nil
	}
	return tx.TakesLong()
}

// longBytes is how many bytes a function may sum up or compress at a stretch
// where others wait for it.
const longBytes = 1 << 20

// longerBytes is longer for work that bytes take, not elements.
func longerBytes(tx *persistence.Tx, n int64) error {
	if n <= longBytes {
		return nil
	}
	return tx.TakesLong()
}
