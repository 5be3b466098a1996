package server

import (
	"math"

	"github.com/cairndb/cairn/types"
)

func init() {
	bind("append", appendCmd)
	bind("strlen", strlen)
	bind("getrange", getrange)
	bind("substr", getrange)
	bind("setrange", setrange)
}

// maxStringBytes is how long a command may make a string. What the log holds
// was allowed when it was written.
func (c *Call) maxStringBytes() int64 {
	if c.Tx.Replay {
		return math.MaxInt64
	}
	return c.Server.cfg.ProtoMaxBulkBytes.Get()
}

// APPEND key value
func appendCmd(c *Call) error {
	n, err := types.Append(c.Tx, c.Key(1), c.Args[2], c.maxStringBytes())
	if err != nil {
		return err
	}
	c.Reply.Int(n)
	return nil
}

// STRLEN key
func strlen(c *Call) error {
	n, err := types.StringLen(c.Tx, c.Key(1))
	if err != nil {
		return err
	}
	c.Reply.Int(n)
	return nil
}

// GETRANGE key start end; SUBSTR is its old name.
func getrange(c *Call) error {
	first, last, err := rangeArgs(c.Args[2], c.Args[3])
	if err != nil {
		return err
	}
	part, err := types.GetRange(c.Tx, c.Key(1), first, last)
	if err != nil {
		return err
	}
	c.Reply.Bulk(part)
	return nil
}

// SETRANGE key offset value
func setrange(c *Call) error {
	at, err := intArg(c.Args[2])
	if err != nil {
		return err
	}
	if at < 0 {
		return errOffset
	}
	n, err := types.SetRange(c.Tx, c.Key(1), at, c.Args[3], c.maxStringBytes())
	if err != nil {
		return err
	}
	c.Reply.Int(n)
	return nil
}
