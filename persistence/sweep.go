package persistence

import (
	"container/heap"
	"sync"

	"github.com/cockroachdb/pebble/v2"

	"github.com/cairndb/cairn/encoding"
)

// The sweeper deletes keys whose time has come and that nobody asks for: it
// follows the shards' heaps for keys changed lately and the store's hints for
// the others. A hint proves nothing; the key is looked at under its lock.

// sweeper remembers how far the store's hints have been followed.
type sweeper struct {
	mu   sync.Mutex
	from int64 // the next pass begins here
	done int64 // the keys of all hints before this time have been touched
	pass int   // numbers the restarts
}

// restart: a checkpoint has taken away the hints before the time swept, but may
// have brought others there, of keys that were due before it.
func (w *sweeper) restart() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.from, w.done = 0, 0
	w.pass++
}

// begin returns where a pass starts. Whoever asks has touched what the pass
// before found.
func (w *sweeper) begin() (fromMs int64, pass int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.done = w.from
	return w.from, w.pass
}

// end records how far a pass came, unless it was overtaken by a restart.
func (w *sweeper) end(pass int, atMs int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if pass == w.pass {
		w.from = atMs
	}
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

// DueKeys returns up to max keys that may be due at nowMs. The caller touches
// each in an Update, which deletes it if it is, before asking again.
func (s *Store) DueKeys(nowMs int64, max int) ([]Due, error) {
	var due []Due
	for i := range s.shards {
		due = s.shards[i].dueHints(nowMs, max, due)
	}
	return s.dueStored(nowMs, max, due)
}

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
	*b.flags() &^= flagHinted
	switch at := b.expireAt(); {
	case at == 0 || !b.live():
	case at <= nowMs:
		due = append(due, Due{sh.store.logicalOf(d), append([]byte(nil), b.key()...)})
		h.atMs = nowMs + renewMs // should the caller fail to touch it
		sh.renew(b, h)
	default:
		h.atMs = at
		sh.renew(b, h)
	}
	return due
}

const renewMs = 1000

func (sh *shard) renew(b block, h expiryHint) {
	*b.flags() |= flagHinted
	sh.pushHint(h)
}

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
	it, err := s.tables.NewIter(&pebble.IterOptions{
		LowerBound: encoding.AppendExpiryTime(nil, from),
		UpperBound: encoding.AppendExpiryTime(nil, nowMs+1),
	})
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
			s.sweep.end(pass, atMs)
			return due, nil
		}
		if n, ok := s.logicalOfPhysical(physical); ok {
			due = append(due, Due{n, append([]byte(nil), key...)})
		}
	}
	if err := it.Error(); err != nil {
		return due, err
	}
	s.sweep.end(pass, nowMs+1)
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
