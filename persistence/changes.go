package persistence

// countChanges counts a transaction's effects where its locks are held already,
// so that counting costs an addition.
func (tx *Tx) countChanges() {
	sh := &tx.store.shards[0]
	if !tx.all && len(tx.shards) > 0 {
		sh = &tx.store.shards[tx.shards[0]]
	}
	sh.changes += int64(tx.effects.count)
}

// Changes is how many effects were logged since the line of the last finished
// checkpoint, or, before the first one, since the start.
func (s *Store) Changes() int64 {
	var n int64
	for i := range s.shards {
		sh := &s.shards[i]
		sh.mu.Lock()
		n += sh.changes + sh.sealedChanges
		sh.mu.Unlock()
	}
	return n
}
