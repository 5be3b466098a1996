package server

import (
	"math"

	"github.com/cairndb/cairn/types"
)

func init() {
	bind("select", selectDatabase).repeatable()
	bind("swapdb", swapdb).onAll()
	bind("dbsize", dbsize).bare().repeatable()
	bind("flushdb", flushdb).onAll()
	bind("flushall", flushall).onAll()
}

// SELECT index
func selectDatabase(c *Call) error {
	n, err := c.databaseArg(c.Args[1])
	if err != nil {
		return err
	}
	c.Tx.Select(n)
	c.Client.shared.database.Store(int32(n))
	c.Reply.OK()
	return nil
}

// SWAPDB index1 index2
func swapdb(c *Call) error {
	a, err := int32Arg(c.Args[1])
	if err != nil {
		return errFirstDatabase
	}
	b, err := int32Arg(c.Args[2])
	if err != nil {
		return errSecondDatabase
	}
	if !c.hasDatabase(a) || !c.hasDatabase(b) {
		return errDatabase
	}
	if err := c.touchSwapped(int(a), int(b)); err != nil {
		return err
	}
	return c.okReply(types.Swap(c.Tx, int(a), int(b)))
}

// touchSwapped tells those who watch a key that did not exist, in one of two
// databases, if it is about to get one from the other.
func (c *Call) touchSwapped(a, b int) error {
	home := c.Tx.Database()
	defer c.Tx.Select(home)
	for _, pair := range [][2]int{{a, b}, {b, a}} {
		for _, name := range c.Server.watches.missing(pair[0]) {
			c.Tx.Select(pair[1])
			r, err := c.Tx.Examine(name)
			if err != nil {
				return err
			}
			if c.Tx.Select(pair[0]); r.Exists() {
				c.Tx.Modified(name, 0, "")
			}
		}
	}
	return nil
}

// DBSIZE
func dbsize(c *Call) error {
	n, err := types.CountKeys(c.Tx)
	return c.intReply(n, err)
}

// FLUSHDB [ASYNC|SYNC]
func flushdb(c *Call) error {
	if err := c.flushMode(); err != nil {
		return err
	}
	return c.okReply(types.Flush(c.Tx))
}

// FLUSHALL [ASYNC|SYNC]
func flushall(c *Call) error {
	if err := c.flushMode(); err != nil {
		return err
	}
	return c.okReply(types.FlushAll(c.Tx))
}

// flushMode checks the only option of a flush. It means nothing here: no flush
// makes the caller wait for the size of the data.
func (c *Call) flushMode() error {
	switch {
	case len(c.Args) == 1:
		return nil
	case len(c.Args) == 2 && (isWord(c.Args[1], "async") || isWord(c.Args[1], "sync")):
		return nil
	default:
		return errSyntax
	}
}

// databaseArg reads the number of a database that exists.
func (c *Call) databaseArg(b []byte) (int, error) {
	n, err := int32Arg(b)
	if err == nil && !c.hasDatabase(n) {
		err = errDatabase
	}
	return int(n), err
}

func (c *Call) hasDatabase(n int64) bool { return n >= 0 && n < int64(c.Tx.Databases()) }

// int32Arg reads a whole number of 32 bits.
func int32Arg(b []byte) (int64, error) {
	n, err := intArg(b)
	if err == nil && (n < math.MinInt32 || n > math.MaxInt32) {
		err = errNotInt32
	}
	return n, err
}
