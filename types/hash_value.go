package types

import (
	"bytes"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/persistence"
)

// HashLimits say up to what size a hash counts as a listpack.
type HashLimits struct {
	Entries    int64 // fields
	ValueBytes int64 // of a field or a value
}

// hashValue is a key's hash, and the only way to its fields, so that how they
// are laid out is known here and nowhere else. A missing key is an empty hash
// that does not exist. Bytes that the methods return are valid until the hash
// changes.
type hashValue struct {
	tx  *persistence.Tx
	key []byte
	c   *persistence.Collection
}

// openHash looks up a key that must hold a hash or nothing, else it is
// ErrWrongType.
func openHash(tx *persistence.Tx, key []byte) (hashValue, error) {
	c, err := open(tx, key, encoding.TypeHash)
	return hashValue{tx: tx, key: key, c: c}, err
}

func (h *hashValue) exists() bool { return h.c.Exists() }

func (h *hashValue) len() int64 { return h.c.Len() }

// packed tells whether the hash is a listpack: its fields lie in the order in
// which they were added, and one is found by looking at all.
func (h *hashValue) packed() bool { return h.c.Kind() == hashKind(encoding.HashListpack) }

func hashKind(enc uint8) encoding.Kind { return encoding.MakeKind(encoding.TypeHash, enc) }

// nameRoom is how long a field or member may be for its entry's key to be built
// without an allocation.
const nameRoom = 120

// find looks a field up.
func (h *hashValue) find(field []byte) (value []byte, found bool, err error) {
	switch {
	case !h.exists():
		return nil, false, nil
	case h.packed():
		_, value, found, err = h.look(field)
		return value, found, err
	default:
		var room [nameRoom]byte
		e, found, err := h.c.Get(h.hashed(room[:0], field))
		return e.Value, found, err
	}
}

// gather asks for all that n fields need, so that it is loaded together.
func (h *hashValue) gather(n int, field func(i int) []byte) error {
	if n < 2 || !h.exists() || h.packed() {
		return nil
	}
	var key []byte
	return h.c.Gather(n, func(i int) []byte {
		key = h.hashed(key[:0], field(i))
		return key
	})
}

// look is find in a listpack; i is the field's place.
func (h *hashValue) look(field []byte) (i int64, value []byte, found bool, err error) {
	it := h.c.Iter(0)
	for ; it.Next(); i++ {
		if e := it.Entry(); bytes.Equal(e.Key, field) {
			return i, e.Value, true, nil
		}
	}
	return 0, nil, false, it.Err()
}

// hashed builds the key of a field's entry in a hash table.
func (h *hashValue) hashed(dst, field []byte) []byte {
	return encoding.AppendHashed(dst, h.tx.Hash(field), field)
}

// at is the field at a place, with its value.
func (h *hashValue) at(i int64) (field, value []byte, err error) {
	e, err := h.c.At(i)
	return h.name(e.Key), e.Value, err
}

// name is the field in the key of an entry.
func (h *hashValue) name(key []byte) []byte {
	if h.packed() {
		return key
	}
	return encoding.HashedName(key)
}

// prepare makes the hash if it is missing, and a hash table of it if some field
// or value to come is too long for a listpack.
func (h *hashValue) prepare(lim HashLimits, coming ...[]byte) error {
	if !h.exists() {
		if err := h.c.Create(hashKind(encoding.HashListpack), nil, 0); err != nil {
			return err
		}
	}
	if !h.packed() {
		return nil
	}
	for _, b := range coming {
		if int64(len(b)) > lim.ValueBytes {
			return h.unpack()
		}
	}
	return nil
}

// set gives a field a value and tells whether the field is new. The hash must
// have been prepared for both.
func (h *hashValue) set(field, value []byte, lim HashLimits) (added bool, err error) {
	if !h.packed() {
		var room [nameRoom]byte
		return h.c.Put(h.hashed(room[:0], field), value)
	}
	i, _, found, err := h.look(field)
	switch {
	case err != nil:
		return false, err
	case found:
		err = h.c.Set(i, field, value)
	default:
		err = h.c.Insert(h.len(), field, value)
	}
	if err == nil && h.len() > lim.Entries {
		err = h.unpack()
	}
	return !found, err
}

// unpack makes a hash table of a listpack.
func (h *hashValue) unpack() error {
	var list entryList
	it := h.c.Iter(0)
	for it.Next() {
		e := it.Entry()
		list.add(h.hashed(nil, e.Key), e.Value)
	}
	if err := it.Err(); err != nil {
		return err
	}
	if err := h.c.Clear(); err != nil {
		return err
	}
	if err := h.c.SetKind(hashKind(encoding.HashTable)); err != nil {
		return err
	}
	return list.fill(h.c)
}

// remove takes a field away and tells whether it was there. The last one leaves
// an empty hash behind, to be deleted.
func (h *hashValue) remove(field []byte) (bool, error) {
	if !h.packed() {
		var room [nameRoom]byte
		return h.c.Delete(h.hashed(room[:0], field))
	}
	i, _, found, err := h.look(field)
	if err != nil || !found {
		return false, err
	}
	return true, h.c.Remove(i, 1)
}
