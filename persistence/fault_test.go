package persistence

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/errorfs"

	"github.com/cairndb/cairn/persistence/wal"
)

// tripwire decides about each call of a file system: nil lets it pass.
type tripwire struct {
	decide atomic.Pointer[func(errorfs.Op) error]
}

func (w *tripwire) set(decide func(errorfs.Op) error) {
	if decide == nil {
		w.decide.Store(nil)
		return
	}
	w.decide.Store(&decide)
}

func (w *tripwire) wrap(fs vfs.FS) vfs.FS {
	return errorfs.Wrap(fs, errorfs.InjectorFunc(func(op errorfs.Op) error {
		if decide := w.decide.Load(); decide != nil {
			return (*decide)(op)
		}
		return nil
	}))
}

var errDiskFull = fmt.Errorf("injected: %w", syscall.ENOSPC)

// ofCheckpoint tells calls that write a checkpoint's own files. The manifest is
// none of them: Pebble ends the process when that cannot be written.
func ofCheckpoint(op errorfs.Op) bool {
	if !strings.HasSuffix(op.Path, ".tmp") {
		return false
	}
	switch op.Kind {
	case errorfs.OpCreate, errorfs.OpFileWrite, errorfs.OpFileSync, errorfs.OpFileSyncData, errorfs.OpLink:
		return true
	}
	return false
}

// TestModelInside runs transactions, eviction and counting in the midst of
// checkpoints, at any call that writes their files, and lets many of them fail
// at any such call. A failed one must leave no trace: everything stays in RAM
// and in the log, and the next one writes it, hints and counts included.
func TestModelInside(t *testing.T) {
	for _, v := range []struct {
		name  string
		names []string
		steps int
	}{
		{"few", spread(25), 40_000}, {"few, crowded", crowded(40), 60_000},
		{"some", spread(400), 40_000}, {"many, crowded", crowded(4000), 30_000},
	} {
		t.Run(v.name, func(t *testing.T) {
			h := newTrial(t, v.names)
			h.gen.rare = 2000
			w := h.insert()
			for h.steps < shorter(v.steps) {
				h.step()
				switch h.rng.IntN(60) {
				case 0, 1, 2:
					h.troubledCheckpoint(w)
				case 3, 4:
					h.s.EvictAll()
				case 5:
					h.expire()
				case 6:
					h.check()
				}
				if h.rng.IntN(2000) == 0 {
					h.reopen()
				}
			}
			h.finish()
		})
	}
}

// insert puts a tripwire beneath the store.
func (h *trial) insert() *tripwire {
	w := &tripwire{}
	h.o.FS = w.wrap(h.o.FS)
	h.reopen()
	return w
}

// troubledCheckpoint takes a checkpoint in whose midst other things happen, and
// which may fail. It goes the way of Store.Checkpoint, so that things can
// happen between its phases too.
func (h *trial) troubledCheckpoint(w *tripwire) {
	h.t.Helper()
	h.s.checkpoints.mu.Lock()
	h.s.reap()
	if h.rng.IntN(3) > 0 { // else blind writes go on as if they came in just before the seal
		if err := h.s.resolveAll(); err != nil {
			h.fatalf("%v", err)
		}
	}
	h.inside(4)
	j := h.s.seal()
	h.inside(20)
	err := h.troubledRun(w, j)
	h.inside(20)
	if err != nil {
		j.unseal()
	} else {
		j.finish()
	}
	h.s.checkpoints.mu.Unlock()
	if h.rng.IntN(4) == 0 {
		h.check()
	}
}

func (h *trial) troubledRun(w *tripwire, j *job) error {
	h.t.Helper()
	if h.rng.IntN(10) == 0 {
		return errDiskFull // before the first call
	}
	failAt, calls := -1, 0
	if h.rng.IntN(2) == 0 {
		failAt = h.rng.IntN(12)
	}
	w.set(func(op errorfs.Op) error {
		if !ofCheckpoint(op) {
			return nil
		}
		h.inside(6)
		if calls++; calls-1 == failAt {
			return errDiskFull
		}
		return nil
	})
	defer w.set(nil)
	err := j.run()
	if err != nil && (failAt < 0 || !errors.Is(err, syscall.ENOSPC)) {
		h.fatalf("%v", err)
	}
	return err
}

