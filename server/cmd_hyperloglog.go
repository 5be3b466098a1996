package server

import "github.com/cairndb/cairn/types"

func init() {
	bind("pfadd", pfadd)
	bind("pfcount", pfcount).update()
	bind("pfmerge", pfmerge)
}

func (c *Call) hllSparseMax() int { return int(c.Server.cfg.HyperLogLogSparseMaxBytes.Get()) }

// PFADD key [element ...]
func pfadd(c *Call) error {
	changed, err := types.PFAdd(c.Tx, c.Key(1), c.Args[2:], c.hllSparseMax())
	if err != nil {
		return err
	}
	c.intBool(changed)
	return nil
}

// PFCOUNT key [key ...]
//
// The count of one key is kept in its value.
func pfcount(c *Call) error {
	var n uint64
	var err error
	if len(c.Args) == 2 {
		n, err = types.PFCount(c.Tx, c.Key(1))
	} else {
		n, err = types.PFCountUnion(c.Tx, c.Args[1:])
	}
	if err != nil {
		return err
	}
	c.Reply.Int(int64(n))
	return nil
}

// PFMERGE destkey [sourcekey ...]
func pfmerge(c *Call) error {
	if err := types.PFMerge(c.Tx, c.Key(1), c.Args[2:], c.hllSparseMax()); err != nil {
		return err
	}
	c.Reply.OK()
	return nil
}
