package types

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/cairndb/cairn/persistence"
)

// listModel is a list as a plain slice; an empty one is a missing key.
type listModel [][]byte

// listTest runs the same random operations on lists of a store and on models.
type listTest struct {
	*testStore
	rand   *rand.Rand
	keys   [][]byte
	models []listModel
}

// Lists do what slices do, however large they are, and whether they lie in RAM
// or in tables.
func TestListIsASlice(t *testing.T) {
	for _, sizes := range []struct{ elements, bytes int }{{20, 10}, {600, 10}, {200, 3000}, {30, 70_000}} {
		t.Run(fmt.Sprintf("%d elements of %d bytes", sizes.elements, sizes.bytes), func(t *testing.T) {
			l := &listTest{testStore: newTestStore(t), rand: rand.New(rand.NewPCG(uint64(sizes.bytes), 1))}
			l.keys = [][]byte{[]byte("a"), []byte("b")}
			l.models = make([]listModel, len(l.keys))
			for step := range 600 {
				l.step(sizes.elements, sizes.bytes)
				if step%50 == 49 {
					l.compare(step)
				}
				if l.rand.IntN(25) == 0 {
					l.chill()
				}
			}
			if err := l.store.Check(); err != nil {
				t.Error(err)
			}
		})
	}
}

// chill makes everything that is touched next come from disk.
func (l *listTest) chill() {
	if _, err := l.store.Checkpoint("test"); err != nil {
		l.t.Fatal(err)
	}
	l.store.EvictAll()
}

func (l *listTest) compare(step int) {
	l.t.Helper()
	for i, key := range l.keys {
		if got := l.elements(key, 0, -1); !slices.EqualFunc(got, l.models[i], bytes.Equal) {
			l.t.Fatalf("step %d: list %s has %d elements, the model %d", step, key, len(got), len(l.models[i]))
		}
	}
}

// elements copies a range out of a list.
func (l *listTest) elements(key []byte, first, last int64) (list [][]byte) {
	l.t.Helper()
	l.run(func(tx *persistence.Tx) error {
		list = nil
		e, err := ListRange(tx, key, first, last)
		if err != nil {
			return err
		}
		for e.Next() {
			list = append(list, bytes.Clone(e.Element()))
		}
		return e.Err()
	})
	return list
}

func (l *listTest) run(fn func(*persistence.Tx) error) {
	l.t.Helper()
	l.tx.NowMs = testNowMs
	if err := l.store.Update(l.tx, persistence.Keys{Names: l.keys}, fn); err != nil {
		l.t.Fatal(err)
	}
}

// step performs one operation. Lists grow until they have about so many
// elements, and shrink from then on, as often as not to nothing.
func (l *listTest) step(elements, size int) {
	l.t.Helper()
	i := l.rand.IntN(len(l.keys))
	key, m := l.keys[i], &l.models[i]
	grow := len(*m) < l.rand.IntN(elements)
	switch n := l.rand.IntN(12); {
	case n < 5 && grow:
		l.push(key, m, size)
	case n < 5:
		l.pop(key, m, 1+l.rand.IntN(elements/4))
	case n < 6:
		l.insert(key, m, size)
	case n < 7:
		l.set(key, m, size)
	case n < 8:
		l.remove(key, m)
	case n < 9:
		l.trim(key, m, elements)
	case n < 11:
		l.moveOne(i, l.rand.IntN(len(l.keys)))
	default:
		l.look(key, *m)
	}
}

// element is one of few, so that equal ones meet.
func (l *listTest) element(size int) []byte {
	n := l.rand.IntN(20)
	return bytes.Repeat([]byte{byte('a' + n)}, n*size/20)
}

func (l *listTest) end() ListEnd { return ListEnd(l.rand.IntN(2)) }

func (l *listTest) push(key []byte, m *listModel, size int) {
	end, list := l.end(), make([][]byte, 1+l.rand.IntN(8))
	for i := range list {
		list[i] = l.element(size)
		m.push(end, list[i])
	}
	l.run(func(tx *persistence.Tx) error {
		n, err := ListPush(tx, key, end, list)
		if err == nil && n != int64(len(*m)) {
			l.t.Errorf("a push made %d elements, want %d", n, len(*m))
		}
		return err
	})
}

func (m *listModel) push(end ListEnd, element []byte) {
	if end == ListHead {
		*m = slices.Insert(*m, 0, element)
	} else {
		*m = append(*m, element)
	}
}

func (m *listModel) pop(end ListEnd) (element []byte) {
	if end == ListHead {
		element, *m = (*m)[0], (*m)[1:]
	} else {
		element, *m = (*m)[len(*m)-1], (*m)[:len(*m)-1]
	}
	return element
}

