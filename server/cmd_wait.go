package server

func init() {
	bind("wait", waitReplicas)
	bind("waitaof", waitAOF)
}

// WAIT numreplicas timeout
func waitReplicas(c *Call) error {
	if c.Server.upstream.now.Load() != nil {
		return errWaitOnReplica
	}
	want, err := intArg(c.Args[1])
	if err != nil {
		return err
	}
	until, err := c.timeoutMsArg(c.Args[2])
	if err != nil {
		return err
	}
	r, upto := &c.Server.replicas, c.waitsFor()
	outcome := func(c *Call) { c.Reply.Int(r.acked(upto)) }
	if r.acked(upto) >= want || c.mayNotWait {
		outcome(c)
		return nil
	}
	err = c.park(wait{until: until, outcome: outcome})
	r.await(c.waits, upto, func() bool { return r.acked(upto) >= want })
	return err
}

// waitsFor is the log offset before which all lies that the client has written.
// If the data was replaced since by a master's, that has taken its place, in a
// log of other offsets: then it is at most all of that.
func (c *Call) waitsFor() int64 { return min(c.Client.seenOffset, c.Server.store.LogEnd()) }

// WAITAOF numlocal numreplicas timeout
//
// The log is this server's append-only file. Whoever waits for it has it synced
// soon, whatever appendfsync says.
func waitAOF(c *Call) error {
	if c.Server.upstream.now.Load() != nil {
		return errWaitAOFOnReplica
	}
	wantLocal, err := intArg(c.Args[1])
	if err != nil {
		return err
	}
	if wantLocal < 0 || wantLocal > 1 {
		return errNotZeroOrOne
	}
	want, err := intAtLeast(c.Args[2], 0, errNotPositive)
	if err != nil {
		return err
	}
	until, err := c.timeoutMsArg(c.Args[3])
	if err != nil {
		return err
	}
	a := acks{server: c.Server, upto: c.waitsFor(), wantLocal: wantLocal, want: want}
	if c.mayNotWait || a.reached() {
		a.reply(c)
		return nil
	}
	err = c.park(wait{until: until, outcome: a.reply})
	c.Server.replicas.await(c.waits, a.upto, a.reached)
	if wantLocal > 0 {
		(&localSync{acks: a, parked: c.waits}).start()
	}
	return err
}

// acks is who has the log up to an offset on disk.
type acks struct {
	server          *Server
	upto            int64
	wantLocal, want int64
}

func (a acks) local() int64 {
	if a.server.store.Log().Synced() >= a.upto {
		return 1
	}
	return 0
}

func (a acks) others() int64 { return a.server.replicas.synced(a.upto) }

func (a acks) reached() bool { return a.local() >= a.wantLocal && a.others() >= a.want }

func (a acks) reply(c *Call) {
	c.Reply.Array(2)
	c.Reply.Int(a.local())
	c.Reply.Int(a.others())
}

// localSync has this server's log synced, and ends a client's waiting after
// that, unless the client waits for replicas too.
type localSync struct {
	acks
	parked *parked
}

func (s *localSync) start() {
	if durable, err := s.server.store.Log().Await(s.upto, s); durable || err != nil {
		s.Durable(err)
	}
}

// Durable implements wal.Waiter.
func (s *localSync) Durable(err error) {
	s.parked.client.loop.post(func() {
		switch {
		case err != nil:
			s.server.waiters.end(s.parked, replyError(logFailed(err)))
		case s.reached():
			s.server.waiters.end(s.parked, errReached)
		}
	})
}
