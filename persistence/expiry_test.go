package persistence

import (
	"fmt"
	"testing"

	"github.com/cairndb/cairn/encoding"
)

// touchDue follows DueKeys until it finds nothing, in at most so many rounds,
// and returns how many keys it was given.
func (h *trial) touchDue(max, rounds int) (given int) {
	h.t.Helper()
	for range rounds {
		due := h.dueKeys(max)
		if len(due) == 0 {
			return given
		}
		given += len(due)
		for _, d := range due {
			h.touch(d)
		}
		h.s.DueTouched()
	}
	h.fatalf("DueKeys does not come to an end: %d keys in %d rounds", given, rounds)
	return given
}

func (h *trial) dueKeys(max int) []Due {
	h.t.Helper()
	due, err := h.s.DueKeys(h.clock.ms.Load(), max)
	if err != nil || len(due) > max {
		h.fatalf("%d due keys: %v", len(due), err)
	}
	return due
}

// touch looks at a key as the server does with one that is due.
func (h *trial) touch(d Due) {
	h.t.Helper()
	x := &transaction{write: true, nowMs: h.clock.ms.Load(), keys: Keys{Names: [][]byte{d.Name}},
		actions: []action{{what: actPeek, db: d.Database, name: d.Name}}}
	if diff := x.difference(x.run(h.s, h.tx), x.model(h.m)); diff != "" {
		h.fatalf("%s", diff)
	}
}

// do runs one action as a transaction of its own.
func (h *trial) do(a action) {
	h.t.Helper()
	x := &transaction{write: true, nowMs: h.clock.ms.Load(), actions: []action{a}}
	if a.name != nil {
		x.keys.Names = [][]byte{a.name}
	}
	if diff := x.difference(x.run(h.s, h.tx), x.model(h.m)); diff != "" {
		h.fatalf("%s", diff)
	}
}

func (h *trial) put(db int, name, value string, expireAt int64) {
	h.t.Helper()
	h.do(action{what: actPut, db: db, name: []byte(name), value: value, number: expireAt})
}

// noneExpired fails if the model has a key that should have been found.
func (h *trial) noneExpired() {
	h.t.Helper()
	for n, d := range h.m.dbs {
		for name, e := range d {
			if e.expireAt != 0 && e.expireAt <= h.clock.ms.Load() {
				h.fatalf("database %d: %q has expired at %d, and DueKeys never named it", n, name, e.expireAt)
			}
		}
	}
}

// storedHints counts the expiry hints in the tables.
func (h *trial) storedHints() (n int) {
	h.t.Helper()
	it, err := h.s.tables.NewIter(nil)
	if err != nil {
		h.fatalf("%v", err)
	}
	defer func() { _ = it.Close() }()
	for ok := it.SeekGE(encoding.AppendExpiryTime(nil, 0)); ok; ok = it.Next() {
		n++
	}
	return n
}

// TestDueKeys: every key that expires is found, wherever its hint is: in a
// heap, in the tables, sealed, after a restart; in a bounded number of rounds,
// also when very many expire at once. When all is over no hint is left.
func TestDueKeys(t *testing.T) {
	long(t)
	const keys, batch = 3000, 100
	for _, at := range []string{"at once", "spread"} {
		for _, where := range []string{"heap", "tables", "cold", "restarted", "replayed", "mixed"} {
			t.Run(at+" "+where, func(t *testing.T) {
				h := newTrial(t, nil)
				now := h.clock.ms.Load()
				for i := range keys {
					expireAt := now + 1000
					if at == "spread" {
						expireAt = now + 1 + h.rng.Int64N(1000)
					}
					h.put(i%testDatabases, fmt.Sprint("key", i), "v", expireAt)
					if where == "mixed" && i == keys/2 {
						h.checkpoint()
					}
				}
				h.rearrange(where)
				h.clock.ms.Add(2000)
				given := h.touchDue(batch, 4*keys/batch)
				h.noneExpired()
				if given > 2*keys {
					t.Errorf("DueKeys named %d keys, %d have expired", given, keys)
				}
				h.check()
				h.checkpoint()
				h.touchDue(batch, 10)
				h.checkpoint()
				if n := h.storedHints(); n != 0 {
					t.Errorf("%d hints are left", n)
				}
			})
		}
	}
}

