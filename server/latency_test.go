package server

import (
	"strings"
	"testing"
	"time"
)

func TestLatencyEventKeepsTheWorstOfASecond(t *testing.T) {
	var m latencyMonitor
	m.add("e", 10, 5)
	m.add("e", 10, 9)
	m.add("e", 10, 7)
	m.add("e", 11, 3)
	e, ok := m.event("e")
	if !ok || len(e.samples) != 2 || e.samples[0].ms != 9 || e.last() != (latencySample{11, 3}) || e.maxMs != 9 {
		t.Errorf("%+v", e)
	}
	for sec := range int64(2 * maxLatencySamples) {
		m.add("e", 100+sec, 1)
	}
	if e, _ := m.event("e"); len(e.samples) != maxLatencySamples || e.samples[0].atSec != 100+maxLatencySamples || e.maxMs != 9 {
		t.Errorf("%d samples, from %d on, worst %d", len(e.samples), e.samples[0].atSec, e.maxMs)
	}
	if !m.forget("e") || m.forget("e") || m.forgetAll() != 0 {
		t.Error("an event is forgotten once")
	}
}

// The picture is the one that Redis draws of the same samples.
func TestLatencyGraph(t *testing.T) {
	e := latencyEvent{samples: []latencySample{{95, 2}, {96, 5}, {98, 100}, {99, 20}}, maxMs: 100}
	want := `command - high 100 ms, low 2 ms (all time high 100 ms)
` + strings.Repeat("-", 80) + `
  # 
  | 
  | 
__|#
    
5421
ssss
`
	if got := e.graph("command", 100); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}

func TestLatencyGraphBreaksLongLines(t *testing.T) {
	var e latencyEvent
	for sec := range int64(100) {
		e.add(latencySample{sec, sec})
	}
	for _, line := range strings.Split(e.graph("e", 100), "\n") {
		if len(line) > graphColumns {
			t.Errorf("a line of %d columns", len(line))
		}
	}
}

func TestShortAge(t *testing.T) {
	for sec, want := range map[int64]string{0: "0s", 59: "59s", 60: "1m", 3599: "59m", 3600: "1h", 86400: "1d", 1e9: "11574d"} {
		if got := shortAge(sec); got != want {
			t.Errorf("%d seconds: %s, want %s", sec, got, want)
		}
	}
}

func TestEventsOfLogAndCheckpoints(t *testing.T) {
	s := serve(t, t.TempDir())
	c := s.dial()
	c.want("OK", "CONFIG SET latency-monitor-threshold 1")
	c.want("OK", "DEBUG SLEEP 0.01")
	s.observe("log-fsync", 30*time.Millisecond)
	s.observe("checkpoint", 500*time.Microsecond) // below the threshold
	if v := c.do("LATENCY LATEST"); len(v.Elems) != 2 || string(v.Elems[0].Elems[0].Str) != "command" {
		t.Errorf("%s", v)
	}
	report := string(c.do("LATENCY DOCTOR").Str)
	for _, part := range []string{"command: 1 latency spikes", "log-fsync: 1 latency spikes", "slowlog-log-slower-than 1000"} {
		if !strings.Contains(report, part) {
			t.Errorf("no %q in\n%s", part, report)
		}
	}
}
