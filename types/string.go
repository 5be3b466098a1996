package types

import (
	"math"
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
	ExpireAtMs int64 // 0: never
}

// SetResult tells what SET did. Old is valid until the next change of the key.
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
	var res SetResult
	if o.If != Always || o.Get || o.KeepTTL {
		old, err := tx.Get(key)
		if err != nil {
			return res, err
		}
		if o.Get && old.Exists() {
			if old.Type() != encoding.TypeString {
				return res, ErrWrongType
			}
			res.Old = append([]byte{}, old.Value()...)
		}
		if old.Exists() == (o.If == IfMissing) && o.If != Always {
			return res, nil
		}
		if o.KeepTTL {
			o.ExpireAtMs = old.ExpireAtMs()
		}
	}
	res.Stored = true
	return res, store(tx, key, value, encoding.StringKind(value), o)
}

// store puts a string and logs it.
func store(tx *persistence.Tx, key, value []byte, kind encoding.Kind, o SetOptions) error {
	if err := tx.Put(key, kind, value, o.ExpireAtMs); err != nil {
		return err
	}
	switch {
	case o.KeepTTL:
		tx.Log(wordSet, key, value, wordKeepTTL)
	case o.ExpireAtMs != 0:
		tx.Log(wordSet, key, value, wordPXAT, strconv.AppendInt(nil, o.ExpireAtMs, 10))
	default:
		tx.Log(wordSet, key, value)
	}
	return nil
}

// String reads a key that holds a string; ok is false if it is missing. The
// value is valid until the key changes.
func String(tx *persistence.Tx, key []byte) (value []byte, ok bool, err error) {
	r, err := tx.Get(key)
	if err != nil || !r.Exists() {
		return nil, false, err
	}
	if r.Type() != encoding.TypeString {
		return nil, false, ErrWrongType
	}
	return r.Value(), true, nil
}

var (
	wordIncrBy = []byte("INCRBY")
)

// IncrBy adds to the integer that a key holds, 0 if it is missing, and returns
// the sum. The expire time stays.
func IncrBy(tx *persistence.Tx, key []byte, delta int64) (int64, error) {
	r, err := tx.Get(key)
	if err != nil {
		return 0, err
	}
	n := int64(0)
	if r.Exists() {
		if r.Type() != encoding.TypeString {
			return 0, ErrWrongType
		}
		var ok bool
		if n, ok = encoding.ParseInt(r.Value()); !ok {
			return 0, ErrNotInteger
		}
	}
	if (delta > 0 && n > math.MaxInt64-delta) || (delta < 0 && n < math.MinInt64-delta) {
		return 0, ErrOverflow
	}
	n += delta
	var digits [20]byte
	value := strconv.AppendInt(digits[:0], n, 10)
	if err := tx.Put(key, encoding.MakeKind(encoding.TypeString, encoding.StringInt), value, r.ExpireAtMs()); err != nil {
		return 0, err
	}
	var by [20]byte
	tx.Log(wordIncrBy, key, strconv.AppendInt(by[:0], delta, 10))
	return n, nil
}
