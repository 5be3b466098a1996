package salvage

import (
	"bytes"
	"container/heap"
	"context"
	"errors"
	"math"
	"slices"

	"github.com/cockroachdb/pebble/v2/sstable"
)

// row is what the tables have for a key.
type row struct {
	key, value []byte
	// old: a damaged block may have held something newer for the key.
	old bool
}

// source is all tables as one sequence of rows.
type source struct {
	tables  []*table
	gone    []span // deletions of ranges
	holes   []hole
	getters map[*table]*cursor
}

// span is a deletion of the keys from start up to, not including, end.
type span struct {
	start, end []byte
	rank       uint64
}

// finish gathers, once all tables are open, what concerns more than one.
func (s *source) finish() error {
	s.getters = map[*table]*cursor{}
	for _, t := range s.tables {
		for _, h := range slices.Concat(t.holes, t.lostRanges) {
			h.rank = math.MaxUint64
			if t.known {
				h.rank = t.rank(t.info.maxSeq)
			}
			s.holes = append(s.holes, h)
		}
		if t.reader == nil || t.scanned {
			continue
		}
		if err := s.addSpans(t); err != nil {
			return err
		}
	}
	slices.SortFunc(s.gone, func(a, b span) int { return bytes.Compare(a.start, b.start) })
	return nil
}

func (s *source) addSpans(t *table) error {
	it, err := t.reader.NewRawRangeDelIter(context.Background(), sstable.NoFragmentTransforms, sstable.NoReadEnv)
	if err != nil || it == nil {
		return nil // told when the table was verified
	}
	defer it.Close()
	for sp, err := it.First(); sp != nil || err != nil; sp, err = it.Next() {
		if err != nil {
			return err
		}
		for _, k := range sp.Keys {
			s.gone = append(s.gone, span{slices.Clone(sp.Start), slices.Clone(sp.End), t.rank(uint64(k.SeqNum()))})
		}
	}
	return nil
}

func (s *source) close() (err error) {
	for _, c := range s.getters {
		err = errors.Join(err, c.close())
	}
	for _, t := range s.tables {
		err = errors.Join(err, t.close())
	}
	return err
}

// overlaps tells whether a table may have keys from one up to another (nil:
// all).
func (t *table) overlaps(from, to []byte) bool {
	return (to == nil || t.first == nil || bytes.Compare(t.first, to) < 0) && (t.last == nil || bytes.Compare(t.last, from) >= 0)
}

// scan calls fn for each row from one key up to, not including, another.
func (s *source) scan(from, to []byte, fn func(r *row) error) (err error) {
	m := &merge{}
	defer func() {
		for _, c := range m.all {
			err = errors.Join(err, c.close())
		}
	}()
	for _, t := range s.tables {
		if !t.overlaps(from, to) {
			continue
		}
		c, err := t.cursor()
		if err != nil {
			return err
		}
		m.all = append(m.all, c)
		if c.seek(from); !c.done {
			m.heap = append(m.heap, c)
		}
	}
	heap.Init(&m.heap)
	spans := &spanWindow{all: s.gone}
	var r row
	for len(m.heap) > 0 && (to == nil || bytes.Compare(m.heap[0].key, to) < 0) {
		top := m.heap[0]
		r.key, r.value = append(r.key[:0], top.key...), append(r.value[:0], top.value...)
		rank, deleted := top.rank, top.deleted
		m.skip(r.key)
		if deleted || spans.rank(r.key) > rank {
			continue
		}
		r.old = s.mayBeOld(r.key, rank)
		if err := fn(&r); err != nil {
			return err
		}
	}
	return m.err()
}

func (s *source) mayBeOld(key []byte, rank uint64) bool {
	for i := range s.holes {
		if s.holes[i].rank > rank && s.holes[i].covers(key) {
			return true
		}
	}
	return false
}

// inHole tells whether rows of a range of keys, up to and not including to, may be
// lost.
func (s *source) inHole(from, to []byte) bool {
	for i := range s.holes {
		h := &s.holes[i]
		if (h.upto == nil || bytes.Compare(h.upto, from) >= 0) && (h.after == nil || bytes.Compare(h.after, to) < 0) {
			return true
		}
	}
	return false
}

// merge holds cursors by the rows that they are at.
type merge struct {
	all  []*cursor
	heap cursorHeap
}

// skip moves all cursors behind a key.
func (m *merge) skip(key []byte) {
	for len(m.heap) > 0 && bytes.Equal(m.heap[0].key, key) {
		c := m.heap[0]
		if c.next(); c.done {
			heap.Pop(&m.heap)
		} else {
			heap.Fix(&m.heap, 0)
		}
	}
}

func (m *merge) err() (err error) {
	for _, c := range m.all {
		err = errors.Join(err, c.err)
	}
	return err
}

// cursorHeap has the smallest key on top, and of equal ones the newest row.
type cursorHeap []*cursor

func (h cursorHeap) Len() int      { return len(h) }
func (h cursorHeap) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h *cursorHeap) Push(x any)   { *h = append(*h, x.(*cursor)) }

func (h cursorHeap) Less(i, j int) bool {
	c := bytes.Compare(h[i].key, h[j].key)
	return c < 0 || c == 0 && h[i].rank > h[j].rank
}

func (h *cursorHeap) Pop() any {
	old := *h
	last := old[len(old)-1]
	*h = old[:len(old)-1]
	return last
}

// spanWindow finds the deletions of ranges that cover keys that come in order.
type spanWindow struct {
	all  []span
	open []span
}

// rank is the newest deletion of a key, 0 if there is none.
func (w *spanWindow) rank(key []byte) (newest uint64) {
	for len(w.all) > 0 && bytes.Compare(w.all[0].start, key) <= 0 {
		w.open = append(w.open, w.all[0])
		w.all = w.all[1:]
	}
	w.open = slices.DeleteFunc(w.open, func(s span) bool { return bytes.Compare(s.end, key) <= 0 })
	for _, s := range w.open {
		newest = max(newest, s.rank)
	}
	return newest
}

// get reads one row; ok is false if there is none. The value is valid until the
// next get.
func (s *source) get(key []byte) (value []byte, ok bool, err error) {
	var best *cursor
	for _, t := range s.tables {
		if t.reader == nil || t.first != nil && bytes.Compare(key, t.first) < 0 || t.last != nil && bytes.Compare(key, t.last) > 0 {
			continue
		}
		c := s.getters[t]
		if c == nil {
			if c, err = t.cursor(); err != nil {
				return nil, false, err
			}
			s.getters[t] = c
		}
		c.seek(key)
		if c.err != nil {
			return nil, false, c.err
		}
		if !c.done && bytes.Equal(c.key, key) && (best == nil || c.rank > best.rank) {
			best = c
		}
	}
	if best == nil || best.deleted {
		return nil, false, nil
	}
	w := spanWindow{all: s.gone}
	if w.rank(key) > best.rank {
		return nil, false, nil
	}
	return best.value, true, nil
}
