package tree

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sort"
	"testing"

	"github.com/cairndb/cairn/encoding"
)

// shelf keeps nodes in a map. It gives every change new bytes and spoils the old
// ones, so that nobody gets away with keeping them.
type shelf struct {
	nodes map[uint64][]byte
	last  uint64
	far   uint64 // one node in so many counts as not in RAM
}

var errNoNode = errors.New("no such node")

func newShelf() *shelf { return &shelf{nodes: map[uint64][]byte{root: encoding.EmptyLeaf()}} }

func (s *shelf) Root() []byte { return s.nodes[root] }

func (s *shelf) Node(id uint64) ([]byte, error) {
	b, ok := s.nodes[id]
	if !ok {
		return nil, fmt.Errorf("%w: %d", errNoNode, id)
	}
	return b, nil
}

func (s *shelf) Near(id uint64) bool { return s.far == 0 || id%s.far != 0 }

func (s *shelf) Edit(id uint64) ([]byte, error) { return s.Resize(id, len(s.nodes[id])) }

func (s *shelf) Splice(id uint64, at, was, is, count int) ([]byte, error) {
	tail := bytes.Clone(s.nodes[id][at+was:])
	b, err := s.Resize(id, at+is+len(tail))
	if err != nil {
		return nil, err
	}
	copy(b[at+is:], tail)
	encoding.AddToCount(b, count)
	return b[at : at+is], nil
}

func (s *shelf) Add(id uint64, at int, delta uint64) error {
	b, err := s.Edit(id)
	if err == nil {
		binary.LittleEndian.PutUint64(b[at:], binary.LittleEndian.Uint64(b[at:])+delta)
	}
	return err
}

func (s *shelf) Resize(id uint64, n int) ([]byte, error) {
	old, err := s.Node(id)
	if err != nil {
		return nil, err
	}
	b := make([]byte, n)
	copy(b, old)
	for i := range old {
		old[i] = 0xEE
	}
	s.nodes[id] = b
	return b, nil
}

func (s *shelf) Create(n int) (uint64, []byte, error) {
	s.last++
	s.nodes[s.last] = make([]byte, n)
	return s.last, s.nodes[s.last], nil
}

func (s *shelf) Drop(id uint64) error {
	if _, err := s.Node(id); err != nil {
		return err
	}
	delete(s.nodes, id)
	return nil
}

func (s *shelf) Ahead([]uint64) {}

func (s *shelf) check(t *testing.T, tr *Tree, ordered bool) {
	t.Helper()
	seen := map[uint64]bool{root: true}
	if err := tr.Check(ordered, func(id uint64) { seen[id] = true }); err != nil {
		t.Fatal(err)
	}
	if len(seen) != len(s.nodes) {
		t.Fatalf("the tree has %d nodes, there are %d", len(seen), len(s.nodes))
	}
}

// model is what a tree should be.
type model []Entry

func (m model) find(key []byte) (int, bool) {
	i := sort.Search(len(m), func(i int) bool { return bytes.Compare(m[i].Key, key) >= 0 })
	return i, i < len(m) && bytes.Equal(m[i].Key, key)
}

func (m model) same(t *testing.T, tr *Tree) {
	t.Helper()
	if tr.Len() != int64(len(m)) || tr.Empty() != (len(m) == 0) {
		t.Fatalf("%d entries, should be %d", tr.Len(), len(m))
	}
	it := tr.Iter(0)
	for i := range m {
		if !it.Next() || !equal(it.Entry(), m[i]) {
			t.Fatalf("entry %d is %q, should be %q (%v)", i, it.Entry(), m[i], it.Err())
		}
	}
	if it.Next() {
		t.Fatal("there is one more")
	}
	for i := len(m) - 1; i >= 0; i-- {
		if !it.Prev() || !equal(it.Entry(), m[i]) {
			t.Fatalf("backward, entry %d is %q, should be %q (%v)", i, it.Entry(), m[i], it.Err())
		}
	}
}

func equal(a, b Entry) bool { return bytes.Equal(a.Key, b.Key) && bytes.Equal(a.Value, b.Value) }

// trial runs random operations on a tree and a slice.
type trial struct {
	*testing.T
	shelf *shelf
	tree  Tree
	model model
	rnd   *rand.Rand
	sizes int // of values, about
}

func newTrial(t *testing.T, seed uint64, sizes int) *trial {
	tr := &trial{T: t, shelf: newShelf(), rnd: rand.New(rand.NewPCG(seed, 1)), sizes: sizes}
	tr.tree.Init(tr.shelf)
	return tr
}

