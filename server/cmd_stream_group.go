package server

import (
	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/types"
)

func init() {
	bind("xgroup|create", xgroupCreate)
	bind("xgroup|createconsumer", xgroupCreateConsumer)
	bind("xgroup|delconsumer", xgroupDelConsumer)
	bind("xgroup|destroy", xgroupDestroy)
	bind("xgroup|setid", xgroupSetID)
	bind("xgroup|help", help(xgroupHelp))
	bind("xack", xack)
}

// XGROUP CREATE key group id|$ [MKSTREAM] [ENTRIESREAD entries_read]
//
// The key is looked at before the ID, but after the words.
func xgroupCreate(c *Call) error {
	mkStream, read, err := c.xgroupOptions(true)
	if err != nil {
		return err
	}
	exists, err := types.HoldsStream(c.Tx, c.Key(2))
	if err != nil {
		return err
	}
	if !exists && !mkStream {
		return errGroupNeedsKey
	}
	if len(c.Args) > 8 {
		return badSubcommand(c.Args) // a word is given twice
	}
	at, err := c.groupStart(encoding.ParseStreamID, read)
	if err != nil {
		return err
	}
	if err := types.StreamGroupCreate(c.Tx, c.Key(2), c.Args[3], at, mkStream); err != nil {
		return err
	}
	c.Reply.OK()
	return nil
}

// xgroupOptions reads the options of CREATE and SETID.
func (c *Call) xgroupOptions(create bool) (mkStream bool, read int64, err error) {
	read = encoding.NotRead
	for i := 5; i < len(c.Args); i++ {
		switch {
		case create && isWord(c.Args[i], "mkstream"):
			mkStream = true
		case isWord(c.Args[i], "entriesread") && i+1 < len(c.Args):
			i++
			if read, err = intArg(c.Args[i]); err != nil {
				return false, 0, err
			}
			if read < 0 && read != encoding.NotRead {
				return false, 0, errEntriesRead
			}
		default:
			return false, 0, badSubcommand(c.Args)
		}
	}
	return mkStream, read, nil
}

// groupStart reads where a group is to read on.
func (c *Call) groupStart(parse func([]byte, uint64) (encoding.StreamID, bool), read int64) (types.StreamGroupStart, error) {
	at := types.StreamGroupStart{EntriesRead: read}
	if arg := c.Args[4]; len(arg) == 1 && arg[0] == '$' {
		at.Last = true
		return at, nil
	}
	id, ok := parse(c.Args[4], 0)
	if !ok {
		return at, errStreamID
	}
	at.ID = id
	return at, nil
}

// XGROUP SETID key group id|$ [ENTRIESREAD entries_read]
//
// The group is looked at before the ID, but after the words.
func xgroupSetID(c *Call) error {
	_, read, err := c.xgroupOptions(false)
	if err != nil {
		return err
	}
	at, bad := c.groupStart(encoding.ParseStreamBound, read)
	if len(c.Args) > 7 {
		bad = badSubcommand(c.Args) // a word is given twice
	}
	if bad != nil {
		err = types.StreamGroupExists(c.Tx, c.Key(2), c.Args[3])
	} else {
		err = types.StreamGroupSetID(c.Tx, c.Key(2), c.Args[3], at)
	}
	if err != nil {
		return c.xgroupError(err)
	}
	if bad == nil {
		c.Reply.OK()
	}
	return bad
}

// xgroupError is how XGROUP calls a key or group that is missing.
func (c *Call) xgroupError(err error) error {
	switch err {
	case types.ErrNoSuchKey:
		return errGroupNeedsKey
	case types.ErrNoSuchGroup:
		return noGroupForKey(c.Args[3], c.Key(2))
	}
	return err
}

// XGROUP DESTROY key group
func xgroupDestroy(c *Call) error {
	existed, err := types.StreamGroupDestroy(c.Tx, c.Key(2), c.Args[3])
	if err != nil {
		return c.xgroupError(err)
	}
	c.intBool(existed)
	return nil
}

// XGROUP CREATECONSUMER key group consumer
func xgroupCreateConsumer(c *Call) error {
	created, err := types.StreamConsumerCreate(c.Tx, c.Key(2), c.Args[3], c.Args[4])
	if err != nil {
		return c.xgroupError(err)
	}
	c.intBool(created)
	return nil
}

// XGROUP DELCONSUMER key group consumer
func xgroupDelConsumer(c *Call) error {
	n, err := types.StreamConsumerDelete(c.Tx, c.Key(2), c.Args[3], c.Args[4])
	if err != nil {
		return c.xgroupError(err)
	}
	c.Reply.Int(n)
	return nil
}

// XACK key group id [id ...]
//
// Without the group the IDs are not looked at.
func xack(c *Call) error {
	ids, bad := c.streamIDs(c.Args[3:])
	var n int64
	var err error
	if bad != nil {
		err = types.StreamGroupExists(c.Tx, c.Key(1), c.Args[2])
	} else {
		n, err = types.StreamAck(c.Tx, c.Key(1), c.Args[2], ids, c.Args[3:])
	}
	switch err {
	case types.ErrNoSuchKey, types.ErrNoSuchGroup:
		bad, err = nil, nil
	}
	if err == nil {
		err = bad
	}
	return c.intReply(n, err)
}

const xgroupHelp = `
CREATE <key> <groupname> <id|$> [option]
    Create a new consumer group. Options are:
    * MKSTREAM
      Create the empty stream if it does not exist.
    * ENTRIESREAD entries_read
      Set the group's entries_read counter (internal use).
CREATECONSUMER <key> <groupname> <consumer>
    Create a new consumer in the specified group.
DELCONSUMER <key> <groupname> <consumer>
    Remove the specified consumer.
DESTROY <key> <groupname>
    Remove the specified group.
SETID <key> <groupname> <id|$> [ENTRIESREAD entries_read]
    Set the current group ID and entries_read counter.
`
