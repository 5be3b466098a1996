package types

import (
	"strconv"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/persistence"
)

// Condition says when SET stores.
type Condition uint8

// Always, only if the key is missing, only if it exists.
const (
	Always Condition = iota
	IfMissing
	IfExists
)

// SetOptions of SET and its relatives.
type SetOptions struct {
	If         Condition
	Get        bool  // return the old value, which must be a string
	KeepTTL    bool  // keep the expire time
	ExpireAtMs int64 // 0: never; may lie in the past
}

// SetResult tells what SET did. Old is the caller's.
type SetResult struct {
	Stored bool
	Old    []byte // with SetOptions.Get; nil if there was no key
}

var (
	wordSet     = []byte("SET")
	wordPXAT    = []byte("PXAT")
	wordKeepTTL = []byte("KEEPTTL")
)

// Set stores a string, whatever the key held before. Without conditions it
// does not look at what was there.
func Set(tx *persistence.Tx, key, value []byte, o SetOptions) (SetResult, error) {
	if o.If == Always && !o.Get && !o.KeepTTL {
		return SetResult{Stored: true}, o.set(tx, key, value)
	}
	res, err := o.look(tx, key)
	if err != nil || !res.Stored {
		return res, err
	}
	return res, o.set(tx, key, value)
}

func (o *SetOptions) set(tx *persistence.Tx, key, value []byte) error {
	if err := store(tx, key, value, encoding.StringKind(value), *o); err != nil {
		return err
	}
	tx.Modified(key, persistence.EventString, "set")
	if o.ExpireAtMs != 0 && !o.KeepTTL {
		tx.Notify(key, persistence.EventGeneric, "expire")
	}
	return nil
}

// look tells whether to store, given what is there, and keeps of it what the
// options ask for.
func (o *SetOptions) look(tx *persistence.Tx, key []byte) (res SetResult, err error) {
	old, err := tx.Get(key)
	if err != nil {
		return res, err
	}
	if o.Get {
		if res.Old, err = copyString(tx, key); err != nil {
			return res, err
		}
		missed(tx, key, res.Old != nil)
	}
	if o.KeepTTL {
		o.ExpireAtMs = old.ExpireAtMs()
	}
	res.Stored = o.If == Always || old.Exists() == (o.If == IfExists)
	return res, nil
}

// copyString returns a key's string for keeping, nil if the key is missing.
func copyString(tx *persistence.Tx, key []byte) ([]byte, error) {
	s, err := openString(tx, key)
	if err != nil || !s.exists() {
		return nil, err
	}
	v, err := s.all()
	return append([]byte{}, v...), err
}

// store puts a string and logs it. The caller tells of it.
func store(tx *persistence.Tx, key, value []byte, kind encoding.Kind, o SetOptions) error {
	if err := putString(tx, key, kind, value, o.ExpireAtMs); err != nil {
		return err
	}
	switch {
	case o.KeepTTL:
		tx.Log(wordSet, key, value, wordKeepTTL)
	case o.ExpireAtMs != 0:
		var digits [20]byte
		tx.Log(wordSet, key, value, wordPXAT, strconv.AppendInt(digits[:0], o.ExpireAtMs, 10))
	default:
		tx.Log(wordSet, key, value)
	}
	return nil
}

// String reads a key that holds a string; ok is false if it is missing. The
// value is valid until the key changes.
func String(tx *persistence.Tx, key []byte) (value []byte, ok bool, err error) {
	s, err := openString(tx, key)
	if err != nil || !s.exists() {
		return nil, false, err
	}
	value, err = s.all()
	return value, true, err
}

// HoldsString tells whether a key holds a string: false if it is missing,
// ErrWrongType if it holds something else.
func HoldsString(tx *persistence.Tx, key []byte) (bool, error) {
	s, err := openString(tx, key)
	missed(tx, key, err != nil || s.exists())
	return s.exists(), err
}

// StringLen is the length of the string that a key holds in bytes, 0 if it is
// missing.
func StringLen(tx *persistence.Tx, key []byte) (int64, error) {
	s, err := openString(tx, key)
	return s.len(), err
}

// GetDel deletes a key that holds a string and returns what it was, nil if it
// is missing.
func GetDel(tx *persistence.Tx, key []byte) ([]byte, error) {
	old, err := copyString(tx, key)
	missed(tx, key, err != nil || old != nil)
	if err != nil || old == nil {
		return nil, err
	}
	return old, deleteString(tx, key)
}

func deleteString(tx *persistence.Tx, key []byte) error {
	_, err := deleteOne(tx, key)
	return err
}
