package persistence

// EvictAll evicts everything that the tables have too, whether it was used
// lately or not. What changed since the last checkpoint stays, and so does what
// a running transaction has loaded. For tests: after it every read is cold.
func (s *Store) EvictAll() {
	for i := range s.shards {
		s.shards[i].evictAll()
	}
}

func (sh *shard) evictAll() {
	sh.mu.Lock()
	defer sh.mu.Unlock()
	for _, d := range sh.store.physicals {
		if d == nil || d.dropped {
			continue
		}
		sh.evictTable(&d.keys[sh.no])
		sh.evictTable(&d.nodes[sh.no])
	}
	sh.evacuate()
}

func (sh *shard) evictTable(t *table) {
	if len(t.dir) == 0 {
		return
	}
	sh.segments(t, 0, func(s segment, _ uint64) bool {
		words := s.words()
		for i := 0; i < len(words); {
			w := words[i]
			if w == 0 || w.state() != clean || sh.at(w.ref()).has(flagLoading|flagPinned) {
				i++
				continue
			}
			sh.evictWord(t, s, i) // another word may have moved here: look again
		}
		return true
	})
}
