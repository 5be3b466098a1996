package server

import (
	"errors"

	"github.com/cairndb/cairn/persistence"
	"github.com/cairndb/cairn/types"
)

// A read that meets a key after its time deletes it, as Redis does. Views and
// walks change nothing, so that is done right after them.

// deleteOverdue deletes what the call's View has hidden. The reply does not wait
// for it: that the time has come needs no proof on disk.
func (c *Call) deleteOverdue() {
	tx := c.Tx
	offset, hits, misses := tx.WaitOffset, tx.Hits, tx.Misses
	_ = c.deleteExpired(tx.Overdue) // what stays is hidden as before
	tx.WaitOffset, tx.Hits, tx.Misses = offset, hits, misses
}

// deleteExpired deletes those of the keys whose time has come. While the log
// cannot be written they are only hidden.
func (c *Call) deleteExpired(names [][]byte) error {
	if len(names) == 0 {
		return nil
	}
	err := c.Server.store.Update(c.Tx, persistence.Keys{Names: names}, func(tx *persistence.Tx) error {
		_, err := types.Exists(tx, names)
		return err
	})
	if errors.Is(err, persistence.ErrLogFailed) {
		return nil
	}
	return err
}
