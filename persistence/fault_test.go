package persistence

import (
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/errorfs"
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
		names []string
		steps int
	}{{spread(25), 60_000}, {spread(400), 60_000}, {crowded(4000), 40_000}} {
		t.Run(fmt.Sprint(len(v.names)), func(t *testing.T) {
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
// which may fail.
func (h *trial) troubledCheckpoint(w *tripwire) {
	h.t.Helper()
	failAt := -1
	if h.rng.IntN(2) == 0 {
		failAt = h.rng.IntN(12)
	}
	calls := 0
	w.set(func(op errorfs.Op) error {
		if !ofCheckpoint(op) {
			return nil
		}
		calls++
		for range h.rng.IntN(6) {
			h.inside()
		}
		if calls-1 == failAt {
			return errDiskFull
		}
		return nil
	})
	_, err := h.s.Checkpoint("test")
	w.set(nil)
	if err != nil && (failAt < 0 || !errors.Is(err, syscall.ENOSPC)) {
		h.fatalf("%v", err)
	}
	if h.rng.IntN(4) == 0 {
		h.check()
	}
}

// inside does what may happen while a checkpoint runs.
func (h *trial) inside() {
	h.step()
	switch h.rng.IntN(20) {
	case 0, 1, 2:
		h.s.EvictAll()
	case 3:
		evacuateAll(h.s)
	case 4:
		h.compare()
	case 5:
		h.expire()
	}
}

// TestReadErrors lets reading the tables fail under transactions, walks and
// counts: they return an IOError, or what is right; what a transaction did is
// undone and nothing waits for a load that has failed.
func TestReadErrors(t *testing.T) {
	h := newTrial(t, spread(300))
	h.gen.rare = 500
	w := h.insert()
	failed := 0
	for range shorter(150) {
		h.reopen() // reads come from files again, not from a cache
		chance := h.rng.IntN(100)
		w.set(func(op errorfs.Op) error {
			if op.Kind == errorfs.OpFileReadAt && strings.HasSuffix(op.Path, ".sst") && h.rng.IntN(100) < chance {
				return errBadDisk
			}
			return nil
		})
		for range 30 {
			failed += h.troubledStep()
		}
		h.troubledWalk()
		w.set(nil)
		for range 30 {
			h.step()
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
				if b := sh.at(w.ref()); b.has(flagLoading) {
					h.fatalf("a placeholder is left behind for %q", b.key())
				}
			})
		}
	}
}
