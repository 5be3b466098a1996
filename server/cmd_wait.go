package server

func init() {
	bind("wait", waitReplicas)
	bind("waitaof", waitAOF)
}

// connectedReplicas is how many others follow the log of this server. There is
// no replication: whoever asks for more than none waits until its time is over.
const connectedReplicas = 0

// WAIT numreplicas timeout
func waitReplicas(c *Call) error {
	want, err := intArg(c.Args[1])
	if err != nil {
		return err
	}
	until, err := c.timeoutMsArg(c.Args[2])
	if err != nil {
		return err
	}
	outcome := func(c *Call) { c.Reply.Int(connectedReplicas) }
	if want <= connectedReplicas || c.mayNotWait {
		outcome(c)
		return nil
	}
	return c.park(wait{until: until, outcome: outcome})
}

// WAITAOF numlocal numreplicas timeout
//
// The log is this server's append-only file. Whoever waits for it has it synced
// soon, whatever appendfsync says.
func waitAOF(c *Call) error {
	wantLocal, err := intArg(c.Args[1])
	if err != nil {
		return err
	}
	if wantLocal < 0 || wantLocal > 1 {
		return errNumLocal
	}
	want, err := intAtLeast(c.Args[2], 0, errNotPositive)
	if err != nil {
		return err
	}
	until, err := c.timeoutMsArg(c.Args[3])
	if err != nil {
		return err
	}
	a := acks{server: c.Server, upto: c.Client.seenOffset}
	if c.mayNotWait || want <= connectedReplicas && a.local() >= wantLocal {
		a.reply(c)
		return nil
	}
	err = c.park(wait{until: until, outcome: a.reply})
	if wantLocal > 0 {
		(&localSync{acks: a, parked: c.waits, suffices: want <= connectedReplicas}).start()
	}
	return err
}

// acks is who has the log up to an offset on disk.
type acks struct {
	server *Server
	upto   int64
}

func (a acks) local() int64 {
	if a.server.store.Log().Synced() >= a.upto {
		return 1
	}
	return 0
}

func (a acks) reply(c *Call) {
	c.Reply.Array(2)
	c.Reply.Int(a.local())
	c.Reply.Int(connectedReplicas)
}

// localSync has this server's log synced, and ends a client's waiting after
// that, unless the client waits for replicas too.
type localSync struct {
	acks
	parked   *parked
	suffices bool
}

func (s *localSync) start() {
	if durable, err := s.server.store.Log().Await(s.upto, s); durable || err != nil {
		s.Durable(err)
	}
}

// Durable implements wal.Waiter.
func (s *localSync) Durable(err error) {
	verdict := errReached
	switch {
	case err != nil:
		verdict = replyError(logFailed(err))
	case !s.suffices:
		return
	}
	s.parked.client.loop.post(func() { s.server.waiters.end(s.parked, verdict) })
}
