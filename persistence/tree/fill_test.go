package tree

import (
	"encoding/binary"
	"fmt"
	"testing"

	"github.com/cairndb/cairn/encoding"
)

// A tree that was filled is like one whose entries were put in one by one, and
// can be changed as well.
func TestFill(t *testing.T) {
	for _, n := range []int{0, 1, 2, 30, 90, 1000, 5000, 40_000} {
		for _, sizes := range []int{1, 40, 3000} {
			t.Run(fmt.Sprintf("%d/%d", n, sizes), func(t *testing.T) {
				tr := newTrial(t, uint64(n), sizes)
				fill(tr, n/(1+sizes/100))
				tr.model.same(t, &tr.tree)
				tr.shelf.check(t, &tr.tree, true)
				for round := range 3 {
					for range 500 {
						tr.keyed(round < 2)
					}
					tr.model.same(t, &tr.tree)
					tr.shelf.check(t, &tr.tree, true)
				}
			})
		}
	}
}

func fill(tr *trial, n int) {
	f := tr.tree.Filler()
	for i := range n {
		key := binary.BigEndian.AppendUint32(nil, uint32(i)*uint32(40*tr.sizes)/uint32(n))
		if n > 40*tr.sizes { // keys must differ
			key = binary.BigEndian.AppendUint32(nil, uint32(i))
		}
		e := Entry{key, tr.bytes()}
		tr.must(f.Add(e.Key, e.Value))
		tr.model = append(tr.model, e)
	}
	tr.must(f.Finish())
}

// What is filled takes no more nodes than its bytes need.
func TestFillIsPacked(t *testing.T) {
	tr := newTrial(t, 1, 10)
	f, total := tr.tree.Filler(), 0
	for range 50_000 {
		total += encoding.EntryBytes(0, 50)
		tr.must(f.Add(nil, make([]byte, 50)))
	}
	tr.must(f.Finish())
	tr.shelf.check(t, &tr.tree, false)
	if limit := total/leafBytes*105/100 + 5; len(tr.shelf.nodes) > limit {
		t.Errorf("%d nodes for %d bytes, more than %d", len(tr.shelf.nodes), total, limit)
	}
}

// Long keys that differ at their ends only make long separators.
func TestFillOfLongKeys(t *testing.T) {
	tr := newTrial(t, 1, 10)
	f := tr.tree.Filler()
	for i := range 300 {
		e := Entry{Key: fmt.Appendf(make([]byte, 5000), "%08d", i)}
		tr.must(f.Add(e.Key, e.Value))
		tr.model = append(tr.model, e)
	}
	tr.must(f.Finish())
	tr.model.same(t, &tr.tree)
	tr.shelf.check(t, &tr.tree, true)
}
