package server

import "github.com/cairndb/cairn/types"

func init() {
	bind("linsert", linsert)
	bind("lrem", lrem)
	bind("lmove", lmove)
	bind("rpoplpush", rpoplpush)
}

// LINSERT key BEFORE|AFTER pivot element
func linsert(c *Call) error {
	after := isWord(c.Args[2], "after")
	if !after && !isWord(c.Args[2], "before") {
		return errSyntax
	}
	return c.intReply(types.ListInsert(c.Tx, c.Key(1), after, c.Args[3], c.Args[4]))
}

// LREM key count element
func lrem(c *Call) error {
	count, err := intArg(c.Args[2])
	if err != nil {
		return err
	}
	return c.intReply(types.ListRemove(c.Tx, c.Key(1), count, c.Args[3]))
}

// LMOVE source destination LEFT|RIGHT LEFT|RIGHT
func lmove(c *Call) error {
	off, onto, err := moveArgs(c.Args[3:])
	if err != nil {
		return err
	}
	return c.bulkReply(types.ListMove(c.Tx, c.Key(1), c.Key(2), off, onto))
}

// moveArgs reads LEFT|RIGHT LEFT|RIGHT.
func moveArgs(args [][]byte) (off, onto types.ListEnd, err error) {
	if off, err = listEndArg(args[0]); err != nil {
		return 0, 0, err
	}
	onto, err = listEndArg(args[1])
	return off, onto, err
}

// RPOPLPUSH source destination
func rpoplpush(c *Call) error { return c.bulkReply(types.ListRotate(c.Tx, c.Key(1), c.Key(2))) }

// bulkReply replies with a value, or its absence, unless there is an error.
func (c *Call) bulkReply(v []byte, ok bool, err error) error {
	if err == nil {
		c.bulkOrNull(v, ok)
	}
	return err
}
