package tree

import (
	"encoding/binary"
	"testing"
)

// coldShelf is a shelf of which some nodes have to be fetched first.
type coldShelf struct {
	*shelf
	cold   map[uint64][]byte
	wanted map[uint64]bool
}

// asked bounds how many nodes are fetched at a time.
const asked = 100

func (s *coldShelf) Node(id uint64) ([]byte, error) {
	b, err := s.shelf.Node(id)
	if err != nil {
		s.wanted[id] = true
	}
	return b, err
}

func (s *coldShelf) Ahead(ids []uint64) {
	for _, id := range ids {
		if _, here := s.nodes[id]; !here && len(s.wanted) < asked {
			s.wanted[id] = true
		}
	}
}

// fetch brings what was wanted, and returns how many nodes those were.
func (s *coldShelf) fetch() int {
	n := len(s.wanted)
	for id := range s.wanted {
		s.nodes[id] = s.cold[id]
	}
	clear(s.wanted)
	return n
}

// What Load has found to be there is all that a walk needs, and it asks for
// little else, much at a time.
func TestLoad(t *testing.T) {
	for _, span := range [][2]int64{{0, 100_000}, {0, 1}, {99_999, 100_000}, {50_000, 60_000}, {30_000, 30_000}, {7, 99_000}} {
		s := &coldShelf{shelf: newShelf(), cold: map[uint64][]byte{}, wanted: map[uint64]bool{}}
		var tr Tree
		tr.Init(s)
		for i := range 100_000 {
			if err := tr.Append(binary.BigEndian.AppendUint32(nil, uint32(i)), []byte("a value of some bytes")); err != nil {
				t.Fatal(err)
			}
		}
		for id, b := range s.nodes {
			if id != root {
				s.cold[id] = b
				delete(s.nodes, id)
			}
		}
		rounds, nodes := 0, 0
		for tr.Load(span[0], span[1]) != nil {
			rounds, nodes = rounds+1, nodes+s.fetch()
		}
		it := tr.Iter(span[0])
		for i := span[0]; i < span[1]; i++ {
			if !it.Next() {
				t.Fatalf("%v: entry %d: %v", span, i, it.Err())
			}
		}
		part := int(span[1]-span[0])*len(s.cold)/100_000 + 6
		if len(s.wanted) > 0 || rounds > 4+part/asked*2 || nodes > part+part/20 {
			t.Errorf("%v: %d nodes of %d in %d rounds", span, nodes, len(s.cold), rounds)
		}
	}
}
