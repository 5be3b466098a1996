package server

import "time"

// trimmer watches the memory that C's allocator keeps though it is free. Blocks
// of all lengths come and go in the cache, so that holes stay between them: after
// reads of much that is cold they would be larger than the cache.
type trimmer struct{ last time.Time }

const (
	trimEvery = 5 * time.Second
	// maxHoles is the part of the memory allowance that may be holes: 1/maxHoles.
	maxHoles = 16
)

func (t *trimmer) look(s *Server) {
	if !cacheOutsideHeap || time.Since(t.last) < trimEvery {
		return
	}
	if s.holes() > s.memoryBytes()/maxHoles {
		t.last = time.Now()
		releaseFree()
	}
}

// holes is the process's own memory, in bytes, that nothing accounts for.
func (s *Server) holes() int64 {
	hot := s.store.HotTier()
	_, _, mapped := goMemory()
	_, own := residentBytes()
	return own - hot.UsedBytes - hot.FreeBytes - mapped - s.outsideHeap()
}