// inside does what may happen while a checkpoint runs, fewer than n times.
func (h *trial) inside(n int) {
	h.t.Helper()
	for range h.rng.IntN(n) {
		h.step()
		switch h.rng.IntN(30) {
		case 0, 1, 2, 3:
			h.s.EvictAll()
		case 4:
			evacuateAll(h.s)
		case 5:
			if h.rng.IntN(1+len(h.gen.names)/100) == 0 {
				h.compare()
			}
		case 6:
			h.expire()
		}
	}
}

// TestReadErrors lets reading the tables fail under transactions, walks and
// counts: they return an IOError, or what is right; what a transaction did is
// undone and nothing waits for a load that has failed.
func TestReadErrors(t *testing.T) {
	h := newTrial(t, spread(300))
	h.gen.rare = 500
	w := h.insert()
	var mu sync.Mutex // compactions read beside
	dice := rand.New(rand.NewPCG(h.rng.Uint64(), 0))
	failed := 0
	for range shorter(150) {
		h.reopen() // reads come from files again, not from a cache
		chance := h.rng.IntN(100)
		w.set(func(op errorfs.Op) error {
			mu.Lock()
			defer mu.Unlock()
			if op.Kind == errorfs.OpFileReadAt && strings.HasSuffix(op.Path, ".sst") && dice.IntN(100) < chance {
				return errBadDisk
			}
			return nil
		})
		for range 30 {
			failed += h.troubledStep()
		}
		h.troubledWalk()
		w.set(nil)
		for range 30 { // somebody may still be told of an error by Pebble
			h.troubledStep()
		}
		h.compare()
		h.check()
	}
	if failed == 0 {
		t.Error("no read has failed")
	}
	h.finish()
}

var errBadDisk = errors.New("injected: bad disk")

// troubledStep is a step that may fail with an I/O error, and then must have
// done nothing.
func (h *trial) troubledStep() (failed int) {
	h.steps++
	x := h.gen.transaction()
	end := h.s.LogEnd()
	got := x.run(h.s, h.tx)
	var io *IOError
	if !errors.As(got.err, &io) {
		if d := x.difference(got, x.model(h.m)); d != "" {
			h.fatalf("%s", d)
		}
		return 0
	}
	if !errors.Is(got.err, errBadDisk) {
		h.fatalf("%v: error %v", x.actions, got.err)
	}
	if h.s.LogEnd() != end {
		h.fatalf("%v has failed and is in the log", x.actions)
	}
	h.noPlaceholders()
	return 1
}

// troubledWalk walks, counts and looks for expired keys: each fails or is right.
func (h *trial) troubledWalk() {
	for n, want := range h.m.dbs {
		if seen, err := walk(h.s, n, 10); err == nil && len(seen) != len(want) {
			h.fatalf("the walk met %d keys; should be %d", len(seen), len(want))
		}
		if keys, _, err := h.s.Keys(n); err == nil && keys != int64(len(want)) {
			h.fatalf("%d keys; should be %d", keys, len(want))
		}
	}
	if _, err := h.s.Checkpoint("test"); err != nil && !errors.Is(err, errBadDisk) {
		h.fatalf("%v", err)
	}
}

// TestNoWait: a transaction that would have to wait for the disk and may not
// leaves nothing behind, even if nobody tries again.
func TestNoWait(t *testing.T) {
	h := newTrial(t, spread(300))
	for range 1000 {
		h.step()
	}
	h.checkpoint()
	h.s.EvictAll()
	h.tx.NoWait = true
	blocked := 0
	for range 1000 {
		x := h.gen.transaction()
		end := h.s.LogEnd()
		got := x.run(h.s, h.tx)
		if errors.Is(got.err, ErrWouldBlock) {
			blocked++
			if h.s.LogEnd() != end {
				h.fatalf("%v would block and is in the log", x.actions)
			}
		} else if d := x.difference(got, x.model(h.m)); d != "" {
			h.fatalf("%s", d)
		}
	}
	h.noPlaceholders()
	if loads := h.s.loadCount.Load(); blocked == 0 || loads != 0 {
		t.Errorf("%d transactions would block, %d loads", blocked, loads)
	}
	h.tx.NoWait = false
	h.finish()
}

