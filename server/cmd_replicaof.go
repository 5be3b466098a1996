package server

import (
	"strconv"

	"github.com/cairndb/cairn/server/config"
)

func init() {
	// They wait for what the server does until then to end, and so they run after
	// a transaction that they are part of, not inside.
	bind("replicaof", replicaof).bare().offLoop()
	bind("slaveof", replicaof).bare().offLoop()
}

// REPLICAOF host port
// REPLICAOF NO ONE
func replicaof(c *Call) error {
	s := c.Server
	if s.failover.now() != failoverNone {
		return errReplicaOfFailover
	}
	if isWord(c.Args[1], "no") && isWord(c.Args[2], "one") {
		was := s.upstream.now.Load()
		if err := s.upstream.lead(); err != nil {
			return err
		}
		if was != nil {
			s.logf("MASTER MODE enabled (user request from '%s')", c.Client.describe())
		}
		c.Reply.OK()
		return nil
	}
	if c.Client.isReplica() {
		return errReplicaOfOwn
	}
	port, err := strconv.Atoi(string(c.Args[2]))
	if err != nil || port < 0 || port > 65535 {
		return errInvalidPort
	}
	m := config.Master{Host: string(c.Args[1]), Port: port}
	if !s.upstream.follow(m) {
		c.Reply.Status("OK Already connected to specified master")
		return nil
	}
	s.logf("REPLICAOF %s:%d enabled (user request from '%s')", m.Host, m.Port, c.Client.describe())
	c.Reply.OK()
	return nil
}
