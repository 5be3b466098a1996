package server

import "github.com/cairndb/cairn/types"

func init() {
	bind("del", del)
	bind("unlink", del)
	bind("exists", exists)
	bind("touch", touch)
	bind("type", typeOf)
}

// DEL key [key ...]
// UNLINK key [key ...]
func del(c *Call) error {
	n, err := types.Delete(c.Tx, c.Args[1:])
	return c.intReply(n, err)
}

// EXISTS key [key ...]
func exists(c *Call) error {
	n, err := types.Exists(c.Tx, c.Args[1:])
	return c.intReply(n, err)
}

// TOUCH key [key ...]
func touch(c *Call) error {
	n, err := types.Touch(c.Tx, c.Args[1:])
	return c.intReply(n, err)
}

// TYPE key
func typeOf(c *Call) error {
	t, err := types.TypeOf(c.Tx, c.Key(1))
	if err != nil {
		return err
	}
	c.Reply.Status(t.String())
	return nil
}

// intReply replies with a number, unless there is an error.
func (c *Call) intReply(n int64, err error) error {
	if err == nil {
		c.Reply.Int(n)
	}
	return err
}

// boolReply replies with 1 or 0, unless there is an error.
func (c *Call) boolReply(b bool, err error) error {
	if err == nil {
		c.intBool(b)
	}
	return err
}

// okReply replies OK, unless there is an error.
func (c *Call) okReply(err error) error {
	if err == nil {
		c.Reply.OK()
	}
	return err
}
