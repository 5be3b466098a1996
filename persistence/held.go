package persistence

// Held tells whether somebody has one of the locks that a transaction on these
// keys would need. The answer may be outdated when it comes: it is for those
// who would rather do something else than wait.
func (s *Store) Held(keys Keys) bool {
	if keys.All {
		for i := range s.shards {
			if s.shards[i].held() {
				return true
			}
		}
		return false
	}
	for _, name := range keys.Names {
		if s.shards[s.spotOfKey(name).shard].held() {
			return true
		}
	}
	return false
}

func (sh *shard) held() bool {
	if !sh.mu.TryLock() {
		return true
	}
	sh.mu.Unlock()
	return false
}
