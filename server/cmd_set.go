package server

import "github.com/cairndb/cairn/types"

func init() {
	bind("sadd", sadd)
	bind("srem", srem)
	bind("scard", scard)
	bind("sismember", sismember)
	bind("smismember", smismember)
	bind("smembers", smembers).streams()
	bind("smove", smove)
	bind("sscan", sscan)
}

// maxIntset is how many members an intset may have. Redis has a limit of its own
// to what may be configured.
func (c *Call) maxIntset() int64 {
	const most = 1 << 30
	return min(c.Server.cfg.SetMaxIntsetEntries.Get(), most)
}

// SADD key member [member ...]
func sadd(c *Call) error {
	added, err := types.SAdd(c.Tx, c.Key(1), c.Args[2:], c.maxIntset())
	if err != nil {
		return err
	}
	c.Reply.Int(added)
	return nil
}

// SREM key member [member ...]
func srem(c *Call) error {
	removed, err := types.SRem(c.Tx, c.Key(1), c.Args[2:])
	if err != nil {
		return err
	}
	c.Reply.Int(removed)
	return nil
}

// SCARD key
func scard(c *Call) error {
	n, err := types.SCard(c.Tx, c.Key(1))
	if err != nil {
		return err
	}
	c.Reply.Int(n)
	return nil
}

// SISMEMBER key member
func sismember(c *Call) error {
	ok, err := types.SIsMember(c.Tx, c.Key(1), c.Args[2])
	if err != nil {
		return err
	}
	c.intBool(ok)
	return nil
}

// SMISMEMBER key member [member ...]
func smismember(c *Call) error {
	members := c.Args[2:]
	c.Reply.Array(len(members))
	return types.SAreMembers(c.Tx, c.Key(1), members, c.intBool)
}

// SMEMBERS key
func smembers(c *Call) error {
	w, err := types.SMembers(c.Tx, c.Key(1))
	if err != nil {
		return err
	}
	c.Reply.Set(int(w.Len()))
	for w.Next() {
		c.Reply.Bulk(w.Member())
	}
	return w.Err()
}

// SMOVE source destination member
func smove(c *Call) error {
	moved, err := types.SMove(c.Tx, c.Key(1), c.Key(2), c.Args[3], c.maxIntset())
	if err != nil {
		return err
	}
	c.intBool(moved)
	return nil
}

// SSCAN key cursor [MATCH pattern] [COUNT count]
func sscan(c *Call) error {
	return c.elementScan(types.SCard, func(s types.ElementScan) (next uint64, n int, err error) {
		next, err = types.SScan(c.Tx, c.Key(1), s, func(member []byte) {
			c.Reply.Bulk(member)
			n++
		})
		return next, n, err
	})
}
