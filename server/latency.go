package server

import (
	"maps"
	"slices"
	"sync"
	"time"
)

// latencyMonitor remembers what took longer than latency-monitor-threshold, by
// the name of the event. The events are
//
//	command         a command
//	fast-command    a command that the table calls fast
//	log-fsync       an fdatasync of the log
//	checkpoint      a checkpoint, from its start to its end
//	expire-cycle    deleting keys whose time had come
type latencyMonitor struct {
	mu     sync.Mutex
	events map[string]*latencyEvent
}

// latencyEvent holds an event's newest samples, at most one a second: the worst
// of it.
type latencyEvent struct {
	samples []latencySample // oldest first
	maxMs   int64
}

type latencySample struct{ atSec, ms int64 }

const maxLatencySamples = 160

// observe records an event if it took long enough for the threshold.
func (s *Server) observe(event string, took time.Duration) {
	threshold := s.cfg.LatencyThresholdMs.Get()
	if ms := took.Milliseconds(); threshold > 0 && ms >= threshold {
		s.latency.add(event, time.Now().Unix(), ms)
	}
}

func (m *latencyMonitor) add(name string, atSec, ms int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	e := m.events[name]
	if e == nil {
		e = &latencyEvent{}
		if m.events == nil {
			m.events = map[string]*latencyEvent{}
		}
		m.events[name] = e
	}
	e.add(latencySample{atSec, ms})
}

func (e *latencyEvent) add(s latencySample) {
	e.maxMs = max(e.maxMs, s.ms)
	if n := len(e.samples); n > 0 && e.samples[n-1].atSec == s.atSec {
		e.samples[n-1].ms = max(e.samples[n-1].ms, s.ms)
		return
	}
	e.samples = append(e.samples, s)
	if over := len(e.samples) - maxLatencySamples; over > 0 {
		e.samples = e.samples[over:]
	}
}

func (e *latencyEvent) clone() latencyEvent { return latencyEvent{slices.Clone(e.samples), e.maxMs} }

func (e *latencyEvent) last() latencySample { return e.samples[len(e.samples)-1] }

// namedEvent is an event as others may read it.
type namedEvent struct {
	name string
	latencyEvent
}

// all are copies of the events there were, sorted by name.
func (m *latencyMonitor) all() []namedEvent {
	m.mu.Lock()
	defer m.mu.Unlock()
	var list []namedEvent
	for _, name := range slices.Sorted(maps.Keys(m.events)) {
		list = append(list, namedEvent{name, m.events[name].clone()})
	}
	return list
}

// event returns a copy; ok is false if there was none of that name.
func (m *latencyMonitor) event(name string) (e latencyEvent, ok bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	found := m.events[name]
	if found == nil {
		return latencyEvent{}, false
	}
	return found.clone(), true
}

// forget drops an event and tells whether there was one.
func (m *latencyMonitor) forget(name string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	_, ok := m.events[name]
	delete(m.events, name)
	return ok
}

func (m *latencyMonitor) forgetAll() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	n := len(m.events)
	clear(m.events)
	return n
}

// latencyWatch turns what the log and the checkpoints measure of themselves
// into events.
type latencyWatch struct{ checkpoints int64 }

func (w *latencyWatch) look(s *Server) {
	if peak := s.store.Log().TakePeakSync(); peak > 0 {
		s.observe("log-fsync", time.Duration(peak))
	}
	if last := s.store.LastCheckpoint(); last.Count != w.checkpoints {
		w.checkpoints = last.Count
		s.observe("checkpoint", last.Took)
	}
}
