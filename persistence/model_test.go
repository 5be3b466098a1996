package persistence

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/cairndb/cairn/encoding"
)

// trial drives a store and the model side by side.
type trial struct {
	t     *testing.T
	rng   *rand.Rand
	o     Options
	clock *testClock
	gen   *generator
	s     *Store
	tx    *Tx
	m     *model
	steps int
	// changed is the log's offset after the newest change of a key, mapped the
	// same of the map of databases: who sees the change has to wait for it.
	changed map[string]int64
	mapped  int64
	helper  *companion // checkpoints and evicts beside the transactions, if not nil
}

func newTrial(t *testing.T, names []string) *trial {
	h := &trial{t: t, rng: newRand(t), clock: newTestClock(), m: newModel()}
	h.o = testOptions(vfs.NewMem(), h.clock)
	h.gen = &generator{rng: h.rng, names: names, clock: h.clock, rare: 500}
	h.open()
	t.Cleanup(func() {
		h.rest()
		if h.s != nil {
			_ = h.s.Abandon()
		}
	})
	return h
}

// end closes the store.
func (h *trial) end(how func(*Store) error) {
	h.t.Helper()
	h.rest()
	s := h.s
	h.s = nil
	if err := how(s); err != nil {
		h.fatalf("%v", err)
	}
}

func (h *trial) open() {
	h.s = mustOpen(h.t, h.o)
	h.tx = h.s.Tx()
	h.changed, h.mapped = map[string]int64{}, 0
}

func (h *trial) fatalf(format string, args ...any) {
	h.t.Helper()
	h.t.Fatalf("step %d: "+format, append([]any{h.steps}, args...)...)
}

// step runs one transaction on both sides.
func (h *trial) step() {
	h.steps++
	x := h.gen.transaction()
	got := h.call(x)
	before := h.look(x)
	if d := x.difference(got, x.model(h.m)); d != "" {
		h.fatalf("%s", d)
	}
	if !x.panics {
		h.waits(x)
		h.note(x, before)
	}
	if h.rng.IntN(4) == 0 {
		h.clock.tick(h.rng, 40)
	}
}

// look returns what the model holds of a transaction's keys.
func (h *trial) look(x *transaction) (list []entry) {
	for _, a := range x.actions {
		list = append(list, h.m.dbs[a.db][string(a.name)])
	}
	return list
}

// note remembers which keys a transaction has changed, and up to which offset
// whoever sees that has to wait.
func (h *trial) note(x *transaction, before []entry) {
	for i, now := range h.look(x) {
		switch a := x.actions[i]; {
		case a.what >= actFlush:
			h.mapped = h.s.LogEnd()
		case a.what == actPut || now != before[i]:
			h.changed[string(a.name)] = h.s.LogEnd()
		}
	}
}

// call runs a transaction, now and then with a first try that must not wait
// for the disk.
func (h *trial) call(x *transaction) outcome {
	if h.rng.IntN(3) == 0 {
		h.tx.NoWait = true
		out := x.run(h.s, h.tx)
		h.tx.NoWait = false
		if !errors.Is(out.err, ErrWouldBlock) {
			return out
		}
	}
	return x.run(h.s, h.tx)
}

// waits checks that a transaction waits for every change that it has seen.
func (h *trial) waits(x *transaction) {
	for _, a := range x.actions {
		if need := max(h.changed[string(a.name)], h.mapped); h.tx.WaitOffset < need {
			h.fatalf("%v waits for offset %d, and has seen a change at %d", x.actions, h.tx.WaitOffset, need)
		}
	}
}

// expire follows DueKeys as the server does.
func (h *trial) expire() {
	now := h.clock.ms.Load()
	due, err := h.s.DueKeys(now, 1+h.rng.IntN(50))
	if err != nil {
		h.fatalf("%v", err)
	}
	for _, d := range due {
		h.touch(d)
	}
	h.s.DueTouched()
}

func (h *trial) compare() {
	h.t.Helper()
	if err := h.m.compare(h.s, h.clock.ms.Load()); err != nil {
		h.fatalf("%v", err)
	}
}

func (h *trial) check() {
	h.t.Helper()
	h.noPlaceholders()
	if err := checkAll(h.s); err != nil {
		h.fatalf("%v", err)
	}
}

func (h *trial) checkpoint() {
	h.t.Helper()
	if _, err := h.s.Checkpoint("test"); err != nil {
		h.fatalf("%v", err)
	}
}

// reopen ends the store, in order or without a checkpoint, and starts it.
func (h *trial) reopen() {
	end := (*Store).Close
	if h.rng.IntN(2) == 0 {
		end = (*Store).Abandon
	}
	h.end(end)
	h.open()
}

// event does something that no transaction may notice.
func (h *trial) event() {
	switch r := h.rng.IntN(100); {
	case r < 30:
		h.s.EvictAll()
	case r < 45:
		evacuateAll(h.s)
	case r < 65:
		h.expire()
	case r < 90:
		h.checkpoint()
	case r < 93:
		h.reopen()
	case r < 97:
		h.compare()
	default:
		h.check()
	}
}

