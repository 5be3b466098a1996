package types

import (
	"github.com/cairndb/cairn/persistence"
	"github.com/cairndb/cairn/persistence/tree"
)

// ListElements are elements of a list that follow each other:
//
//	for e.Next() {
//		use(e.Element())
//	}
//	return e.Err()
type ListElements struct {
	it       tree.Iter
	left     int64
	backward bool
}

// Len is how many elements are still to come.
func (e *ListElements) Len() int64 { return e.left }

// Next goes on to the next element and tells whether there is one.
func (e *ListElements) Next() bool {
	switch {
	case e.left == 0:
		return false
	case e.backward:
		e.left--
		return e.it.Prev()
	default:
		e.left--
		return e.it.Next()
	}
}

// Element is the element that Next went to, valid until the list changes.
func (e *ListElements) Element() []byte { return e.it.Entry().Value }

// Err is what ended the elements early.
func (e *ListElements) Err() error { return e.it.Err() }

// elementsFrom are n elements of a list, from an end on towards the other.
func elementsFrom(l *persistence.Collection, end ListEnd, n int64) ListElements {
	if end == ListHead {
		return ListElements{it: l.Iter(0), left: n}
	}
	return ListElements{it: l.Iter(l.Len()), left: n, backward: true}
}

// ListRange are the elements from first to last, both included; a negative
// position counts from the end.
func ListRange(tx *persistence.Tx, key []byte, first, last int64) (ListElements, error) {
	l, err := openList(tx, key)
	if err != nil {
		return ListElements{}, err
	}
	first, last = clampList(first, last, l.Len())
	if first > last {
		return ListElements{}, nil
	}
	n := last - first + 1
	return ListElements{it: l.Iter(first), left: n}, longer(tx, n)
}

// clampList brings the ends of a range, both included and counted from the end
// where negative, into 0..n-1; first > last if nothing is left.
func clampList(first, last, n int64) (int64, int64) {
	if first < 0 {
		first = max(first+n, 0)
	}
	if last < 0 {
		last += n
	}
	return first, min(last, n-1)
}

// ListIndex is the element at a position, counted from the end if negative; ok
// is false if there is none. It is valid until the list changes.
func ListIndex(tx *persistence.Tx, key []byte, at int64) (element []byte, ok bool, err error) {
	l, err := openList(tx, key)
	if err != nil {
		return nil, false, err
	}
	if at, ok = position(l, at); !ok {
		return nil, false, nil
	}
	e, err := l.At(at)
	return e.Value, true, err
}

// position finds a position that may count from the end; ok is false if it is
// outside of the list.
func position(l *persistence.Collection, at int64) (from0 int64, ok bool) {
	if at < 0 {
		at += l.Len()
	}
	return at, at >= 0 && at < l.Len()
}

// digestList adds a list.
func digestList(tx *persistence.Tx, key []byte, d *Digest) error {
	e, err := ListRange(tx, key, 0, -1)
	if err != nil {
		return err
	}
	for e.Next() {
		d.mix(e.Element())
	}
	return e.Err()
}