func (t *trial) bytes() []byte {
	n := t.rnd.IntN(t.sizes)
	if t.rnd.IntN(200) == 0 {
		n = t.rnd.IntN(4 * leafBytes)
	}
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(t.rnd.Uint32())
	}
	return b
}

func (t *trial) must(err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// positional does one operation by position. grow leans to insertions.
func (t *trial) positional(grow bool) {
	n := len(t.model)
	op := t.rnd.IntN(10)
	if !grow && op < 6 {
		op = 6 + op%4
	}
	switch {
	case op == 0:
		e := Entry{Value: t.bytes()}
		t.must(t.tree.Append(e.Key, e.Value))
		t.model = append(t.model, e)
	case op < 6 || n == 0:
		i := [...]int{0, n, t.rnd.IntN(n + 1), t.rnd.IntN(n + 1)}[t.rnd.IntN(4)]
		e := Entry{Value: t.bytes()}
		t.must(t.tree.Insert(int64(i), e.Key, e.Value))
		t.model = slices.Insert(t.model, i, e)
	case op == 6:
		i := t.rnd.IntN(n)
		e := Entry{Key: t.bytes(), Value: t.bytes()}
		t.must(t.tree.Set(int64(i), e.Key, e.Value))
		t.model[i] = e
	case op == 7 && t.rnd.IntN(2) == 0:
		e, err := t.tree.Last()
		t.must(err)
		if !equal(e, t.model[n-1]) {
			t.Fatalf("the last entry is %q, should be %q", e, t.model[n-1])
		}
		t.must(t.tree.RemoveFound())
		t.model = t.model[:n-1]
	case op == 7:
		i := [...]int{0, n - 1, t.rnd.IntN(n)}[t.rnd.IntN(3)]
		t.must(t.tree.Remove(int64(i), 1))
		t.model = slices.Delete(t.model, i, i+1)
	case op == 8:
		i := t.rnd.IntN(n)
		k := min(n-i, 1+t.rnd.IntN(1+n/20))
		t.must(t.tree.Remove(int64(i), int64(k)))
		t.model = slices.Delete(t.model, i, i+k)
	default:
		i := t.rnd.IntN(n)
		e, err := t.tree.At(int64(i))
		t.must(err)
		if !equal(e, t.model[i]) {
			t.Fatalf("entry %d is %q, should be %q", i, e, t.model[i])
		}
		if t.rnd.IntN(2) == 0 {
			t.must(t.tree.RemoveFound())
			t.model = slices.Delete(t.model, i, i+1)
		}
	}
}

func (t *trial) key() []byte {
	k := binary.BigEndian.AppendUint32(nil, t.rnd.Uint32N(uint32(40*t.sizes)))
	return k[t.rnd.IntN(3):]
}

func (t *trial) keyed(grow bool) {
	key := t.key()
	i, found := t.model.find(key)
	op := t.rnd.IntN(10)
	switch {
	case op < 6 && grow || op < 2:
		e := Entry{key, t.bytes()}
		added, err := t.tree.Put(key, e.Value)
		t.must(err)
		if added == found {
			t.Fatalf("Put of %q says that it is new: %v", key, added)
		}
		if found {
			t.model[i] = e
		} else {
			t.model = slices.Insert(t.model, i, e)
		}
	case op < 8:
		if n := len(t.model); !grow && n > 0 { // else most keys would be missing ones
			i, found = t.rnd.IntN(n), true
			key = t.model[i].Key
		}
		gone, err := t.tree.Delete(key)
		t.must(err)
		if gone != found {
			t.Fatalf("Delete of %q says %v", key, gone)
		}
		if found {
			t.model = slices.Delete(t.model, i, i+1)
		}
	case op == 8 && t.rnd.IntN(10) == 0 && len(t.model) > 0:
		k := min(len(t.model)-min(i, len(t.model)-1), 1+t.rnd.IntN(1+len(t.model)/10))
		i = min(i, len(t.model)-1)
		t.must(t.tree.Remove(int64(i), int64(k)))
		t.model = slices.Delete(t.model, i, i+k)
	default:
		t.walkFrom(key, i)
		j, e, ok, err := t.tree.Find(key)
		t.must(err)
		if same, has, err := t.tree.Get(key); err != nil || has != ok || has && !equal(same, e) {
			t.Fatalf("Get %q gives %q, %v (%v)", key, same, has, err)
		}
		if int(j) != i || ok != found || ok && !equal(e, t.model[i]) {
			t.Fatalf("Find %q gives %d, %v, %q; should be %d, %v", key, j, ok, e, i, found)
		}
		if ok == (t.rnd.IntN(2) == 0) {
			i = t.floor(key, i, found)
			ok = i >= 0
		}
		if ok {
			t.changeFound(i)
		}
	}
}

// floor finds the entry at or before a key, whose position is i, and returns its
// position.
func (t *trial) floor(key []byte, i int, found bool) int {
	t.Helper()
	if !found {
		i--
	}
	e, ok, err := t.tree.Floor(key)
	t.must(err)
	if ok != (i >= 0) || ok && !equal(e, t.model[i]) {
		t.Fatalf("the floor of %q is %q, %v; should be at %d", key, e, ok, i)
	}
	return i
}

// changeFound changes or removes what was found, at a position.
func (t *trial) changeFound(i int) {
	t.Helper()
	switch t.rnd.IntN(6) {
	case 0:
		t.must(t.tree.RemoveFound())
		t.model = slices.Delete(t.model, i, i+1)
	case 1, 2:
		value := slices.Repeat([]byte{byte(t.rnd.Uint32())}, len(t.model[i].Value))
		if t.rnd.IntN(2) == 0 {
			value = t.bytes()
		}
		t.must(t.tree.SetFound(value))
		t.model[i].Value = value
	}
}

// walkFrom walks from a key, whose position is i, to both sides.
func (t *trial) walkFrom(key []byte, i int) {
	t.Helper()
	forward := t.rnd.IntN(2) == 0
	j, it, err := t.tree.IterFrom(key)
	t.must(err)
	if int(j) != i {
		t.Fatalf("a walk from %q starts at %d, not %d", key, j, i)
	}
	for range 1 + t.rnd.IntN(100) {
		moved := !forward && it.Prev() || forward && it.Next()
		if !forward {
			i--
		}
		if inside := i >= 0 && i < len(t.model); moved != inside || inside && !equal(it.Entry(), t.model[i]) {
			t.Fatalf("a walk from %q finds %q at %d (%v)", key, it.Entry(), i, it.Err())
		} else if !inside {
			return
		}
		if forward {
			i++
		}
	}
}

// TestModel: over a million operations, a tree does what a slice does.
func TestModel(t *testing.T) {
	rounds := 30
	if testing.Short() {
		rounds = 4
	}
	for _, sizes := range []int{2, 8, 60, 300, 3000} {
		for _, kind := range []string{"positional", "keyed"} {
			t.Run(fmt.Sprintf("%s/%d", kind, sizes), func(t *testing.T) {
				tr := newTrial(t, uint64(sizes), sizes)
				tr.shelf.far = 7
				op := map[string]func(bool){"positional": tr.positional, "keyed": tr.keyed}[kind]
				for round := range rounds {
					for range 4000 {
						op(round%3 != 2)
					}
					tr.model.same(t, &tr.tree)
					tr.shelf.check(t, &tr.tree, kind == "keyed")
				}
			})
		}
	}
}

// TestPacked: what grows at an end fills its leaves.
func TestPacked(t *testing.T) {
	for name, at := range map[string]func(n int64) int64{
		"front": func(int64) int64 { return 0 },
		"back":  func(n int64) int64 { return n },
	} {
		t.Run(name, func(t *testing.T) {
			tr := newTrial(t, 1, 10)
			total := 0
			for i := range int64(20000) {
				v := make([]byte, 50)
				total += encoding.EntryBytes(0, 50)
				tr.must(tr.tree.Insert(at(i), nil, v))
			}
			if limit := total/leafBytes*107/100 + 60; len(tr.shelf.nodes) > limit {
				t.Errorf("%d nodes for %d bytes, more than %d", len(tr.shelf.nodes), total, limit)
			}
			tr.shelf.check(t, &tr.tree, false)
		})
	}
}

// TestSparse: what shrinks at random gives its nodes back.
func TestSparse(t *testing.T) {
	tr := newTrial(t, 1, 10)
	for i := range int64(50000) {
		tr.must(tr.tree.Insert(i, nil, make([]byte, 30)))
	}
	before := len(tr.shelf.nodes)
	for n := int64(50000); n > 2500; n-- {
		tr.must(tr.tree.Remove(tr.rnd.Int64N(n), 1))
	}
	tr.shelf.check(t, &tr.tree, false)
	if after := len(tr.shelf.nodes); after > before/20*5 {
		t.Errorf("%d nodes of %d are left for a twentieth of the entries", after, before)
	}
}
