package server

import (
	"errors"
	"maps"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cairndb/cairn/server/command"
	"github.com/cairndb/cairn/server/script"
)

// stats counts what INFO tells. What is counted with each command belongs to
// the loop that runs it (loopStats), so that loops do not pass cache lines
// around; who asks adds the loops up.
type stats struct {
	connections, refused atomic.Int64
	expired              atomic.Int64 // keys that nobody asked for
	expireNanos          atomic.Int64 // spent on those
	peakBytes            atomic.Int64 // of used memory, since the start
	rates                rates

	// The thresholds and switches that are looked at with each command.
	slowNanos atomic.Int64 // from here on a command is slow for the slow log or for LATENCY
	tracking  atomic.Bool  // latency-tracking

	mu     sync.Mutex
	errors map[string]int64 // by code
}

// loopStats is what one loop counts.
type loopStats struct {
	inBytes, outBytes     atomic.Int64
	reads, writes         atomic.Int64
	hits, misses, expired atomic.Int64
	commands              []commandStats // by the row's ID
	_                     [64]byte
}

type commandStats struct {
	calls, nanos, rejects, fails atomic.Int64
	latency                      atomic.Pointer[histogram] // made with the first call
}

func newLoopStats() *loopStats { return &loopStats{commands: make([]commandStats, command.IDs())} }

func (l *loopStats) received(bytes int) {
	l.reads.Add(1)
	l.inBytes.Add(int64(bytes))
}

func (l *loopStats) sent(bytes int) {
	l.writes.Add(1)
	l.outBytes.Add(int64(bytes))
}

// ran counts a command that was carried out. It runs on the client's loop.
func (s *stats) ran(c *Client, call *Call, tookNs int64, err error) {
	s.count(c.loop.stats, c, call, tookNs, err)
}

func (s *stats) count(l *loopStats, c *Client, call *Call, tookNs int64, err error) {
	l.commands[call.Spec.ID].ran(tookNs, err, s.tracking.Load())
	if tx := call.Tx; tx.Hits|tx.Misses != 0 || len(tx.Expired) > 0 {
		l.hits.Add(tx.Hits)
		l.misses.Add(tx.Misses)
		l.expired.Add(int64(len(tx.Expired)))
		tx.Hits, tx.Misses, tx.Expired = 0, 0, tx.Expired[:0] // a command without a door would leave them
	}
	if c.shared.lastCommand.Load() != call.Spec {
		c.shared.lastCommand.Store(call.Spec)
	}
	if tookNs >= s.slowNanos.Load() && !call.lapsed {
		c.srv.slow(c, call, tookNs)
	}
}

func (st *commandStats) ran(tookNs int64, err error, tracking bool) {
	st.calls.Add(1)
	st.nanos.Add(tookNs)
	if err != nil {
		st.fails.Add(1)
	}
	if !tracking {
		return
	}
	h := st.latency.Load()
	if h == nil {
		h = &histogram{}
		st.latency.Store(h)
	}
	h.record(tookNs)
}

func (s *stats) rejected(c *Client, spec *command.Spec) {
	c.loop.stats.commands[spec.ID].rejects.Add(1)
}

// slow remembers a command that took long, for the slow log and for LATENCY.
func (s *Server) slow(c *Client, call *Call, tookNs int64) {
	if us := s.cfg.SlowlogSlowerThanUs.Get(); us >= 0 && tookNs >= us*1000 && !call.Spec.Flags.Has(command.SkipSlowlog) {
		s.slowlog.add(c, call, tookNs)
	}
	event := "command"
	if call.Spec.Flags.Has(command.Fast) {
		event = "fast-command"
	}
	s.observe(event, time.Duration(tookNs))
}

// failed counts an error and returns its text.
func (s *stats) failed(err error) string {
	text := errorText(err)
	var ofScript *script.Error
	if !errors.As(err, &ofScript) || !ofScript.Counted {
		s.countError(text)
	}
	return text
}

func (s *stats) countError(text string) {
	code, _, _ := strings.Cut(text, " ")
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.errors) < maxErrorCodes || s.errors[code] > 0 {
		if s.errors == nil {
			s.errors = map[string]int64{}
		}
		s.errors[code]++
	}
}

const maxErrorCodes = 128

func (s *stats) errorCounts() map[string]int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.errors)
}
