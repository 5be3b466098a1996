package types

import (
	"bytes"

	"github.com/cairndb/cairn/persistence"
)

var (
	wordLMove     = []byte("LMOVE")
	wordRPopLPush = []byte("RPOPLPUSH")
)

// ListMove takes an element off an end of a list, puts it to an end of another,
// or of the same, and returns it; ok is false if there is no element to move.
// The element is valid until the second list changes.
func ListMove(tx *persistence.Tx, from, to []byte, off, onto ListEnd) (element []byte, ok bool, err error) {
	element, ok, err = move(tx, from, to, off, onto)
	if ok && err == nil {
		tx.Log(wordLMove, from, to, listEnds[off].side, listEnds[onto].side)
	}
	return element, ok, err
}

// ListRotate is ListMove from the end of a list to the start of another, in the
// log's older word for it.
func ListRotate(tx *persistence.Tx, from, to []byte) (element []byte, ok bool, err error) {
	element, ok, err = move(tx, from, to, ListTail, ListHead)
	if ok && err == nil {
		tx.Log(wordRPopLPush, from, to)
	}
	return element, ok, err
}

func move(tx *persistence.Tx, from, to []byte, off, onto ListEnd) ([]byte, bool, error) {
	source, err := openList(tx, from)
	if err != nil || !source.Exists() {
		return nil, false, err
	}
	if bytes.Equal(from, to) {
		return moveWithin(tx, from, source, off, onto)
	}
	target, err := openList(tx, to)
	if err != nil {
		return nil, false, err
	}
	if err := moveAcross(source, target, off, onto); err != nil {
		return nil, false, err
	}
	tx.Modified(to, persistence.EventList, listEnds[onto].pushed)
	if err := removeFrom(tx, from, source, off, 1); err != nil {
		return nil, false, err
	}
	element, err := elementAt(target, onto)
	return element, true, err
}

// moveAcross copies the element at an end of a list to an end of another.
func moveAcross(source, target *persistence.Collection, off, onto ListEnd) error {
	if err := makeList(target); err != nil {
		return err
	}
	element, err := elementAt(source, off)
	if err != nil {
		return err
	}
	return pushOne(target, onto, element)
}

// moveWithin takes an element off an end of a list and puts it to an end of the
// same. The list is never empty meanwhile.
func moveWithin(tx *persistence.Tx, key []byte, l *persistence.Collection, off, onto ListEnd) ([]byte, bool, error) {
	if off != onto {
		element, err := elementAt(l, off)
		if err != nil {
			return nil, false, err
		}
		if err := pushOne(l, onto, bytes.Clone(element)); err != nil {
			return nil, false, err
		}
	}
	tx.Modified(key, persistence.EventList, listEnds[onto].pushed)
	if off == onto {
		tx.Modified(key, persistence.EventList, listEnds[off].popped)
	} else if err := removeFrom(tx, key, l, off, 1); err != nil {
		return nil, false, err
	}
	element, err := elementAt(l, onto)
	return element, true, err
}