func (l *listTest) pop(key []byte, m *listModel, n int) {
	end := l.end()
	var got, want [][]byte
	for range min(n, len(*m)) {
		want = append(want, m.pop(end))
	}
	l.run(func(tx *persistence.Tx) error {
		got = nil
		p, err := PopMany(tx, key, end, int64(n))
		if err != nil || !p.Exists() {
			return err
		}
		e := p.Elements()
		for e.Next() {
			got = append(got, bytes.Clone(e.Element()))
		}
		if e.Err() != nil {
			return e.Err()
		}
		return p.Remove()
	})
	if !slices.EqualFunc(got, want, bytes.Equal) {
		l.t.Fatalf("popped %q, want %q", got, want)
	}
}

func (l *listTest) insert(key []byte, m *listModel, size int) {
	pivot, element, after := l.element(size), l.element(size), l.rand.IntN(2) == 0
	at := slices.IndexFunc(*m, func(e []byte) bool { return bytes.Equal(e, pivot) })
	want := int64(-1)
	switch {
	case len(*m) == 0:
		want = 0
	case at >= 0 && after:
		*m = slices.Insert(*m, at+1, element)
	case at >= 0:
		*m = slices.Insert(*m, at, element)
	}
	if at >= 0 {
		want = int64(len(*m))
	}
	l.run(func(tx *persistence.Tx) error {
		n, err := ListInsert(tx, key, after, pivot, element)
		if err == nil && n != want {
			l.t.Errorf("an insertion returned %d, want %d", n, want)
		}
		return err
	})
}

func (l *listTest) set(key []byte, m *listModel, size int) {
	if len(*m) == 0 {
		return
	}
	at, element := l.rand.IntN(len(*m)), l.element(size)
	(*m)[at] = element
	position := int64(at)
	if l.rand.IntN(2) == 0 {
		position -= int64(len(*m))
	}
	l.run(func(tx *persistence.Tx) error { return ListSet(tx, key, position, element) })
}

func (l *listTest) remove(key []byte, m *listModel) {
	if len(*m) == 0 {
		return
	}
	element, count := (*m)[l.rand.IntN(len(*m))], l.rand.IntN(7)-3
	var want int64
	keep := func(list listModel, most int) (left listModel) {
		for _, e := range list {
			if bytes.Equal(e, element) && (most == 0 || want < int64(most)) {
				want++
			} else {
				left = append(left, e)
			}
		}
		return left
	}
	if count < 0 {
		slices.Reverse(*m)
		*m = keep(*m, -count)
		slices.Reverse(*m)
	} else {
		*m = keep(*m, count)
	}
	l.run(func(tx *persistence.Tx) error {
		n, err := ListRemove(tx, key, int64(count), element)
		if err == nil && n != want {
			l.t.Errorf("removed %d, want %d", n, want)
		}
		return err
	})
}

func (l *listTest) trim(key []byte, m *listModel, elements int) {
	first := l.rand.IntN(1 + elements/5)
	last := len(*m) - 1 - l.rand.IntN(1+elements/5)
	if first > last {
		first, last = 1, 0
		*m = nil
	} else {
		*m = slices.Clone((*m)[first : last+1])
	}
	l.run(func(tx *persistence.Tx) error { return ListTrim(tx, key, int64(first), int64(last)) })
}

func (l *listTest) moveOne(from, to int) {
	if len(l.models[from]) == 0 {
		return
	}
	off, onto := l.end(), l.end()
	want := l.models[from].pop(off)
	l.models[to].push(onto, want)
	l.run(func(tx *persistence.Tx) error {
		got, ok, err := ListMove(tx, l.keys[from], l.keys[to], off, onto)
		if err == nil && (!ok || !bytes.Equal(got, want)) {
			l.t.Errorf("moved %q, %v, want %q", got, ok, want)
		}
		return err
	})
}

func (l *listTest) look(key []byte, m listModel) {
	if len(m) == 0 {
		return
	}
	at := l.rand.IntN(len(m))
	last := min(at+l.rand.IntN(20), len(m)-1)
	if got := l.elements(key, int64(at), int64(last)); !slices.EqualFunc(got, m[at:last+1], bytes.Equal) {
		l.t.Fatalf("from %d to %d: %q, want %q", at, last, got, m[at:last+1])
	}
	var want []int64
	for i := len(m) - 1; i >= 0; i-- {
		if bytes.Equal(m[i], m[at]) {
			want = append(want, int64(i))
		}
	}
	l.run(func(tx *persistence.Tx) error {
		got, ok, err := ListIndex(tx, key, int64(at-len(m)))
		if err != nil {
			return err
		}
		if !ok || !bytes.Equal(got, m[at]) {
			l.t.Errorf("at %d: %q, %v, want %q", at, got, ok, m[at])
		}
		found, err := ListPositions(tx, key, m[at], ListPosOptions{Rank: -1})
		if err == nil && !slices.Equal(found, want) {
			l.t.Errorf("found at %v, want %v", found, want)
		}
		return err
	})
}
