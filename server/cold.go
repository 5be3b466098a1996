package server

import "sync/atomic"

// coldMode is a mode for tests: after each command everything that can leave
// RAM leaves it, and every few commands there is a checkpoint, so that nearly
// every command has to load what it works on. Answers must not depend on it.
type coldMode struct {
	on       atomic.Bool
	commands atomic.Int64
}

// coldCommands lie between two checkpoints. It divides few numbers, so that
// scripts meet it at ever other places.
const coldCommands = 7

// chill follows each command while the mode is on.
func (s *Server) chill() {
	if s.cold.commands.Add(1)%coldCommands == 0 {
		if _, err := s.store.Checkpoint("cold mode"); err != nil {
			return // logged; what is not in the tables cannot be evicted
		}
	}
	s.store.EvictAll()
}
