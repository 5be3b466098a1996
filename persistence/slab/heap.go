package slab

import "unsafe"

// page is the header at the start of each page of small blocks. next and prev
// chain the pages of a class that have room.
type page struct {
	next, prev uint32
	class      uint8
	listed     bool
	owner      uint16
	live       uint16
	free       uint16 // first freed block, in units of 8 bytes from the page's start
	bump       uint16 // blocks never used start here, same unit
	_          [headerBytes - 18]byte
}

// freeMark fills a freed block's first word: the next free block of the page
// in its low 16 bits, 0xFF in its last byte, which no live block has.
const freeMark = uint64(0xFFFFFFFFFFFF0000)

// Poison makes a heap fill freed blocks with garbage, so that tests find who
// still reads them.
var Poison = false

// Heap hands out the blocks of one shard; its methods need that shard's lock.
type Heap struct {
	arena   *Arena
	owner   uint16
	partial []uint32 // first page with room, a class each
	bytes   int64    // pages and large blocks held
	aside   uint32   // page that is being emptied: it takes no new block
	empty   uint32   // page that was kept although it became empty
}

// NewHeap is an empty heap; owner is kept in its pages, for looking around.
func NewHeap(a *Arena, owner int) *Heap {
	return &Heap{arena: a, owner: uint16(owner), partial: make([]uint32, len(classBytes))}
}

// Bytes is what this heap holds of the arena.
func (h *Heap) Bytes() int64 { return h.bytes }

// Alloc returns a block of at least n > 0 bytes with arbitrary content.
func (h *Heap) Alloc(n int) Ref {
	if n > MaxSmall {
		h.bytes += roundToOSPage(n)
		return h.arena.takeLarge(n)
	}
	c := classOf(n)
	no := h.partial[c]
	if no == 0 {
		no = h.newPage(c)
	}
	p := h.arena.pageAt(no)
	off := p.free
	if off != 0 {
		p.free = uint16(*h.word(no, off))
	} else {
		off = p.bump
		p.bump += uint16(classBytes[c] / unit)
	}
	p.live++
	if p.free == 0 && int(p.bump)*unit+classBytes[c] > PageBytes {
		h.unlist(no, p)
	}
	return Ref(uint64(no)*(PageBytes/unit) + uint64(off))
}

// HasRoom tells whether Alloc(n) would find room in pages already held.
func (h *Heap) HasRoom(n int) bool { return n <= MaxSmall && h.partial[classOf(n)] != 0 }

// Free takes back a block that was allocated with the same n.
func (h *Heap) Free(r Ref, n int) {
	if Poison {
		poison(h.arena.Bytes(r, n))
	}
	if n > MaxSmall {
		h.bytes -= roundToOSPage(n)
		h.arena.giveLarge(r, n)
		return
	}
	no := uint32(r / (PageBytes / unit))
	off := uint16(r % (PageBytes / unit))
	p := h.arena.pageAt(no)
	*h.word(no, off) = freeMark | uint64(p.free)
	p.free = off
	p.live--
	switch {
	case p.live == 0 && (h.partial[p.class] != no || p.next != 0):
		h.dropPage(no, p)
	case p.live == 0:
		h.keepEmpty(no)
	case !p.listed && no != h.aside:
		h.list(no, p)
	}
}

// keepEmpty: what frees a block often wants another of the same size, so the
// last page of a class stays. But one for each class would be too many: a value
// that grows leaves them all behind. The last one is enough.
func (h *Heap) keepEmpty(no uint32) {
	if last := h.empty; last != 0 && last != no {
		if p := h.arena.pageAt(last); p.live == 0 {
			h.dropPage(last, p)
		}
	}
	h.empty = no
}

func (h *Heap) word(no uint32, off uint16) *uint64 {
	return (*uint64)(h.arena.Pointer(Ref(uint64(no)*(PageBytes/unit) + uint64(off))))
}

func (h *Heap) newPage(c int) uint32 {
	no := h.arena.takePage()
	h.bytes += PageBytes
	*h.arena.pageAt(no) = page{class: uint8(c), owner: h.owner, bump: headerBytes / unit}
	h.list(no, h.arena.pageAt(no))
	return no
}

func (h *Heap) dropPage(no uint32, p *page) {
	if p.listed {
		h.unlist(no, p)
	}
	if no == h.aside {
		h.aside = 0
	}
	if no == h.empty {
		h.empty = 0
	}
	h.bytes -= PageBytes
	h.arena.givePage(no)
}

func (h *Heap) list(no uint32, p *page) {
	head := h.partial[p.class]
	p.next, p.prev, p.listed = head, 0, true
	if head != 0 {
		h.arena.pageAt(head).prev = no
	}
	h.partial[p.class] = no
}

func (h *Heap) unlist(no uint32, p *page) {
	if p.prev != 0 {
		h.arena.pageAt(p.prev).next = p.next
	} else {
		h.partial[p.class] = p.next
	}
	if p.next != 0 {
		h.arena.pageAt(p.next).prev = p.prev
	}
	p.next, p.prev, p.listed = 0, 0, false
}

// Sparse returns the live blocks of the emptiest page that is at most half
// full and not the only one of its class with room, or none. Whoever moves
// them all away (Alloc, copy, Free) gives the page back to the arena. The page
// takes no new block until Relist or the next Sparse.
func (h *Heap) Sparse(buf []Ref) []Ref {
	h.Relist()
	best, bestPart := uint32(0), 0.5
	for c := range h.partial {
		perPage := float64(MaxSmall / classBytes[c])
		steps := 0
		for no := h.partial[c]; no != 0 && steps < 64; steps++ {
			p := h.arena.pageAt(no)
			if part := float64(p.live) / perPage; part <= bestPart && (h.partial[c] != no || p.next != 0) {
				best, bestPart = no, part
			}
			no = p.next
		}
	}
	if best == 0 {
		return buf[:0]
	}
	p := h.arena.pageAt(best)
	h.unlist(best, p)
	h.aside = best
	buf = h.liveBlocks(best, p, buf[:0])
	if len(buf) == 0 {
		h.dropPage(best, p)
	}
	return buf
}

// Relist makes a page that Sparse set aside usable again, if not all of its
// blocks were moved away.
func (h *Heap) Relist() {
	if no := h.aside; no != 0 {
		h.aside = 0
		h.list(no, h.arena.pageAt(no))
	}
}

func (h *Heap) liveBlocks(no uint32, p *page, buf []Ref) []Ref {
	step := uint16(classBytes[p.class] / unit)
	for off := uint16(headerBytes / unit); off < p.bump; off += step {
		if *h.word(no, off)>>56 != 0xFF {
			buf = append(buf, Ref(uint64(no)*(PageBytes/unit)+uint64(off)))
		}
	}
	return buf
}

func poison(b []byte) {
	for i := range b {
		b[i] = 0xDB
	}
}

var _ [headerBytes]byte = [unsafe.Sizeof(page{})]byte{}
