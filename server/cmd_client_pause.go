package server

func init() {
	bind("client|pause", clientPause)
	bind("client|unpause", clientUnpause)
	bind("client|unblock", clientUnblock)
}

// CLIENT PAUSE timeout [WRITE|ALL]
func clientPause(c *Call) error {
	mode := pauseAll
	switch {
	case len(c.Args) > 4:
		return badSubcommand(c.Args)
	case len(c.Args) == 3 || isWord(c.Args[3], "all"):
	case isWord(c.Args[3], "write"):
		mode = pauseWrites
	default:
		return errPauseMode
	}
	until, err := c.timeoutMsArg(c.Args[2])
	if err != nil {
		return err
	}
	c.Server.pause.begin(mode, until)
	c.Reply.OK()
	return nil
}

// CLIENT UNPAUSE
func clientUnpause(c *Call) error {
	c.Server.pause.end()
	c.Reply.OK()
	return nil
}

// CLIENT UNBLOCK client-id [TIMEOUT|ERROR]
//
// A client that waits because of CLIENT PAUSE is none that can be unblocked.
func clientUnblock(c *Call) error {
	verdict := errTimedOut
	switch {
	case len(c.Args) > 4:
		return badSubcommand(c.Args)
	case len(c.Args) == 3 || isWord(c.Args[3], "timeout"):
	case isWord(c.Args[3], "error"):
		verdict = errUnblocked
	default:
		return errUnblockReason
	}
	id, err := intArg(c.Args[2])
	if err != nil {
		return err
	}
	c.intBool(c.Server.unblock(id, verdict))
	return nil
}

// unblock ends a client's waiting, and tells whether it was waiting.
func (s *Server) unblock(id int64, verdict error) bool {
	s.mu.Lock()
	c := s.clients[id]
	s.mu.Unlock()
	if c == nil {
		return false
	}
	p := c.shared.parked.Load()
	return p != nil && s.waiters.end(p, verdict)
}