func (h *trial) rearrange(where string) {
	switch where {
	case "tables", "cold", "restarted":
		h.checkpoint()
	}
	switch where {
	case "cold":
		h.s.EvictAll()
	case "restarted", "replayed":
		h.abandon()
	}
}

// abandon ends the store without a checkpoint and starts it.
func (h *trial) abandon() {
	h.t.Helper()
	h.end((*Store).Abandon)
	h.open()
}

// TestExpireHistories: random histories of keys that get, change and lose
// expire times; DueKeys is followed now and then, and in the end has named
// every key whose time has come.
func TestExpireHistories(t *testing.T) {
	h := newTrial(t, spread(200))
	w := h.insert()
	for round := range shorter(400) {
		for range 60 {
			a := action{db: h.rng.IntN(testDatabases), name: []byte(h.gen.name()), what: actPut, value: "v"}
			switch h.rng.IntN(10) {
			case 0, 1, 2:
				a.what = actExpire
			case 3:
				a.what = actDelete
			case 4:
				if h.rng.IntN(10) == 0 {
					a.what, a.number = actSwap, h.rng.Int64N(testDatabases)
				}
			}
			if a.what == actPut || a.what == actExpire {
				a.number = h.expireTime()
			}
			h.do(a)
		}
		h.clock.tick(h.rng, 200)
		switch h.rng.IntN(8) {
		case 0, 1:
			h.checkpoint()
		case 2:
			h.gen.rare = 3000
			h.troubledCheckpoint(w)
		case 3:
			h.s.EvictAll()
		case 4:
			h.reopen()
		}
		if h.rng.IntN(3) > 0 {
			h.touchDue(1+h.rng.IntN(30), 1000)
			h.s.EvictAll()
			h.laggards()
		}
		if round%10 == 0 {
			h.check()
		}
	}
	h.clock.ms.Add(10_000)
	h.touchDue(10, 10_000)
	h.clock.ms.Add(renewMs)
	h.touchDue(10, 10_000)
	h.noneExpired()
	h.finish()
}

// expireTime is often one of few, so that many keys share it.
func (h *trial) expireTime() int64 {
	now := h.clock.ms.Load()
	switch h.rng.IntN(4) {
	case 0:
		return 0
	case 1:
		return (now/500 + 1) * 500
	}
	return now + 1 + h.rng.Int64N(1000)
}

// laggards follows DueKeys once more, a second later: a key that was named
// while a swap sent its caller to the wrong database is named again.
func (h *trial) laggards() {
	h.clock.ms.Add(renewMs + 1)
	h.touchDue(20, 1000)
	h.noneExpired()
}

// TestDueKeysUntouched: the hints of keys that were named, but not touched
// before the next checkpoint, stay.
func TestDueKeysUntouched(t *testing.T) {
	h := newTrial(t, nil)
	for i := range 50 {
		h.put(0, fmt.Sprint("key", i), "v", h.clock.ms.Load()+100)
	}
	h.checkpoint()
	h.abandon()
	h.clock.ms.Add(1000)
	if due := h.dueKeys(20); len(due) != 20 { // and the caller fails
		t.Fatalf("%d keys are due", len(due))
	}
	if due := h.dueKeys(100); len(due) != 30 {
		t.Fatalf("%d keys are due", len(due))
	}
	h.put(0, "other", "v", 0)
	h.checkpoint()
	if n := h.touchDue(20, 10); n != 50 {
		t.Errorf("%d keys are due after failures, should be 50", n)
	}
	h.noneExpired()
}

// TestDueKeysSwapped: a swap between DueKeys and the touch sends the caller to
// the wrong database.
func TestDueKeysSwapped(t *testing.T) {
	h := newTrial(t, nil)
	h.put(0, "key", "v", h.clock.ms.Load()+100)
	h.checkpoint()
	h.abandon()
	h.clock.ms.Add(1000)
	due := h.dueKeys(10)
	h.do(action{what: actSwap, db: 0, number: 1})
	for _, d := range due {
		h.touch(d)
	}
	h.s.DueTouched()
	h.checkpoint()
	h.touchDue(10, 10)
	h.noneExpired()
}