// noPlaceholders fails if something waits for a load. No transaction may run.
func (h *trial) noPlaceholders() {
	h.t.Helper()
	for i := range h.s.shards {
		sh := &h.s.shards[i]
		for _, d := range h.s.physicals {
			if d == nil {
				continue
			}
			sh.each(&d.keys[i], func(_ segment, w *word) {
				if b := sh.at(w.ref()); b.has(flagLoading | flagPinned) {
					h.fatalf("a placeholder or a pin is left behind for %q", b.key())
				}
			})
		}
	}
}

// TestLogFailure lets writing and syncing the log fail for a while, again and
// again. Meanwhile changes are refused, or wait in RAM and nobody is told that
// they are durable; reads go on; checkpoints fail and leave no trace. When the
// disk has room again, nothing is lost; if the power fails before, nothing that
// was acknowledged is.
func TestLogFailure(t *testing.T) {
	rng := newRand(t)
	for range shorter(20) {
		c := newCrashTrial(t, rng, wal.Always)
		w := c.insert()
		refused := 0
		for range 4 {
			c.run(30)
			w.set(failingLog(rng))
			refused += c.unsafeSteps(40)
			w.set(nil)
			c.heal()
			c.compare()
			c.check()
		}
		if refused == 0 {
			t.Error("no change was refused")
		}
		cuts := c.plug.take()
		c.finish()
		c.end((*Store).Abandon)
		c.recoverAll(cuts[:min(len(cuts), 20)], rng)
	}
}

// failingLog fails some kinds of calls on the log's files, or all that need room on the disk.
func failingLog(rng *rand.Rand) func(errorfs.Op) error {
	if rng.IntN(4) == 0 {
		return func(op errorfs.Op) error {
			if needsRoom(op) && !endsTheProcess(op) {
				return errDiskFull
			}
			return nil
		}
	}
	kinds := [][]errorfs.OpKind{
		{errorfs.OpFileWriteAt}, {errorfs.OpFileSyncData, errorfs.OpFileSync},
		{errorfs.OpFileWriteAt, errorfs.OpFileSyncData, errorfs.OpFileSync, errorfs.OpCreate, errorfs.OpRename},
	}[rng.IntN(3)]
	return func(op errorfs.Op) error {
		if strings.Contains(op.Path, "/log/") && slices.Contains(kinds, op.Kind) {
			return errDiskFull
		}
		return nil
	}
}

// endsTheProcess tells calls whose failure Pebble does not survive.
func endsTheProcess(op errorfs.Op) bool {
	return strings.Contains(op.Path, "/MANIFEST") || strings.Contains(op.Path, "/marker.")
}

// needsRoom tells calls that fail on a full disk.
func needsRoom(op errorfs.Op) bool {
	switch op.Kind {
	case errorfs.OpCreate, errorfs.OpMkdirAll, errorfs.OpLink, errorfs.OpFileWrite, errorfs.OpFileWriteAt,
		errorfs.OpFilePreallocate:
		return true
	}
	return false
}

// unsafeSteps runs transactions while the log fails, and counts those refused.
func (c *crashTrial) unsafeSteps(n int) (refused int) {
	for range n {
		x := c.gen.transaction()
		start := c.s.LogEnd()
		got := x.run(c.s, c.tx)
		if errors.Is(got.err, ErrLogFailed) {
			if !x.write {
				c.fatalf("%v: a View was refused: %v", x.actions, got.err)
			}
			refused++
		} else if d := x.difference(got, x.model(c.m)); d != "" {
			c.fatalf("%s", d)
		}
		if end := c.s.LogEnd(); end != start {
			c.journal.add(x, end)
			if err := c.s.Log().Sync(end); err == nil {
				c.fatalf("offset %d is on a disk that takes nothing", end)
			}
		}
		switch c.rng.IntN(20) {
		case 0:
			if _, err := c.s.Checkpoint("test"); err == nil && c.s.log.Synced() != c.s.LogEnd() {
				c.fatalf("a checkpoint has succeeded beyond what the log has synced")
			}
		case 1:
			c.s.EvictAll()
		case 2:
			c.plug.mu.Lock()
			c.plug.cutLocked("the log is failing")
			c.plug.mu.Unlock()
		}
	}
	return refused
}

