package persistence

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/cairndb/cairn/encoding"
)

// walked is a store with a model beside it: which keys there are, and, for the
// walk under way, which it must and which it may meet.
type walked struct {
	t     *testing.T
	s     *Store
	tx    *Tx
	rand  *rand.Rand
	names []string

	present map[string]bool
	must    map[string]bool // present since the walk began
	may     map[string]bool // present at some moment since then
	sealed  *job            // a checkpoint on its way
}

func newWalked(t *testing.T, seed uint64, names []string) *walked {
	w := &walked{
		t: t, s: openInMemory(t), rand: rand.New(rand.NewPCG(seed, 1)), names: names,
		present: map[string]bool{}, must: map[string]bool{}, may: map[string]bool{},
	}
	t.Cleanup(w.endCheckpoint)
	return w
}

func (w *walked) endCheckpoint() {
	if w.sealed != nil {
		w.sealed.unseal()
		w.sealed = nil
	}
}

// openInMemory opens an empty store, and checks and closes it with the test.
func openInMemory(t *testing.T) *Store {
	s := mustOpen(t, testOptions(vfs.NewMem(), newTestClock()))
	t.Cleanup(func() {
		mustCheck(t, s)
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func (w *walked) check(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *walked) update(name string, fn func(*Tx) error) {
	w.t.Helper()
	if w.tx == nil {
		w.tx = w.s.Tx()
	}
	w.tx.NowMs = 1
	w.check(w.s.Update(w.tx, Keys{Names: [][]byte{[]byte(name)}}, fn))
}

func (w *walked) put(name string) {
	w.update(name, func(tx *Tx) error {
		return tx.Put([]byte(name), stringKind, []byte("v"), 0)
	})
	w.present[name], w.may[name] = true, true
}

func (w *walked) delete(name string) {
	w.update(name, func(tx *Tx) error {
		existed, err := tx.Delete([]byte(name))
		if err == nil && existed != w.present[name] {
			w.t.Fatalf("%q existed: %v, should be %v", name, existed, w.present[name])
		}
		return err
	})
	delete(w.present, name)
	delete(w.must, name)
}

// advance takes a checkpoint one phase further; now and then it fails.
func (w *walked) advance() {
	switch {
	case w.sealed == nil:
		if w.rand.IntN(2) == 0 { // else what was written blindly goes with the seal
			w.check(w.s.resolveAll())
		}
		w.sealed = w.s.seal()
	case w.rand.IntN(4) == 0:
		w.sealed.unseal()
		w.sealed = nil
	default:
		w.check(w.sealed.run())
		w.meddle(3) // ingested, and nothing marked as clean yet
		w.sealed.finish()
		w.sealed = nil
	}
}

// meddle does some random things to the store.
func (w *walked) meddle(n int) {
	for range n {
		name := w.names[w.rand.IntN(len(w.names))]
		switch k := w.rand.IntN(100); {
		case k < 40:
			w.put(name)
		case k < 85:
			w.delete(name)
		case k < 95:
			w.s.EvictAll()
		case w.sealed != nil && w.sealed.out != nil: // called by advance
		default:
			w.advance()
		}
	}
}

// walk scans the database while it changes, and checks what was met.
func (w *walked) walk() {
	w.t.Helper()
	w.must, w.may = map[string]bool{}, map[string]bool{}
	for name := range w.present {
		w.must[name], w.may[name] = true, true
	}
	met, last := map[string]bool{}, Entry{}
	for from, done := encoding.Place(0), false; !done; {
		count := 1 + w.rand.IntN(1+len(w.names)/4)
		list, next, end, err := w.s.Scan(0, from, count)
		w.check(err)
		if !end && len(list) < count {
			w.t.Fatalf("%d entries, wanted %d", len(list), count)
		}
		for _, e := range list {
			if e.Place < from || e.Place >= next || (last.Name != nil && comparePlaces(&last, &e) >= 0) {
				w.t.Fatalf("%q at %x comes after %q at %x, in a step from %x to %x", e.Name, e.Place, last.Name, last.Place, from, next)
			}
			if !w.may[string(e.Name)] {
				w.t.Fatalf("met %q, which does not exist", e.Name)
			}
			met[string(e.Name)], last = true, e
		}
		if !end && next <= from {
			w.t.Fatalf("the cursor goes from %x to %x", from, next)
		}
		from, done = next, end
		w.meddle(w.rand.IntN(6))
	}
	for name := range w.must {
		if !met[name] {
			w.t.Fatalf("%q was there all the time and was not met", name)
		}
	}
}

// count checks the number of keys.
func (w *walked) count() {
	w.t.Helper()
	n, _, err := w.s.Keys(0)
	w.check(err)
	if int(n) != len(w.present) {
		w.t.Fatalf("%d keys, should be %d", n, len(w.present))
	}
}

func manyNames(n int, format string) []string {
	names := make([]string, n)
	for i := range names {
		names[i] = fmt.Sprintf(format, i)
	}
	return names
}

// TestScan walks a changing database: spread over all shards, and in one slot,
// where segments split.
func TestScan(t *testing.T) {
	for _, c := range []struct {
		format string
		names  int
		walks  int
	}{
		{"%d", 40, 60}, {"{slot}%d", 40, 60}, {"%d", 3000, 4}, {"{slot}%d", 3000, 10},
	} {
		t.Run(fmt.Sprintf("%s-%d", c.format, c.names), func(t *testing.T) {
			for seed := range uint64(4) {
				w := newWalked(t, seed, manyNames(c.names, c.format))
				for _, name := range w.names {
					w.put(name)
				}
				for range c.walks {
					w.walk()
					w.meddle(20)
					if w.rand.IntN(8) == 0 {
						w.endCheckpoint()
						w.count()
					}
				}
				w.endCheckpoint()
				w.count()
			}
		})
	}
}

// TestScanRace walks while other goroutines write, evict and checkpoint.
func TestScanRace(t *testing.T) {
	s := openInMemory(t)
	names := manyNames(4000, "{slot}%d")
	write := func(tx *Tx, name string, fn func(tx *Tx) error) {
		tx.NowMs = 1
		if err := s.Update(tx, Keys{Names: [][]byte{[]byte(name)}}, fn); err != nil {
			t.Error(err)
		}
	}
	put := func(tx *Tx, name string) {
		write(tx, name, func(tx *Tx) error {
			return tx.Put([]byte(name), stringKind, []byte("v"), 0)
		})
	}
	for _, name := range names {
		put(s.Tx(), name)
	}
	var stop atomic.Bool
	var others sync.WaitGroup
	others.Go(func() { // changes every other key
		tx := s.Tx()
		for !stop.Load() {
			name := names[rand.IntN(len(names)/2)*2]
			put(tx, name)
			write(tx, name, func(tx *Tx) error { _, err := tx.Delete([]byte(name)); return err })
		}
	})
	others.Go(func() {
		for !stop.Load() {
			s.EvictAll()
			if _, err := s.Checkpoint("test"); err != nil {
				t.Error(err)
			}
		}
	})
	for range 20 {
		met := map[string]bool{}
		for from, done := encoding.Place(0), false; !done; {
			list, next, end, err := s.Scan(0, from, 100)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range list {
				met[string(e.Name)] = true
			}
			from, done = next, end
		}
		for i := 1; i < len(names); i += 2 {
			if !met[names[i]] {
				t.Fatalf("%q was there all the time and was not met", names[i])
			}
		}
	}
	stop.Store(true)
	others.Wait()
}
