package server

import (
	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/types"
)

func init() {
	bind("xadd", xadd)
	bind("xlen", xlen)
	bind("xdel", xdel)
	bind("xtrim", xtrim)
	bind("xsetid", xsetid)
	bind("xrange", xrange).streams()
	bind("xrevrange", xrevrange).streams()
}

// XADD key [NOMKSTREAM] [MAXLEN|MINID [=|~] threshold [LIMIT count]] *|id field value [field value ...]
func xadd(c *Call) error {
	o := types.StreamAddOptions{Limits: c.streamLimits()}
	at, err := c.streamOptions(&o, true)
	if err != nil {
		return err
	}
	fields := c.Args[min(at+1, len(c.Args)):]
	if len(fields) < 2 || len(fields)%2 == 1 {
		return wrongArity(c.Spec)
	}
	if o.Choice == types.StreamIDGiven && o.ID.IsZero() {
		return errStreamIDZero
	}
	id, ok, err := types.StreamAdd(c.Tx, c.Key(1), fields, &o)
	if err != nil {
		return err
	}
	if ok {
		c.streamID(id)
	} else {
		c.Reply.Null()
	}
	return nil
}

func (c *Call) streamLimits() encoding.StreamNodeLimits {
	cfg := c.Server.cfg
	return encoding.StreamNodeLimits{Bytes: cfg.StreamNodeMaxBytes.Get(), Entries: cfg.StreamNodeMaxEntries.Get()}
}

// XLEN key
func xlen(c *Call) error {
	n, err := types.StreamLen(c.Tx, c.Key(1))
	return c.intReply(n, err)
}

// XDEL key id [id ...]
//
// The key is looked at before the IDs.
func xdel(c *Call) error {
	ids, bad := c.streamIDs(c.Args[2:])
	if bad != nil {
		exists, err := types.HoldsStream(c.Tx, c.Key(1))
		if err == nil && exists {
			err = bad
		}
		return c.intReply(0, err)
	}
	n, err := types.StreamDelete(c.Tx, c.Key(1), ids, c.Args[2:])
	return c.intReply(n, err)
}

// XTRIM key MAXLEN|MINID [=|~] threshold [LIMIT count]
func xtrim(c *Call) error {
	var o types.StreamAddOptions
	if _, err := c.streamOptions(&o, false); err != nil {
		return err
	}
	n, err := types.StreamTrimTo(c.Tx, c.Key(1), &o.Trim)
	return c.intReply(n, err)
}

// XSETID key last-id [ENTRIESADDED entries_added] [MAXDELETEDID max_deleted_entry_id]
func xsetid(c *Call) error {
	last, err := streamIDArg(c.Args[2])
	if err != nil {
		return err
	}
	added, deleted := int64(-1), encoding.StreamID{}
	for args := c.Args[3:]; len(args) > 0; args = args[2:] {
		switch {
		case len(args) > 1 && isWord(args[0], "entriesadded"):
			if added, err = intArg(args[1]); err == nil && added < 0 {
				err = errEntriesAdded
			}
		case len(args) > 1 && isWord(args[0], "maxdeletedid"):
			if deleted, err = streamIDArg(args[1]); err == nil && last.Compare(deleted) < 0 {
				err = errMaxDeletedGiven
			}
		default:
			err = errSyntax
		}
		if err != nil {
			return err
		}
	}
	if err := types.StreamSetID(c.Tx, c.Key(1), last, added, deleted); err != nil {
		return err
	}
	c.Reply.OK()
	return nil
}

// XRANGE key start end [COUNT count]
func xrange(c *Call) error { return streamRange(c, 2, 3, false) }

// XREVRANGE key end start [COUNT count]
func xrevrange(c *Call) error { return streamRange(c, 3, 2, true) }

func streamRange(c *Call, first, last int, reverse bool) error {
	in := types.StreamInterval{Reverse: reverse}
	var err error
	if in.First, in.Last, err = streamInterval(c.Args[first], c.Args[last]); err != nil {
		return err
	}
	counted, none := c.Args[4:], false
	for ; len(counted) > 0; counted = counted[2:] {
		if len(counted) < 2 || !isWord(counted[0], "count") {
			return errSyntax
		}
		if in.Count, err = intArg(counted[1]); err != nil {
			return err
		}
		none = in.Count <= 0
	}
	entries, err := types.StreamRange(c.Tx, c.Key(1), in)
	if err != nil {
		return err
	}
	if none {
		return c.noStreamRange()
	}
	return c.streamEntries(&entries)
}

// noStreamRange is the reply for no entries at all, which depends on whether
// there is a stream.
func (c *Call) noStreamRange() error {
	exists, err := types.HoldsStream(c.Tx, c.Key(1))
	if err == nil && exists {
		c.Reply.NullArray()
	} else if err == nil {
		c.Reply.Array(0)
	}
	return err
}

func (c *Call) streamEntries(entries *types.StreamEntries) error {
	c.Reply.Array(int(entries.Len()))
	for entries.Next() {
		c.streamEntry(entries.ID(), entries.Fields())
	}
	return entries.Err()
}

func (c *Call) streamEntry(id encoding.StreamID, fields encoding.StreamFields) {
	c.Reply.Array(2)
	c.streamID(id)
	pairs, rest := fields.Pairs()
	c.Reply.Array(2 * pairs)
	for range 2 * pairs {
		var s []byte
		s, rest = rest.Cut()
		c.Reply.Bulk(s)
	}
}

func (c *Call) streamID(id encoding.StreamID) {
	var text [encoding.MaxStreamIDText]byte
	c.Reply.Bulk(encoding.AppendStreamID(text[:0], id))
}
