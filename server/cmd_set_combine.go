package server

import (
	"github.com/cairndb/cairn/persistence"
	"github.com/cairndb/cairn/types"
)

func init() {
	bind("sinter", sinter)
	bind("sintercard", sintercard)
	bind("sunion", sunion)
	bind("sdiff", sdiff)
	bind("sinterstore", sinterstore)
	bind("sunionstore", sunionstore)
	bind("sdiffstore", sdiffstore)
}

// SINTER key [key ...]
func sinter(c *Call) error {
	return c.setOf(func(each func([]byte)) error { return types.SInter(c.Tx, c.Args[1:], 0, each) })
}

// SUNION key [key ...]
func sunion(c *Call) error {
	return c.setOf(func(each func([]byte)) error { return types.SUnion(c.Tx, c.Args[1:], c.maxIntset(), each) })
}

// SDIFF key [key ...]
func sdiff(c *Call) error {
	return c.setOf(func(each func([]byte)) error { return types.SDiff(c.Tx, c.Args[1:], c.maxIntset(), each) })
}

// setOf replies with a set of the members that run finds.
func (c *Call) setOf(run func(each func(member []byte)) error) error {
	start, n := len(c.Reply.Buf), 0
	err := run(func(member []byte) {
		c.Reply.Bulk(member)
		n++
	})
	if err != nil {
		return err
	}
	end := len(c.Reply.Buf)
	c.Reply.Set(n)
	c.bringForward(start, end)
	return nil
}

// SINTERCARD numkeys key [key ...] [LIMIT limit]
func sintercard(c *Call) error {
	n, err := intArg(c.Args[1])
	switch {
	case err != nil || n < 1:
		return errNumKeys
	case n > int64(len(c.Args)-2):
		return errTooManyKeys
	}
	keys, options := c.Args[2:2+n], c.Args[2+n:]
	limit, err := limitOption(options)
	if err != nil {
		return err
	}
	found := int64(0)
	if err := types.SInter(c.Tx, keys, limit, func([]byte) { found++ }); err != nil {
		return err
	}
	c.Reply.Int(found)
	return nil
}

// limitOption reads LIMIT, which may stand more than once; 0 is no limit.
func limitOption(args [][]byte) (limit int64, err error) {
	for ; len(args) > 0; args = args[2:] {
		if !isWord(args[0], "limit") || len(args) == 1 {
			return 0, errSyntax
		}
		if limit, err = intArg(args[1]); err != nil || limit < 0 {
			return 0, errLimit
		}
	}
	return limit, nil
}

// SINTERSTORE destination key [key ...]
func sinterstore(c *Call) error { return storeSet(c, types.SInterStore) }

// SUNIONSTORE destination key [key ...]
func sunionstore(c *Call) error { return storeSet(c, types.SUnionStore) }

// SDIFFSTORE destination key [key ...]
func sdiffstore(c *Call) error { return storeSet(c, types.SDiffStore) }

func storeSet(c *Call,
	store func(tx *persistence.Tx, dest []byte, keys [][]byte, maxIntset int64) (int64, error)) error {
	n, err := store(c.Tx, c.Key(1), c.Args[2:], c.maxIntset())
	if err != nil {
		return err
	}
	c.Reply.Int(n)
	return nil
}
