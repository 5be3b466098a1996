package server

import (
	"fmt"
	"strings"
)

func (s *Server) infoReplication(t *infoText) {
	if p := s.upstream.now.Load(); p != nil {
		t.add("role", "slave")
		s.infoUpstream(t, p)
	} else {
		t.add("role", "master")
	}
	s.infoReplicas(t)
	t.add("master_failover_state", s.failover.now())
	h, log := s.store.History(), s.store.Log().Stats()
	t.add("master_replid", h.ID)
	second, secondEnd := strings.Repeat("0", 40), int64(-1)
	if h.PrevID != "" {
		second, secondEnd = h.PrevID, h.PrevEnd+1
	}
	t.add("master_replid2", second)
	t.add("master_repl_offset", log.End)
	t.add("second_repl_offset", secondEnd)
	t.add("repl_backlog_active", 1)
	t.add("repl_backlog_size", s.cfg.ReplBacklogBytes.Get())
	t.add("repl_backlog_first_byte_offset", log.First+1)
	t.add("repl_backlog_histlen", log.End-log.First)
}

// infoUpstream tells of the master that is followed.
func (s *Server) infoUpstream(t *infoText, p *pursuit) {
	now, end := s.clock.ms(), s.store.LogEnd()
	state, coming := linkState(p.state.Load()), p.transfer.Load()
	t.add("master_host", p.master.Host)
	t.add("master_port", p.master.Port)
	if state == linkConnected {
		t.add("master_link_status", "up")
	} else {
		t.add("master_link_status", "down")
	}
	heard := int64(-1)
	if state == linkConnected {
		heard = secondsSince(p.heardMs.Load(), now)
	}
	t.add("master_last_io_seconds_ago", heard)
	t.flag("master_sync_in_progress", coming != nil)
	t.add("slave_read_repl_offset", end)
	t.add("slave_repl_offset", end)
	if coming != nil {
		coming.info(t, now)
	}
	if state != linkConnected {
		down := int64(-1)
		if since := p.downMs.Load(); since != 0 {
			down = secondsSince(since, now)
		}
		t.add("master_link_down_since_seconds", down)
	}
	t.add("slave_priority", s.cfg.ReplicaPriority.Get())
	t.add("slave_read_only", 1)
	t.flag("replica_announced", s.cfg.ReplicaAnnounced.Get())
}

func (f *transfer) info(t *infoText, nowMs int64) {
	read := f.read.Load()
	total, left, percent := f.size, f.size-read, 0.0
	if total < 0 {
		total, left = 0, -read // as Redis has it when it does not know
	} else if total > 0 {
		percent = 100 * float64(read) / float64(total)
	}
	t.add("master_sync_total_bytes", total)
	t.add("master_sync_read_bytes", read)
	t.add("master_sync_left_bytes", left)
	t.addf("master_sync_perc", "%.2f", percent)
	t.add("master_sync_last_io_seconds_ago", secondsSince(f.heardMs.Load(), nowMs))
}

func secondsSince(ms, nowMs int64) int64 { return max(0, nowMs-ms) / 1000 }

// infoReplicas tells of those who follow this server.
func (s *Server) infoReplicas(t *infoText) {
	list := s.replicas.infos(s.clock.ms())
	t.add("connected_slaves", len(list))
	for i, r := range list {
		t.addf(fmt.Sprintf("slave%d", i), "ip=%s,port=%d,state=%s,offset=%d,lag=%d", r.IP, r.Port, r.State, r.Offset, r.LagSecs)
	}
}
