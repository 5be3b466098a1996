package server

import (
	"slices"

	"github.com/cairndb/cairn/replication/link"
	"github.com/cairndb/cairn/server/command"
)

// The link to the master is a client, too: it is listed and killed like one, and
// what comes through it is counted like what clients send. It belongs to no
// loop.

// introduce makes the player's client the link, for those who list clients.
func (y *player) introduce(l *link.Link) {
	c := y.call.Client
	c.addr, c.laddr, c.fd = l.RemoteAddr().String(), l.LocalAddr().String(), -1
	c.created = y.srv.clock.ms()
	c.shared.proto.Store(2)
	c.shared.queued.Store(notQueued)
	c.shared.lastActive.Store(c.created)
	c.hangUp = func() { _ = l.Close() } // it is made again
	y.srv.upstream.line.Store(c)
}

// isMaster tells the link to the master from those who have come by themselves.
func (c *Client) isMaster() bool { return c.hangUp != nil }

// everyClient is listClients and the link to the master.
func (s *Server) everyClient() []*Client {
	list := s.listClients()
	if m := s.upstream.line.Load(); m != nil {
		at, _ := slices.BinarySearchFunc(list, m.id, func(c *Client, id int64) int { return int(c.id - id) })
		list = slices.Insert(list, at, m)
	}
	return list
}

// played is what the books are told of a master's command.
type played struct {
	spec   *command.Spec // nil: there is none of that name
	tookNs int64
	err    error
}

// keepBooks counts the commands of the run that has ended.
func (y *player) keepBooks() {
	call, stats := y.call, &y.srv.stats
	for i, r := range y.ran {
		if r.spec != nil {
			call.Spec, call.Args = r.spec, y.batch.Command(y.from+i)
			stats.count(y.srv.upstream.counts, call.Client, call, r.tookNs, r.err)
		}
		if r.err != nil {
			y.complain(y.from+i, r.err)
		}
	}
	call.Args = nil
	call.Client.shared.database.Store(int32(max(y.database, 0)))
	call.Client.shared.lastActive.Store(y.srv.clock.ms())
}
