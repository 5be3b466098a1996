package types

import (
	"math"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/persistence"
)

// EncodingOf names how a key's value is packed, as OBJECT ENCODING does; ok is
// false if the key is missing.
func EncodingOf(tx *persistence.Tx, key []byte) (name string, ok bool, err error) {
	r, err := tx.Examine(key)
	if err != nil || !r.Exists() {
		return "", false, err
	}
	return r.Kind().EncodingName(), true, nil
}

// Redis keeps the integers below sharedIntegers once for all keys, and gives
// them a number of references that stands for many.
const (
	sharedIntegers   = 10000
	sharedReferences = math.MaxInt32
)

// References is how many references to a key's value Redis would have; ok is
// false if the key is missing.
func References(tx *persistence.Tx, key []byte) (n int64, ok bool, err error) {
	r, err := tx.Examine(key)
	if err != nil || !r.Exists() {
		return 0, false, err
	}
	if r.Kind() == encoding.MakeKind(encoding.TypeString, encoding.StringInt) {
		if v, _ := encoding.ParseInt(r.Value()); v >= 0 && v < sharedIntegers {
			return sharedReferences, true, nil
		}
	}
	return 1, true, nil
}

// IdleSeconds is for how long a key has not been used; ok is false if it is
// missing.
func IdleSeconds(tx *persistence.Tx, key []byte) (n int64, ok bool, err error) {
	r, err := tx.Examine(key)
	if err != nil || !r.Exists() {
		return 0, false, err
	}
	return r.IdleSeconds(tx), true, nil
}

// Frequency is how often a key has been used, as Redis's LFU counter tells it;
// ok is false if the key is missing.
func Frequency(tx *persistence.Tx, key []byte) (n int64, ok bool, err error) {
	r, err := tx.Examine(key)
	if err != nil || !r.Exists() {
		return 0, false, err
	}
	return r.Uses(tx), true, nil
}
