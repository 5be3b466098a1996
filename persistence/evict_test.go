package persistence

import (
	"fmt"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/cairndb/cairn/encoding"
)

// tier is a store with little memory and lists of elements of 1000 bytes, each of which lies in one shard.
type tier struct {
	t  *testing.T
	s  *Store
	tx *Tx
}

func newTier(t *testing.T, memory int64) *tier {
	o := testOptions(vfs.NewMem(), newTestClock())
	o.MemoryBytes = memory
	s := mustOpen(t, o)
	t.Cleanup(func() { _ = s.Close() })
	return &tier{t, s, s.Tx()}
}

func (r *tier) list(name string, n int) {
	r.t.Helper()
	const step = 100
	for from := 0; from < n; from += step {
		r.do(name, r.s.Update, func(c *Collection) error {
			if !c.Exists() {
				if err := c.Create(encoding.MakeKind(encoding.TypeList, 0), nil, 0); err != nil {
					return err
				}
			}
			for range step {
				if err := c.Insert(c.Len(), nil, make([]byte, 1000)); err != nil {
					return err
				}
			}
			return nil
		})
	}
	r.checkpoint()
}

func (r *tier) checkpoint() {
	r.t.Helper()
	if _, err := r.s.Checkpoint("test"); err != nil {
		r.t.Fatal(err)
	}
}

// read reads all elements and returns how many nodes that has loaded.
func (r *tier) read(name string, n int) int64 {
	r.t.Helper()
	before := r.s.HotTier().Loads
	for i := range n {
		r.do(name, r.s.View, func(c *Collection) error {
			_, err := c.At(int64(i))
			return err
		})
	}
	return r.s.HotTier().Loads - before
}

func (r *tier) change(name string, n int) {
	r.t.Helper()
	for i := range n {
		r.do(name, r.s.Update, func(c *Collection) error { return c.Set(int64(i), nil, fmt.Appendf(nil, "%01000d", i)) })
	}
}

func (r *tier) do(name string, door func(*Tx, Keys, func(*Tx) error) error, fn func(c *Collection) error) {
	r.t.Helper()
	err := door(r.tx, Keys{Names: [][]byte{[]byte(name)}}, func(tx *Tx) error {
		c, err := tx.Collection([]byte(name))
		if err != nil {
			return err
		}
		return fn(c)
	})
	if err != nil {
		r.t.Fatal(err)
	}
}

// What nobody asks for any more gives way to what is asked for, in whatever shards they lie.
func TestIdleGivesWay(t *testing.T) {
	r := newTier(t, 16<<20) // of which the hot tier has 9.6 MiB
	r.list("idle", 8000)
	r.list("busy", 4000)
	r.s.EvictAll()
	for range 3 {
		r.read("idle", 8000)
	}
	for range 6 {
		r.read("busy", 4000)
	}
	if n := r.read("busy", 4000); n > 100 {
		t.Errorf("4000 elements have been read again and again, and still %d nodes of them are not in RAM", n)
	}
	r.withinShare()
}

// withinShare fails if the hot tier is larger than its share, but for what the last transaction needed.
func (r *tier) withinShare() {
	r.t.Helper()
	if h := r.s.HotTier(); h.UsedBytes > h.LimitBytes+1<<20 {
		r.t.Errorf("the hot tier has %d bytes, and should have %d", h.UsedBytes, h.LimitBytes)
	}
}

// Where much is dirty, and the rest was used often, a load finds its room without a walk through all there is.
func TestDirtyAndUsed(t *testing.T) {
	r := newTier(t, 16<<20)
	r.list("used", 5000)
	r.list("dirty", 3000)
	r.list("other", 20_000)
	for range 4 {
		r.read("used", 5000)
	}
	r.change("dirty", 3000) // no checkpoint comes
	r.read("other", 20_000)
	steps := r.s.evictor.steps
	loads := r.read("other", 20_000)
	if loads < 5000 {
		t.Fatalf("only %d nodes were not in RAM", loads)
	}
	if steps := r.s.evictor.steps - steps; steps > 4*loads {
		t.Errorf("%d loads have walked over %d segments", loads, steps)
	}
	r.withinShare()
}
