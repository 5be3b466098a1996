package persistence

import (
	"unsafe"

	"github.com/cairndb/cairn/persistence/slab"
)

// table finds the blocks of one shard of one database by name: extendible
// hashing over segments of packed words. A segment covers one range of places,
// so walking the directory visits keys nearly in the store's order, and
// growing is the split of one segment, never a stop for all.
//
// A word holds a block's Ref, its state and 22 bits of its hash, which answer
// nearly every comparison without a look at the block. Within a segment words
// lie by linear probing from a home that those bits give, so that words move
// (a removal, a bigger segment) without a look at the blocks.
type table struct {
	dir   []slab.Ref // segments, by the upper depth bits of a place
	depth uint8

	live       int64 // keys that exist, in RAM or not (a blind write counts as new until it is resolved)
	resident   int64 // of these, how many are in RAM
	expires    int64 // of these, how many have an expire time
	unresolved int64 // blind writes

	main int64 // words in the main part, see evict.go

	// displaced are the sealed blocks that left the index while a checkpoint
	// writes them; they are freed after it.
	displaced []slab.Ref
}

// word is one entry: ref:36 state:2 freq:2 main:1 dead:1 tag:22. Zero is empty.
type word uint64

const (
	tagBits    = 22
	tagShift   = 64 - tagBits
	refMask    = 1<<slab.RefBits - 1
	stateShift = slab.RefBits
	stateMask  = 3 << stateShift
	freqShift  = stateShift + 2
	freqMask   = 3 << freqShift
	bitMain    = 1 << (freqShift + 2)
	bitDead    = 1 << (freqShift + 3)
)

// A word's state: clean, or dirty in one of the two epochs that can be open.
const (
	clean  = word(0)
	dirty0 = word(1) << stateShift
	dirty1 = word(2) << stateShift
)

func (w word) ref() slab.Ref { return slab.Ref(w & refMask) }
func (w word) tag() uint32   { return uint32(w >> tagShift) }
func (w word) state() word   { return w & stateMask }

func (w word) withRef(r slab.Ref) word { return w&^refMask | word(r) }
func (w word) withState(s word) word   { return w&^stateMask | s }

// spot is where a name lies: the shard, the order within it and the tag.
type spot struct {
	order uint64 // slot within the shard and hash48, from the highest bit down
	tag   uint32
	shard uint8
}

const (
	segmentHeader = 16
	maxWords      = (8176 - segmentHeader) / 8 // two segments fill a page
	minWords      = 14
)

// segment is a block: capacity:u16 used:u16 depth:u8 dirty:u8 0:u8 what:u8,
// 8 bytes unused, then capacity words.
type segment struct{ p unsafe.Pointer }

func (s segment) capacity() int { return int(*(*uint16)(s.p)) }
func (s segment) used() *uint16 { return (*uint16)(unsafe.Add(s.p, 2)) }
func (s segment) depth() *uint8 { return (*uint8)(unsafe.Add(s.p, 4)) }

// dirty tells in a bit an epoch whether a word in that state may be here.
func (s segment) dirty() *uint8 { return (*uint8)(unsafe.Add(s.p, 5)) }
func (s segment) words() []word {
	return unsafe.Slice((*word)(unsafe.Add(s.p, segmentHeader)), s.capacity())
}

func home(tag uint32, capacity int) int { return int(uint64(tag) * uint64(capacity) >> tagBits) }

func (sh *shard) segmentAt(r slab.Ref) segment { return segment{sh.store.arena.Pointer(r)} }

func segmentBytes(words int) int { return segmentHeader + words*8 }

func (sh *shard) newSegment(words int, depth uint8) slab.Ref {
	r := sh.heap.Alloc(segmentBytes(words))
	s := sh.segmentAt(r)
	clear(unsafe.Slice((*byte)(s.p), segmentBytes(words)))
	*(*uint16)(s.p) = uint16(words)
	*s.depth() = depth
	*(*uint8)(unsafe.Add(s.p, 7)) = isSegment
	return r
}

func (t *table) dirIndex(order uint64) int {
	if t.depth == 0 {
		return 0
	}
	return int(order >> (64 - t.depth))
}

// find returns the segment and position of a name, or position -1.
func (sh *shard) find(t *table, at spot, name []byte) (segment, int) {
	if len(t.dir) == 0 {
		return segment{}, -1
	}
	s := sh.segmentAt(t.dir[t.dirIndex(at.order)])
	words := s.words()
	for i := home(at.tag, len(words)); ; {
		w := words[i]
		if w == 0 {
			return s, -1
		}
		if w.tag() == at.tag && string(sh.at(w.ref()).key()) == string(name) {
			return s, i
		}
		if i++; i == len(words) {
			i = 0
		}
	}
}

