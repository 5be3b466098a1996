package server

import "github.com/cairndb/cairn/server/command"

func init() {
	bind("command|getkeys", commandGetKeys)
	bind("command|getkeysandflags", commandGetKeysAndFlags)
}

// COMMAND GETKEYS command [arg ...]
func commandGetKeys(c *Call) error {
	keys, err := c.keysOfCall()
	if err != nil {
		return err
	}
	c.Reply.Array(len(keys))
	for _, k := range keys {
		c.Reply.Bulk(c.Args[2:][k.Pos])
	}
	return nil
}

// COMMAND GETKEYSANDFLAGS command [arg ...]
func commandGetKeysAndFlags(c *Call) error {
	keys, err := c.keysOfCall()
	if err != nil {
		return err
	}
	c.Reply.Array(len(keys))
	for _, k := range keys {
		c.Reply.Array(2)
		c.Reply.Bulk(c.Args[2:][k.Pos])
		command.RenderKeyFlags(c.Reply, k.Flags)
	}
	return nil
}

// keysOfCall finds the keys of the call that the arguments hold.
func (c *Call) keysOfCall() ([]command.KeyRef, error) {
	spec := c.Server.lookup(c.Args[2:])
	if spec == nil || len(spec.Sub) > 0 { // a container: the subcommand is unknown
		return nil, errInvalidCommand
	}
	return spec.GetKeys(c.Args[2:])
}
