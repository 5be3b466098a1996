package server

import (
	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/types"
)

func init() {
	bind("blpop", blpop)
	bind("brpop", brpop)
	bind("blmpop", blmpop)
	bind("blmove", blmove)
	bind("brpoplpush", brpoplpush)
}

// BLPOP key [key ...] timeout
func blpop(c *Call) error { return awaitOne(c, types.ListHead) }

// BRPOP key [key ...] timeout
func brpop(c *Call) error { return awaitOne(c, types.ListTail) }

func awaitOne(c *Call, end types.ListEnd) error {
	last := len(c.Args) - 1
	until, err := c.timeoutArg(c.Args[last])
	if err != nil {
		return err
	}
	w := wait{keys: c.Args[1:last], of: encoding.TypeList, until: until}
	return c.await(w, func(key []byte) (bool, error) {
		if found, err := types.HoldsList(c.Tx, key); err != nil || !found {
			return false, err
		}
		p, err := types.PopOne(c.Tx, key, end)
		if err != nil {
			return false, err
		}
		element, err := p.Element()
		if err != nil {
			return false, err
		}
		c.Reply.Array(2)
		c.Reply.Bulk(key)
		c.Reply.Bulk(element)
		return true, p.Remove()
	})
}

// BLMPOP timeout numkeys key [key ...] LEFT|RIGHT [COUNT count]
func blmpop(c *Call) error {
	o, err := listPopArgs(c.Args[2:])
	if err != nil {
		return err
	}
	until, err := c.timeoutArg(c.Args[1])
	if err != nil {
		return err
	}
	w := wait{keys: o.keys, of: encoding.TypeList, until: until}
	return c.await(w, func(key []byte) (bool, error) {
		if found, err := types.HoldsList(c.Tx, key); err != nil || !found {
			return false, err
		}
		p, err := types.PopMany(c.Tx, key, o.end, o.count)
		if err != nil {
			return false, err
		}
		return true, c.poppedOf(&p)
	})
}

// BLMOVE source destination LEFT|RIGHT LEFT|RIGHT timeout
func blmove(c *Call) error {
	off, onto, err := moveArgs(c.Args[3:])
	if err != nil {
		return err
	}
	return awaitMove(c, c.Args[5], func(from, to []byte) ([]byte, bool, error) {
		return types.ListMove(c.Tx, from, to, off, onto)
	})
}

// BRPOPLPUSH source destination timeout
func brpoplpush(c *Call) error {
	return awaitMove(c, c.Args[3], func(from, to []byte) ([]byte, bool, error) {
		return types.ListRotate(c.Tx, from, to)
	})
}

func awaitMove(c *Call, timeout []byte, move func(from, to []byte) ([]byte, bool, error)) error {
	until, err := c.timeoutArg(timeout)
	if err != nil {
		return err
	}
	w := wait{keys: c.Args[1:2], of: encoding.TypeList, until: until, nullBulk: true}
	return c.await(w, func(key []byte) (bool, error) {
		element, ok, err := move(key, c.Key(2))
		if ok && err == nil {
			c.Reply.Bulk(element)
		}
		return ok, err
	})
}
