package types

import (
	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/encoding/rdb"
	"github.com/cairndb/cairn/persistence"
)

// dumpers write what keys hold, by its type.
var dumpers = map[encoding.Type]func(tx *persistence.Tx, key []byte, w *rdb.ValueWriter) error{
	encoding.TypeString: dumpString,
	encoding.TypeList:   dumpList,
	encoding.TypeSet:    dumpSet,
	encoding.TypeZSet:   dumpZSet,
	encoding.TypeHash:   dumpHash,
	encoding.TypeStream: dumpStream,
}

// Dump writes what a key holds; ok is false if there is no such key. When the
// function is run again it needs another writer.
func Dump(tx *persistence.Tx, key []byte, w *rdb.ValueWriter) (ok bool, err error) {
	r, err := tx.Get(key)
	if err != nil || !r.Exists() {
		return false, err
	}
	return true, dumpers[r.Type()](tx, key, w)
}

func dumpString(tx *persistence.Tx, key []byte, w *rdb.ValueWriter) error {
	s, err := openString(tx, key)
	if err != nil {
		return err
	}
	if err := longerBytes(tx, s.len()); err != nil {
		return err
	}
	value, err := s.all()
	if err != nil {
		return err
	}
	return w.String(value)
}

func dumpList(tx *persistence.Tx, key []byte, w *rdb.ValueWriter) error {
	e, err := ListRange(tx, key, 0, -1)
	if err != nil {
		return err
	}
	if err := longer(tx, e.Len()); err != nil {
		return err
	}
	if err := w.BeginList(e.Len()); err != nil {
		return err
	}
	for e.Next() {
		if err := w.Element(e.Element()); err != nil {
			return err
		}
	}
	if err := e.Err(); err != nil {
		return err
	}
	return w.End()
}

func dumpSet(tx *persistence.Tx, key []byte, w *rdb.ValueWriter) error {
	walk, err := SMembers(tx, key)
	if err != nil {
		return err
	}
	if err := w.BeginSet(walk.Len()); err != nil {
		return err
	}
	for walk.Next() {
		if err := w.Element(walk.Member()); err != nil {
			return err
		}
	}
	if err := walk.Err(); err != nil {
		return err
	}
	return w.End()
}

func dumpHash(tx *persistence.Tx, key []byte, w *rdb.ValueWriter) error {
	walk, err := HAll(tx, key)
	if err != nil {
		return err
	}
	if err := w.BeginHash(walk.Len()); err != nil {
		return err
	}
	for walk.Next() {
		if err := w.Field(walk.Field(), walk.Value()); err != nil {
			return err
		}
	}
	if err := walk.Err(); err != nil {
		return err
	}
	return w.End()
}

// dumpZSet goes from the highest score down, as Redis does: so it loads fastest
// there.
func dumpZSet(tx *persistence.Tx, key []byte, w *rdb.ValueWriter) error {
	z, err := openZSet(tx, key)
	if err != nil {
		return err
	}
	n := z.len()
	if err := longer(tx, n); err != nil {
		return err
	}
	if err := w.BeginZSet(n); err != nil {
		return err
	}
	walk := z.walk(span{0, n}, true)
	for walk.Next() {
		if err := w.Scored(walk.Member(), walk.Score()); err != nil {
			return err
		}
	}
	if err := walk.Err(); err != nil {
		return err
	}
	return w.End()
}
