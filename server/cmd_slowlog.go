package server

func init() {
	bind("slowlog|get", slowlogGet)
	bind("slowlog|len", slowlogLen)
	bind("slowlog|reset", slowlogReset)
	bind("slowlog|help", help(slowlogHelp))
}

const slowlogGetDefault = 10

// SLOWLOG GET [count]
func slowlogGet(c *Call) error {
	n := int64(slowlogGetDefault)
	switch {
	case len(c.Args) > 3:
		return badSubcommand(c.Args)
	case len(c.Args) == 3:
		var err error
		if n, err = intArg(c.Args[2]); err != nil || n < -1 {
			return errSlowlogCount
		}
	}
	entries := c.Server.slowlog.newest(n)
	c.Reply.Array(len(entries))
	for i := range entries {
		c.slowEntry(&entries[i])
	}
	return nil
}

func (c *Call) slowEntry(e *slowEntry) {
	c.Reply.Array(6)
	c.Reply.Int(e.id)
	c.Reply.Int(e.atSec)
	c.Reply.Int(e.micros)
	c.Reply.Array(len(e.args))
	for _, a := range e.args {
		c.Reply.Bulk(a)
	}
	c.Reply.BulkString(e.addr)
	c.Reply.BulkString(e.name)
}

// SLOWLOG LEN
func slowlogLen(c *Call) error {
	c.Reply.Int(int64(c.Server.slowlog.len()))
	return nil
}

// SLOWLOG RESET
func slowlogReset(c *Call) error {
	c.Server.slowlog.trim(0)
	c.Reply.OK()
	return nil
}

const slowlogHelp = `
GET [<count>]
    Return top <count> entries from the slowlog (default: 10, -1 mean all).
    Entries are made of:
    id, timestamp, time in microseconds, arguments array, client IP and port,
    client name
LEN
    Return the length of the slowlog.
RESET
    Reset the slowlog.
`
