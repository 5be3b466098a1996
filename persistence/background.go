package persistence

import "time"

// tick is how often the store looks at itself.
const tick = 20 * time.Millisecond

func (s *Store) startBackground() {
	s.done.Add(1)
	go func() {
		defer s.done.Done()
		s.watch()
	}()
}

// watch starts checkpoints and slows writers down, until the store closes.
func (s *Store) watch() {
	t := time.NewTicker(tick)
	defer t.Stop()
	var freed time.Time
	for {
		select {
		case <-s.stop:
			return
		case reason := <-s.checkpoints.want:
			s.checkpointLogged(reason)
		case <-t.C:
			if s.log.Err() != nil && time.Since(freed) > time.Second {
				s.freeRoom()
				freed = time.Now()
			}
			if reason := s.checkpointDue(); reason != "" {
				s.checkpointLogged(reason)
			}
		}
	}
}

func (s *Store) checkpointLogged(reason string) {
	if _, err := s.Checkpoint(reason); err != nil {
		// Logged already. Whatever failed wants time to mend.
		select {
		case <-s.stop:
		case <-time.After(time.Second):
		}
	}
}

// LogEnd is the log's offset after the newest change.
func (s *Store) LogEnd() int64 {
	end, _ := s.log.Position()
	return end
}

// RequestCheckpoint starts one in the background.
func (s *Store) RequestCheckpoint(reason string) {
	select {
	case s.checkpoints.want <- reason:
	default: // one is asked for already
	}
}

// DirtyBytes is how much was changed in RAM since the last seal.
func (s *Store) DirtyBytes() int64 {
	var n int64
	for i := range s.shards {
		s.shards[i].mu.Lock()
		n += s.shards[i].dirtyBytes
		s.shards[i].mu.Unlock()
	}
	return n
}

// WriteDelay is how long a client that has just written should wait before it
// writes again: nothing while the hot tier keeps to its share, more and more
// when what is dirty pushes it over, so that the checkpoint can catch up.
// Nobody is refused.
func (s *Store) WriteDelay() time.Duration {
	share := s.hotBytes.Load()
	over := float64(s.arena.Used()-share) / float64(share)
	if over <= tolerated {
		return 0
	}
	push := (over - tolerated) / (1 - tolerated)
	return min(time.Duration(push*push*float64(maxDelay)), maxDelay) + minDelay
}

const (
	tolerated = 0.05 // share by which the hot tier may be over its share
	minDelay  = 500 * time.Microsecond
	maxDelay  = 2 * time.Second // when it is at twice its share
)

// checkpointDue returns why a checkpoint should start now, or "".
func (s *Store) checkpointDue() string {
	switch {
	case s.DirtyBytes() > s.dirtyLimit():
		return "dirty data"
	case s.LogEnd()-s.LastCheckpoint().Offset > s.logLimit():
		return "log length"
	default:
		return ""
	}
}

func (s *Store) dirtyLimit() int64 {
	if n := s.dirtyBytes.Load(); n > 0 {
		return n
	}
	return s.hotBytes.Load() / 4
}

// SetDirtyBytes changes Options.DirtyBytes.
func (s *Store) SetDirtyBytes(n int64) { s.dirtyBytes.Store(n) }

func (s *Store) logLimit() int64 {
	if s.opts.LogBytes > 0 {
		return s.opts.LogBytes
	}
	return 1 << 30
}
