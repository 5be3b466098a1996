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
	Workers     int   // so many make values at once; 0: one
	// Rest is called before each batch of keys, by the worker that makes its part
	// of the file: with one worker, never twice at once. It may be nil.
	Rest func()
	// Wrote is called after each key, with its type, the number of its elements and
	// that of its bytes in the file; never twice at once. It may be nil.
	Wrote func(t encoding.Type, elements, bytes int64)
}

// Save writes the functions and all keys of a snapshot to a file, which is not
// closed. The same data give the same bytes, whatever the number of workers.
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
	for _, database := range n.Databases() {
		keys, expires := n.Counts(database)
		if err := w.Database(database, uint64(keys), uint64(expires)); err != nil {
			return err
		}
		s := saver{store: store, file: w, o: o, database: database}
		if err := s.save(n); err != nil {
			return err
		}
	}
	return nil
}
