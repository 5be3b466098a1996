package server

import "github.com/cairndb/cairn/types"

func init() {
	bind("get", get)
	bind("set", set)
	bind("setnx", setnx)
	bind("setex", setex)
	bind("psetex", psetex)
	bind("getset", getset)
	bind("getdel", getdel)
	bind("getex", getex)
}

// GET key
func get(c *Call) error {
	v, ok, err := types.String(c.Tx, c.Key(1))
	if err != nil {
		return err
	}
	c.bulkOrNull(v, ok)
	return nil
}

// bulkOrNull replies with a value, or its absence.
func (c *Call) bulkOrNull(v []byte, ok bool) {
	if ok {
		c.Reply.Bulk(v)
	} else {
		c.Reply.Null()
	}
}

// SET key value [NX|XX] [GET] [EX seconds|PX ms|EXAT seconds|PXAT ms|KEEPTTL]
func set(c *Call) error {
	o, err := c.setOptions(c.Args[3:])
	if err != nil {
		return err
	}
	res, err := types.Set(c.Tx, c.Key(1), c.Args[2], o)
	switch {
	case err != nil:
		return err
	case o.Get:
		c.bulkOrNull(res.Old, res.Old != nil)
	case res.Stored:
		c.Reply.OK()
	default:
		c.Reply.Null()
	}
	return nil
}

// SETNX key value
func setnx(c *Call) error {
	res, err := types.Set(c.Tx, c.Key(1), c.Args[2], types.SetOptions{If: types.IfMissing})
	if err != nil {
		return err
	}
	c.intBool(res.Stored)
	return nil
}

// intBool replies with 1 or 0 in every protocol.
func (c *Call) intBool(b bool) {
	if b {
		c.Reply.Int(1)
	} else {
		c.Reply.Int(0)
	}
}

// SETEX key seconds value
func setex(c *Call) error { return setExpiring(c, inSeconds) }

// PSETEX key milliseconds value
func psetex(c *Call) error { return setExpiring(c, inMs) }

func setExpiring(c *Call, u expiryUnit) error {
	at, err := c.expiryArg(c.Args[2], u)
	if err != nil {
		return err
	}
	if _, err := types.Set(c.Tx, c.Key(1), c.Args[3], types.SetOptions{ExpireAtMs: at}); err != nil {
		return err
	}
	c.Reply.OK()
	return nil
}

// GETSET key value
func getset(c *Call) error {
	res, err := types.Set(c.Tx, c.Key(1), c.Args[2], types.SetOptions{Get: true})
	if err != nil {
		return err
	}
	c.bulkOrNull(res.Old, res.Old != nil)
	return nil
}

// GETDEL key
func getdel(c *Call) error {
	old, err := types.GetDel(c.Tx, c.Key(1))
	if err != nil {
		return err
	}
	c.bulkOrNull(old, old != nil)
	return nil
}

// GETEX key [EX seconds|PX ms|EXAT seconds|PXAT ms|PERSIST]
//
// The key is looked at before the time, but after the words.
func getex(c *Call) error {
	words, err := parseStringOptions(c.Args[2:], getexOptions)
	if err != nil {
		return err
	}
	if found, err := types.HoldsString(c.Tx, c.Key(1)); err != nil || !found {
		c.Reply.Null()
		return err
	}
	o := types.GetExOptions{Persist: words.has(optPersist), Absolute: words.has(optEXAT | optPXAT)}
	if o.ExpireAtMs, err = words.expiry(c); err != nil {
		return err
	}
	v, err := types.GetEx(c.Tx, c.Key(1), o)
	if err != nil {
		return err
	}
	c.bulkOrNull(v, v != nil)
	return nil
}
