package types

import (
	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/persistence"
)

// TypeUnknown is the type of no key: a filter for it lets nothing pass.
const TypeUnknown = ^encoding.Type(0)

// Filter says which keys of a walk count.
type Filter struct {
	Pattern []byte        // glob-style, as encoding.Match reads it; nil is all
	Type    encoding.Type // TypeNone is all
	NowMs   int64         // keys that have expired by then do not exist
}

// AnyName is the pattern that all names match, the empty one too, although
// encoding.Match says otherwise.
func AnyName(pattern []byte) bool { return string(pattern) == "*" }

func (f *Filter) passes(e *persistence.Entry) bool {
	switch {
	case f.Type != encoding.TypeNone && f.Type != e.Kind.Type():
		return false
	case f.Pattern == nil || AnyName(f.Pattern):
		return true
	default:
		return encoding.Match(f.Pattern, e.Name, false)
	}
}

func (f *Filter) expired(e *persistence.Entry) bool {
	return e.ExpireAtMs != 0 && e.ExpireAtMs <= f.NowMs
}

// scanBatch bounds how many names are held at a time, whatever a client asks
// for.
const scanBatch = 1024

// Scan looks at about count keys of the selected database from a place on, and
// calls found for those that pass and expired for those that have expired; the
// names are theirs to keep. It returns the place to go on from, 0 at the end. A
// key that exists throughout a walk is met.
func Scan(tx *persistence.Tx, from encoding.Place, count int64, f Filter, found, expired func(name []byte)) (encoding.Place, error) {
	for done := false; !done && count > 0; {
		var list []persistence.Entry
		var err error
		list, from, done, err = tx.Scan(from, int(min(count, scanBatch)))
		if err != nil {
			return 0, err
		}
		for i := range list {
			if e := &list[i]; f.expired(e) {
				expired(e.Name)
			} else if f.passes(e) {
				found(e.Name)
			}
		}
		count -= int64(len(list))
		if done {
			from = 0
		}
	}
	tx.SawAll()
	return from, nil
}

// randomTries is how many keys in a row may turn out to have expired before
// RandomKey looks for one that has not by walking.
const randomTries = 100

// RandomKey returns some key of the selected database, each about as likely as
// the other, nil if there is none. It calls expired for those that it met in
// vain. While expired keys are kept it may be one of them, as in Redis.
func RandomKey(tx *persistence.Tx, expired func(name []byte)) ([]byte, error) {
	f := Filter{NowMs: tx.NowMs}
	var met []byte
	for range randomTries {
		e, ok, err := tx.Random()
		if err != nil {
			return nil, err
		}
		if !ok {
			break
		}
		if !f.expired(&e) {
			tx.SawAll()
			return e.Name, nil
		}
		expired(e.Name)
		met = e.Name
	}
	if met != nil && tx.HidesExpired() { // they stay, and may be all there is
		tx.SawAll()
		return met, nil
	}
	return firstKey(tx, f)
}

// firstKey finds the first key that has not expired. It may take long.
func firstKey(tx *persistence.Tx, f Filter) (name []byte, err error) {
	if tx.NoWait {
		return nil, persistence.ErrWouldBlock
	}
	keep := func(n []byte) {
		if name == nil {
			name = n
		}
	}
	for from := encoding.Place(0); ; {
		from, err = Scan(tx, from, scanBatch, f, keep, func([]byte) {})
		if err != nil || name != nil || from == 0 {
			return name, err
		}
	}
}

// CountKeys is how many keys the selected database has; those that have expired
// count until they are deleted.
func CountKeys(tx *persistence.Tx) (int64, error) {
	n, err := tx.KeyCount()
	tx.SawAll()
	return n, err
}
