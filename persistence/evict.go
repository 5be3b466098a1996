package persistence

import (
	"sync"

	"github.com/cairndb/cairn/persistence/slab"
)

// Eviction follows S3-FIFO's division (Yang et al., SOSP 2023): what comes in
// is on probation, what is used again while there moves to the main part, and
// a scan flows through the probation part without touching the main one. In
// place of queues a hand walks the index in its own order, one shard after the
// other, so that membership costs one bit of the word and use two.
//
// Only clean words are evicted. A dirty one waits for its checkpoint. Where most
// of what is on probation is dirty, nearly nothing is found there, and the index
// would be walked for each block that is loaded; so then the main part gives way
// too (evictor.pressed).

// evictor walks through the shards. One goroutine does so at a time, which needs
// no shard but those that nobody has: others are passed by.
type evictor struct {
	mu      sync.Mutex
	shard   int   // where the walk stands
	freed   int64 // since it was at the first shard
	pressed bool  // a walk through all shards has freed too little
	// rest is how many more times not to walk, after fruitless walks through all
	// shards, fruitless how many that was lately.
	rest, fruitless int
	steps           int64 // taken since the start
}

// hand is where the walk stands within a shard.
type hand struct {
	db      int
	nodes   bool
	order   uint64
	index   int // of a word within the segment
	laps    int // ends of the shard that it has come to
	ghosts  []uint16
	rounds  int // fruitful ones
	scratch []slab.Ref
}

const (
	ghostSlots     = 1 << 13 // a shard remembers about as many evicted names
	probationShare = 10      // percent of the words
	evictSteps     = 64      // segments that one walk looks at
	evictBytes     = 4 << 20 // what it frees, at most
	// evictLeast is what all shards together have to free; with less the walk is
	// pressed.
	evictLeast = 64 << 10
	// maxRest bounds how often a store in which nothing could be evicted is left
	// alone before it is looked at again; a checkpoint ends the rest.
	maxRest = 4096
	// evacuateEvery is how many rounds of eviction pay for looking for a
	// nearly empty page.
	evacuateEvery = 16
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

// makeRoom evicts a few clean blocks when the hot tier is over its share. The
// share is a target: a transaction's own needs may pass it, and the next ones
// bring it back. held tells of which shards the caller has the locks.
func (s *Store) makeRoom(held func(no uint8) bool) {
	over := s.arena.Used() - s.hotBytes.Load()
	if over <= 0 || !s.evictor.mu.TryLock() { // somebody else makes room
		return
	}
	defer s.evictor.mu.Unlock()
	if s.evictor.rest > 0 {
		s.evictor.rest--
		return
	}
	s.evictSome(min(over, evictBytes), held)
}

// evictSome frees at least want bytes if clean blocks can be found within a
// bounded walk.
func (s *Store) evictSome(want int64, held func(no uint8) bool) {
	e := &s.evictor
	for steps, shards := 0, 0; steps < evictSteps && shards <= shardCount && want > 0 && e.rest == 0; {
		sh := &s.shards[e.shard]
		mine := held(sh.no)
		if !mine && !sh.mu.TryLock() {
			shards++
			e.next()
			continue
		}
		freed, looked, lapped := sh.sweep(want, evictSteps-steps)
		if !mine {
			sh.mu.Unlock()
		}
		want -= freed
		steps += looked
		e.steps += int64(looked)
		e.freed += freed
		if lapped {
			shards++
			e.next()
		}
	}
}

// sweep looks at so many segments at most, until it has freed at least want
// bytes or the shard ends. Needs the shard's lock.
func (sh *shard) sweep(want int64, steps int) (freed int64, looked int, lapped bool) {
	h := &sh.hand
	lap := h.laps
	for looked < steps && freed < want && h.laps == lap {
		n, swept := sh.sweepSegment(want - freed)
		freed += n
		if swept {
			looked++
		}
	}
	if freed > 0 {
		h.rounds++
		if h.rounds%evacuateEvery == 0 {
			sh.evacuate()
		}
	}
	return freed, looked, h.laps != lap
}

// next goes on to the next shard, and behind the last one sees what all of them
// have freed.
func (e *evictor) next() {
	if e.shard = (e.shard + 1) % shardCount; e.shard > 0 {
		return
	}
	thin := e.freed < evictLeast
	if thin && e.pressed {
		e.fruitless = min(e.fruitless*2+1, maxRest)
		e.rest = e.fruitless
	} else {
		e.fruitless = 0
	}
	e.pressed = e.pressed || thin
	e.freed = 0
}

// refresh: a checkpoint has made blocks clean.
func (e *evictor) refresh() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.rest, e.fruitless, e.pressed = 0, 0, false
}

// PageBytes is the unit in which memory is won back.
const PageBytes = slab.PageBytes

// sweepSegment advances the hand over one segment, or over a table that has
// none: then swept is false.
func (sh *shard) sweepSegment(want int64) (freed int64, swept bool) {
	h := &sh.hand
	t := sh.handTable()
	if t == nil || len(t.dir) == 0 {
		sh.advance(0)
		return 0, false
	}
	sh.segments(t, h.order, func(s segment, bound uint64) bool {
		freed = sh.sweepWords(t, s, want)
		if h.index == 0 {
			sh.advance(bound)
		}
		return false
	})
	return freed, true
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
	if *w == 0 || w.state() != clean {
		return 0
	}
	if *w&bitMain != 0 && !sh.store.evictor.pressed && !t.probationIsSmall() {
		return 0
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
	if sh.at(w.ref()).has(flagLoading | flagPinned) {
		return 0
	}
	return sh.evictWord(t, s, i)
}

// probationIsSmall: then the main part gives way too.
func (t *table) probationIsSmall() bool {
	return (t.resident-t.main)*100 <= t.resident*probationShare
}

func (sh *shard) evictWord(t *table, s segment, i int) int64 {
	if sh.hand.ghosts == nil {
		sh.hand.ghosts = make([]uint16, ghostSlots)
	}
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
// was the last, to the next table; behind the last table it begins anew.
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
			h.laps++
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
