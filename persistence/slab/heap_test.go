package slab

import (
	"encoding/binary"
	"math/rand/v2"
	"testing"
)

type model struct {
	size int
	sum  uint64
}

func newTestArena(t testing.TB) *Arena {
	a, err := NewArena()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close() })
	return a
}

func fill(b []byte, seed uint64) {
	for i := range b {
		b[i] = byte(seed>>(i%5*8)) &^ 0x80
	}
	binary.LittleEndian.PutUint64(b, seed&^(0xFF<<56))
}

// Blocks keep their content whatever is allocated and freed around them.
func TestHeapKeepsBlocks(t *testing.T) {
	a := newTestArena(t)
	h := NewHeap(a, 0)
	rng := rand.New(rand.NewPCG(1, 2))
	live := map[Ref]model{}
	check := func(r Ref, m model) {
		want := make([]byte, m.size)
		fill(want, m.sum)
		if string(a.Bytes(r, m.size)) != string(want) {
			t.Fatalf("block %d of %d bytes changed", r, m.size)
		}
	}
	for i := range 200_000 {
		if i%20_000 == 0 {
			checkHeap(t, a, h, live, func(m model) int { return m.size })
		}
		if rng.IntN(100) < 52 {
			n := 16 + rng.IntN(300)
			switch rng.IntN(200) {
			case 0:
				n = 16 + rng.IntN(MaxSmall)
			case 1:
				n = MaxSmall + rng.IntN(100_000)
			}
			r := h.Alloc(n)
			if _, twice := live[r]; twice {
				t.Fatalf("block %d handed out twice", r)
			}
			m := model{n, rng.Uint64()}
			fill(a.Bytes(r, n), m.sum)
			live[r] = m
			continue
		}
		for r, m := range live {
			check(r, m)
			h.Free(r, m.size)
			delete(live, r)
			break
		}
	}
	for r, m := range live {
		check(r, m)
		h.Free(r, m.size)
	}
	if empty := int64(len(classBytes)) * PageBytes; h.Bytes() > empty {
		t.Fatalf("an empty heap holds %d bytes", h.Bytes())
	}
	if h.Bytes() != a.Used() {
		t.Fatalf("heap counts %d bytes, arena %d", h.Bytes(), a.Used())
	}
}

func checkHeap[V any](t *testing.T, a *Arena, h *Heap, live map[Ref]V, size func(V) int) {
	t.Helper()
	held := Held{}
	for r, v := range live {
		held[r] = size(v)
	}
	if err := a.Check([]*Heap{h}, []Held{held}); err != nil {
		t.Fatal(err)
	}
}

// A page emptied by moving its blocks goes back to the arena, and takes no new
// block on the way: each round wins a page.
func TestSparsePageIsEvacuated(t *testing.T) {
	a := newTestArena(t)
	h := NewHeap(a, 0)
	const size = 136
	live := map[Ref]uint64{}
	for i := range uint64(10_000) {
		r := h.Alloc(size)
		fill(a.Bytes(r, size), i)
		live[r] = i
	}
	for r, i := range live {
		if i%8 != 0 {
			h.Free(r, size)
			delete(live, r)
		}
	}
	before := h.Bytes()
	var buf []Ref
	for range int(before / PageBytes) {
		buf = h.Sparse(buf)
		if len(buf) == 0 {
			break
		}
		held := h.Bytes()
		for _, r := range buf {
			i, ok := live[r]
			if !ok {
				t.Fatalf("Sparse names %d, which is not live", r)
			}
			n := h.Alloc(size)
			copy(a.Bytes(n, size), a.Bytes(r, size))
			h.Free(r, size)
			delete(live, r)
			live[n] = i
		}
		if h.Bytes() > held {
			t.Fatalf("%d bytes held after emptying a page, %d before", h.Bytes(), held)
		}
	}
	checkHeap(t, a, h, live, func(uint64) int { return size })
	if h.Bytes()*3 > before {
		t.Fatalf("%d bytes held after moving, %d before", h.Bytes(), before)
	}
	want := make([]byte, size)
	for r, i := range live {
		fill(want, i)
		if string(a.Bytes(r, size)) != string(want) {
			t.Fatalf("block %d changed while moving", i)
		}
	}
}

func TestClasses(t *testing.T) {
	if len(classBytes) > 255 {
		t.Fatalf("%d classes do not fit a byte", len(classBytes))
	}
	for n := 1; n <= MaxSmall; n++ {
		c := classOf(n)
		if classBytes[c] < n || (c > 0 && classBytes[c-1] >= n) {
			t.Fatalf("%d bytes: class of %d", n, classBytes[c])
		}
	}
	if last := classBytes[len(classBytes)-1]; last != MaxSmall {
		t.Fatalf("the biggest class is %d", last)
	}
}

func BenchmarkAllocFree(b *testing.B) {
	a := newTestArena(b)
	h := NewHeap(a, 0)
	refs := make([]Ref, 1024)
	for i := range refs {
		refs[i] = h.Alloc(136)
	}
	b.ResetTimer()
	for i := range b.N {
		h.Free(refs[i%1024], 136)
		refs[i%1024] = h.Alloc(136)
	}
}