// evacuateAll moves whatever may be moved of every shard.
func evacuateAll(s *Store) {
	for i := range s.shards {
		sh := &s.shards[i]
		sh.mu.Lock()
		for _, d := range s.physicals {
			if d != nil {
				moveAll(sh, &d.keys[i])
				moveAll(sh, &d.nodes[i])
			}
		}
		sh.evacuate()
		sh.mu.Unlock()
	}
}

func moveAll(sh *shard, t *table) {
	sh.each(t, func(_ segment, w *word) { sh.move(w.ref()) })
}

// companion takes checkpoints, evicts and counts beside the transactions.
type companion struct {
	stop chan struct{}
	done sync.WaitGroup
	err  error
}

func (h *trial) startCompanion() {
	c := &companion{stop: make(chan struct{})}
	h.helper = c
	s, rng := h.s, rand.New(rand.NewPCG(h.rng.Uint64(), 1))
	c.done.Go(func() {
		for {
			select {
			case <-c.stop:
				return
			case <-time.After(time.Duration(rng.IntN(500)) * time.Microsecond):
			}
			if c.err = c.act(s, rng); c.err != nil {
				return
			}
		}
	})
}

func (c *companion) act(s *Store, rng *rand.Rand) (err error) {
	switch rng.IntN(8) {
	case 0, 1:
		_, err = s.Checkpoint("beside")
	case 2:
		_, _, err = s.Keys(rng.IntN(testDatabases))
	case 3:
		evacuateAll(s)
	case 4:
		_, _, err = s.Random(rng.IntN(testDatabases))
	default:
		s.EvictAll()
	}
	return err
}

// rest ends the companion.
func (h *trial) rest() {
	c := h.helper
	if c == nil {
		return
	}
	h.helper = nil
	close(c.stop)
	c.done.Wait()
	if c.err != nil {
		h.fatalf("beside: %v", c.err)
	}
}

// TestModel runs random histories: what transactions see and what stays is
// what a plain map says, whatever checkpoints, eviction, moving blocks and
// restarts happen in between.
func TestModel(t *testing.T) {
	for _, v := range []struct {
		name  string
		names []string
		steps int
		every int // steps between events
		rare  int
		big   bool
		mem   int64
	}{
		{name: "few keys", names: spread(40), steps: 40_000, every: 6, rare: 300},
		{name: "some keys", names: spread(600), steps: 40_000, every: 15, rare: 2000},
		{name: "big values", names: spread(100), steps: 20_000, every: 15, rare: 800, big: true},
		{name: "full segments", names: crowded(9000), steps: 60_000, every: 200, rare: 30_000},
		{name: "little memory", names: spread(3000), steps: 30_000, every: 60, rare: 3000, big: true, mem: 1 << 20},
	} {
		t.Run(v.name, func(t *testing.T) {
			h := newTrial(t, v.names)
			h.gen.rare, h.gen.bigValues = v.rare, v.big
			if v.mem != 0 {
				h.o.MemoryBytes = v.mem
				h.s.SetMemory(v.mem)
			}
			for range shorter(v.steps) {
				h.step()
				if h.rng.IntN(v.every) == 0 {
					h.event()
				}
			}
			h.finish()
		})
	}
}

// TestModelBeside is TestModel with checkpoints, eviction and counting in
// another goroutine.
func TestModelBeside(t *testing.T) {
	for _, n := range []int{30, 500} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			h := newTrial(t, spread(n))
			h.gen.rare = 1000
			for range shorter(100_000) {
				if h.helper == nil {
					h.startCompanion()
				}
				h.step()
				switch h.rng.IntN(4000) {
				case 0:
					h.reopen()
				case 1, 2, 3:
					h.compare()
				case 4:
					h.rest()
					h.check()
				case 5, 6, 7, 8:
					h.expire()
				}
			}
			h.rest()
			h.finish()
		})
	}
}

// TestLateLoad: what a load brings that comes late, when the key was written,
// checkpointed, evicted and missed again meanwhile, is out of date.
func TestLateLoad(t *testing.T) {
	for _, again := range []string{"missing", "resident", "deleted", "evicted", "dirty"} {
		t.Run(again, func(t *testing.T) {
			h := newTrial(t, nil)
			h.put(0, "key", "old", 0)
			h.put(0, "{key}other", "x", 0)
			h.checkpoint()
			h.s.EvictAll()
			late := h.missed("key")
			h.put(0, "key", "new", 0)
			if again == "deleted" {
				h.do(action{what: actDelete, name: []byte("key")})
			}
			if again != "dirty" {
				h.checkpoint()
			}
			if again == "missing" || again == "evicted" {
				h.s.EvictAll()
			}
			var waiting []miss
			if again == "missing" {
				waiting = h.missed("key")
			}
			old := encoding.Record{Kind: stringKind, Payload: []byte("old")}
			late[0].shard.install(&late[0], old, true)
			giveUp(waiting)
			h.compare()
			h.check()
		})
	}
}

