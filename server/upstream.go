package server

import (
	"sync"
	"sync/atomic"

	"github.com/cairndb/cairn/server/command"
	"github.com/cairndb/cairn/server/config"
	"github.com/cairndb/cairn/server/script"
)

// A server may have a master of its own, which it follows: then its log is that
// one's, and so are its data. (Those who follow this server are in master.go.)
//
//	upstream.go           whether there is a master, and what that forbids
//	upstream_pursuit.go   following one master: connecting, again and again
//	upstream_dial.go      how it is reached
//	upstream_full.go      taking over all that it has
//	upstream_apply.go     doing what it does
//	upstream_line.go      the link as a client
//	upstream_ack.go       telling it how far that is
//	cmd_replicaof, cmd_role, cmd_info_replication
//
// What a client sees of a server that follows is read-only, also if
// replica-read-only says otherwise: a write of its own would be in a log that
// has no place for it, or in none.
type upstream struct {
	srv    *Server
	now    atomic.Pointer[pursuit] // nil: this server is a master
	line   atomic.Pointer[Client]  // the link to it; nil: there is none
	change sync.Mutex              // one change of the master at a time
	stats  upstreamStats
	counts *loopStats // of what it sends
}

// upstreamStats counts what INFO tells.
type upstreamStats struct{ readBytes, errors atomic.Int64 }

// follow makes a master this server's. It tells whether that is news.
func (u *upstream) follow(m config.Master) (news bool) { return u.pursue(m, nil) }

// pursue is follow, as the end of a failover if there is one.
func (u *upstream) pursue(m config.Master, h *handover) (news bool) {
	u.change.Lock()
	defer u.change.Unlock()
	s := u.srv
	if p := u.now.Load(); p != nil {
		if p.master == m {
			return false
		}
		p.stop()
	} else {
		s.replicas.aside.hush(1)
		s.store.Follow()
	}
	p := newPursuit(s, m)
	p.handover = h
	u.now.Store(p)
	s.cfg.Follow(m)
	s.waiters.endAll(errNowReplica)
	p.start()
	return true
}

// lead makes this server a master, whose history goes on from that of the one
// it had.
func (u *upstream) lead() error {
	u.change.Lock()
	defer u.change.Unlock()
	s, p := u.srv, u.now.Load()
	if p == nil {
		return nil
	}
	p.stop()
	if err := s.store.Lead(); err != nil {
		p = newPursuit(s, p.master) // it goes on as if nothing had been said
		u.now.Store(p)
		p.start()
		return err
	}
	u.now.Store(nil)
	s.cfg.Follow(config.Master{})
	s.replicas.aside.hush(-1)
	s.replicas.drop() // they come back for the new name
	return nil
}

// stop ends following for good, because the server ends.
func (u *upstream) stop() {
	u.change.Lock()
	defer u.change.Unlock()
	if p := u.now.Load(); p != nil {
		p.stop()
	}
}

// refuse tells why a client may not run what has these flags, nil if it may.
func (u *upstream) refuse(flags command.Flags) error {
	p := u.now.Load()
	switch {
	case p == nil:
		return nil
	case flags.Has(command.Write):
		return errReadOnly
	case !flags.Has(command.Stale) && !p.isUp() && !u.srv.cfg.ServeStale.Get():
		return errMasterDown
	}
	return nil
}

// refuseCall is refuse for a command as a client has sent it.
func (u *upstream) refuseCall(c *Client, spec *command.Spec, args [][]byte) error {
	if u.now.Load() == nil {
		return nil
	}
	flags := spec.Flags
	if of, declared := u.srv.scriptFlags(spec, args); declared {
		flags = asCommandFlags(flags, of)
	}
	if spec == execSpec && c.multi != nil {
		flags |= c.multi.flags & command.Write
	}
	return u.refuse(flags)
}

// asCommandFlags are a command's flags if it runs a script that says what it
// does.
func asCommandFlags(flags command.Flags, of script.Flags) command.Flags {
	if !of.Has(script.NoWrites) {
		flags |= command.Write
	}
	if !of.Has(script.AllowStale) {
		flags &^= command.Stale
	}
	return flags
}

// endAll ends the waiting of all clients.
func (w *waiters) endAll(verdict error) {
	for _, c := range w.srv.listClients() {
		if p := c.shared.parked.Load(); p != nil {
			w.end(p, verdict)
		}
	}
}
