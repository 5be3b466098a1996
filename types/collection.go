package types

import (
	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/persistence"
)

// open opens a key that must hold a collection of a type or nothing, else it is
// ErrWrongType. It is valid until the transaction's function returns.
func open(tx *persistence.Tx, key []byte, t encoding.Type) (*persistence.Collection, error) {
	c, err := tx.Collection(key)
	if err != nil {
		return nil, err
	}
	if c.Exists() && c.Type() != t {
		return nil, ErrWrongType
	}
	return c, nil
}
