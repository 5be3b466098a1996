package sorter

import (
	"bytes"
	"errors"
)

// Rows are rows in order.
type Rows struct {
	heap   []*merged // the first one is the least
	begun  bool
	opened []*cursor
}

// merged is a cursor in the heap; of two rows with the same key that of the lower number comes first.
type merged struct {
	cursor
	number int
}

func (a *merged) less(b *merged) bool {
	switch {
	case a.high != b.high:
		return a.high < b.high
	case a.low != b.low:
		return a.low < b.low
	}
	if c := bytes.Compare(a.key, b.key); c != 0 {
		return c < 0
	}
	return a.number < b.number
}

// open adds a source of rows, in the order in which they came.
func (r *Rows) open(c cursor) error {
	m := &merged{c, len(r.opened)}
	r.opened = append(r.opened, &m.cursor)
	if !m.advance() {
		return m.err
	}
	r.heap = append(r.heap, m)
	for i := len(r.heap) - 1; i > 0; { // up
		parent := (i - 1) / 2
		if !r.heap[i].less(r.heap[parent]) {
			break
		}
		r.heap[i], r.heap[parent] = r.heap[parent], r.heap[i]
		i = parent
	}
	return nil
}

// Next goes to the next row, and tells whether there is one.
func (r *Rows) Next() (bool, error) {
	if len(r.heap) == 0 {
		return false, nil
	}
	if !r.begun {
		r.begun = true
		return true, nil
	}
	first := r.heap[0]
	if !first.advance() {
		if first.err != nil {
			return false, first.err
		}
		last := len(r.heap) - 1
		r.heap[0] = r.heap[last]
		r.heap = r.heap[:last]
	}
	r.down()
	return len(r.heap) > 0, nil
}

func (r *Rows) down() {
	h := r.heap
	for i := 0; ; {
		child := 2*i + 1
		if child >= len(h) {
			return
		}
		if child+1 < len(h) && h[child+1].less(h[child]) {
			child++
		}
		if !h[child].less(h[i]) {
			return
		}
		h[i], h[child] = h[child], h[i]
		i = child
	}
}

// Key is the row's key, valid until Next.
func (r *Rows) Key() []byte { return r.heap[0].key }

// Value is the row's value, valid until Next.
func (r *Rows) Value() []byte { return r.heap[0].value }

func (r *Rows) close() (err error) {
	for _, c := range r.opened {
		err = errors.Join(err, c.close())
	}
	r.heap, r.opened = nil, nil
	return err
}
