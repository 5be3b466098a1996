package server

import "github.com/cairndb/cairn/types"

func init() {
	bind("lindex", lindex)
	bind("lset", lset)
	bind("lrange", lrange).streams()
	bind("ltrim", ltrim)
}

// LINDEX key index
//
// The key is looked at before the index.
func lindex(c *Call) error {
	at, wrong := intArg(c.Args[2])
	if wrong != nil {
		return c.unlessNoList(wrong, c.nullReply)
	}
	element, ok, err := types.ListIndex(c.Tx, c.Key(1), at)
	if err != nil {
		return err
	}
	c.bulkOrNull(element, ok)
	return nil
}

// LSET key index element
//
// The key is looked at before the index.
func lset(c *Call) error {
	at, wrong := intArg(c.Args[2])
	if wrong != nil {
		return c.unlessNoList(wrong, func() error { return types.ErrNoSuchKey })
	}
	return c.okReply(types.ListSet(c.Tx, c.Key(1), at, c.Args[3]))
}

// unlessNoList fails with what is wrong in the arguments, unless the first of
// them holds no list, which then is the answer.
func (c *Call) unlessNoList(wrong error, missing func() error) error {
	found, err := types.HoldsList(c.Tx, c.Key(1))
	switch {
	case err != nil:
		return err
	case found:
		return wrong
	default:
		return missing()
	}
}

func (c *Call) nullReply() error {
	c.Reply.Null()
	return nil
}

// LRANGE key start stop
func lrange(c *Call) error {
	first, last, err := rangeArgs(c.Args[2], c.Args[3])
	if err != nil {
		return err
	}
	e, err := types.ListRange(c.Tx, c.Key(1), first, last)
	if err != nil {
		return err
	}
	return c.elements(e)
}

// LTRIM key start stop
func ltrim(c *Call) error {
	first, last, err := rangeArgs(c.Args[2], c.Args[3])
	if err != nil {
		return err
	}
	return c.okReply(types.ListTrim(c.Tx, c.Key(1), first, last))
}
