package encoding

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// BenchmarkSeek looks for keys as those of a set, a sorted set's members, and
// its scores lie in the nodes of a tree.
func BenchmarkSeek(b *testing.B) {
	for _, bb := range []struct {
		name  string
		key   func(i uint64) []byte
		value int
	}{
		{"hashed", func(i uint64) []byte {
			return fmt.Appendf(binary.BigEndian.AppendUint64(nil, i*0x9E3779B97F4A7C15), "element:%012d", i)
		}, 0},
		{"zset", func(i uint64) []byte {
			return fmt.Appendf(binary.BigEndian.AppendUint64([]byte{'m'}, i*0x9E3779B97F4A7C15), "element:%012d", i)
		}, 8},
		{"varied", func(i uint64) []byte {
			return fmt.Appendf(binary.BigEndian.AppendUint64(nil, i*0x9E3779B97F4A7C15), "element:%d", i>>(i%20))
		}, 0},
	} {
		keys := make([][]byte, 2000)
		for i := range keys {
			keys[i] = bb.key(rand.Uint64N(1e6))
		}
		slices.SortFunc(keys, slices.Compare)
		keys = slices.CompactFunc(keys, slices.Equal)
		var leaf Leaf
		var children []Child
		leaf = EmptyLeaf()
		for i, k := range keys {
			if len(leaf) < 1500 {
				leaf = AppendEntry(leaf, k, make([]byte, bb.value))
				leaf.SetCount(i + 1)
			}
			if i%30 == 1 {
				children = append(children, Child{uint64(i), 30, Separator(keys[i-1], k)})
			}
		}
		inner := Inner(AppendInner(nil, 1, children))
		n := leaf.Count()
		b.Run(bb.name+"/leaf", func(b *testing.B) {
			for i := range b.N {
				if _, _, found := leaf.Seek(keys[i*7%n]); !found {
					b.Fatal("not found")
				}
			}
		})
		b.Run(bb.name+"/inner", func(b *testing.B) {
			for i := range b.N {
				if c := inner.Seek(keys[i*7%len(keys)]); c < 0 {
					b.Fatal("no child")
				}
			}
		})
	}
}
