package types

import (
	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/persistence"
	"github.com/cairndb/cairn/persistence/tree"
)

// HashWalk goes through the fields of a hash:
//
//	for w.Next() { w.Field(), w.Value() }; w.Err()
//
// The hash must not change meanwhile.
type HashWalk struct {
	h  hashValue
	it tree.Iter
}

// HAll starts a walk through all fields of a hash: in the order in which they
// were added if it is a listpack. A missing key has none.
func HAll(tx *persistence.Tx, key []byte) (HashWalk, error) {
	h, err := openHash(tx, key)
	if err != nil || !h.exists() {
		return HashWalk{}, err
	}
	return HashWalk{h, h.c.Iter(0)}, longer(tx, h.len())
}

// Len is the number of fields of the hash.
func (w *HashWalk) Len() int64 {
	if w.h.c == nil {
		return 0
	}
	return w.h.len()
}

// Next goes to the next field; false at the end, or if Err is not nil.
func (w *HashWalk) Next() bool { return w.h.c != nil && w.it.Next() }

// Field is the name of the field, valid until the hash changes.
func (w *HashWalk) Field() []byte { return w.h.name(w.it.Entry().Key) }

// Value is what the field holds, valid until the hash changes.
func (w *HashWalk) Value() []byte { return w.it.Entry().Value }

// Err tells why Next has returned false, nil at the end.
func (w *HashWalk) Err() error { return w.it.Err() }

// HScan looks at some fields of a hash, and calls found for those whose names
// match. It returns the cursor to go on from, 0 at the end. A field that is
// there throughout a walk is met. A listpack is looked at as a whole.
func HScan(tx *persistence.Tx, key []byte, s ElementScan, found func(field, value []byte)) (next uint64, err error) {
	h, err := openHash(tx, key)
	if err != nil || !h.exists() {
		return 0, err
	}
	if !h.packed() {
		return s.hashed(tx, &h.c.Tree, func(e tree.Entry) {
			if name := encoding.HashedName(e.Key); s.passes(name) {
				found(name, e.Value)
			}
		})
	}
	it := h.c.Iter(0)
	for it.Next() {
		if e := it.Entry(); s.passes(e.Key) {
			found(e.Key, e.Value)
		}
	}
	return 0, it.Err()
}
