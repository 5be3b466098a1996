package server

import "github.com/cairndb/cairn/server/command"

// LATENCY HISTOGRAM [command ...]
func latencyHistogram(c *Call) error {
	list := c.Server.timed(c.Args[2:])
	c.Reply.Map(len(list))
	for _, t := range list {
		c.Reply.BulkString(t.spec.FullName())
		c.Reply.Map(2)
		c.intPair("calls", int64(t.counts.total))
		steps := t.counts.distribution()
		c.Reply.BulkString("histogram_usec")
		c.Reply.Map(len(steps))
		for _, s := range steps {
			c.Reply.Int(s.micros)
			c.Reply.Int(s.calls)
		}
	}
	return nil
}

// timedCommand is a command that has been called since the last reset.
type timedCommand struct {
	spec   *command.Spec
	counts *counts
}

// timed are the called ones among the named commands, a container standing for
// its subcommands; among all, if none is named.
func (s *Server) timed(names [][]byte) []timedCommand {
	var list []timedCommand
	add := func(spec *command.Spec) {
		if c := s.latencies(spec.ID); c.total > 0 {
			list = append(list, timedCommand{spec, c})
		}
	}
	if len(names) == 0 {
		command.Walk(add)
	}
	for _, spec := range s.known(names) {
		add(spec)
		for _, sub := range spec.Sub {
			add(sub)
		}
	}
	return list
}
