package types

import (
	"github.com/cairndb/cairn/persistence"
)

var (
	wordSAdd  = []byte("SADD")
	wordSRem  = []byte("SREM")
	wordSMove = []byte("SMOVE")
)

// SAdd adds members to a set, and returns how many of them are new. A missing
// key becomes a set. An intset has at most maxIntset members.
func SAdd(tx *persistence.Tx, key []byte, members [][]byte, maxIntset int64) (added int64, err error) {
	s, err := openSet(tx, key)
	if err != nil {
		return 0, err
	}
	if err := s.gather(members); err != nil {
		return 0, err
	}
	for _, member := range members {
		isNew, err := s.add(member, maxIntset)
		if err != nil {
			return 0, err
		}
		if isNew {
			added++
		}
	}
	if added > 0 {
		tx.LogList(members, wordSAdd, key)
		tx.Modified(key, persistence.EventSet, "sadd")
	}
	return added, nil
}

// SRem takes members away, and returns how many of them there were. A set
// without members is no more.
func SRem(tx *persistence.Tx, key []byte, members [][]byte) (removed int64, err error) {
	s, err := openSet(tx, key)
	if err != nil || !s.exists() {
		return 0, err
	}
	if err := s.gather(members); err != nil {
		return 0, err
	}
	for _, member := range members {
		gone, err := s.remove(member)
		if err != nil {
			return 0, err
		}
		if gone {
			removed++
		}
		if s.len() == 0 {
			break
		}
	}
	if removed == 0 {
		return 0, nil
	}
	tx.LogList(members, wordSRem, key)
	tx.Modified(key, persistence.EventSet, "srem")
	return removed, dropEmpty(tx, key, s.c)
}

// SCard is the number of members of a set, 0 if the key is missing.
func SCard(tx *persistence.Tx, key []byte) (int64, error) {
	s, err := openSet(tx, key)
	if err != nil {
		return 0, err
	}
	return s.len(), nil
}

// SIsMember tells whether a set has a member; a missing key has none.
func SIsMember(tx *persistence.Tx, key, member []byte) (bool, error) {
	s, err := openSet(tx, key)
	if err != nil {
		return false, err
	}
	return s.has(member)
}

// SAreMembers calls found for each of the members, in their order, and tells it
// whether the set has it. What has to be loaded does not stop the others from
// being asked for: so they are loaded together.
func SAreMembers(tx *persistence.Tx, key []byte, members [][]byte, found func(bool)) error {
	s, err := openSet(tx, key)
	if err != nil {
		return err
	}
	var failed error
	for _, member := range members {
		ok, err := s.has(member)
		if err != nil {
			failed = err
		}
		found(ok)
	}
	return failed
}

// SMove takes a member out of one set and puts it into another, made if it is
// missing, and tells whether it did: not if the first one does not have it.
func SMove(tx *persistence.Tx, from, to, member []byte, maxIntset int64) (bool, error) {
	source, err := openSet(tx, from)
	if err != nil || !source.exists() {
		return false, err
	}
	dest, err := openSet(tx, to)
	if err != nil {
		return false, err
	}
	found, err := source.has(member)
	if err != nil || !found || string(from) == string(to) {
		return found, err
	}
	if err := source.move(&dest, member, maxIntset); err != nil {
		return false, err
	}
	tx.Log(wordSMove, from, to, member)
	return true, nil
}

// move takes a member that the set has to another set.
func (s *setValue) move(dest *setValue, member []byte, maxIntset int64) error {
	if _, err := s.remove(member); err != nil {
		return err
	}
	s.tx.Modified(s.key, persistence.EventSet, "srem")
	if err := dropEmpty(s.tx, s.key, s.c); err != nil {
		return err
	}
	added, err := dest.add(member, maxIntset)
	if err == nil && added {
		s.tx.Modified(dest.key, persistence.EventSet, "sadd")
	}
	return err
}
