package server

import (
	"errors"

	"github.com/cairndb/cairn/persistence"
	"github.com/cairndb/cairn/types"
)

// A read that meets a key after its time deletes it, as Redis does. Views and
// walks change nothing, so that is done right after them.

// deleteOverdue deletes what the call's View has hidden. What cannot be deleted
// now stays hidden.
func (c *Call) deleteOverdue() { _ = c.deleteExpired(c.Tx.Overdue, !c.Tx.Examined) }

// deleteMet deletes what a walk has found expired. While the log cannot be
// written that stays hidden.
func (c *Call) deleteMet(names [][]byte) error {
	if len(names) == 0 {
		return nil
	}
	err := c.deleteExpired(names, false)
	if errors.Is(err, persistence.ErrLogFailed) {
		return nil
	}
	return err
}

// deleteExpired deletes those of the keys whose time has come. The reply waits
// for it, as for any write that it shows. asked: it was them that were asked
// for, so they were missed.
func (c *Call) deleteExpired(names [][]byte, asked bool) error {
	tx := c.Tx
	if tx.Inside() {
		return nil // what its own transaction meets, that deletes
	}
	offset, hits, misses := tx.WaitOffset, tx.Hits, tx.Misses
	err := c.Server.store.Update(tx, persistence.Keys{Names: names}, func(tx *persistence.Tx) error {
		_, err := types.Exists(tx, names)
		if asked {
			notifyMisses(tx, names)
		}
		return err
	})
	tx.WaitOffset, tx.Hits, tx.Misses = max(offset, tx.WaitOffset), hits, misses
	return err
}

func notifyMisses(tx *persistence.Tx, names [][]byte) {
	for _, name := range names {
		tx.Notify(name, persistence.EventKeyMiss, "keymiss")
	}
}