// TestLateResolve: what somebody found out about a blind write is out of date
// when a checkpoint came by meanwhile.
func TestLateResolve(t *testing.T) {
	h := newTrial(t, nil)
	h.put(0, "{key}other", "x", 0)
	h.checkpoint()
	h.s.EvictAll() // so that not all of the shard is in RAM
	h.put(0, "key", "old", 0)
	sh := &h.s.shards[h.s.spotOfKey([]byte("key")).shard]
	d, list, seals := sh.listUnresolved(0)
	if len(list) != 1 {
		t.Fatalf("%d blind writes", len(list))
	}
	h.checkpoint()
	h.s.EvictAll()
	h.put(0, "key", "new", 0)
	sh.resolved(d, &list[0], seals, storedRecord{}, false)
	h.finish()
}

// TestPrefetch: a transaction on many cold keys does not run once for each.
func TestPrefetch(t *testing.T) {
	h := newTrial(t, nil)
	names := make([][]byte, 500)
	for i := range names {
		names[i] = []byte(fmt.Sprint("key", i))
		h.put(0, string(names[i]), "value", 0)
	}
	h.checkpoint()
	h.s.EvictAll()
	runs := 0
	err := h.s.View(h.tx, Keys{Names: names}, func(tx *Tx) error {
		runs++
		for _, name := range names {
			if r, err := tx.Get(name); err != nil || string(r.Value()) != "value" {
				return err
			}
		}
		return nil
	})
	if err != nil || runs > 3 {
		t.Errorf("%d runs: %v", runs, err)
	}
	h.finish()
}

// TestNodes: nodes go to the tables and come back as records do.
func TestNodes(t *testing.T) {
	h := newTrial(t, nil)
	want := map[string]string{}
	for i := range uint64(4) {
		h.owner(i<<56|1, 40)
	}
	for step := range shorter(20_000) {
		name := nodeName(nil, h.rng.Uint64N(4)<<56|1, h.rng.Uint64N(40))
		value := h.gen.value()
		kind := h.rng.IntN(3)
		if got := h.node(name, value, kind); got != want[string(name)] {
			t.Fatalf("step %d: node %x is %q, should be %q", step, name, got, want[string(name)])
		}
		switch kind {
		case 1:
			want[string(name)] = value
		case 2:
			delete(want, string(name))
		}
		switch h.rng.IntN(300) {
		case 0, 1:
			h.checkpoint()
		case 2, 3, 4:
			h.s.EvictAll()
		case 5:
			evacuateAll(h.s)
		case 6:
			h.check()
		}
	}
	h.checkpoint()
	h.check()
}

// owner makes a key that nodes belong to.
func (h *trial) owner(object, nodes uint64) {
	name := fmt.Appendf(nil, "owner of %x", object)
	err := h.s.Update(h.tx, Keys{Names: [][]byte{name}}, func(tx *Tx) error {
		kind := encoding.MakeKind(encoding.TypeString, encoding.StringRaw|encoding.InNodes)
		return tx.Put(name, kind, encoding.AppendObjectHeader(nil, encoding.ObjectHeader{Object: object, Nodes: nodes}), 0)
	})
	if err != nil {
		h.fatalf("%v", err)
	}
}

// node reads a node, then leaves it (0), replaces it (1) or deletes it (2).
func (h *trial) node(name []byte, value string, kind int) (was string) {
	h.t.Helper()
	object, node := binary.BigEndian.Uint64(name), binary.BigEndian.Uint64(name[8:])
	at := spotOfNode(object, node)
	err := h.s.Update(h.tx, Keys{All: true}, func(tx *Tx) error {
		sh, d := &h.s.shards[at.shard], tx.db()
		b, w, err := tx.lookup(sh, d, isNode, at, name)
		if err != nil {
			return err
		}
		if was = ""; w != nil {
			was = string(b.value())
		}
		switch {
		case kind == 1:
			b, err = tx.reshape(sh, d, isNode, at, name, shape{keyLen: len(name), valueLen: len(value)}, 0, 0, 0)
			copy(b.value(), value)
		case kind == 2 && w != nil:
			err = tx.remove(sh, d, isNode, at, name)
		}
		return err
	})
	if err != nil {
		h.fatalf("%v", err)
	}
	return was
}

// missed runs a transaction up to where it needs a key from the disk.
func (h *trial) missed(name string) []miss {
	h.t.Helper()
	tx := h.s.Tx()
	tx.declare(Keys{Names: [][]byte{[]byte(name)}})
	err := tx.attempt(func(tx *Tx) error {
		_, err := tx.Get([]byte(name))
		return err
	})
	if err != errMiss {
		h.fatalf("%q is not missing: %v", name, err)
	}
	return slices.Clone(tx.misses)
}

// finish compares everything, before and after a checkpoint and a restart.
func (h *trial) finish() {
	h.compare()
	h.check()
	h.checkpoint()
	h.s.EvictAll()
	h.compare()
	h.check()
	h.reopen()
	h.compare()
	h.check()
}

// shorter is how many steps of a history a short run takes.
func shorter(steps int) int {
	if testing.Short() {
		return steps / 10
	}
	return steps
}
