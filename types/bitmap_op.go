package types

import (
	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/persistence"
)

var (
	wordBitOp = []byte("BITOP")
	bitOpWord = [...][]byte{
		encoding.BitAnd: []byte("AND"),
		encoding.BitOr:  []byte("OR"),
		encoding.BitXor: []byte("XOR"),
		encoding.BitNot: []byte("NOT"),
	}
)

// BitOp stores in dest what an operation makes of strings, and returns its
// length: that of the longest. Missing keys are empty; an empty result deletes
// dest. REQUIRES: at least one source, exactly one for BitNot.
func BitOp(tx *persistence.Tx, op encoding.BitOperator, dest []byte, sources [][]byte) (int64, error) {
	values, longest, err := readStrings(tx, sources)
	if err != nil {
		return 0, err
	}
	if longest == 0 {
		return 0, discard(tx, dest)
	}
	result := make([]byte, longest)
	encoding.BitOp(op, result, values)
	if err := putString(tx, dest, encoding.RawStringKind(), result, 0); err != nil {
		return 0, err
	}
	tx.Modified(dest, persistence.EventString, "set")
	tx.LogList(sources, wordBitOp, bitOpWord[op], dest)
	return int64(longest), nil
}

func readStrings(tx *persistence.Tx, keys [][]byte) (values [][]byte, longest int, err error) {
	values = make([][]byte, len(keys))
	for i, key := range keys {
		var found bool
		if values[i], found, err = String(tx, key); err != nil {
			return nil, 0, err
		}
		missed(tx, key, found)
		longest = max(longest, len(values[i]))
	}
	return values, longest, nil
}

// discard deletes a key that may be missing.
func discard(tx *persistence.Tx, key []byte) error {
	_, err := Delete(tx, [][]byte{key})
	return err
}
