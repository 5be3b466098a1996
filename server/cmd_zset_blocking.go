package server

import (
	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/types"
)

func init() {
	bind("bzpopmin", bzpopmin)
	bind("bzpopmax", bzpopmax)
	bind("bzmpop", bzmpop)
}

// BZPOPMIN key [key ...] timeout
func bzpopmin(c *Call) error { return awaitMember(c, false) }

// BZPOPMAX key [key ...] timeout
func bzpopmax(c *Call) error { return awaitMember(c, true) }

func awaitMember(c *Call, highest bool) error {
	last := len(c.Args) - 1
	until, err := c.timeoutArg(c.Args[last])
	if err != nil {
		return err
	}
	w := wait{keys: c.Args[1:last], of: encoding.TypeZSet, until: until}
	o := types.ZPopOptions{Max: highest, Count: 1, Plain: true}
	return c.await(w, func(key []byte) (bool, error) {
		popped := false
		err := types.ZPop(c.Tx, key, o, func(n int64) { popped = n > 0 }, func(member []byte, score float64) {
			c.Reply.Array(3)
			c.Reply.Bulk(key)
			c.Reply.Bulk(member)
			c.Reply.Double(score)
		})
		return popped, err
	})
}

// BZMPOP timeout numkeys key [key ...] MIN|MAX [COUNT count]
func bzmpop(c *Call) error {
	keys, o, err := zmpopArgs(c.Args[2:])
	if err != nil {
		return err
	}
	until, err := c.timeoutArg(c.Args[1])
	if err != nil {
		return err
	}
	w := wait{keys: keys, of: encoding.TypeZSet, until: until}
	return c.await(w, func(key []byte) (bool, error) { return c.popFrom(key, o) })
}
