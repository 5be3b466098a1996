package server

import (
	"bytes"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/types"
)

// wait says what a reader of streams waits for. gone is its reply if one of them
// is deleted.
func (r *streamRead) wait(gone error) wait {
	return wait{
		keys: r.keys, of: encoding.TypeStream, until: r.until,
		pool: string(r.group), each: !r.ofGroup, gone: gone,
	}
}

// othersWait tells whether clients that came before have to be offered first
// what a group has not read.
func (c *Call) othersWait(key []byte, r *streamRead) bool {
	if c.mayNotWait {
		return false
	}
	w := r.wait(nil)
	return c.Server.waiters.hasPrecedence(c.dbKey(key), &w)
}

// parkReader makes XREAD wait, if it is to, for entries after the given IDs.
func (c *Call) parkReader(r *streamRead, after []encoding.StreamID) error {
	if !r.blocks {
		c.Reply.NullArray()
		return nil
	}
	w := r.wait(nil)
	w.args = append([][]byte(nil), c.Args[:len(c.Args)-len(after)]...)
	for _, id := range after {
		w.args = append(w.args, encoding.AppendStreamID(nil, id))
	}
	return c.park(w)
}

// parkGroupReader makes XREADGROUP wait, if it is to; late says that there may
// be something that others are offered first.
func (c *Call) parkGroupReader(r *streamRead, late bool) error {
	if !r.blocks {
		c.Reply.NullArray()
		return nil
	}
	w := r.wait(errStreamGone)
	return c.parkBehind(&w, late)
}

// blockedCount bounds what a reader gets that has waited and did not say how
// much it wants.
func (r *streamRead) blockedCount() int64 {
	const unasked = 1000
	if r.count == 0 {
		return unasked
	}
	return r.count
}

// readWoken serves an XREAD that waited. The entries that woke it may be gone
// already; then it gets none.
func (c *Call) readWoken(r *streamRead, key []byte) (bool, error) {
	for i := range r.keys {
		if !bytes.Equal(r.keys[i], key) {
			continue
		}
		after, err := streamIDArg(r.ids[i])
		if err != nil {
			return false, err
		}
		if last, err := types.StreamLast(c.Tx, key); err != nil || last.Compare(after) <= 0 {
			return false, err
		}
		c.beginStreams(1)
		c.streamOf(key)
		entries, err := types.StreamAfter(c.Tx, key, after, r.blockedCount())
		if err != nil {
			return false, err
		}
		return true, c.streamEntries(&entries)
	}
	return false, nil
}