func (c *crashTrial) heal() {
	if err := c.s.Log().Retry(); err != nil {
		c.fatalf("%v", err)
	}
	if err := c.s.Log().Sync(c.s.LogEnd()); err != nil {
		c.fatalf("%v", err)
	}
	c.plug.acked.Store(c.s.LogEnd())
}

// TestFlushOften flushes more often than blocks can name databases, without a
// checkpoint in between.
func TestFlushOften(t *testing.T) {
	h := newTrial(t, nil)
	for range shorter(70_000) {
		h.put(0, "key", "value", 0)
		h.do(action{what: actFlush})
	}
	if n := len(h.s.physicals); n > 2*maxDropped {
		t.Errorf("there are %d physical databases", n)
	}
	h.put(0, "other", "value", 0)
	h.finish()
}

// TestTooLarge: a transaction that the log cannot take as one is undone.
func TestTooLarge(t *testing.T) {
	defer func(n int) { maxEffectBytes = n }(maxEffectBytes)
	maxEffectBytes = 100
	h := newTrial(t, nil)
	h.put(0, "key", "value", 0)
	end := h.s.LogEnd()
	x := &transaction{write: true, actions: []action{
		{what: actPut, name: []byte("key"), value: strings.Repeat("x", 60)},
		{what: actPut, name: []byte("other"), value: strings.Repeat("x", 60)},
	}}
	if got := x.run(h.s, h.tx); got.err != ErrTooLarge || h.s.LogEnd() != end {
		t.Errorf("error %v, %d bytes logged", got.err, h.s.LogEnd()-end)
	}
	h.finish()
}

// TestCheckpointFailsAnywhere lets every call of a checkpoint on its own files fail in turn. The store goes on, and
// whatever the power leaves afterwards is whole, with all that was acknowledged.
func TestCheckpointFailsAnywhere(t *testing.T) {
	rng := newRand(t)
	p := newPlug(vfs.NewCrashableMem(), rng, 0, 10_000)
	c := newCrashTrialOn(t, p, rng, wal.Always)
	w := c.insert()
	failures := 0
	for failAt, failed := 0, true; failed; failAt++ {
		for range 8 {
			c.transact()
		}
		calls, linked := 0, false
		failed = false
		w.set(func(op errorfs.Op) error {
			if !ofCheckpoint(op) {
				return nil
			}
			if calls++; calls-1 == failAt {
				failed, linked = true, op.Kind == errorfs.OpLink
				return errDiskFull
			}
			return nil
		})
		_, err := c.s.Checkpoint("test")
		w.set(nil)
		if failed && !linked && err == nil || !failed && err != nil { // what cannot be linked is copied
			t.Fatalf("call %d fails %v: %v", failAt, failed, err)
		}
		failures++
		p.cut(fmt.Sprintf("call %d has failed", failAt))
		for range 3 {
			c.transact()
		}
		c.check()
		if err := c.s.Log().Sync(c.s.LogEnd()); err != nil {
			t.Fatal(err)
		}
		p.acked.Store(c.s.LogEnd())
		p.cut(fmt.Sprintf("call %d has failed, and more was done", failAt))
		if rng.IntN(3) == 0 {
			c.checkpoint()
			p.cut("the next one has succeeded")
		}
	}
	if failures < 5 {
		t.Errorf("%d failures", failures)
	}
	cuts := p.take()
	c.finish()
	c.end((*Store).Abandon)
	c.recoverAll(cuts, rng)
}

// TestManifestCannotBeWritten: Pebble does not survive that, so the process has to end; but it says why, and what it
// leaves is whole.
func TestManifestCannotBeWritten(t *testing.T) {
	rng := newRand(t)
	p := newPlug(vfs.NewCrashableMem(), rng, 0, 10_000)
	c := newCrashTrialOn(t, p, rng, wal.Always)
	why := make(chan string)
	c.o.Fatal = func(text string) {
		why <- text
		select {} // the process would have ended
	}
	w := c.insert()
	for range 20 {
		c.transact()
	}
	c.heal()
	w.set(func(op errorfs.Op) error {
		if op.Kind == errorfs.OpFileWrite && endsTheProcess(op) {
			return errDiskFull
		}
		return nil
	})
	dying := c.s
	go func() { _, _ = dying.Checkpoint("test") }()
	if text := <-why; !strings.Contains(text, "MANIFEST") || !strings.Contains(text, errDiskFull.Error()) {
		t.Errorf("it says %q", text)
	}
	p.cut("the manifest cannot be written")
	c.recoverAll(p.take(), rng)
}

