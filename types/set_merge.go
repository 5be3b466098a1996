package types

import (
	"bytes"
	"slices"

	"github.com/cairndb/cairn/persistence"
	"github.com/cairndb/cairn/persistence/tree"
)

// SUnion calls each for the members of all sets, once for each; they are valid
// during the call. They are in order if Redis would make an intset of them.
func SUnion(tx *persistence.Tx, keys [][]byte, maxIntset int64, each func(member []byte)) error {
	o := intsetOrder{most: maxIntset, each: each}
	err := unite(tx, keys, o.add)
	if err == nil {
		o.finish()
	}
	return err
}

// unite is SUnion in any order.
func unite(tx *persistence.Tx, keys [][]byte, each func(member []byte)) error {
	sets, err := openSets(tx, keys)
	if err != nil {
		return err
	}
	m, err := newMerge(tx, existing(sets))
	if err != nil {
		return err
	}
	for len(m.streams) > 0 {
		each(m.member(m.streams[0].key))
		if err := m.pass(); err != nil {
			return err
		}
	}
	return nil
}

// interMerging is SInter by going through all sets at once.
func interMerging(tx *persistence.Tx, sets []setValue, limit int64, each func(member []byte)) error {
	m, err := newMerge(tx, sets)
	if err != nil {
		return err
	}
	for found := int64(0); len(m.streams) == len(sets); {
		if holders, _ := m.front(); holders == len(sets) {
			each(m.member(m.streams[0].key))
			if found++; found == limit {
				return nil
			}
		}
		if err := m.pass(); err != nil {
			return err
		}
	}
	return nil
}

// diffMerging is diff by going through all sets at once.
func diffMerging(tx *persistence.Tx, first setValue, others []setValue, each func(member []byte, kept bool)) error {
	m, err := newMerge(tx, append([]setValue{first}, others...))
	if err != nil {
		return err
	}
	for len(m.streams) > 0 {
		if holders, isFirst := m.front(); isFirst {
			each(m.member(m.streams[0].key), holders == 1)
		}
		if err := m.pass(); err != nil {
			return err
		}
	}
	return nil
}

// merge goes through several sets at once, member by member. That works because
// all of them lie in the same order: that of numbers if all are intsets, else
// that of hashes, into which intsets are brought first.
type merge struct {
	integers bool
	streams  []memberStream // a heap: the smallest key comes first
	text     intText
}

// memberStream gives the keys of a set's entries in the order of a merge.
type memberStream struct {
	set  int // its number
	it   tree.Iter
	list []listedEntry // of an intset among hash tables
	key  []byte        // of the present entry
}

func newMerge(tx *persistence.Tx, sets []setValue) (*merge, error) {
	if err := longer(tx, totalLen(sets)); err != nil {
		return nil, err
	}
	m := &merge{integers: !slices.ContainsFunc(sets, func(s setValue) bool { return !s.integers() })}
	for i := range sets {
		s, err := m.stream(&sets[i])
		if err != nil {
			return nil, err
		}
		s.set = i
		more, err := s.next()
		if err != nil {
			return nil, err
		}
		if more {
			m.streams = append(m.streams, s)
		}
	}
	for i := len(m.streams)/2 - 1; i >= 0; i-- {
		m.sink(i)
	}
	return m, nil
}

func (m *merge) stream(s *setValue) (memberStream, error) {
	if m.integers || !s.integers() {
		return memberStream{it: s.c.Iter(0)}, nil
	}
	list, err := s.hashedList()
	list.sort()
	return memberStream{list: list.list}, err
}

// next goes to the next entry; false at the end.
func (s *memberStream) next() (bool, error) {
	if s.list != nil {
		s.key = s.list[0].key
		if s.list = s.list[1:]; len(s.list) == 0 {
			s.list = nil
		}
		return true, nil
	}
	ok := s.it.Next()
	s.key = s.it.Entry().Key
	return ok, s.it.Err()
}

// member reads a member from the key of an entry. It is valid until the next
// call.
func (m *merge) member(key []byte) []byte { return memberOf(m.integers, &m.text, key) }

// front tells how many sets have the present member, and whether the first of
// all has it.
func (m *merge) front() (holders int, isFirst bool) {
	m.atFront(0, m.streams[0].key, func(s *memberStream) {
		holders++
		isFirst = isFirst || s.set == 0
	})
	return holders, isFirst
}

// atFront calls each for the streams, from a place in the heap on, that are at
// a key. REQUIRES: none is before it.
func (m *merge) atFront(i int, key []byte, each func(*memberStream)) {
	if i >= len(m.streams) || !bytes.Equal(m.streams[i].key, key) {
		return
	}
	each(&m.streams[i])
	m.atFront(2*i+1, key, each)
	m.atFront(2*i+2, key, each)
}

// pass goes on to the next member.
func (m *merge) pass() error {
	key := m.streams[0].key
	for len(m.streams) > 0 && bytes.Equal(m.streams[0].key, key) {
		more, err := m.streams[0].next()
		if err != nil {
			return err
		}
		if !more {
			last := len(m.streams) - 1
			m.streams[0] = m.streams[last]
			m.streams = m.streams[:last]
		}
		m.sink(0)
	}
	return nil
}

// sink restores the heap below a place.
func (m *merge) sink(i int) {
	for {
		least := i
		for child := 2*i + 1; child <= 2*i+2 && child < len(m.streams); child++ {
			if bytes.Compare(m.streams[child].key, m.streams[least].key) < 0 {
				least = child
			}
		}
		if least == i {
			return
		}
		m.streams[i], m.streams[least] = m.streams[least], m.streams[i]
		i = least
	}
}