// insert adds a word for a name that is not in the table and returns its
// place. Words found before may have moved.
func (sh *shard) insert(t *table, at spot, w word) *word {
	sh.moves++
	if len(t.dir) == 0 {
		t.dir = []slab.Ref{sh.newSegment(minWords, 0)}
	}
	for {
		s := sh.segmentAt(t.dir[t.dirIndex(at.order)])
		if n := s.capacity(); int(*s.used())+1 <= n*7/8 {
			return s.put(w | word(at.tag)<<tagShift)
		}
		sh.enlarge(t, at.order)
	}
}

func (s segment) put(w word) *word {
	words := s.words()
	i := home(w.tag(), len(words))
	for words[i] != 0 {
		if i++; i == len(words) {
			i = 0
		}
	}
	words[i] = w
	*s.used()++
	return &words[i]
}

// removeAt takes a word out of a table.
func (sh *shard) removeAt(t *table, s segment, i int) {
	sh.moves++
	if s.words()[i]&bitMain != 0 {
		t.main--
	}
	s.removeAt(i)
}

// removeAt takes a word out and moves the ones after it back, so that no
// probe meets a hole.
func (s segment) removeAt(i int) {
	words := s.words()
	n := len(words)
	*s.used()--
	hole := i
	for j := (i + 1) % n; words[j] != 0; j = (j + 1) % n {
		h := home(words[j].tag(), n)
		if (j-h+n)%n >= (j-hole+n)%n {
			words[hole] = words[j]
			hole = j
		}
	}
	words[hole] = 0
}

// enlarge makes room in the segment of a place: a bigger one while it is
// small, two halves afterwards.
func (sh *shard) enlarge(t *table, order uint64) {
	i := t.dirIndex(order)
	old := t.dir[i]
	s := sh.segmentAt(old)
	if s.capacity() < maxWords {
		bigger := sh.newSegment(min(maxWords, s.capacity()*2+2), *s.depth())
		sh.moveWords(s, func(word) segment { return sh.segmentAt(bigger) })
		t.point(order, *s.depth(), bigger)
	} else {
		sh.split(t, order, s)
	}
	sh.heap.Free(old, segmentBytes(s.capacity()))
}

func (sh *shard) moveWords(from segment, to func(word) segment) {
	for _, w := range from.words() {
		if w != 0 {
			s := to(w)
			s.put(w)
			*s.dirty() |= *from.dirty()
		}
	}
}

// split replaces a segment by two that each cover half of its places.
func (sh *shard) split(t *table, order uint64, s segment) {
	depth := *s.depth() + 1
	if depth > t.depth {
		t.doubleDir()
	}
	bit := uint64(1) << (64 - depth)
	halves := [2]slab.Ref{sh.newSegment(maxWords, depth), sh.newSegment(maxWords, depth)}
	sh.moveWords(s, func(w word) segment {
		b := sh.at(w.ref())
		if sh.store.spotOf(b).order&bit == 0 {
			return sh.segmentAt(halves[0])
		}
		return sh.segmentAt(halves[1])
	})
	t.point(order&^bit, depth, halves[0])
	t.point(order|bit, depth, halves[1])
}

func (t *table) doubleDir() {
	dir := make([]slab.Ref, 2*len(t.dir))
	for i, r := range t.dir {
		dir[2*i], dir[2*i+1] = r, r
	}
	t.dir = dir
	t.depth++
}

// point lets all directory entries that share the upper depth bits of a place
// name a segment.
func (t *table) point(order uint64, depth uint8, r slab.Ref) {
	first := t.dirIndex(order) >> (t.depth - depth) << (t.depth - depth)
	for i := range 1 << (t.depth - depth) {
		t.dir[first+i] = r
	}
}

// segments calls fn for each segment in the order of places, from the one
// that covers a place on, until it returns false. bound is the first place
// after the segment's, or 0 for the end.
func (sh *shard) segments(t *table, from uint64, fn func(s segment, bound uint64) bool) {
	for i := t.dirIndex(from); i < len(t.dir); {
		s := sh.segmentAt(t.dir[i])
		span := 1 << (t.depth - *s.depth())
		i = i/span*span + span
		bound := uint64(0)
		if i < len(t.dir) {
			bound = uint64(i) << (64 - t.depth)
		}
		if !fn(s, bound) {
			return
		}
	}
}

// each calls fn for every word of a table. fn may change the word's state but
// must not insert or remove.
func (sh *shard) each(t *table, fn func(s segment, w *word)) {
	sh.segments(t, 0, func(s segment, _ uint64) bool {
		words := s.words()
		for i := range words {
			if words[i] != 0 {
				fn(s, &words[i])
			}
		}
		return true
	})
}

// complete tells whether all keys of the table are in RAM, so that a name not
// found here does not exist.
func (t *table) complete() bool { return t.resident == t.live && t.unresolved == 0 }
