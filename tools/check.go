package tools

import (
	"fmt"
	"io"

	"github.com/cairndb/cairn/persistence"
)

// Check compares the parts of a store with one another, and says in words what it holds. The error tells everything
// that does not fit.
func Check(store *persistence.Store, w io.Writer) error {
	if err := store.Check(); err != nil {
		return err
	}
	for database := range store.Databases() {
		keys, expires, err := store.Keys(database)
		if err != nil {
			return err
		}
		if keys > 0 {
			fmt.Fprintf(w, "database %d: %d keys, %d of them expire\n", database, keys, expires)
		}
	}
	_, err := fmt.Fprintf(w, "at log offset %d; nothing is wrong\n", store.LogEnd())
	return err
}
