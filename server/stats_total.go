package server

import "sync/atomic"

// This file adds up what the loops have counted.

// eachStats is all counters: those of the loops and those of the link to a
// master.
func (s *Server) eachStats(yield func(*loopStats) bool) {
	for _, l := range s.loops {
		if !yield(l.stats) {
			return
		}
	}
	yield(s.upstream.counts)
}

// total adds a counter up over the loops.
func (s *Server) total(counter func(*loopStats) *atomic.Int64) int64 {
	var n int64
	for l := range s.eachStats {
		n += counter(l).Load()
	}
	return n
}

// commandTotals is a command's counters, added up over the loops.
type commandTotals struct{ calls, nanos, rejects, fails int64 }

func (s *Server) commandTotals(id int) commandTotals {
	var t commandTotals
	for l := range s.eachStats {
		st := &l.commands[id]
		t.calls += st.calls.Load()
		t.nanos += st.nanos.Load()
		t.rejects += st.rejects.Load()
		t.fails += st.fails.Load()
	}
	return t
}

func (t commandTotals) used() bool { return t.calls|t.rejects|t.fails != 0 }

// latencies is a command's histogram, added up over the loops.
func (s *Server) latencies(id int) *counts {
	c := &noCalls // most commands never are, and counts are large
	for l := range s.eachStats {
		if h := l.commands[id].latency.Load(); h != nil {
			if c == &noCalls {
				c = &counts{}
			}
			c.add(h)
		}
	}
	return c
}

// commandsRun is how many commands were carried out.
func (s *Server) commandsRun() int64 {
	var n int64
	for l := range s.eachStats {
		for i := range l.commands {
			n += l.commands[i].calls.Load()
		}
	}
	return n
}

// resetStats is CONFIG RESETSTAT.
func (s *Server) resetStats() {
	for l := range s.eachStats {
		l.reset()
	}
	for _, n := range []*atomic.Int64{&s.stats.connections, &s.stats.refused, &s.stats.expired} {
		n.Store(0)
	}
	s.stats.rates.reset()
	s.stats.mu.Lock()
	s.stats.errors = nil
	s.stats.mu.Unlock()
}

func (l *loopStats) reset() {
	for _, n := range []*atomic.Int64{&l.inBytes, &l.outBytes, &l.reads, &l.writes, &l.hits, &l.misses, &l.expired} {
		n.Store(0)
	}
	for i := range l.commands {
		st := &l.commands[i]
		for _, n := range []*atomic.Int64{&st.calls, &st.nanos, &st.rejects, &st.fails} {
			n.Store(0)
		}
		st.latency.Store(nil)
	}
}
