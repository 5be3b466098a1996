package server

import "github.com/cairndb/cairn/types"

func init() {
	bind("zpopmin", zpopmin)
	bind("zpopmax", zpopmax)
	bind("zmpop", zmpop)
}

// ZPOPMIN key [count]
func zpopmin(c *Call) error { return zpop(c, false) }

// ZPOPMAX key [count]
func zpopmax(c *Call) error { return zpop(c, true) }

// zpop replies with members and scores in turn; RESP3 has pairs if a count was
// given.
func zpop(c *Call, highest bool) error {
	o := types.ZPopOptions{Max: highest, Count: 1, Plain: true}
	switch {
	case len(c.Args) > 3:
		return errSyntax
	case len(c.Args) == 3:
		var err error
		if o.Count, err = intAtLeast(c.Args[2], 0, errNotPositive); err != nil {
			return err
		}
		o.Plain = false
	}
	paired := c.Reply.Proto == 3 && !o.Plain
	begin := func(n int64) {
		if !paired {
			n *= 2
		}
		c.Reply.Array(int(n))
	}
	return types.ZPop(c.Tx, c.Key(1), o, begin, func(member []byte, score float64) {
		if paired {
			c.Reply.Array(2)
		}
		c.Reply.Bulk(member)
		c.Reply.Double(score)
	})
}

// ZMPOP numkeys key [key ...] MIN|MAX [COUNT count]
func zmpop(c *Call) error {
	keys, o, err := zmpopArgs(c.Args[1:])
	if err != nil {
		return err
	}
	for _, key := range keys {
		if popped, err := c.popFrom(key, o); popped || err != nil {
			return err
		}
	}
	c.Reply.NullArray()
	return nil
}

// popFrom pops from a key, and replies with its name and with pairs of members
// and scores, in every protocol; false if there are none.
func (c *Call) popFrom(key []byte, o types.ZPopOptions) (popped bool, err error) {
	begin := func(n int64) {
		if popped = n > 0; popped {
			c.Reply.Array(2)
			c.Reply.Bulk(key)
			c.Reply.Array(int(n))
		}
	}
	err = types.ZPop(c.Tx, key, o, begin, func(member []byte, score float64) {
		c.Reply.Array(2)
		c.Reply.Bulk(member)
		c.Reply.Double(score)
	})
	return popped, err
}

// zmpopArgs reads numkeys key [key ...] MIN|MAX [COUNT count].
func zmpopArgs(args [][]byte) (keys [][]byte, o types.ZPopOptions, err error) {
	n, err := intAtLeast(args[0], 1, errNumKeys)
	if err != nil {
		return nil, o, err
	}
	args = args[1:]
	if n >= int64(len(args)) {
		return nil, o, errSyntax
	}
	keys, args = args[:n], args[n:]
	o.Count = 1
	if o.Max, err = maxArg(args[0]); err != nil {
		return nil, o, err
	}
	switch args = args[1:]; {
	case len(args) == 0:
	case len(args) >= 2 && isWord(args[0], "count"):
		o.Count, err = intAtLeast(args[1], 1, errCountWanted)
		if err == nil && len(args) > 2 {
			err = errSyntax
		}
	default:
		err = errSyntax
	}
	return keys, o, err
}

// maxArg reads the end that members are popped from.
func maxArg(b []byte) (highest bool, err error) {
	switch {
	case isWord(b, "min"):
		return false, nil
	case isWord(b, "max"):
		return true, nil
	default:
		return false, errSyntax
	}
}
