package persistence

import (
	"errors"
	"strconv"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/errorfs"

	"github.com/cairndb/cairn/persistence/wal"
)

var otherHistory = wal.History{ID: "0123456789012345678901234567890123456789"}

// TestReplacement: new content takes the place of the old one in one step, with
// a log that goes on elsewhere; and until then nobody sees it.
func TestReplacement(t *testing.T) {
	h := newTrial(t, spread(60))
	h.smallBatches()
	for round := range 6 {
		for range shorter(1000) {
			h.step()
		}
		r, err := h.s.BeginReplacement()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.s.BeginReplacement(); !errors.Is(err, ErrReplacing) {
			t.Fatalf("a second replacement: %v", err)
		}
		m := h.give(r.Bulk, shorter(2000), true)
		r.SetFunctions(&Functions{Codes: []string{strconv.Itoa(round)}})
		h.checkpoint()
		h.s.EvictAll()
		h.step()
		h.compare()
		h.check()
		switch round {
		case 0:
			if err := r.Abort(); err != nil {
				t.Fatal(err)
			}
			h.noBulkFiles()
			h.finish()
			continue
		case 1: // a crash on the way
			h.end((*Store).Abandon)
			h.open()
			h.finish()
			continue
		}
		offset := h.s.LogEnd() + 1000 - 700*int64(round%3)
		if err := r.Commit(max(1, offset), 1, otherHistory); err != nil {
			t.Fatal(err)
		}
		h.m, h.changed, h.mapped = m, map[string]int64{}, 0
		if end := h.s.LogEnd(); end != max(1, offset) {
			t.Fatalf("the log is at %d, not at %d", end, offset)
		}
		if at := h.s.LastCheckpoint().Offset; at != max(1, offset) {
			t.Fatalf("the tables are said to be at %d, not at %d", at, offset)
		}
		h.compare()
		h.check()
		h.s.TrimLog()
		if round == 3 {
			h.end((*Store).Abandon)
			h.open()
		}
		if got := h.s.Functions().Codes; len(got) != 1 || got[0] != strconv.Itoa(round) {
			t.Fatalf("round %d: the functions are %q", round, got)
		}
		for range shorter(500) {
			h.step()
		}
		h.finish()
	}
}

// TestReplacementFails: new content that cannot be written leaves the old one.
func TestReplacementFails(t *testing.T) {
	h := newTrial(t, spread(60))
	w := h.insert()
	for range 300 {
		h.step()
	}
	r, err := h.s.BeginReplacement()
	if err != nil {
		t.Fatal(err)
	}
	h.give(r.Bulk, 300, true)
	r.SetFunctions(&Functions{Codes: []string{"new"}})
	w.set(func(op errorfs.Op) error {
		if ofCheckpoint(op) {
			return errDiskFull
		}
		return nil
	})
	if err := r.Commit(5000, 0, otherHistory); err == nil {
		t.Fatal("it was written")
	}
	w.set(nil)
	if got := h.s.Functions().Codes; len(got) != 0 {
		t.Fatalf("the functions are %q", got)
	}
	h.compare()
	h.check()
	for range 50 {
		h.step()
	}
	if err := r.Abort(); err != nil {
		t.Fatal(err)
	}
	if r, err = h.s.BeginReplacement(); err != nil {
		t.Fatal(err)
	}
	m := h.give(r.Bulk, 300, true)
	if err := r.Commit(5000, 0, otherHistory); err != nil {
		t.Fatal(err)
	}
	h.m, h.changed, h.mapped = m, map[string]int64{}, 0
	h.finish()
}

// TestReplacementCrash cuts the power ahead of every call while new content
// takes the place of the old one. What is left is all of the old one, under its
// name, or all of the new one, at its offset, under the master's name: so a
// replica goes on from there.
func TestReplacementCrash(t *testing.T) {
	long(t)
	rng := newRand(t)
	p := newPlug(vfs.NewCrashableMem(), rng, 0, 10_000)
	c := newCrashTrialOn(t, p, rng, wal.Always)
	for range 100 {
		c.transact()
	}
	oldEnd, oldID := c.s.LogEnd(), c.s.History().ID
	if err := c.s.Log().Sync(oldEnd); err != nil {
		t.Fatal(err)
	}
	old, err := c.journal.until(oldEnd)
	if err != nil {
		t.Fatal(err)
	}
	r, err := c.s.BeginReplacement()
	if err != nil {
		t.Fatal(err)
	}
	m, newEnd := c.give(r.Bulk, 300, true), oldEnd+5000
	p.set(1, 10_000)
	if err := r.Commit(newEnd, 1, otherHistory); err != nil {
		t.Fatal(err)
	}
	p.mu.Lock()
	p.cutLocked("the end")
	p.mu.Unlock()
	seen := map[string]int{}
	for _, cut := range p.take() {
		id, end := afterReplacement(t, c, cut, map[int64]*model{oldEnd: old, newEnd: m})
		if (id == oldID) != (end == oldEnd) {
			t.Fatalf("%s: the log ends at %d of history %s", cut.at, end, id)
		}
		seen[id]++
	}
	t.Logf("power cuts that leave a history: %v", seen)
	if len(seen) != 2 || seen[oldID] == 0 || seen[otherHistory.ID] == 0 {
		t.Error("it should be one of two, and each was to be seen")
	}
	c.m = m
	c.end((*Store).Abandon)
}

// afterReplacement opens what a power cut has left, as the replica that it is,
// and returns the history's name and where the log ends.
func afterReplacement(t *testing.T, c *crashTrial, cut powerCut, contents map[int64]*model) (id string, end int64) {
	t.Helper()
	o := c.o
	o.FS, o.Follows = cut.fs, true
	s, err := openStore(o)
	if err != nil {
		t.Fatalf("%s: %v", cut.at, err)
	}
	id, end = s.History().ID, s.LogEnd()
	m := contents[end]
	if m == nil {
		t.Fatalf("%s: the log ends at %d", cut.at, end)
	}
	if err := errors.Join(m.compare(s, 0), checkAll(s), s.Abandon()); err != nil {
		t.Fatalf("%s: %v", cut.at, err)
	}
	return id, end
}
