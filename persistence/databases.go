package persistence

import (
	"slices"

	"github.com/cairndb/cairn/persistence/slab"
)

// Flush empties a logical database in no time: the name gets a new physical
// database, and the old one is reaped in the background. Needs a transaction
// on all keys.
func (tx *Tx) Flush(database int) error {
	if err := tx.remap(); err != nil {
		return err
	}
	tx.modifiedAll(database) // an empty one too: clients may think that they know better
	s := tx.store
	d := s.logicals[database]
	if len(tx.touches) == 0 && d.empty() {
		return nil
	}
	if len(s.dropped) >= maxDropped {
		tx.again = errCrowded
		return errCrowded
	}
	tx.flushed = append(tx.flushed, d)
	s.logicals[database] = s.newDB()
	return nil
}

// maxDropped bounds how many flushed databases wait for a checkpoint to come by
// and free them: each takes room for its tables, and blocks name theirs in 16
// bits.
const maxDropped = 1000

// Databases is how many logical databases there are.
func (tx *Tx) Databases() int { return tx.store.Databases() }

// empty tells whether no transaction has left a key. Blind writes count as new
// until they are resolved, so no count is ever too low.
func (d *db) empty() bool {
	for i := range d.keys {
		if d.keys[i].live != 0 {
			return false
		}
	}
	return true
}

// Swap exchanges two logical databases. Needs a transaction on all keys.
func (tx *Tx) Swap(a, b int) error {
	if err := tx.remap(); err != nil {
		return err
	}
	if a == b {
		return nil
	}
	l := tx.store.logicals
	l[a], l[b] = l[b], l[a]
	tx.modifiedAll(a)
	tx.modifiedAll(b)
	return nil
}

// remap remembers the map of databases before its first change.
func (tx *Tx) remap() error {
	if !tx.all {
		return tx.undeclared(-1)
	}
	if tx.mapping == nil {
		tx.mapping = slices.Clone(tx.store.logicals)
	}
	tx.recordEdits++ // collections that are open may have another record then, or none
	return nil
}

// commitMapping makes the new map of databases final. It shows in every key of
// every shard, so whoever sees any of them waits for this transaction.
func (tx *Tx) commitMapping(offset int64) {
	if tx.mapping == nil {
		return
	}
	for _, d := range tx.flushed {
		tx.store.drop(d)
	}
	for i := range tx.store.shards {
		sh := &tx.store.shards[i]
		sh.lastOffset = max(sh.lastOffset, offset)
	}
	tx.store.sweep.restart()
	tx.mapping, tx.flushed = nil, nil
}

func (tx *Tx) rollbackMapping() {
	if tx.mapping == nil {
		return
	}
	for _, d := range append(tx.flushed, tx.store.logicals...) {
		if !d.dropped && !slices.Contains(tx.mapping, d) {
			tx.store.drop(d)
		}
	}
	copy(tx.store.logicals, tx.mapping) // some read its length without a lock
	tx.mapping, tx.flushed = nil, nil
}

// drop gives a database up. Its rows in the store go with the next checkpoint,
// its blocks in RAM when the reaper comes by.
func (s *Store) drop(d *db) {
	d.dropped = true
	s.dropped = append(s.dropped, d)
	s.deadDBs = append(s.deadDBs, d.physical)
}

// reapNow reaps without a checkpoint, after the running one.
func (s *Store) reapNow() {
	s.checkpoints.mu.Lock()
	defer s.checkpoints.mu.Unlock()
	s.reap()
}

// reap frees the blocks of dropped databases. No checkpoint may run: it could
// be writing some of them.
func (s *Store) reap() {
	s.lockAll()
	list := s.dropped
	s.dropped = nil
	s.unlockAll()
	for _, d := range list {
		for i := range s.shards {
			sh := &s.shards[i]
			sh.freeTable(&d.keys[i])
			sh.freeTable(&d.nodes[i])
		}
		s.lockAll()
		s.physicals[d.index] = nil
		s.unlockAll()
	}
}

// freeTable frees a table's blocks a segment at a time, so that nobody waits
// long for the shard. The table is emptied first, so that nobody meets a
// segment that is gone.
func (sh *shard) freeTable(t *table) {
	sh.mu.Lock()
	old := *t
	*t = table{}
	sh.moves++
	sh.mu.Unlock()
	for i := 0; i < len(old.dir); {
		sh.mu.Lock()
		i += sh.freeSegment(&old, old.dir[i])
		sh.mu.Unlock()
	}
}

// freeSegment returns how many entries of the directory named the segment.
func (sh *shard) freeSegment(t *table, r slab.Ref) int {
	s := sh.segmentAt(r)
	span := 1 << (t.depth - *s.depth())
	for _, w := range s.words() {
		if w != 0 {
			sh.freeWord(w)
		}
	}
	sh.heap.Free(r, segmentBytes(s.capacity()))
	return span
}

func (sh *shard) freeWord(w word) {
	b := sh.at(w.ref())
	if w.state() == sh.current {
		sh.dirtyBytes -= footprint(b)
	}
	sh.free(w.ref())
}
