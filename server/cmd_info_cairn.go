package server

import (
	"fmt"
	"runtime/metrics"
	"time"
)

// infoCairn tells what Redis has no words for: the hot tier, the log, the
// checkpoints and the tables.
func (s *Server) infoCairn(t *infoText) {
	s.infoHotTier(t)
	s.infoLog(t)
	s.infoCheckpoints(t)
	s.infoTables(t)
	infoCollector(t)
}

// infoCollector tells what the garbage collector has taken since the start, in
// seconds of processor time, to be compared with used_cpu_user and its like.
func infoCollector(t *infoText) {
	taken := []metrics.Sample{{Name: "/cpu/classes/gc/total:cpu-seconds"}, {Name: "/cpu/classes/gc/mark/idle:cpu-seconds"},
		{Name: "/gc/cycles/total:gc-cycles"}}
	metrics.Read(taken)
	// What it does when nobody else wants a processor costs nobody anything.
	t.addf("gc_cpu_seconds", "%.3f", taken[0].Value.Float64()-taken[1].Value.Float64())
	t.add("gc_cycles", taken[2].Value.Uint64())
}

func (s *Server) infoHotTier(t *infoText) {
	h := s.store.HotTier()
	t.add("memory_allowance", s.memoryBytes())
	t.add("hot_bytes", h.UsedBytes)
	t.add("hot_limit_bytes", h.LimitBytes)
	t.add("hot_free_bytes", h.FreeBytes)
	t.add("hot_dirty_bytes", h.DirtyBytes)
	t.add("hot_keys", h.Keys)
	t.add("hot_nodes", h.Nodes)
	t.add("hot_blind_writes", h.Blind)
	t.add("hot_loads", h.Loads)
	t.add("hot_evictions", h.Evictions)
	t.add("hot_write_delay_usec", s.store.WriteDelay().Microseconds())
	t.addf("bulk_share", "%.2f", s.pacer.now())
}

func (s *Server) infoLog(t *infoText) {
	log := s.store.Log()
	l := log.Stats()
	t.add("log_policy", log.Policy())
	t.add("log_first_offset", l.First)
	t.add("log_end_offset", l.End)
	t.add("log_written_offset", l.Written)
	t.add("log_synced_offset", l.Synced)
	t.add("log_segments", l.Segments)
	t.add("log_spares", l.Spares)
	t.add("log_pins", l.Pins)
	t.add("log_file_bytes", l.FileBytes)
	t.add("log_records", l.Records)
	t.add("log_syncs", l.Syncs)
	t.add("log_sync_avg_usec", micros(l.SyncNanos/max(1, l.Syncs)))
	t.add("log_sync_max_usec", micros(l.LongestSyncNanos))
	t.add("log_failures", l.Failures)
	t.add("log_heals", l.Heals)
}

func micros(nanos int64) int64 { return time.Duration(nanos).Microseconds() }

func (s *Server) infoCheckpoints(t *infoText) {
	c := s.store.LastCheckpoint()
	t.add("checkpoints", c.Count)
	t.add("checkpoint_failures", c.Failures)
	t.flag("checkpoint_running", c.Running)
	t.add("checkpoint_last_offset", c.Offset)
	t.add("checkpoint_last_usec", c.Took.Microseconds())
	t.add("checkpoint_last_records", c.Records)
	t.add("checkpoint_last_bytes", c.Bytes)
	t.add("checkpoint_last_reason", c.Reason)
}

func (s *Server) infoTables(t *infoText) {
	m := s.store.Tables().Metrics()
	total := m.Total()
	t.add("table_files", total.TablesCount)
	t.add("table_bytes", total.TablesSize)
	t.add("table_read_amplification", m.ReadAmp())
	t.add("table_ingests", m.Ingest.Count)
	for i, l := range m.Levels {
		if l.TablesCount > 0 {
			t.addf(fmt.Sprintf("table_level%d", i), "files=%d,bytes=%d,sublevels=%d,score=%.2f,written=%d",
				l.TablesCount, l.TablesSize, l.Sublevels, l.Score, l.TableBytesIngested+l.TableBytesCompacted)
		}
	}
	t.add("compactions", m.Compact.Count)
	t.add("compactions_running", m.Compact.NumInProgress)
	t.add("compactions_failed", m.Compact.FailedCount)
	t.add("compaction_debt_bytes", m.Compact.EstimatedDebt)
	t.addf("compaction_seconds", "%.3f", m.Compact.Duration.Seconds())
	t.add("cache_bytes", m.BlockCache.Size)
	t.add("cache_blocks", m.BlockCache.Count)
	t.add("cache_hits", m.BlockCache.Hits)
	t.add("cache_misses", m.BlockCache.Misses)
	t.add("filter_hits", m.Filter.Hits)
	t.add("filter_misses", m.Filter.Misses)
}
