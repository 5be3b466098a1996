package types

import (
	"encoding/binary"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/persistence"
	"github.com/cairndb/cairn/persistence/wal"
)

// BenchmarkCollection measures single changes of a collection behind the
// store's door, the log included, its writing to disk excluded.
func BenchmarkCollection(b *testing.B) {
	list := encoding.MakeKind(encoding.TypeList, 0)
	table := encoding.MakeKind(encoding.TypeSet, 1)
	value := make([]byte, 100)
	key := make([]byte, 16)
	for _, bb := range []struct {
		name string
		kind encoding.Kind
		op   func(c *persistence.Collection, i int) error
	}{
		{"PushFront", list, func(c *persistence.Collection, _ int) error { return c.Insert(0, nil, value) }},
		{"PushBack", list, func(c *persistence.Collection, _ int) error { return c.Insert(c.Len(), nil, value) }},
		{"PushPop", list, func(c *persistence.Collection, i int) error {
			if i&(1<<17) == 0 || c.Len() == 0 {
				return c.Insert(c.Len(), nil, value)
			}
			return c.Remove(0, 1)
		}},
		{"PutRandom", table, func(c *persistence.Collection, i int) error {
			binary.BigEndian.PutUint64(key, uint64(i)*0x9E3779B97F4A7C15%(1<<20)<<44)
			_, err := c.Put(key, nil)
			return err
		}},
	} {
		b.Run(bb.name, func(b *testing.B) {
			s := benchStore(b)
			tx, name := s.Tx(), []byte("key")
			keys := persistence.Keys{Names: [][]byte{name}}
			i := 0
			one := func(tx *persistence.Tx) error {
				c, err := tx.Collection(name)
				if err != nil {
					return err
				}
				if !c.Exists() {
					if err := c.Create(bb.kind, nil, 0); err != nil {
						return err
					}
				}
				tx.Log(name, value)
				return bb.op(c, i)
			}
			b.ReportAllocs()
			b.ResetTimer()
			for i = range b.N {
				if err := s.Update(tx, keys, one); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func benchStore(b *testing.B) *persistence.Store {
	b.Helper()
	s, err := persistence.Open(persistence.Options{
		FS: vfs.NewMem(), Dir: "data", Databases: 1, MemoryBytes: 1 << 30, Policy: wal.No,
		SegmentBytes: 64 << 20, Now: time.Now, Logf: b.Logf,
	})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Abandon() })
	if _, err := s.Recover(nil); err != nil {
		b.Fatal(err)
	}
	return s
}
