package slab

import (
	"fmt"
	"math/bits"
	"slices"
	"sync"
	"sync/atomic"
	"unsafe"
)

// Ref names a block: its distance from the arena's start in units of 8 bytes.
// Zero is no block.
type Ref uint64

// RefBits is how many bits a Ref needs.
const RefBits = 36

const (
	// PageBytes is the unit in which a heap takes memory for small blocks.
	PageBytes = 16 << 10

	unit        = 8
	largeStart  = reserve / 2
	growBytes   = 64 << 20 // pages become usable in steps of this
	minLargeLog = 15
	maxLargeLog = 33
	osPage      = 4 << 10
)

// Arena is the memory that all heaps share. Safe for concurrent use.
type Arena struct {
	base unsafe.Pointer
	mem  []byte

	used atomic.Int64 // bytes in pages handed out and in large blocks

	mu        sync.Mutex
	freePages []uint32 // page numbers ready for reuse
	dropped   []uint32 // the same, but without memory behind them
	nextPage  uint32   // first page never handed out
	usable    int64    // bytes from the start that may be touched
	large     [maxLargeLog + 1][]Ref
	nextLarge int64
}

// NewArena reserves addresses; memory is taken only as blocks are made.
func NewArena() (*Arena, error) {
	mem, err := reserveMemory()
	if err != nil {
		return nil, err
	}
	return &Arena{
		base:      unsafe.Pointer(unsafe.SliceData(mem)),
		mem:       mem,
		nextPage:  1, // page 0 stays unused so that Ref 0 is no block
		nextLarge: largeStart,
	}, nil
}

// Close gives everything back. No block may be used after it.
func (a *Arena) Close() error { return unreserveMemory(a.mem) }

// Used is how many bytes the heaps hold: pages handed out, full or not, and
// large blocks.
func (a *Arena) Used() int64 { return a.used.Load() }

// Bytes is the first n bytes of a block.
func (a *Arena) Bytes(r Ref, n int) []byte {
	return unsafe.Slice((*byte)(a.Pointer(r)), n)
}

// Pointer is the address of a block.
func (a *Arena) Pointer(r Ref) unsafe.Pointer {
	return unsafe.Add(a.base, uintptr(r)*unit)
}

func (a *Arena) pageAt(n uint32) *page {
	return (*page)(unsafe.Add(a.base, uintptr(n)*PageBytes))
}

// takePage hands out a page with arbitrary content.
func (a *Arena) takePage() uint32 {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.used.Add(PageBytes)
	for _, list := range []*[]uint32{&a.freePages, &a.dropped} {
		if n := len(*list); n > 0 {
			p := (*list)[n-1]
			*list = (*list)[:n-1]
			return p
		}
	}
	p := a.nextPage
	a.nextPage++
	if end := int64(a.nextPage) * PageBytes; end > a.usable {
		a.grow(end)
	}
	return p
}

func (a *Arena) grow(end int64) {
	upto := (end + growBytes - 1) / growBytes * growBytes
	if upto > largeStart {
		panic("slab: the address range for small blocks is used up")
	}
	a.protect(a.usable, upto-a.usable)
	a.usable = upto
}

func (a *Arena) protect(off, n int64) {
	if err := commitMemory(a.mem[off : off+n]); err != nil {
		panic(fmt.Sprintf("slab: the system refuses %d bytes of memory: %v", n, err))
	}
}

func (a *Arena) givePage(p uint32) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.used.Add(-PageBytes)
	a.freePages = append(a.freePages, p)
}

// Release returns the memory of unused pages to the system, all but keepBytes
// of it: pages that are needed again soon are cheaper to keep. It lets others
// in between.
func (a *Arena) Release(keepBytes int64) {
	for a.FreeBytes() > keepBytes {
		a.releaseSome()
	}
}

const releaseBatch = 256 // pages

func (a *Arena) releaseSome() {
	a.mu.Lock()
	defer a.mu.Unlock()
	n := min(releaseBatch, len(a.freePages))
	batch := a.freePages[:n]
	slices.Sort(batch)
	for len(batch) > 0 { // neighbours go in one call
		run := 1
		for run < len(batch) && batch[run] == batch[0]+uint32(run) {
			run++
		}
		off := int64(batch[0]) * PageBytes
		dropMemory(a.mem[off : off+int64(run)*PageBytes])
		a.dropped = append(a.dropped, batch[:run]...)
		batch = batch[run:]
	}
	a.freePages = a.freePages[:copy(a.freePages, a.freePages[n:])]
}

// FreeBytes is how many bytes of memory lie in pages that no heap uses: what
// Release could give back at the most.
func (a *Arena) FreeBytes() int64 {
	a.mu.Lock()
	defer a.mu.Unlock()
	return int64(len(a.freePages)) * PageBytes
}

func largeLog(n int) int { return max(minLargeLog, bits.Len64(uint64(n-1))) }

func roundToOSPage(n int) int64 { return (int64(n) + osPage - 1) / osPage * osPage }

func (a *Arena) takeLarge(n int) Ref {
	k := largeLog(n)
	a.mu.Lock()
	defer a.mu.Unlock()
	var r Ref
	if free := a.large[k]; len(free) > 0 {
		r = free[len(free)-1]
		a.large[k] = free[:len(free)-1]
	} else {
		if a.nextLarge+1<<k > reserve {
			panic("slab: the address range for large blocks is used up")
		}
		r = Ref(a.nextLarge / unit)
		a.nextLarge += 1 << k
		a.protect(int64(r)*unit, 1<<k)
	}
	a.used.Add(roundToOSPage(n))
	return r
}

func (a *Arena) giveLarge(r Ref, n int) {
	off := int64(r) * unit
	dropMemory(a.mem[off : off+roundToOSPage(n)])
	a.mu.Lock()
	defer a.mu.Unlock()
	a.large[largeLog(n)] = append(a.large[largeLog(n)], r)
	a.used.Add(-roundToOSPage(n))
}
