package server

import (
	"fmt"
	"strings"
	"time"

	"github.com/cairndb/cairn/persistence/wal"
)

// LATENCY DOCTOR
func latencyDoctor(c *Call) error {
	c.Reply.Verbatim("txt", c.Server.latencyReport())
	return nil
}

func (s *Server) latencyReport() string {
	events := s.latency.all()
	switch {
	case len(events) == 0 && s.cfg.LatencyThresholdMs.Get() == 0:
		return "Latency is not being watched. CONFIG SET latency-monitor-threshold <milliseconds> starts it: " +
			"from then on every event that takes at least as long is recorded.\n"
	case len(events) == 0:
		return fmt.Sprintf("No event has taken %d milliseconds or more.\n", s.cfg.LatencyThresholdMs.Get())
	}
	var b strings.Builder
	b.WriteString("These events have taken longer than latency-monitor-threshold:\n\n")
	now := time.Now().Unix()
	for i, e := range events {
		mean, deviation := e.spread()
		fmt.Fprintf(&b, "%d. %s: %d latency spikes (average %dms, mean deviation %dms, period %.2f sec). Worst all time event %dms.\n",
			i+1, e.name, len(e.samples), mean, deviation, e.period(now), e.maxMs)
	}
	b.WriteString("\nWhat can be done:\n\n")
	for _, advice := range s.latencyAdvice(events) {
		b.WriteString("- " + advice + "\n")
	}
	return b.String()
}

func (s *Server) latencyAdvice(events []namedEvent) []string {
	var advice []string
	for _, e := range events {
		switch e.name {
		case "command", "fast-command":
			advice = append(advice, s.commandAdvice()...)
		case "log-fsync":
			advice = append(advice, s.fsyncAdvice())
		case "checkpoint":
			advice = append(advice, "Checkpoints run beside the traffic; a long one matters only if INFO shows a "+
				"hot_write_delay_usec. More maxmemory, or a higher cairn-checkpoint-dirty, makes them rarer.")
		case "expire-cycle":
			advice = append(advice, "Many keys expire at the same moment. Spreading their times spreads the work.")
		}
	}
	return advice
}

func (s *Server) commandAdvice() []string {
	advice := []string{"See SLOWLOG GET for the commands that are slow. A command on data that is not in memory waits for " +
		"the disk: compare hot_loads in INFO with the number of commands."}
	if slow, ms := s.cfg.SlowlogSlowerThanUs.Get(), s.cfg.LatencyThresholdMs.Get(); slow < 0 || slow > ms*1000 {
		advice = append(advice, fmt.Sprintf("The slow log does not hold all of them. CONFIG SET slowlog-log-slower-than %d.", ms*1000))
	}
	return advice
}

func (s *Server) fsyncAdvice() string {
	if s.store.Log().Policy() == wal.Always {
		return "The disk is slow to sync, and with appendfsync always every write waits for it. A disk of its own for the " +
			"data directory, or one with a power-safe cache, helps; appendfsync everysec gives up to a second of writes for speed."
	}
	return "The disk is slow to sync. Something else may be using it."
}
