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
	target := source
	if !bytes.Equal(from, to) {
		if target, err = openList(tx, to); err != nil {
			return nil, false, err
		}
	}
	if err := moveElement(source, target, off, onto); err != nil {
		return nil, false, err
	}
	tx.Modified(to, persistence.EventList, listEnds[onto].pushed)
	if err := takenOff(tx, from, source, off); err != nil {
		return nil, false, err
	}
	element, err := elementAt(target, onto)
	return element, true, err
}

// moveElement moves the element at an end of a list, which may be all that it
// has, to an end of another one, or of the same.
func moveElement(source, target *persistence.Collection, off, onto ListEnd) error {
	if err := makeList(target); err != nil {
		return err
	}
	element, err := elementAt(source, off)
	switch {
	case err != nil:
		return err
	case source != target:
		if err := pushOne(target, onto, element); err != nil {
			return err
		}
		return source.RemoveFound()
	case off == onto:
		return nil
	}
	element = bytes.Clone(element)
	if err := source.RemoveFound(); err != nil {
		return err
	}
	return pushOne(target, onto, element)
}
