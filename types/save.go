package types

import (
	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/encoding/rdb"
	"github.com/cairndb/cairn/persistence"
)

// SaveOptions of Save.
type SaveOptions struct {
	NoFunctions bool // of which the file's version does not know
	NoKeys      bool
	NowMs       int64 // keys whose time has come by then are left out; 0: none are
	// Wrote is called after each key, with its type and the number of its elements.
	// It may be nil.
	Wrote func(t encoding.Type, elements int64)
}

// Save writes the functions and all keys of a snapshot to a file, which is not
// closed.
func Save(store *persistence.Store, n *persistence.Snapshot, w *rdb.Writer, o SaveOptions) error {
	if !o.NoFunctions {
		for _, code := range n.Meta.Functions {
			if err := w.Function([]byte(code)); err != nil {
				return err
			}
		}
	}
	if o.NoKeys {
		return nil
	}
	tx := store.Tx()
	for _, database := range n.Databases() {
		tx.Select(database)
		keys, expires := n.Counts(database)
		if err := w.Database(database, uint64(keys), uint64(expires)); err != nil {
			return err
		}
		err := n.Walk(database, func(k *persistence.StoredKey) error { return save(store, tx, k, w, &o) })
		if err != nil {
			return err
		}
	}
	return nil
}

func save(store *persistence.Store, tx *persistence.Tx, k *persistence.StoredKey, w *rdb.Writer, o *SaveOptions) error {
	expireAtMs := k.Record.ExpireAtMs
	if expireAtMs != 0 && expireAtMs <= o.NowMs {
		return nil
	}
	if err := w.Key(k.Name, rdb.Attributes{ExpireAtMs: expireAtMs}); err != nil {
		return err
	}
	elements := int64(0)
	err := store.ViewStored(tx, k, func(tx *persistence.Tx) (err error) {
		if elements, err = elementCounts[k.Record.Kind.Type()](tx, k.Name); err == nil {
			_, err = Dump(tx, k.Name, &w.ValueWriter)
		}
		return err
	})
	if err == nil && o.Wrote != nil {
		o.Wrote(k.Record.Kind.Type(), elements)
	}
	return err
}

// elementCounts count what keys hold, by their type.
var elementCounts = map[encoding.Type]func(tx *persistence.Tx, key []byte) (int64, error){
	encoding.TypeString: func(*persistence.Tx, []byte) (int64, error) { return 1, nil },
	encoding.TypeList:   ListLen,
	encoding.TypeSet:    SCard,
	encoding.TypeZSet:   ZCard,
	encoding.TypeHash:   HLen,
	encoding.TypeStream: StreamLen,
}
