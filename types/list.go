package types

import (
	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/persistence"
)

// ListEnd is an end of a list.
type ListEnd uint8

// The start and the end of a list.
const (
	ListHead ListEnd = iota
	ListTail
)

// listEnds are the words that each end has in the log, and in events.
var listEnds = [...]struct {
	push, pushX, pop, side []byte
	pushed, popped         string
}{
	ListHead: {[]byte("LPUSH"), []byte("LPUSHX"), []byte("LPOP"), []byte("LEFT"), "lpush", "lpop"},
	ListTail: {[]byte("RPUSH"), []byte("RPUSHX"), []byte("RPOP"), []byte("RIGHT"), "rpush", "rpop"},
}

// openList looks up a key that must hold a list or nothing.
func openList(tx *persistence.Tx, key []byte) (*persistence.Collection, error) {
	return open(tx, key, encoding.TypeList)
}

// ListLen is the length of the list that a key holds, 0 if it is missing.
func ListLen(tx *persistence.Tx, key []byte) (int64, error) {
	l, err := openList(tx, key)
	if err != nil {
		return 0, err
	}
	return l.Len(), nil
}

// HoldsList tells whether a key holds a list: false if it is missing,
// ErrWrongType if it holds something else.
func HoldsList(tx *persistence.Tx, key []byte) (bool, error) {
	r, err := tx.Get(key)
	if err == nil && r.Exists() && r.Type() != encoding.TypeList {
		err = ErrWrongType
	}
	return err == nil && r.Exists(), err
}

// ListPush puts elements at an end of a list, one after the other, and returns
// its length. A missing list is made.
func ListPush(tx *persistence.Tx, key []byte, end ListEnd, elements [][]byte) (int64, error) {
	l, err := openList(tx, key)
	if err != nil {
		return 0, err
	}
	return push(tx, key, l, end, elements, listEnds[end].push)
}

// ListPushExisting is ListPush that makes no list: it returns 0 if the key is
// missing.
func ListPushExisting(tx *persistence.Tx, key []byte, end ListEnd, elements [][]byte) (int64, error) {
	l, err := openList(tx, key)
	if err != nil || !l.Exists() {
		return 0, err
	}
	return push(tx, key, l, end, elements, listEnds[end].pushX)
}

func push(tx *persistence.Tx, key []byte, l *persistence.Collection, end ListEnd, elements [][]byte, word []byte) (int64, error) {
	if err := makeList(l); err != nil {
		return 0, err
	}
	for _, e := range elements {
		if err := pushOne(l, end, e); err != nil {
			return 0, err
		}
	}
	tx.LogList(elements, word, key)
	tx.Modified(key, persistence.EventList, listEnds[end].pushed)
	return l.Len(), nil
}

// makeList makes a list of a missing key.
func makeList(l *persistence.Collection) error {
	if l.Exists() {
		return nil
	}
	return l.Create(encoding.ListKind(), nil, 0)
}

func pushOne(l *persistence.Collection, end ListEnd, element []byte) error {
	if end == ListHead {
		return l.Insert(0, nil, element)
	}
	return l.Append(nil, element)
}
