package types

import (
	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/persistence"
	"github.com/cairndb/cairn/persistence/tree"
)

// SetWalk goes through the members of a set:
//
//	for w.Next() { w.Member() }; w.Err()
//
// The set must not change meanwhile.
type SetWalk struct {
	s    setValue
	it   tree.Iter
	text intText
}

// SMembers starts a walk through all members of a set: in numeric order if it is
// an intset. A missing key has none.
func SMembers(tx *persistence.Tx, key []byte) (SetWalk, error) {
	s, err := openSet(tx, key)
	if err != nil || !s.exists() {
		return SetWalk{}, err
	}
	return SetWalk{s: s, it: s.c.Iter(0)}, longer(tx, s.len())
}

// Len is the number of members of the set.
func (w *SetWalk) Len() int64 {
	if w.s.c == nil {
		return 0
	}
	return w.s.len()
}

// Next goes to the next member; false at the end, or if Err is not nil.
func (w *SetWalk) Next() bool { return w.s.c != nil && w.it.Next() }

// Member is valid until the next call of Next, or until the set changes.
func (w *SetWalk) Member() []byte { return w.s.member(&w.text, w.it.Entry().Key) }

// Err tells why Next has returned false, nil at the end.
func (w *SetWalk) Err() error { return w.it.Err() }

// SScan looks at some members of a set, and calls found for those that match;
// they are valid during the call. It returns the cursor to go on from, 0 at the
// end. A member that is there throughout a walk is met. An intset is looked at
// as a whole.
func SScan(tx *persistence.Tx, key []byte, o ElementScan, found func(member []byte)) (next uint64, err error) {
	s, err := openSet(tx, key)
	if err != nil || !s.exists() {
		return 0, err
	}
	if !s.integers() {
		return o.hashed(tx, &s.c.Tree, func(e tree.Entry) {
			if member := encoding.HashedName(e.Key); o.passes(member) {
				found(member)
			}
		})
	}
	var text intText
	it := s.c.Iter(0)
	for it.Next() {
		if member := s.member(&text, it.Entry().Key); o.passes(member) {
			found(member)
		}
	}
	return 0, it.Err()
}
