package server

// maxHoles is the part of the memory allowance that may be holes, 1/maxHoles:
// half of what the cache of table blocks has.
const maxHoles = 16

// trim gives memory back that C's allocator keeps though it is free, if that is
// much. Blocks of all lengths come and go in the cache, and leave holes: after
// reads of much that is cold these would be larger than the cache.
func (s *Server) trim() {
	if cacheOutsideHeap && s.holes() > s.memoryBytes()/maxHoles {
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
