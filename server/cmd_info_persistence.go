package server

import (
	"time"

	"github.com/cairndb/cairn/persistence"
)

// A checkpoint does for Cairn what both an RDB file and a rewritten
// append-only file do for Redis: after it recovery needs less log.
func (s *Server) infoPersistence(t *infoText) {
	last := s.store.LastCheckpoint()
	t.zeros("loading", "async_loading", "current_cow_peak", "current_cow_size", "current_cow_size_age")
	t.addf("current_fork_perc", "%.2f", 0.0)
	t.zeros("current_save_keys_processed", "current_save_keys_total")
	t.add("rdb_changes_since_last_save", s.store.Changes())
	t.flag("rdb_bgsave_in_progress", last.Running)
	t.add("rdb_last_save_time", s.lastSave().Unix())
	t.status("rdb_last_bgsave_status", last.Err == nil)
	t.add("rdb_last_bgsave_time_sec", lastSeconds(last))
	t.add("rdb_current_bgsave_time_sec", runningSeconds(last))
	t.add("rdb_saves", last.Count)
	t.zeros("rdb_last_cow_size", "rdb_last_load_keys_expired", "rdb_last_load_keys_loaded")
	t.add("aof_enabled", 1)
	t.flag("aof_rewrite_in_progress", last.Running)
	t.add("aof_rewrite_scheduled", 0)
	t.add("aof_last_rewrite_time_sec", lastSeconds(last))
	t.add("aof_current_rewrite_time_sec", runningSeconds(last))
	t.status("aof_last_bgrewrite_status", last.Err == nil)
	t.add("aof_rewrites", last.Count)
	t.add("aof_rewrites_consecutive_failures", last.FailedInARow)
	t.status("aof_last_write_status", s.store.Log().Err() == nil)
	t.zeros("aof_last_cow_size", "module_fork_in_progress", "module_fork_last_cow_size")
	s.infoLogSize(t, last)
}

func (s *Server) infoLogSize(t *infoText, last persistence.CheckpointInfo) {
	log := s.store.Log().Stats()
	t.add("aof_current_size", log.End-log.First)
	t.add("aof_base_size", max(0, last.Offset-log.First))
	t.add("aof_pending_rewrite", 0)
	t.add("aof_buffer_length", log.End-log.Written)
	t.add("aof_pending_bio_fsync", log.Waiters)
	t.add("aof_delayed_fsync", 0)
}

// lastSave is when the last checkpoint ended; before the first one, the start.
func (s *Server) lastSave() time.Time {
	if at := s.store.LastCheckpoint().At; !at.IsZero() {
		return at
	}
	return s.started
}

// lastSeconds is how long the last checkpoint took, -1 if there was none.
func lastSeconds(c persistence.CheckpointInfo) int64 {
	if c.Count == 0 {
		return -1
	}
	return int64(c.Took.Seconds())
}

// runningSeconds is since when one is under way, -1 if none is.
func runningSeconds(c persistence.CheckpointInfo) int64 {
	if !c.Running {
		return -1
	}
	return int64(time.Since(c.Started).Seconds())
}
