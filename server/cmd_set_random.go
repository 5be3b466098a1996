package server

import "github.com/cairndb/cairn/types"

func init() {
	bind("spop", spop)
	bind("srandmember", srandmember)
}

// SPOP key [count]
func spop(c *Call) error {
	switch len(c.Args) {
	case 2:
		return popMember(c)
	case 3:
		return popMembers(c)
	default:
		return errSyntax
	}
}

func popMember(c *Call) error {
	var room [256]byte
	member, ok, err := types.SPop(c.Tx, c.Key(1), room[:0])
	if err != nil {
		return err
	}
	c.bulkOrNull(member, ok)
	return nil
}

func popMembers(c *Call) error {
	count, err := intArg(c.Args[2])
	if err != nil || count < 0 {
		return errNotPositive
	}
	return types.SPopMany(c.Tx, c.Key(1), count, func(n int64) { c.Reply.Set(int(n)) }, c.Reply.Bulk)
}

// SRANDMEMBER key [count]
func srandmember(c *Call) error {
	switch len(c.Args) {
	case 2:
		return drawMember(c)
	case 3:
		return drawMembers(c)
	default:
		return errSyntax
	}
}

func drawMember(c *Call) error {
	var room [256]byte
	member, ok, err := types.SRandom(c.Tx, c.Key(1), room[:0])
	if err != nil {
		return err
	}
	c.bulkOrNull(member, ok)
	return nil
}

func drawMembers(c *Call) error {
	count, err := drawArg(c.Args[2])
	if err != nil {
		return err
	}
	d, err := types.SDraw(c.Tx, c.Key(1), count)
	if err != nil {
		return err
	}
	c.Reply.Array(int(d.Len()))
	for d.Next() {
		c.Reply.Bulk(d.Member())
		if err := c.boundedDraw(); err != nil {
			return err
		}
	}
	return d.Err()
}
