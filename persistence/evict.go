package persistence

import "github.com/cairndb/cairn/persistence/slab"

// Eviction follows S3-FIFO's division (Yang et al., SOSP 2023): what comes in
// is on probation, what is used again while there moves to the main part, and
// a scan flows through the probation part without touching the main one. In
// place of queues a hand each walks the index in its own order, so that
// membership costs one bit of the word and use two.
//
// Only clean words are evicted. A dirty one waits for its checkpoint.

// hand is where the walk stands.
type hand struct {
	db     int
	nodes  bool
	order  uint64
	index  int // of a word within the segment
	ghosts []uint16
	// rest is how many more times to leave the shard alone, after fruitless
	// walks; rounds counts the fruitful ones.
	rest, fruitless, rounds int
	scratch                 []slab.Ref
}

const (
	ghostSlots     = 1 << 13 // a shard remembers about as many evicted names
	probationShare = 10      // percent of the words
	evictBatch     = 64      // segments that one walk looks at
	evictBytes     = 1 << 20 // what one walk frees, at most: a transaction can add as much
)

// admit tells whether a name was evicted not long ago: then it was worth
// keeping and starts in the main part.
func (sh *shard) admit(t *table, at spot) word {
	h := &sh.hand
	if h.ghosts == nil {
		return 0
	}
	g := &h.ghosts[at.tag%ghostSlots]
	if *g != ghostOf(at) {
		return 0
	}
	*g = 0
	t.main++
	return bitMain
}

func ghostOf(at spot) uint16 { return uint16(at.order>>40) | 1 }

// evict makes room in the transaction's shards before its function runs.
func (tx *Tx) evict() {
	s := tx.store
	if s.arena.Used() <= s.hotBytes.Load() {
		return
	}
	if tx.all {
		for i := range s.shards {
			s.shards[i].makeRoom()
		}
		return
	}
	for _, no := range tx.shards {
		s.shards[no].makeRoom()
	}
}

// makeRoom evicts a few clean blocks when the hot tier is over its share.
// Needs the lock. The share is a target: a transaction's own needs may pass
// it, and the next ones bring it back.
func (sh *shard) makeRoom() {
	over := sh.store.arena.Used() - sh.store.hotBytes.Load()
	if over <= 0 {
		return
	}
	h := &sh.hand
	if h.rest > 0 {
		h.rest--
		return
	}
	if sh.evictSome(min(over, evictBytes)) == 0 {
		h.fruitless = min(h.fruitless*2+1, maxRest)
		h.rest = h.fruitless
		return
	}
	h.fruitless = 0
	h.rounds++
	if h.rounds%evacuateEvery == 0 {
		sh.evacuate()
	}
}

const (
	// maxRest bounds how often a shard in which nothing could be evicted is
	// left alone before it is looked at again; a checkpoint ends the rest.
	maxRest = 4096
	// evacuateEvery is how many rounds of eviction pay for looking for a
	// nearly empty page.
	evacuateEvery = 16
)

// refresh: a checkpoint has made blocks clean.
func (h *hand) refresh() { h.rest, h.fruitless = 0, 0 }

// PageBytes is the unit in which memory is won back.
const PageBytes = slab.PageBytes

// evictSome frees at least want bytes if clean blocks can be found within a
// bounded walk, and returns how many it freed.
func (sh *shard) evictSome(want int64) (freed int64) {
	h := &sh.hand
	if h.ghosts == nil {
		h.ghosts = make([]uint16, ghostSlots)
	}
	for range evictBatch {
		if freed >= want {
			break
		}
		freed += sh.sweepSegment(want - freed)
	}
	return freed
}

// sweepSegment advances the hand over one segment.
func (sh *shard) sweepSegment(want int64) (freed int64) {
	h := &sh.hand
	t := sh.handTable()
	if t == nil || len(t.dir) == 0 {
		sh.advance(0)
		return 0
	}
	sh.segments(t, h.order, func(s segment, bound uint64) bool {
		freed = sh.sweepWords(t, s, want)
		if h.index == 0 {
			sh.advance(bound)
		}
		return false
	})
	return freed
}

