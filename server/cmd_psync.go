package server

import (
	"fmt"

	"github.com/cairndb/cairn/persistence"
	"github.com/cairndb/cairn/persistence/wal"
)

func init() {
	bind("psync", psync)
	bind("sync", syncAll)
}

// PSYNC replicationid offset [FAILOVER]
//
// The offset is that of the next byte that the replica wants, the first byte
// having number 1. With FAILOVER it is the master that this server has followed
// so far, and wants to follow it.
func psync(c *Call) error {
	if c.ignoresSync() {
		return nil
	}
	s := c.Server
	if len(c.Args) > 3 && isWord(c.Args[3], "failover") {
		if c.onLoop() != nil {
			return persistence.ErrWouldBlock // taking over waits for what is on its way
		}
		if err := c.takeOver(string(c.Args[1])); err != nil {
			return err
		}
	}
	if err := s.mayFeed(); err != nil {
		return err
	}
	offset, err := intArg(c.Args[2])
	if err != nil {
		return err
	}
	p, id := c.Client.asReplica(), string(c.Args[1])
	s.logf("Replica %s asks for synchronization", p.name())
	if pin := s.resume(id, offset-1); pin != nil {
		s.replicas.stats.partial.Add(1)
		s.logf("Partial resynchronization request from %s accepted. Sending %d bytes of the log starting from offset %d.",
			p.name(), s.store.LogEnd()-offset+1, offset)
		c.Reply.Status(p.welcomeBack())
		p.join(offset-1, pin)
		return nil
	}
	if id != "?" {
		s.replicas.stats.refused.Add(1)
		s.logf("Partial resynchronization not accepted: %s", s.whyNot(id, offset-1))
	}
	c.beginFullSync(p)
	return nil
}

// SYNC
//
// What PSYNC was before it: the whole each time, and no acknowledgements.
func syncAll(c *Call) error {
	if c.ignoresSync() {
		return nil
	}
	if err := c.Server.mayFeed(); err != nil {
		return err
	}
	p := c.Client.asReplica()
	p.mute, p.takesMarked = true, false
	c.Server.logf("Replica %s asks for synchronization", p.name())
	c.beginFullSync(p)
	return nil
}

// takeOver makes this server, a replica, a master: its own wants that.
func (c *Call) takeOver(id string) error {
	s := c.Server
	s.logf("Failover request received for replid %.40s.", id)
	switch {
	case s.upstream.now.Load() == nil:
		return errNotAReplica
	case id != s.store.History().ID:
		return errFailoverID
	}
	if err := s.upstream.lead(); err != nil {
		return err
	}
	s.logf("MASTER MODE enabled (failover request from '%s')", c.Client.describe())
	return nil
}

// mayFeed tells why nobody can follow this server now.
func (s *Server) mayFeed() error {
	if s.failover.now() != failoverNone {
		return errFailingOver
	}
	if p := s.upstream.now.Load(); p != nil && !p.isUp() {
		return errNoMasterLink
	}
	return nil
}

// ignoresSync: who follows already is not answered, nor is who monitors.
func (c *Call) ignoresSync() bool {
	c.noReply = c.Client.isReplica() || c.Client.monitor != nil
	return c.noReply
}

// beginFullSync: the replies come when the snapshot is there.
func (c *Call) beginFullSync(p *replica) {
	c.Server.replicas.stats.full.Add(1)
	c.Server.logf("Full resync requested by replica %s", p.name())
	p.join(0, nil)
	c.noReply = true
}

func (p *replica) welcomeBack() string {
	if !p.resumes {
		return "CONTINUE"
	}
	return "CONTINUE " + p.client.srv.store.History().ID
}

// resume pins the log from an offset on for a replica that has everything before
// it, nil if it cannot go on there.
func (s *Server) resume(id string, offset int64) *wal.Pin {
	if !s.knows(id, offset) {
		return nil
	}
	pin, err := s.store.Log().Pin(offset)
	if err != nil {
		return nil
	}
	return pin
}

// knows tells whether an offset of a history is the same place in the log's.
func (s *Server) knows(id string, offset int64) bool {
	h := s.store.History()
	return id == h.ID || h.PrevID != "" && id == h.PrevID && offset <= h.PrevEnd
}

// whyNot explains why a replica gets everything anew.
func (s *Server) whyNot(id string, offset int64) string {
	h, l := s.store.History(), s.store.Log().Stats()
	switch {
	case s.knows(id, offset):
		return fmt.Sprintf("it asks for offset %d, and the log is kept from %d to %d", offset+1, l.First+1, l.End)
	case id == h.PrevID:
		return fmt.Sprintf("it asks for offset %d of the history before, which is the same up to %d", offset+1, h.PrevEnd)
	default:
		return fmt.Sprintf("it knows the history %.40s, and mine is %s", id, h.ID)
	}
}
