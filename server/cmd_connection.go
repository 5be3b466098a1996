package server

func init() {
	bind("ping", ping)
}

// PING [message]
func ping(c *Call) error {
	if len(c.Args) > 2 {
		return wrongArity(c.Spec)
	}
	if len(c.Args) == 2 {
		c.Reply.Bulk(c.Args[1])
	} else {
		c.Reply.Status("PONG")
	}
	return nil
}
