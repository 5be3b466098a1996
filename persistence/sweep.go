package persistence

import (
	"container/heap"
	"slices"
	"sync"

	"github.com/cockroachdb/pebble/v2"

	"github.com/cairndb/cairn/encoding"
)

// The sweeper deletes keys whose time has come and that nobody asks for: it
// follows the shards' heaps for keys changed lately and the store's hints for
// the others. A hint proves nothing; the key is looked at under its lock.

// sweeper remembers how far the store's hints have been followed. Hints are
// taken away by a checkpoint only when the caller has said that it touched
// their keys: a key whose hint is gone is never thought of again.
type sweeper struct {
	mu    sync.Mutex
	next  []byte // of the store: the next pass goes on at this key
	named int64  // the keys of all hints before this time have been named
	done  int64  // and touched
	pass  int    // numbers the restarts
}

// restart: a checkpoint has taken away the hints before the time swept, but may
// have brought others there, of keys that were due before it. Or databases were
// swapped, and the caller may have touched a key of the same name in another.
func (w *sweeper) restart() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.next, w.named, w.done = nil, 0, 0
	w.pass++
}

// begin returns where a pass starts.
func (w *sweeper) begin() (next []byte, pass int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.next == nil {
		return encoding.AppendExpiryTime(nil, 0), w.pass
	}
	return w.next, w.pass
}

// end records how far a pass came, unless it was overtaken by a restart.
func (w *sweeper) end(pass int, next []byte, namedMs int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if pass == w.pass {
		w.next, w.named = next, namedMs
	}
}

func (w *sweeper) touch() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.done = w.named
}

func (w *sweeper) touched() int64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.done
}

// Due is a key whose expire time may have come.
type Due struct {
	Database int
	Name     []byte
}

// HideExpired adds to, or with a negative number takes from, the number of
// reasons why keys whose time has come are only hidden, not deleted.
func (s *Store) HideExpired(reasons int) { s.hideExpired.Add(int32(reasons)) }

// HidesExpired tells whether keys whose time has come are only hidden.
func (tx *Tx) HidesExpired() bool { return tx.store.hideExpired.Load() > 0 }

// DueKeys returns up to max keys that may be due at nowMs; none on a replica.
// The caller touches each in an Update, which deletes it if it is, and then
// calls DueTouched. One caller at a time.
func (s *Store) DueKeys(nowMs int64, max int) ([]Due, error) {
	if s.hideExpired.Load() > 0 {
		return nil, nil
	}
	var due []Due
	for i := range s.shards {
		due = s.shards[i].dueHints(nowMs, max, due)
	}
	return s.dueStored(nowMs, max, due)
}

// DueTouched says that all keys that DueKeys has named were touched. Without it
// they are named again, sooner or later.
func (s *Store) DueTouched() { s.sweep.touch() }

// dueHints takes the hints that are due from the heap. A hint that came early,
// because the key's time was moved on, is renewed.
func (sh *shard) dueHints(nowMs int64, max int, due []Due) []Due {
	sh.mu.Lock()
	defer sh.mu.Unlock()
	for _, h := range []*expiryHeap{&sh.hints, &sh.sealedHints} {
		for len(*h) > 0 && (*h)[0].atMs <= nowMs && len(due) < max {
			due = sh.dueHint(heap.Pop(h).(expiryHint), nowMs, due)
		}
	}
	return due
}

func (sh *shard) dueHint(h expiryHint, nowMs int64, due []Due) []Due {
	d := sh.store.physicals[h.db]
	if d == nil || d.dropped {
		return due
	}
	b, ok := sh.findHinted(&d.keys[sh.no], h)
	if !ok {
		return due
	}
	switch at := b.expireAt(); {
	case at == 0 || !b.live():
	case at <= nowMs:
		due = append(due, Due{sh.store.logicalOf(d), append([]byte(nil), b.key()...)})
		h.atMs = nowMs + renewMs // should the caller fail to touch it
		sh.pushHint(h)
	default:
		h.atMs = at
		sh.pushHint(h)
	}
	return due
}

const renewMs = 1000

// findHinted finds the block that a hint means.
func (sh *shard) findHinted(t *table, h expiryHint) (block, bool) {
	if len(t.dir) == 0 {
		return block{}, false
	}
	words := sh.segmentAt(t.dir[t.dirIndex(h.order)]).words()
	for i := home(h.tag, len(words)); words[i] != 0; i = (i + 1) % len(words) {
		if words[i].tag() != h.tag {
			continue
		}
		if b := sh.at(words[i].ref()); sh.store.spotOf(b).order == h.order {
			return b, true
		}
	}
	return block{}, false
}

func (s *Store) logicalOf(d *db) int {
	for n, l := range s.logicals {
		if l == d {
			return n
		}
	}
	return 0
}

// dueStored follows the store's hints from where the last pass ended.
func (s *Store) dueStored(nowMs int64, max int, due []Due) ([]Due, error) {
	from, pass := s.sweep.begin()
	end := encoding.AppendExpiryTime(nil, nowMs+1)
	it, err := s.tables.NewIter(&pebble.IterOptions{LowerBound: from, UpperBound: end})
	if err != nil {
		return due, err
	}
	defer func() { _ = it.Close() }()
	for ok := it.First(); ok; ok = it.Next() {
		atMs, physical, _, key, err := encoding.ParseExpiryKey(it.Key())
		if err != nil {
			return due, err
		}
		if len(due) >= max {
			s.sweep.end(pass, slices.Clone(it.Key()), atMs)
			return due, nil
		}
		if n, ok := s.logicalOfPhysical(physical); ok {
			due = append(due, Due{n, append([]byte(nil), key...)})
		}
	}
	if err := it.Error(); err != nil {
		return due, err
	}
	s.sweep.end(pass, end, nowMs+1)
	return due, nil
}

func (s *Store) logicalOfPhysical(physical uint32) (int, bool) {
	s.shards[0].mu.Lock()
	defer s.shards[0].mu.Unlock()
	for n, d := range s.logicals {
		if d.physical == physical {
			return n, true
		}
	}
	return 0, false
}
