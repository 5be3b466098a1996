package persistence

import (
	"bytes"
	"slices"
	"strings"

	"github.com/cairndb/cairn/encoding"
)

// The lists of these tests: enough of a type to make trees grow, shrink, move
// and die. The model spells a list as a word and its elements, a line each.

var (
	listKind   = encoding.MakeKind(encoding.TypeList, 0)
	wordInsert = []byte("INSERT")
	wordCut    = []byte("CUT")
	wordRename = []byte("RENAME")
)

const emptyList = "list:\n"

func showList(tx *Tx, name []byte) (string, error) {
	c, err := tx.Collection(name)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	b.WriteString(emptyList)
	it := c.Iter(0)
	for it.Next() {
		b.Write(it.Entry().Value)
		b.WriteByte('\n')
	}
	return b.String(), it.Err()
}

// insertMany inserts a value some times in a row, into a list that is made if
// there is something else.
func insertMany(tx *Tx, name []byte, seed int64, value []byte) error {
	c, err := tx.Collection(name)
	if err != nil {
		return err
	}
	if c.Type() != encoding.TypeList {
		if err := c.Create(listKind, nil, 0); err != nil {
			return err
		}
	}
	at := seed % (c.Len() + 1)
	for range copies(seed) {
		if err := c.Insert(at, nil, value); err != nil {
			return err
		}
	}
	return nil
}

func copies(seed int64) int64 { return 1 + seed%37 }

// cut removes some elements of a list, and tells whether there is one.
func cut(tx *Tx, name []byte, seed int64) (bool, error) {
	c, err := tx.Collection(name)
	if err != nil || c.Type() != encoding.TypeList {
		return false, err
	}
	at, n := cutSpan(c.Len(), seed)
	if err := c.Remove(at, n); err != nil {
		return false, err
	}
	if c.Len() == 0 {
		return tx.Delete(name)
	}
	return true, nil
}

func cutSpan(length, seed int64) (at, n int64) {
	at = seed % length
	return at, min(length-at, 1+seed%53)
}

// rename moves a key, and tells whether there is one.
func rename(tx *Tx, from, to []byte) (bool, error) {
	r, err := tx.Get(from)
	if err != nil || !r.Exists() || bytes.Equal(from, to) {
		return r.Exists(), err
	}
	if err := tx.Put(to, r.Kind(), r.Value(), r.ExpireAtMs()); err != nil {
		return false, err
	}
	return tx.Delete(from)
}

func (e entry) isList() bool { return strings.HasPrefix(e.value, emptyList) }

func (e entry) elements() []string {
	lines := strings.Split(e.value, "\n")
	return lines[1 : len(lines)-1]
}

func listEntry(elements []string, expireAt int64) entry {
	var b strings.Builder
	b.WriteString(emptyList)
	for _, v := range elements {
		b.WriteString(v + "\n")
	}
	return entry{b.String(), expireAt}
}

func (e entry) insertMany(seed int64, value string) entry {
	if !e.isList() {
		e = entry{value: emptyList}
	}
	list := e.elements()
	at := seed % int64(len(list)+1)
	return listEntry(slices.Insert(list, int(at), slices.Repeat([]string{value}, int(copies(seed)))...), e.expireAt)
}

func (e entry) cut(seed int64) entry {
	list := e.elements()
	at, n := cutSpan(int64(len(list)), seed)
	return listEntry(slices.Delete(list, int(at), int(at+n)), e.expireAt)
}
