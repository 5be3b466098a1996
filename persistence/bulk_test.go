package persistence

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs/errorfs"

	"github.com/cairndb/cairn/encoding"
)

// give gives a bulk some random keys, some of them more than once unless that is
// forbidden, and returns what it has given.
func (h *trial) give(b *Bulk, keys int, once bool) *model {
	m := newModel()
	writers := []*BulkWriter{b.Writer(), b.Writer()}
	for i := range keys {
		w := writers[h.rng.IntN(2)]
		db, name := h.rng.IntN(testDatabases), h.gen.names[h.rng.IntN(len(h.gen.names))]
		if _, has := m.dbs[db][name]; has && once {
			continue
		}
		expireAt := h.rng.Int64N(2) * (h.clock.ms.Load() + 1000 + h.rng.Int64N(1000))
		var e entry
		if h.rng.IntN(3) == 0 {
			e = h.giveList(w, db, name, int64(i), expireAt)
		} else {
			e = entry{strings.Repeat(strconv.Itoa(h.rng.IntN(1000)), h.rng.IntN(20)), expireAt}
			r := encoding.Record{Kind: stringKind, ExpireAtMs: expireAt, Payload: []byte(e.value)}
			if err := w.Put(db, []byte(name), int64(i), r); err != nil {
				h.fatalf("%v", err)
			}
		}
		m.dbs[db][name] = e
	}
	return m
}

func (h *trial) giveList(w *BulkWriter, db int, name string, order, expireAt int64) entry {
	var elements []string
	for i := range 1 + h.rng.IntN(400) {
		elements = append(elements, fmt.Sprint("element ", i))
	}
	c := w.Collection(db, []byte(name))
	for _, v := range elements {
		if err := c.Add(nil, []byte(v)); err != nil {
			h.fatalf("%v", err)
		}
	}
	if h.rng.IntN(5) == 0 {
		if err := c.Discard(); err != nil {
			h.fatalf("%v", err)
		}
		return h.giveList(w, db, name, order, expireAt)
	}
	if err := c.Put(order, listKind, nil, expireAt); err != nil {
		h.fatalf("%v", err)
	}
	return listEntry(elements, expireAt)
}

// smallBatches makes sorters write files, and tables be many.
func (h *trial) smallBatches() {
	batchBytesOf, builtBytesOf = func(*Store) int { return 8 << 10 }, func(*Store) int { return 16 << 10 }
	h.t.Cleanup(func() { batchBytesOf, builtBytesOf = (*Store).batchBytes, (*Store).builtBytes })
}

// TestBulk: what a bulk brings is there beside what was there before, in place of keys of the same names, counted and
// with all hints; and until it is committed nothing of it is.
func TestBulk(t *testing.T) {
	h := newTrial(t, spread(300))
	h.smallBatches()
	for round := range 8 {
		if round > 0 {
			for range shorter(1000) {
				h.step()
			}
		}
		b, err := h.s.NewBulk()
		if err != nil {
			t.Fatal(err)
		}
		given := h.give(b, 1000, false)
		h.compare()
		switch round {
		case 2:
			if err := b.Abort(); err != nil {
				t.Fatal(err)
			}
		case 3: // a crash on the way
			h.end((*Store).Abandon)
			h.open()
		default:
			if err := b.Commit(); err != nil {
				t.Fatal(err)
			}
			if b.Twice() == 0 {
				t.Error("no key has come twice")
			}
			h.take(given)
		}
		h.noBulkFiles()
		h.compare()
		h.check()
		if round%2 == 1 {
			h.end((*Store).Abandon)
			h.open()
		}
		for range shorter(500) {
			h.step()
		}
		h.expire()
		h.finish()
	}
}

// take puts what a bulk has brought into the model.
func (h *trial) take(given *model) {
	for n, d := range given.dbs {
		for name, e := range d {
			h.m.dbs[n][name] = e
		}
	}
	h.changed, h.mapped = map[string]int64{}, 0
}

func (h *trial) noBulkFiles() {
	h.t.Helper()
	names, err := h.o.FS.List(h.o.FS.PathJoin(testDir, tablesDir))
	if err != nil || slices.ContainsFunc(names, func(name string) bool { return strings.HasPrefix(name, unfinished) }) {
		h.fatalf("files are left behind: %v %v", names, err)
	}
}

// TestBulkFails: wherever the disk is full, nothing of a bulk is there, and the store goes on.
func TestBulkFails(t *testing.T) {
	h := newTrial(t, spread(100))
	h.smallBatches()
	w := h.insert()
	for range 300 {
		h.step()
	}
	failures := 0
	for at := int64(1); ; at += 1 + at/8 {
		b, err := h.s.NewBulk()
		if err != nil {
			t.Fatal(err)
		}
		given := h.give(b, 300, false)
		h.checkpoint()
		var n atomic.Int64
		w.set(func(op errorfs.Op) error {
			if ofCheckpoint(op) && op.Kind != errorfs.OpLink { // what cannot be linked is copied
				if n.Add(1) == at {
					return errDiskFull
				}
			}
			return nil
		})
		err = b.Commit()
		w.set(nil)
		if err == nil {
			h.take(given)
			h.finish()
			break
		}
		failures++
		if err := b.Abort(); err != nil {
			t.Fatal(err)
		}
		h.noBulkFiles()
		h.compare()
		h.check()
		for range 20 {
			h.step()
		}
		h.checkpoint()
		h.compare()
		h.check()
	}
	if failures < 10 {
		t.Errorf("only %d failures", failures)
	}
}
