package slab

import (
	"fmt"
	"slices"
)

// Held lists the blocks that the owner of a heap holds, with their sizes in
// bytes as they were asked for.
type Held map[Ref]int

// Check compares the heaps of an arena, by owner number, with what their owners
// hold: every page's books and free list, the lists of pages with room, and
// that no block is held by nobody. Nothing may be allocated or freed meanwhile.
func (a *Arena) Check(heaps []*Heap, held []Held) error {
	c := &arenaCheck{arena: a, heaps: heaps, pages: map[uint32]*pageCheck{}, free: map[uint32]bool{}}
	if err := c.readPages(); err != nil {
		return err
	}
	sums := make([]int64, len(heaps))
	for i := range heaps {
		n, err := c.placeBlocks(i, held[i])
		if err != nil {
			return err
		}
		sums[i] = n
	}
	for no, p := range c.pages {
		sums[p.owner] += PageBytes
		if err := p.check(no); err != nil {
			return err
		}
	}
	return c.checkSums(sums)
}

type arenaCheck struct {
	arena *Arena
	heaps []*Heap
	pages map[uint32]*pageCheck
	free  map[uint32]bool
}

// pageCheck is what was found about one page.
type pageCheck struct {
	*page
	freed  map[uint16]bool
	held   int  // blocks that the owner says it has here
	listed bool // found on its class's list
}

func (p *pageCheck) step() uint16 { return uint16(classBytes[p.class] / unit) }

func (p *pageCheck) hasRoom() bool {
	return p.page.free != 0 || int(p.bump)*unit+classBytes[p.class] <= PageBytes
}

func (p *pageCheck) check(no uint32) error {
	made := int(p.bump-headerBytes/unit) / int(p.step())
	switch {
	case p.held != int(p.live):
		return fmt.Errorf("slab: page %d of shard %d counts %d live blocks, %d are held", no, p.owner, p.live, p.held)
	case made != int(p.live)+len(p.freed):
		return fmt.Errorf("slab: page %d has %d blocks, %d live and %d free", no, made, p.live, len(p.freed))
	case p.page.listed != p.listed:
		return fmt.Errorf("slab: page %d: listed is %v, on the list is %v", no, p.page.listed, p.listed)
	case p.hasRoom() != p.listed:
		return fmt.Errorf("slab: page %d: room is %v, listed is %v", no, p.hasRoom(), p.listed)
	}
	return nil
}

func (c *arenaCheck) readPages() error {
	a := c.arena
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, no := range slices.Concat(a.freePages, a.dropped) {
		if c.free[no] || no == 0 || no >= a.nextPage {
			return fmt.Errorf("slab: page %d is free twice or was never handed out", no)
		}
		c.free[no] = true
	}
	for no := uint32(1); no < a.nextPage; no++ {
		if c.free[no] {
			continue
		}
		if err := c.readPage(no, a.pageAt(no)); err != nil {
			return err
		}
	}
	for _, h := range c.heaps {
		if err := c.readLists(h); err != nil {
			return err
		}
	}
	return nil
}

func (c *arenaCheck) readPage(no uint32, p *page) error {
	if int(p.owner) >= len(c.heaps) || int(p.class) >= len(classBytes) {
		return fmt.Errorf("slab: page %d: owner %d, class %d", no, p.owner, p.class)
	}
	pc := &pageCheck{page: p, freed: map[uint16]bool{}}
	c.pages[no] = pc
	for off := p.free; off != 0; {
		if pc.freed[off] || off >= p.bump || (off-headerBytes/unit)%pc.step() != 0 {
			return fmt.Errorf("slab: page %d: its free list goes through %d", no, off)
		}
		pc.freed[off] = true
		w := *c.heaps[p.owner].word(no, off)
		if w>>56 != 0xFF {
			return fmt.Errorf("slab: page %d: free block %d was written to", no, off)
		}
		off = uint16(w)
	}
	return nil
}

func (c *arenaCheck) readLists(h *Heap) error {
	for class := range h.partial {
		prev := uint32(0)
		for no := h.partial[class]; no != 0; {
			p := c.pages[no]
			if p == nil || p.listed || p.owner != h.owner || int(p.class) != class || p.prev != prev {
				return fmt.Errorf("slab: shard %d: page %d on the list of class %d is not in order", h.owner, no, class)
			}
			p.listed = true
			prev, no = no, p.next
		}
	}
	return nil
}

// placeBlocks finds each held block in its page, and returns the bytes of the
// large ones.
func (c *arenaCheck) placeBlocks(owner int, held Held) (large int64, err error) {
	for r, n := range held {
		if n > MaxSmall {
			large += roundToOSPage(n)
			continue
		}
		no, off := uint32(r/(PageBytes/unit)), uint16(r%(PageBytes/unit))
		p := c.pages[no]
		switch {
		case p == nil || int(p.owner) != owner:
			return 0, fmt.Errorf("slab: shard %d holds block %d in page %d, which is not its", owner, r, no)
		case int(p.class) != classOf(n):
			return 0, fmt.Errorf("slab: block %d of %d bytes lies in a page of blocks of %d", r, n, classBytes[p.class])
		case off < headerBytes/unit || off >= p.bump || (off-headerBytes/unit)%p.step() != 0 || p.freed[off]:
			return 0, fmt.Errorf("slab: shard %d holds block %d, which is free or was never made", owner, r)
		}
		p.held++
	}
	return large, nil
}

func (c *arenaCheck) checkSums(sums []int64) error {
	var total int64
	for i, h := range c.heaps {
		if h.bytes != sums[i] {
			return fmt.Errorf("slab: shard %d counts %d bytes, %d were found", i, h.bytes, sums[i])
		}
		total += sums[i]
	}
	if used := c.arena.Used(); used != total {
		return fmt.Errorf("slab: the arena counts %d bytes, the heaps %d", used, total)
	}
	return nil
}
