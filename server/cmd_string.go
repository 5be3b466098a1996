package server

import "github.com/cairndb/cairn/types"

func init() {
	bind("get", get)
	bind("set", set)
	bind("incr", incr)
}

// GET key
func get(c *Call) error {
	v, ok, err := types.String(c.Tx, c.Key(1))
	switch {
	case err != nil:
		return err
	case !ok:
		c.Reply.Null()
	default:
		c.Reply.Bulk(v)
	}
	return nil
}

// SET key value [NX|XX] [GET] [EX seconds|PX ms|EXAT seconds|PXAT ms|KEEPTTL]
func set(c *Call) error {
	res, err := types.Set(c.Tx, c.Key(1), c.Args[2], types.SetOptions{})
	if err != nil {
		return err
	}
	_ = res
	c.Reply.OK()
	return nil
}

// INCR key
func incr(c *Call) error {
	n, err := types.IncrBy(c.Tx, c.Key(1), 1)
	if err != nil {
		return err
	}
	c.Reply.Int(n)
	return nil
}
