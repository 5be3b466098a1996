package types

import "github.com/cairndb/cairn/persistence"

// StringPair reads two keys that must hold strings, or nothing, which is an
// empty string; else it is ErrNotStrings. The bytes are valid until their key
// changes.
func StringPair(tx *persistence.Tx, keyA, keyB []byte) (a, b []byte, err error) {
	a, _, err = String(tx, keyA)
	if err == nil {
		b, _, err = String(tx, keyB)
	}
	if err == ErrWrongType {
		err = ErrNotStrings
	}
	return a, b, err
}
