package persistence

// HotTier tells what lies in RAM.
type HotTier struct {
	UsedBytes  int64 // pages and large blocks handed out
	FreeBytes  int64 // pages kept for reuse
	LimitBytes int64
	DirtyBytes int64 // changed since the last seal
	Keys       int64 // of all databases, that are resident
	Nodes      int64 // of collections, that are resident
	Blind      int64 // writes of keys that nobody has looked for in the tables
	Loads      int64 // keys and nodes read from the tables since the start
	Evictions  int64 // keys and nodes that left RAM since the start
}

// HotTier takes every shard's lock for a moment, one after the other.
func (s *Store) HotTier() HotTier {
	h := HotTier{
		UsedBytes: s.arena.Used(), FreeBytes: s.arena.FreeBytes(), LimitBytes: s.hotBytes.Load(),
		Loads: s.loadCount.Load(), Evictions: s.evictCount.Load(),
	}
	for i := range s.shards {
		s.shards[i].report(&h)
	}
	return h
}

func (sh *shard) report(h *HotTier) {
	sh.mu.Lock()
	defer sh.mu.Unlock()
	h.DirtyBytes += sh.dirtyBytes
	for _, d := range sh.store.physicals {
		if d == nil {
			continue
		}
		h.Keys += d.keys[sh.no].resident
		h.Nodes += d.nodes[sh.no].resident
		h.Blind += d.keys[sh.no].unresolved
	}
}

// HotBytes is what the hot tier takes of memory. It takes no lock.
func (s *Store) HotBytes() int64 { return s.arena.Used() }

// CacheBytes is what the cache of table blocks takes of memory.
func (s *Store) CacheBytes() int64 { return s.cache.Size() }

// ReleaseMemory gives the pages that nothing lies in back to the system.
func (s *Store) ReleaseMemory() { s.arena.Release(0) }

// IndexBytes is what the index of a logical database takes: the words by which
// its resident keys and nodes are found.
func (s *Store) IndexBytes(database int) int64 {
	var n int64
	for i := range s.shards {
		n += s.shards[i].indexBytes(database)
	}
	return n
}

func (sh *shard) indexBytes(database int) (n int64) {
	sh.mu.Lock()
	defer sh.mu.Unlock()
	d := sh.store.logical(database)
	for _, t := range []*table{&d.keys[sh.no], &d.nodes[sh.no]} {
		sh.segments(t, 0, func(s segment, _ uint64) bool {
			n += int64(segmentBytes(s.capacity()))
			return true
		})
	}
	return n
}