func (sh *shard) sweepWords(t *table, s segment, want int64) (freed int64) {
	h := &sh.hand
	words := s.words()
	if h.index >= len(words) {
		h.index = 0
	}
	for freed < want {
		freed += sh.judge(t, s, h.index)
		h.index++
		if h.index >= len(words) {
			h.index = 0
			return freed
		}
	}
	return freed
}

// judge decides about one word: evict it, move it to the main part, or let it
// lose some of its credit.
func (sh *shard) judge(t *table, s segment, i int) int64 {
	w := &s.words()[i]
	if *w == 0 || w.state() != clean || sh.at(w.ref()).has(flagLoading|flagPinned) {
		return 0
	}
	if *w&bitMain != 0 {
		if !t.probationIsSmall() {
			return 0
		}
	}
	if *w&freqMask != 0 {
		if *w&bitMain == 0 && *w&bitDead == 0 {
			*w = *w&^freqMask | bitMain
			t.main++
		} else {
			*w -= 1 << freqShift
		}
		return 0
	}
	return sh.evictWord(t, s, i)
}

// probationIsSmall: then the main part gives way too.
func (t *table) probationIsSmall() bool {
	return (t.resident-t.main)*100 <= t.resident*probationShare
}

func (sh *shard) evictWord(t *table, s segment, i int) int64 {
	w := s.words()[i]
	b := sh.at(w.ref())
	if w&bitDead == 0 {
		t.resident--
		if b.what() == isNode {
			t.live--
		}
		at := sh.store.spotOf(b)
		sh.hand.ghosts[at.tag%ghostSlots] = ghostOf(at)
	}
	n := footprint(b)
	sh.removeAt(t, s, i)
	sh.free(w.ref())
	sh.store.evictCount.Add(1)
	return n
}

// handTable is the table that the hand is in.
func (sh *shard) handTable() *table {
	dbs := sh.store.physical()
	if sh.hand.db >= len(dbs) || dbs[sh.hand.db] == nil {
		return nil
	}
	if sh.hand.nodes {
		return &dbs[sh.hand.db].nodes[sh.no]
	}
	return &dbs[sh.hand.db].keys[sh.no]
}

// advance moves the hand to the next segment, or, when bound says that this
// was the last, to the next table.
func (sh *shard) advance(bound uint64) {
	h := &sh.hand
	h.order, h.index = bound, 0
	if bound != 0 {
		return
	}
	if h.nodes {
		h.db++
		if h.db >= len(sh.store.physical()) {
			h.db = 0
		}
	}
	h.nodes = !h.nodes
}

// evacuate moves the blocks of a nearly empty page elsewhere, so that the page
// can serve another size.
func (sh *shard) evacuate() {
	h := &sh.hand
	h.scratch = sh.heap.Sparse(h.scratch)
	for _, r := range h.scratch {
		sh.move(r)
	}
	sh.heap.Relist()
}

// move copies a block elsewhere. Blocks that somebody outside the index may
// be reading stay: sealed ones, and the index's own segments.
func (sh *shard) move(r slab.Ref) bool {
	b := sh.at(r)
	if b.what() == isSegment || b.has(flagTouched) {
		return false
	}
	d := sh.store.physical()[b.db()]
	if d == nil {
		return false
	}
	s, i := sh.find(sh.tableOf(d, b.what()), sh.store.spotOf(b), b.key())
	if i < 0 || s.words()[i].ref() != r {
		return false
	}
	w := &s.words()[i]
	if sh.sealing && w.state() == sh.sealed() {
		return false
	}
	n := b.size()
	to := sh.heap.Alloc(n)
	copy(sh.store.arena.Bytes(to, n), sh.store.arena.Bytes(r, n))
	if b.what() == isNode { // it has no room to spare any more
		sh.at(to).setClass(0)
		if w.state() == sh.current {
			sh.dirtyBytes += footprint(sh.at(to)) - footprint(b)
		}
	}
	*w = w.withRef(to)
	sh.heap.Free(r, n)
	return true
}
