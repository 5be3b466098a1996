package server

import "github.com/cairndb/cairn/types"

func init() {
	bind("lpush", lpush)
	bind("rpush", rpush)
	bind("lpushx", lpushx)
	bind("rpushx", rpushx)
	bind("llen", llen)
	bind("lpop", lpop)
	bind("rpop", rpop)
	bind("lmpop", lmpop)
}

// LPUSH key element [element ...]
func lpush(c *Call) error {
	return c.intReply(types.ListPush(c.Tx, c.Key(1), types.ListHead, c.Args[2:]))
}

// RPUSH key element [element ...]
func rpush(c *Call) error {
	return c.intReply(types.ListPush(c.Tx, c.Key(1), types.ListTail, c.Args[2:]))
}

// LPUSHX key element [element ...]
func lpushx(c *Call) error {
	return c.intReply(types.ListPushExisting(c.Tx, c.Key(1), types.ListHead, c.Args[2:]))
}

// RPUSHX key element [element ...]
func rpushx(c *Call) error {
	return c.intReply(types.ListPushExisting(c.Tx, c.Key(1), types.ListTail, c.Args[2:]))
}

// LLEN key
func llen(c *Call) error { return c.intReply(types.ListLen(c.Tx, c.Key(1))) }

// LPOP key [count]
func lpop(c *Call) error { return pop(c, types.ListHead) }

// RPOP key [count]
func rpop(c *Call) error { return pop(c, types.ListTail) }

func pop(c *Call, end types.ListEnd) error {
	switch len(c.Args) {
	case 2:
		return popOne(c, end)
	case 3:
		return popMany(c, end)
	default:
		return wrongArity(c.Spec)
	}
}

func popOne(c *Call, end types.ListEnd) error {
	p, err := types.PopOne(c.Tx, c.Key(1), end)
	if err != nil {
		return err
	}
	if !p.Exists() {
		c.Reply.Null()
		return nil
	}
	element, err := p.Element()
	if err != nil {
		return err
	}
	c.Reply.Bulk(element)
	return p.Remove()
}

func popMany(c *Call, end types.ListEnd) error {
	count, err := intAtLeast(c.Args[2], 0, errNotPositive)
	if err != nil {
		return err
	}
	p, err := types.PopMany(c.Tx, c.Key(1), end, count)
	if err != nil {
		return err
	}
	if !p.Exists() {
		c.Reply.NullArray()
		return nil
	}
	return c.popped(&p)
}

// popped replies with what is popped, and removes it.
func (c *Call) popped(p *types.ListPop) error {
	if err := c.elements(p.Elements()); err != nil {
		return err
	}
	return p.Remove()
}

// elements replies with elements of a list.
func (c *Call) elements(e types.ListElements) error {
	c.Reply.Array(int(e.Len()))
	for e.Next() {
		c.Reply.Bulk(e.Element())
	}
	return e.Err()
}

// LMPOP numkeys key [key ...] LEFT|RIGHT [COUNT count]
func lmpop(c *Call) error {
	o, err := listPopArgs(c.Args[1:])
	if err != nil {
		return err
	}
	p, err := types.PopFirst(c.Tx, o.keys, o.end, o.count)
	if err != nil {
		return err
	}
	if !p.Exists() {
		c.Reply.NullArray()
		return nil
	}
	return c.poppedOf(&p)
}

// poppedOf replies with a key and what is popped of it, and removes that.
func (c *Call) poppedOf(p *types.ListPop) error {
	c.Reply.Array(2)
	c.Reply.Bulk(p.Key())
	return c.popped(p)
}

// listPop is what LMPOP is asked for.
type listPop struct {
	keys  [][]byte
	end   types.ListEnd
	count int64
}

// listPopArgs reads numkeys key [key ...] LEFT|RIGHT [COUNT count].
func listPopArgs(args [][]byte) (o listPop, err error) {
	n, err := intAtLeast(args[0], 1, errNumKeys)
	if err != nil {
		return o, err
	}
	args = args[1:]
	if n >= int64(len(args)) {
		return o, errSyntax
	}
	o.keys, args = args[:n], args[n:]
	if o.end, err = listEndArg(args[0]); err != nil {
		return o, err
	}
	switch args = args[1:]; {
	case len(args) == 0:
		o.count = 1
	case len(args) >= 2 && isWord(args[0], "count"):
		o.count, err = intAtLeast(args[1], 1, errCountWanted)
		if err == nil && len(args) > 2 {
			err = errSyntax
		}
	default:
		err = errSyntax
	}
	return o, err
}

func listEndArg(b []byte) (types.ListEnd, error) {
	switch {
	case isWord(b, "left"):
		return types.ListHead, nil
	case isWord(b, "right"):
		return types.ListTail, nil
	default:
		return 0, errSyntax
	}
}
