package server

func init() {
	bind("ping", ping).whileListening()
	bind("echo", echo)
	bind("quit", quit).whileListening().atOnce()
	bind("reset", reset).whileListening().atOnce()
}

// PING [message]
func ping(c *Call) error {
	if len(c.Args) > 2 {
		return wrongArity(c.Spec)
	}
	if c.Client.onlyListens() {
		return c.pingOfListener()
	}
	if len(c.Args) == 2 {
		c.Reply.Bulk(c.Args[1])
	} else {
		c.Reply.Status("PONG")
	}
	return nil
}

// pingOfListener answers in the shape of a message, which is all that such a
// client reads.
func (c *Call) pingOfListener() error {
	c.Reply.Array(2)
	c.Reply.BulkString("pong")
	if len(c.Args) == 2 {
		c.Reply.Bulk(c.Args[1])
	} else {
		c.Reply.BulkString("")
	}
	return nil
}

// ECHO message
func echo(c *Call) error {
	c.Reply.Bulk(c.Args[1])
	return nil
}

// QUIT
func quit(c *Call) error {
	c.Client.closeAfterReply = true
	c.Reply.OK()
	return nil
}

// RESET
func reset(c *Call) error {
	c.Client.reset()
	c.Reply.Proto = 2
	c.Reply.Status("RESET")
	return nil
}

// reset puts a connection back into the state of a new one. As in Redis 7.0
// NO-EVICT stays, and so does what the client said of its library.
func (c *Client) reset() {
	c.discard()
	c.tx.Select(0)
	c.shared.database.Store(0)
	c.shared.proto.Store(2)
	c.shared.name.Store(nil)
	c.silent = replyOn
	c.unsubscribeAll()
	c.stopMonitor()
	c.srv.tracking.disable(c)
	c.beDefault()
}
