package server

import (
	"errors"
	"testing"

	"github.com/cairndb/cairn/persistence"
	"github.com/cairndb/cairn/server/command"
)

// idleServer has one loop that does not run, and no store.
func idleServer() (*Server, *Client, *Call) {
	s := &Server{}
	l := &loop{srv: s, stats: newLoopStats()}
	s.loops, s.upstream.counts = []*loop{l}, newLoopStats()
	s.stats.slowNanos.Store(1 << 62)
	s.stats.tracking.Store(true)
	c := &Client{srv: s, loop: l}
	call := &Call{Client: c, Server: s, Spec: command.Lookup([]byte("get")), Tx: &persistence.Tx{}}
	return s, c, call
}

func TestCountersAddUpAndReset(t *testing.T) {
	s, c, call := idleServer()
	call.Tx.Hits, call.Tx.Misses, call.Tx.Expired = 2, 1, [][]byte{[]byte("k")}
	s.stats.ran(c, call, 1000, nil)
	s.stats.ran(c, call, 3000, errors.New("no"))
	s.stats.rejected(c, call.Spec)
	if got, want := s.commandTotals(call.Spec.ID), (commandTotals{2, 4000, 1, 1}); got != want {
		t.Errorf("totals %+v, want %+v", got, want)
	}
	l := c.loop.stats
	if l.hits.Load() != 2 || l.misses.Load() != 1 || l.expired.Load() != 1 {
		t.Errorf("hits %d, misses %d, expired %d: each command's lookups are to count once",
			l.hits.Load(), l.misses.Load(), l.expired.Load())
	}
	if n := s.latencies(call.Spec.ID).total; n != 2 {
		t.Errorf("%d latencies, want 2", n)
	}
	s.resetStats()
	if got := s.commandTotals(call.Spec.ID); got.used() || s.latencies(call.Spec.ID).total != 0 || s.commandsRun() != 0 {
		t.Errorf("after a reset: %+v", got)
	}
}

func TestErrorsAreCountedByCode(t *testing.T) {
	s, _, _ := idleServer()
	s.stats.failed(errSyntax)
	s.stats.failed(errNotInteger)
	s.stats.failed(errNoAuth)
	s.stats.failed(replyError("a:b#c"))
	info := &infoText{}
	s.infoErrors(info)
	want := "errorstat_ERR:count=2\r\nerrorstat_NOAUTH:count=1\r\nerrorstat_a_b_c:count=1\r\n"
	if got := info.b.String(); got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestErrorCodesAreBounded(t *testing.T) {
	s, _, _ := idleServer()
	for i := range 2 * maxErrorCodes {
		s.stats.failed(replyError(string(rune('A'+i%26)) + string(rune('A'+i/26)) + " text"))
	}
	if n := len(s.stats.errorCounts()); n != maxErrorCodes {
		t.Errorf("%d codes are remembered, want %d", n, maxErrorCodes)
	}
}

// Every command pays this.
func BenchmarkRan(b *testing.B) {
	s, c, call := idleServer()
	for b.Loop() {
		s.stats.ran(c, call, 1234, nil)
	}
}