// TestDueKeysReplica: a replica deletes nothing by itself, and finds what has
// expired meanwhile when it becomes a master.
func TestDueKeysReplica(t *testing.T) {
	h := newTrial(t, nil)
	h.put(0, "stored", "v", h.clock.ms.Load()+100)
	h.checkpoint()
	h.put(0, "fresh", "v", h.clock.ms.Load()+100)
	h.clock.ms.Add(1000)
	h.s.HideExpired(1)
	if due := h.dueKeys(10); len(due) != 0 {
		t.Errorf("%d keys are due on a replica", len(due))
	}
	h.s.DueTouched()
	h.put(0, "other", "v", 0)
	h.checkpoint()
	h.s.HideExpired(-1)
	h.touchDue(10, 10)
	h.noneExpired()
}

// TestHintsBounded: keys that get and lose expire times all the time do not
// fill the heap, and the hints that count stay.
func TestHintsBounded(t *testing.T) {
	h := newTrial(t, crowded(30))
	for i := range 50_000 {
		a := action{what: actExpire, name: []byte(h.gen.name())}
		if i%10 == 0 {
			a.what = actPut
		}
		if i%2 == 0 {
			a.number = h.clock.ms.Load() + 1 + h.rng.Int64N(100_000)
		}
		h.do(a)
		if h.rng.IntN(20_000) == 0 {
			h.checkpoint()
		}
	}
	for i := range h.s.shards {
		if n := len(h.s.shards[i].hints); n > 2*minHints {
			t.Errorf("shard %d has %d hints", i, n)
		}
	}
	h.check()
	h.clock.ms.Add(200_000)
	h.touchDue(10, 1000)
	h.noneExpired()
	h.finish()
}

// TestPruneSealed: pruning the heap while a checkpoint runs keeps the hints of
// the keys that it may yet fail to write.
func TestPruneSealed(t *testing.T) {
	h := newTrial(t, crowded(3))
	h.put(0, "{0}sealed", "v", h.clock.ms.Load()+100)
	h.s.checkpoints.mu.Lock()
	j := h.s.seal()
	h.clock.ms.Add(200)
	if due := h.dueKeys(10); len(due) != 1 { // and nobody touches it
		t.Fatalf("%d keys are due", len(due))
	}
	for range 3 * minHints {
		h.put(0, "{0}", "v", 0)
		h.do(action{what: actExpire, name: []byte("{0}"), number: h.clock.ms.Load() + 1_000_000})
	}
	j.unseal()
	h.s.checkpoints.mu.Unlock()
	h.check()
	h.clock.ms.Add(2 * renewMs)
	h.touchDue(10, 10)
	h.noneExpired()
}

// TestFlushedHints: the hints of a flushed database go when their time has come.
func TestFlushedHints(t *testing.T) {
	h := newTrial(t, nil)
	for i := range 300 {
		h.put(0, fmt.Sprint("key", i), "v", h.clock.ms.Load()+100)
	}
	h.checkpoint()
	h.do(action{what: actFlush})
	h.put(0, "early", "v", h.clock.ms.Load()+50)
	h.checkpoint()
	h.clock.ms.Add(1000)
	h.touchDue(10, 100)
	h.put(0, "late", "v", h.clock.ms.Load()+100)
	h.checkpoint()
	if n := h.storedHints(); n != 1 {
		t.Errorf("%d hints are left", n)
	}
	h.check()
}

// TestSweptAgain: a key that gets back the very time at which it expired has a
// hint, although the hints of that time are swept away.
func TestSweptAgain(t *testing.T) {
	h := newTrial(t, nil)
	at := h.clock.ms.Load() + 100
	h.put(0, "key", "v", at)
	h.checkpoint()
	h.clock.ms.Add(200)
	h.touchDue(10, 10)
	h.put(0, "key", "v", at)
	h.checkpoint()
	h.check()
	h.touchDue(10, 10)
	h.noneExpired()
}
