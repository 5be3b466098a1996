package server

import "time"

// letReplicasCatchUp waits, before the server ends, until its replicas have all
// that was written: as long as shutdown-timeout says. Nothing is written
// meanwhile, if the caller has frozen that.
func (s *Server) letReplicasCatchUp() {
	if s.replicas.count() == 0 || s.upstream.now.Load() != nil {
		return
	}
	end := s.store.LogEnd()
	s.replicas.askFor(end)
	late := func() (n int) {
		for _, p := range s.replicas.all() {
			if p.isOnline() && p.ackedTo.Load() < end {
				n++
			}
		}
		return n
	}
	deadline := time.Now().Add(time.Duration(s.cfg.ShutdownTimeoutSec.Get()) * time.Second)
	for n := late(); n > 0 && time.Now().Before(deadline) && !s.ending.aborted.Load(); n = late() {
		time.Sleep(failoverPoll)
	}
	if n := late(); n > 0 && !s.ending.aborted.Load() {
		s.warnf("%d of %d replicas are not in sync when shutting down.", n, s.replicas.count())
	}
}
