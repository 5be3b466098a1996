package types

import (
	"bytes"
	"strconv"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/persistence"
)

// CopyOptions of Copy.
type CopyOptions struct {
	Database int  // where the copy goes
	Replace  bool // whatever has its name there
}

var (
	wordCopy    = []byte("COPY")
	wordDB      = []byte("DB")
	wordReplace = []byte("REPLACE")
	wordMove    = []byte("MOVE")
)

// Copy makes a copy of a key with its expire time, and tells whether it did: not
// if the key is missing or the copy's name is taken. A key is never copied onto
// itself.
func Copy(tx *persistence.Tx, from, to []byte, o CopyOptions) (bool, error) {
	if o.Database == tx.Database() && bytes.Equal(from, to) {
		return false, ErrSameObject
	}
	r, err := tx.Get(from)
	missed(tx, from, err != nil || r.Exists())
	if err != nil || !r.Exists() {
		return false, err
	}
	if ok, err := transfer(tx, r, encoding.CopiedKind(r.Kind()), from, to, o); err != nil || !ok {
		return false, err
	}
	modifiedIn(tx, o.Database, to, "copy_to")
	var digits [20]byte
	tx.Log(wordCopy, from, to, wordDB, strconv.AppendInt(digits[:0], int64(o.Database), 10), wordReplace)
	return true, nil
}

// Move takes a key out of the selected database and puts it into another, and
// tells whether it did: not if the key is missing, or one of that name is there.
func Move(tx *persistence.Tx, key []byte, database int) (bool, error) {
	if database == tx.Database() {
		return false, ErrSameObject
	}
	r, err := tx.Get(key)
	if err != nil || !r.Exists() {
		return false, err
	}
	if ok, err := transfer(tx, r, r.Kind(), key, key, CopyOptions{Database: database}); err != nil || !ok {
		return false, err
	}
	if _, err := tx.Delete(key); err != nil {
		return false, err
	}
	tx.Modified(key, persistence.EventGeneric, "move_from")
	modifiedIn(tx, database, key, "move_to")
	var digits [20]byte
	tx.Log(wordMove, key, strconv.AppendInt(digits[:0], int64(database), 10))
	return true, nil
}

// transfer puts a record's value under a name in some database, unless the name
// is taken there.
func transfer(tx *persistence.Tx, r persistence.Record, k encoding.Kind, from, to []byte, o CopyOptions) (bool, error) {
	home := tx.Database()
	defer tx.Select(home)
	tx.Select(o.Database)
	taken, err := tx.Get(to)
	if err != nil || (taken.Exists() && !o.Replace) {
		return false, err
	}
	if err := vacate(tx, to); err != nil {
		return false, err
	}
	return true, tx.Clone(r, home, from, to, k)
}

// modifiedIn tells of a key of some database.
func modifiedIn(tx *persistence.Tx, database int, key []byte, event string) {
	home := tx.Database()
	tx.Select(database)
	tx.Modified(key, persistence.EventGeneric, event)
	tx.Select(home)
}
