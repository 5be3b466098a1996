package types

import (
	"strconv"

	"github.com/cairndb/cairn/persistence"
)

var (
	wordLSet    = []byte("LSET")
	wordLTrim   = []byte("LTRIM")
	wordLInsert = []byte("LINSERT")
	wordBefore  = []byte("BEFORE")
	wordAfter   = []byte("AFTER")
)

// ListSet replaces the element at a position, counted from the end if negative.
func ListSet(tx *persistence.Tx, key []byte, at int64, element []byte) error {
	l, err := openList(tx, key)
	if err != nil {
		return err
	}
	if !l.Exists() {
		return ErrNoSuchKey
	}
	from0, ok := position(l, at)
	if !ok {
		return ErrIndexRange
	}
	if err := l.Set(from0, nil, element); err != nil {
		return err
	}
	var digits [20]byte
	tx.Log(wordLSet, key, strconv.AppendInt(digits[:0], at, 10), element)
	tx.Modified(key, persistence.EventList, "lset")
	return nil
}

// ListTrim removes all elements but those from first to last, both included and
// counted from the end if negative.
func ListTrim(tx *persistence.Tx, key []byte, first, last int64) error {
	l, err := openList(tx, key)
	if err != nil || !l.Exists() {
		return err
	}
	from, to := clampList(first, last, l.Len())
	if from > to {
		from, to = l.Len(), l.Len()-1
	}
	if gone := l.Len() - (to - from + 1); gone > 0 {
		if err := longer(tx, gone); err != nil {
			return err
		}
		var a, b [20]byte
		tx.Log(wordLTrim, key, strconv.AppendInt(a[:0], first, 10), strconv.AppendInt(b[:0], last, 10))
	}
	if err := keep(l, from, to); err != nil {
		return err
	}
	tx.Modified(key, persistence.EventList, "ltrim")
	return dropEmpty(tx, key, l)
}

// keep removes what is before from and what is after to.
func keep(l *persistence.Collection, from, to int64) error {
	if after := l.Len() - to - 1; after > 0 {
		if err := l.Remove(to+1, after); err != nil {
			return err
		}
	}
	if from == 0 {
		return nil
	}
	return l.Remove(0, from)
}

// ListInsert puts an element before or after the first one that equals pivot,
// and returns the list's length: 0 if the key is missing, -1 if there is no
// such element.
func ListInsert(tx *persistence.Tx, key []byte, after bool, pivot, element []byte) (int64, error) {
	l, err := openList(tx, key)
	if err != nil || !l.Exists() {
		return 0, err
	}
	m := matchFrom(tx, l, ListHead, l.Len(), pivot)
	if !m.next() {
		return -1, m.err
	}
	at, where := m.at, wordBefore
	if after {
		where = wordAfter
		at++
	}
	if err := l.Insert(at, nil, element); err != nil {
		return 0, err
	}
	tx.Log(wordLInsert, key, where, pivot, element)
	tx.Modified(key, persistence.EventList, "linsert")
	return l.Len(), nil
}
