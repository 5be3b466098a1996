package server

import "github.com/cairndb/cairn/types"

func init() {
	bind("hset", hset)
	bind("hmset", hmset)
	bind("hsetnx", hsetnx)
	bind("hget", hget)
	bind("hmget", hmget)
	bind("hgetall", hgetall).streams()
	bind("hkeys", hkeys).streams()
	bind("hvals", hvals).streams()
	bind("hlen", hlen)
	bind("hstrlen", hstrlen)
	bind("hexists", hexists)
	bind("hdel", hdel)
	bind("hscan", hscan)
}

// hashLimits are those up to which a hash is a listpack.
func (c *Call) hashLimits() types.HashLimits {
	cfg := c.Server.cfg
	return types.HashLimits{Entries: cfg.HashMaxListpackEntries.Get(), ValueBytes: cfg.HashMaxListpackValueBytes.Get()}
}

// HSET key field value [field value ...]
func hset(c *Call) error {
	added, err := setFields(c)
	if err != nil {
		return err
	}
	c.Reply.Int(added)
	return nil
}

// HMSET key field value [field value ...]
func hmset(c *Call) error {
	if _, err := setFields(c); err != nil {
		return err
	}
	c.Reply.OK()
	return nil
}

func setFields(c *Call) (added int64, err error) {
	if len(c.Args)%2 == 1 {
		return 0, wrongArity(c.Spec)
	}
	return types.HSet(c.Tx, c.Key(1), c.Args[2:], c.hashLimits())
}

// HSETNX key field value
func hsetnx(c *Call) error {
	stored, err := types.HSetIfMissing(c.Tx, c.Key(1), c.Args[2], c.Args[3], c.hashLimits())
	if err != nil {
		return err
	}
	c.intBool(stored)
	return nil
}

// HGET key field
func hget(c *Call) error {
	v, ok, err := types.HGet(c.Tx, c.Key(1), c.Args[2])
	if err != nil {
		return err
	}
	c.bulkOrNull(v, ok)
	return nil
}

// HMGET key field [field ...]
func hmget(c *Call) error {
	fields := c.Args[2:]
	c.Reply.Array(len(fields))
	return types.HGetMany(c.Tx, c.Key(1), fields, c.bulkOrNull)
}

// HGETALL key
func hgetall(c *Call) error {
	w, err := types.HAll(c.Tx, c.Key(1))
	if err != nil {
		return err
	}
	c.Reply.Map(int(w.Len()))
	for w.Next() {
		c.Reply.Bulk(w.Field())
		c.Reply.Bulk(w.Value())
	}
	return w.Err()
}

// HKEYS key
func hkeys(c *Call) error {
	w, err := types.HAll(c.Tx, c.Key(1))
	if err != nil {
		return err
	}
	c.Reply.Array(int(w.Len()))
	for w.Next() {
		c.Reply.Bulk(w.Field())
	}
	return w.Err()
}

// HVALS key
func hvals(c *Call) error {
	w, err := types.HAll(c.Tx, c.Key(1))
	if err != nil {
		return err
	}
	c.Reply.Array(int(w.Len()))
	for w.Next() {
		c.Reply.Bulk(w.Value())
	}
	return w.Err()
}

// HLEN key
func hlen(c *Call) error {
	n, err := types.HLen(c.Tx, c.Key(1))
	if err != nil {
		return err
	}
	c.Reply.Int(n)
	return nil
}

// HSTRLEN key field
func hstrlen(c *Call) error {
	v, _, err := types.HGet(c.Tx, c.Key(1), c.Args[2])
	if err != nil {
		return err
	}
	c.Reply.Int(int64(len(v)))
	return nil
}

// HEXISTS key field
func hexists(c *Call) error {
	_, ok, err := types.HGet(c.Tx, c.Key(1), c.Args[2])
	if err != nil {
		return err
	}
	c.intBool(ok)
	return nil
}

// HDEL key field [field ...]
func hdel(c *Call) error {
	removed, err := types.HDel(c.Tx, c.Key(1), c.Args[2:])
	if err != nil {
		return err
	}
	c.Reply.Int(removed)
	return nil
}

// HSCAN key cursor [MATCH pattern] [COUNT count]
func hscan(c *Call) error {
	return c.elementScan(types.HLen, func(s types.ElementScan) (next uint64, n int, err error) {
		next, err = types.HScan(c.Tx, c.Key(1), s, func(field, value []byte) {
			c.Reply.Bulk(field)
			c.Reply.Bulk(value)
			n += 2
		})
		return next, n, err
	})
}
