package server

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/cairndb/cairn/server/command"
)

func (s *Server) infoStats(t *infoText) {
	sum := s.total
	t.add("total_connections_received", s.stats.connections.Load())
	t.add("total_commands_processed", s.commandsRun())
	t.addf("instantaneous_ops_per_sec", "%.0f", s.stats.rates.perSecond(opsRate))
	t.add("total_net_input_bytes", sum(func(l *loopStats) *atomic.Int64 { return &l.inBytes }))
	t.add("total_net_output_bytes", sum(func(l *loopStats) *atomic.Int64 { return &l.outBytes }))
	t.add("total_net_repl_input_bytes", s.upstream.stats.readBytes.Load())
	t.add("total_net_repl_output_bytes", s.replicas.stats.sentBytes.Load())
	t.addf("instantaneous_input_kbps", "%.2f", s.stats.rates.perSecond(inRate)/1024)
	t.addf("instantaneous_output_kbps", "%.2f", s.stats.rates.perSecond(outRate)/1024)
	t.addf("instantaneous_input_repl_kbps", "%.2f", s.stats.rates.perSecond(inReplRate)/1024)
	t.addf("instantaneous_output_repl_kbps", "%.2f", s.stats.rates.perSecond(outReplRate)/1024)
	t.add("rejected_connections", s.stats.refused.Load())
	t.add("sync_full", s.replicas.stats.full.Load())
	t.add("sync_partial_ok", s.replicas.stats.partial.Load())
	t.add("sync_partial_err", s.replicas.stats.refused.Load())
	t.add("expired_keys", s.stats.expired.Load()+sum(func(l *loopStats) *atomic.Int64 { return &l.expired }))
	t.addf("expired_stale_perc", "%.2f", 0.0)
	t.add("expired_time_cap_reached_count", 0)
	t.add("expire_cycle_cpu_milliseconds", s.stats.expireNanos.Load()/1e6)
	t.zeros("evicted_keys", "evicted_clients", "total_eviction_exceeded_time", "current_eviction_exceeded_time")
	t.add("keyspace_hits", sum(func(l *loopStats) *atomic.Int64 { return &l.hits }))
	t.add("keyspace_misses", sum(func(l *loopStats) *atomic.Int64 { return &l.misses }))
	t.add("pubsub_channels", s.pubsub.count(channelTopic))
	t.add("pubsub_patterns", s.pubsub.count(patternTopic))
	t.add("pubsubshard_channels", s.pubsub.count(shardTopic))
	t.zeros("latest_fork_usec", "total_forks",
		"migrate_cached_sockets", "slave_expires_tracked_keys", "active_defrag_hits", "active_defrag_misses",
		"active_defrag_key_hits", "active_defrag_key_misses", "total_active_defrag_time", "current_active_defrag_time")
	_, keys, items, prefixes := s.tracking.counts()
	t.add("tracking_total_keys", keys)
	t.add("tracking_total_items", items)
	t.add("tracking_total_prefixes", prefixes)
	t.add("unexpected_error_replies", 0)
	t.add("total_error_replies", s.errorReplies())
	t.add("dump_payload_sanitizations", 0)
	t.add("total_reads_processed", sum(func(l *loopStats) *atomic.Int64 { return &l.reads }))
	t.add("total_writes_processed", sum(func(l *loopStats) *atomic.Int64 { return &l.writes }))
	t.zeros("io_threaded_reads_processed", "io_threaded_writes_processed", "reply_buffer_shrinks", "reply_buffer_expands")
}

func (s *Server) errorReplies() int64 {
	var n int64
	for _, count := range s.stats.errorCounts() {
		n += count
	}
	return n
}

func (s *Server) infoCommands(t *infoText) {
	command.Walk(func(spec *command.Spec) {
		c := s.commandTotals(spec.ID)
		if !c.used() {
			return
		}
		micros := c.nanos / 1000
		perCall := 0.0
		if c.calls > 0 {
			perCall = float64(micros) / float64(c.calls)
		}
		t.addf("cmdstat_"+spec.FullName(), "calls=%d,usec=%d,usec_per_call=%.2f,rejected_calls=%d,failed_calls=%d",
			c.calls, micros, perCall, c.rejects, c.fails)
	})
}

func (s *Server) infoErrors(t *infoText) {
	counts := s.stats.errorCounts()
	for _, code := range slices.Sorted(maps.Keys(counts)) {
		t.addf("errorstat_"+safeName(code), "count=%d", counts[code])
	}
}

// safeName is a name that cannot break a line of INFO.
func safeName(s string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune("#:\n\r", r) {
			return '_'
		}
		return r
	}, s)
}

func (s *Server) infoLatencies(t *infoText) {
	if !s.cfg.LatencyTracking.Get() {
		return
	}
	percentiles := s.cfg.LatencyTrackPercentiles.Get()
	command.Walk(func(spec *command.Spec) {
		if c := s.latencies(spec.ID); c.total > 0 {
			t.add("latency_percentiles_usec_"+spec.FullName(), c.show(percentiles))
		}
	})
}

// show lists percentiles in microseconds.
func (c *counts) show(percentiles []float64) string {
	texts := make([]string, len(percentiles))
	for i, p := range percentiles {
		micros := float64(c.percentile(p)) / 1000
		texts[i] = "p" + percentileName(p) + "=" + strconv.FormatFloat(micros, 'f', 3, 64)
	}
	return strings.Join(texts, ",")
}

func percentileName(p float64) string {
	return strings.TrimRight(strings.TrimRight(strconv.FormatFloat(p, 'f', 6, 64), "0"), ".")
}
