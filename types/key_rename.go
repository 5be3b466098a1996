package types

import (
	"bytes"

	"github.com/cairndb/cairn/persistence"
)

var wordRename = []byte("RENAME")

// Rename gives a key another name, in place of whatever has that name, and
// keeps its expire time. The old name must exist; renaming a key to itself
// does nothing.
func Rename(tx *persistence.Tx, from, to []byte) error {
	r, err := tx.Get(from)
	if err != nil {
		return err
	}
	if !r.Exists() {
		return ErrNoSuchKey
	}
	if bytes.Equal(from, to) {
		return nil
	}
	return rename(tx, r, from, to)
}

// RenameIfFree is Rename if nothing has the new name; it tells whether. A key's
// own name is not free.
func RenameIfFree(tx *persistence.Tx, from, to []byte) (bool, error) {
	r, err := tx.Get(from)
	if err != nil {
		return false, err
	}
	if !r.Exists() {
		return false, ErrNoSuchKey
	}
	taken, err := tx.Get(to)
	if err != nil || taken.Exists() {
		return false, err
	}
	return true, rename(tx, r, from, to)
}

// rename moves a record that exists.
func rename(tx *persistence.Tx, r persistence.Record, from, to []byte) error {
	if err := vacate(tx, to); err != nil {
		return err
	}
	if err := tx.Put(to, r.Kind(), r.Value(), r.ExpireAtMs()); err != nil {
		return err
	}
	if _, err := tx.Delete(from); err != nil {
		return err
	}
	tx.Modified(from, persistence.EventGeneric, "rename_from")
	tx.Modified(to, persistence.EventGeneric, "rename_to")
	tx.Log(wordRename, from, to)
	return nil
}
