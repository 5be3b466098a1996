package types

import (
	"bytes"
	"slices"

	"github.com/cairndb/cairn/persistence"
)

// entryList gathers entries of a tree that is about to be built, in any order.
// Its bytes are its own.
type entryList struct {
	list []listedEntry
	room []byte // the bytes of many entries, so that each costs no allocation
}

type listedEntry struct{ key, value []byte }

// roomBytes is how much room is made at a time.
const roomBytes = 4 << 10

// add keeps a copy of an entry.
func (l *entryList) add(key, value []byte) {
	n := len(key) + len(value)
	if cap(l.room)-len(l.room) < n {
		l.room = make([]byte, 0, max(n, roomBytes))
	}
	start := len(l.room)
	l.room = append(append(l.room, key...), value...)
	b := l.room[start:len(l.room):len(l.room)]
	l.list = append(l.list, listedEntry{b[:len(key):len(key)], b[len(key):]})
}

func (l *entryList) len() int64 { return int64(len(l.list)) }

// keys are those of all entries.
func (l *entryList) keys() [][]byte {
	keys := make([][]byte, len(l.list))
	for i, e := range l.list {
		keys[i] = e.key
	}
	return keys
}

// sort brings the entries into the order of their keys.
func (l *entryList) sort() {
	slices.SortFunc(l.list, func(a, b listedEntry) int { return bytes.Compare(a.key, b.key) })
}

// fill puts the entries into an empty collection, in the order of their keys.
func (l *entryList) fill(c *persistence.Collection) error {
	l.sort()
	f := c.Filler()
	for _, e := range l.list {
		if err := f.Add(e.key, e.value); err != nil {
			return err
		}
	}
	return f.Finish()
}

// dropEmpty deletes a key whose collection has no entries left. Nothing is
// logged: what took the last entry does so wherever it is repeated.
func dropEmpty(tx *persistence.Tx, key []byte, c *persistence.Collection) error {
	if !c.Empty() {
		return nil
	}
	if _, err := tx.Delete(key); err != nil {
		return err
	}
	tx.Modified(key, persistence.EventGeneric, "del")
	return nil
}
