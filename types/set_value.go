package types

import (
	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/persistence"
)

// setValue is a key's set, and the only way to its members, so that how they are
// laid out is known here and nowhere else. A missing key is an empty set that
// does not exist. Bytes that the methods return are valid until the set changes.
type setValue struct {
	tx  *persistence.Tx
	key []byte
	c   *persistence.Collection
}

// openSet looks up a key that must hold a set or nothing, else it is
// ErrWrongType.
func openSet(tx *persistence.Tx, key []byte) (setValue, error) {
	c, err := open(tx, key, encoding.TypeSet)
	return setValue{tx: tx, key: key, c: c}, err
}

func (s *setValue) exists() bool { return s.c.Exists() }

func (s *setValue) len() int64 { return s.c.Len() }

// integers tells whether the set is an intset: all members are integers, and
// they lie in their order.
func (s *setValue) integers() bool { return s.c.Kind() == setKind(encoding.SetIntset) }

func setKind(enc uint8) encoding.Kind { return encoding.MakeKind(encoding.TypeSet, enc) }

// entryKey builds the key of a member's entry; ok is false if this set can have
// no such member.
func (s *setValue) entryKey(dst, member []byte) (key []byte, ok bool) {
	if !s.integers() {
		return s.hashed(dst, member), true
	}
	n, ok := encoding.ParseInt(member)
	return encoding.AppendOrderedInt(dst, n), ok
}

func (s *setValue) hashed(dst, member []byte) []byte {
	return encoding.AppendHashed(dst, s.tx.Hash(member), member)
}

// gather asks for all that members need, so that it is loaded together.
func (s *setValue) gather(members [][]byte) error {
	if len(members) < 2 || !s.exists() {
		return nil
	}
	var key []byte
	return s.c.Gather(len(members), func(i int) []byte {
		key, _ = s.entryKey(key[:0], members[i])
		return key
	})
}

// has tells whether something is a member.
func (s *setValue) has(member []byte) (bool, error) {
	if !s.exists() {
		return false, nil
	}
	var room [nameRoom]byte
	key, ok := s.entryKey(room[:0], member)
	if !ok {
		return false, nil
	}
	_, found, err := s.c.Get(key)
	return found, err
}

// member reads a member from the key of its entry. One that is a number in an
// intset is spelled in dst.
func (s *setValue) member(dst *intText, key []byte) []byte { return memberOf(s.integers(), dst, key) }

// intText has room for any integer in decimal.
type intText [20]byte

func memberOf(integers bool, dst *intText, key []byte) []byte {
	if !integers {
		return encoding.HashedName(key)
	}
	n, _ := encoding.ParseOrderedInt(key)
	return encoding.AppendInt(dst[:0], n)
}

// add adds a member and tells whether it is new. A set that has become too large
// for an intset, or has got a member that is no integer, becomes a hash table.
func (s *setValue) add(member []byte, maxIntset int64) (bool, error) {
	n, isInt := encoding.ParseInt(member)
	if !s.exists() {
		if err := s.create(isInt); err != nil {
			return false, err
		}
	}
	var room [nameRoom]byte
	if !s.integers() {
		return s.c.Put(s.hashed(room[:0], member), nil)
	}
	if !isInt {
		if err := s.unpack(); err != nil {
			return false, err
		}
		return s.c.Put(s.hashed(room[:0], member), nil)
	}
	added, err := s.c.Put(encoding.AppendOrderedInt(room[:0], n), nil)
	if err == nil && added && s.len() > maxIntset {
		err = s.unpack()
	}
	return added, err
}

func (s *setValue) create(integers bool) error {
	kind := setKind(encoding.SetTable)
	if integers {
		kind = setKind(encoding.SetIntset)
	}
	return s.c.Create(kind, nil, 0)
}

// unpack makes a hash table of an intset.
func (s *setValue) unpack() error {
	list, err := s.hashedList()
	if err != nil {
		return err
	}
	if err := s.c.Clear(); err != nil {
		return err
	}
	if err := s.c.SetKind(setKind(encoding.SetTable)); err != nil {
		return err
	}
	return list.fill(s.c)
}

// hashedList has the members of an intset as entries of a hash table.
func (s *setValue) hashedList() (list entryList, err error) {
	var text intText
	var key []byte
	it := s.c.Iter(0)
	for it.Next() {
		key = s.hashed(key[:0], s.member(&text, it.Entry().Key))
		list.add(key, nil)
	}
	return list, it.Err()
}

// remove takes a member away and tells whether it was there. The last one leaves
// an empty set behind, to be deleted.
func (s *setValue) remove(member []byte) (bool, error) {
	var room [nameRoom]byte
	key, ok := s.entryKey(room[:0], member)
	if !ok {
		return false, nil
	}
	return s.c.Delete(key)
}