// TestStartOnAFullDisk lets the disk be full from any call of a start on. That fails, or succeeds; a later one finds
// everything.
func TestStartOnAFullDisk(t *testing.T) {
	rng := newRand(t)
	p := newPlug(vfs.NewCrashableMem(), rng, 0, 10_000)
	c := newCrashTrialOn(t, p, rng, wal.Always)
	for range 30 {
		c.transact()
	}
	c.checkpoint()
	for range 30 {
		c.transact()
	}
	c.heal()
	c.end((*Store).Abandon)
	failed := 0
	for fullAt, done := 0, false; !done; fullAt++ {
		mem := p.fs.CrashClone(vfs.CrashCloneCfg{})
		w := &tripwire{}
		calls := 0
		w.set(func(op errorfs.Op) error {
			if !needsRoom(op) || endsTheProcess(op) {
				return nil
			}
			if calls++; calls > fullAt {
				return errDiskFull
			}
			return nil
		})
		o := c.o
		o.FS = w.wrap(mem)
		s, err := openStore(o)
		w.set(nil)
		if err == nil {
			err = s.Abandon()
		} else {
			failed++
		}
		if err != nil && !errors.Is(err, syscall.ENOSPC) {
			t.Fatalf("full at call %d: %v", fullAt, err)
		}
		done = calls <= fullAt
		cut := powerCut{fs: mem.CrashClone(vfs.CrashCloneCfg{}), acked: p.acked.Load(), at: fmt.Sprintf("full at call %d", fullAt)}
		if err := c.recover(cut, rng, 0); err != nil {
			t.Fatal(err)
		}
		cut.fs = mem
		if err := c.recover(cut, rng, 0); err != nil {
			t.Fatal(err)
		}
	}
	if failed < 5 {
		t.Errorf("%d starts have failed", failed)
	}
	c.open()
	c.finish()
}

// TestOpenFails: a start that fails gives everything back, and a later one works.
func TestOpenFails(t *testing.T) {
	long(t)
	h := newTrial(t, spread(50))
	for range 300 {
		h.step()
	}
	h.checkpoint()
	for range 300 {
		h.step()
	}
	w := h.insert()
	h.end((*Store).Abandon)
	failed := 0
	for n := range 400 {
		calls := 0
		w.set(func(op errorfs.Op) error {
			if op.Kind == errorfs.OpFileClose || strings.Contains(op.Path, "/tables") {
				return nil // Pebble's own starts are its own matter
			}
			if calls++; calls == n+1 {
				return errBadDisk
			}
			return nil
		})
		s, err := openStore(h.o)
		w.set(nil)
		if err == nil {
			err = s.Abandon()
		} else {
			failed++
		}
		if err != nil && !errors.Is(err, errBadDisk) {
			t.Fatalf("call %d fails: %v", n, err)
		}
		if calls <= n {
			break
		}
	}
	if failed < 5 {
		t.Errorf("%d starts have failed", failed)
	}
	h.open()
	h.finish()
}

// TestCloseUnrecovered: a store whose log was not replayed must not take a
// checkpoint, which would say that it was.
func TestCloseUnrecovered(t *testing.T) {
	h := newTrial(t, spread(50))
	for range 300 {
		h.step()
	}
	h.end((*Store).Abandon)
	s, err := Open(h.o)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	_, err = s.Recover(func(tx *Tx, args [][]byte) error {
		if n++; n == 100 {
			return errCommand
		}
		return applyEffect(tx, args)
	})
	if !errors.Is(err, errCommand) {
		t.Fatalf("recovery: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	h.open()
	h.finish()
}

// TestLeftovers: tables that a crashed checkpoint has not finished are removed.
func TestLeftovers(t *testing.T) {
	h := newTrial(t, nil)
	h.put(0, "key", "value", 0)
	path := h.o.FS.PathJoin(testDir, tablesDir, unfinished+"000007.tmp")
	f, err := h.o.FS.Create(path, vfs.WriteCategoryUnspecified)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	h.abandon()
	if _, err := h.o.FS.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the file is still there: %v", err)
	}
	h.finish()
}
