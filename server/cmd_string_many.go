package server

import "github.com/cairndb/cairn/types"

func init() {
	bind("mget", mget)
	bind("mset", mset)
	bind("msetnx", msetnx)
}

// MGET key [key ...]
//
// A key of another type counts as missing. What has to be loaded does not stop
// the others from being asked for: so they are loaded together.
func mget(c *Call) error {
	var failed error
	c.Reply.Array(len(c.Args) - 1)
	for i := 1; i < len(c.Args); i++ {
		v, ok, err := types.String(c.Tx, c.Key(i))
		if err != nil && err != types.ErrWrongType {
			failed = err
		}
		c.bulkOrNull(v, ok)
	}
	return failed
}

// MSET key value [key value ...]
func mset(c *Call) error {
	if len(c.Args)%2 == 0 {
		return wrongArity(c.Spec)
	}
	if err := types.SetMany(c.Tx, c.Args[1:]); err != nil {
		return err
	}
	c.Reply.OK()
	return nil
}

// MSETNX key value [key value ...]
func msetnx(c *Call) error {
	if len(c.Args)%2 == 0 {
		return wrongArity(c.Spec)
	}
	stored, err := types.SetManyIfMissing(c.Tx, c.Args[1:])
	if err != nil {
		return err
	}
	c.intBool(stored)
	return nil
}
