package server

import "slices"

func init() {
	bind("client|kill", clientKill)
}

// CLIENT KILL ip:port
// CLIENT KILL [ID id] [TYPE type] [USER name] [ADDR addr] [LADDR addr] [SKIPME yes|no] ...
func clientKill(c *Call) error {
	if len(c.Args) == 3 {
		return c.killAddress(string(c.Args[2]))
	}
	match, err := c.parseKill()
	if err != nil {
		return err
	}
	c.Reply.Int(int64(c.kill(match)))
	return nil
}

func (c *Call) killAddress(addr string) error {
	if c.kill(func(cl *Client) bool { return cl.addr == addr }) == 0 {
		return errNoSuchClient
	}
	c.Reply.OK()
	return nil
}

func (c *Call) kill(match clientFilter) int {
	n := 0
	for _, cl := range c.Server.everyClient() {
		if match(cl) {
			c.killOne(cl)
			n++
		}
	}
	return n
}

// killOne closes a connection. The caller's own one gets its reply first; any
// other is closed by its loop, and is not listed any more from now on.
func (c *Call) killOne(cl *Client) {
	switch {
	case cl == c.Client:
		cl.closeAfterReply = true
		return
	case cl.isMaster():
		cl.hangUp()
		return
	}
	c.Server.forget(cl)
	cl.loop.post(cl.close)
}

// parseKill reads the filters, all of which a client has to pass.
func (c *Call) parseKill() (clientFilter, error) {
	var filters []clientFilter
	skipMe := true
	for args := c.Args[2:]; len(args) > 0; args = args[2:] {
		if len(args) == 1 {
			return nil, errSyntax
		}
		if isWord(args[0], "skipme") {
			yes, err := yesNoArg(args[1])
			if err != nil {
				return nil, err
			}
			skipMe = yes
			continue
		}
		f, err := c.Server.killFilter(args[0], args[1])
		if err != nil {
			return nil, err
		}
		filters = append(filters, f)
	}
	return func(cl *Client) bool {
		if skipMe && cl == c.Client {
			return false
		}
		return !slices.ContainsFunc(filters, func(f clientFilter) bool { return !f(cl) })
	}, nil
}

func (s *Server) killFilter(option, value []byte) (clientFilter, error) {
	text := string(value)
	switch {
	case isWord(option, "id"):
		id, err := intArg(value)
		if err != nil || id < 1 {
			return nil, errClientIDPositive
		}
		return func(c *Client) bool { return c.id == id }, nil
	case isWord(option, "type"):
		return byType(value)
	case isWord(option, "addr"):
		return func(c *Client) bool { return c.addr == text }, nil
	case isWord(option, "laddr"):
		return func(c *Client) bool { return c.laddr == text }, nil
	case isWord(option, "user"):
		a := s.users.Find(text)
		if a == nil {
			return nil, noSuchUser(value)
		}
		return func(c *Client) bool { return c.account() == a && !c.isMaster() }, nil
	}
	return nil, errSyntax
}

func yesNoArg(b []byte) (bool, error) {
	switch {
	case isWord(b, "yes"):
		return true, nil
	case isWord(b, "no"):
		return false, nil
	}
	return false, errSyntax
}
