package persistence

import "github.com/cairndb/cairn/persistence/slab"

// table checks one table's directory, segments, words and blocks, counts what
// is in RAM, and returns its dirty bytes.
func (c *checker) table(sh *shard, d *dbCheck, t *table, what uint8, hints map[hintName]bool) (dirty int64) {
	w := &tableWalk{checker: c, sh: sh, d: d, t: t, what: what, hints: hints, counts: &d.want[sh.no]}
	if what == isNode {
		w.counts = &d.nodes[sh.no]
	}
	if len(t.displaced) != 0 {
		w.fail("%d blocks are displaced, and no checkpoint runs", len(t.displaced))
	}
	if !w.directory() {
		return 0
	}
	sh.segments(t, 0, func(s segment, _ uint64) bool {
		w.segment(s)
		return true
	})
	return w.dirty
}

// tableWalk is the check of one table.
type tableWalk struct {
	*checker
	sh     *shard
	d      *dbCheck
	t      *table
	what   uint8
	hints  map[hintName]bool
	counts *tableCounts
	dirty  int64
}

func (w *tableWalk) fail(format string, args ...any) {
	args = append([]any{w.d.physical, w.sh.no, map[uint8]string{isRecord: "keys", isNode: "nodes"}[w.what]}, args...)
	w.checker.fail("database %d, shard %d, %s: "+format, args...)
}

// directory checks that each segment covers one aligned run of entries. If it
// does not, nothing else can be said.
func (w *tableWalk) directory() bool {
	t := w.t
	if len(t.dir) == 0 && t.depth == 0 {
		return true
	}
	if len(t.dir) != 1<<t.depth {
		w.fail("a directory of depth %d has %d entries", t.depth, len(t.dir))
		return false
	}
	for i := 0; i < len(t.dir); {
		s := w.sh.segmentAt(t.dir[i])
		if block(s).what() != isSegment || *s.depth() > t.depth {
			w.fail("entry %d does not name a segment, or one of depth %d in a directory of %d", i, *s.depth(), t.depth)
			return false
		}
		span := 1 << (t.depth - *s.depth())
		for j := range span {
			if i%span != 0 || t.dir[i+j] != t.dir[i] {
				w.fail("the segment of entry %d should have %d entries, aligned", i, span)
				return false
			}
		}
		w.hold(t.dir[i], segmentBytes(s.capacity()))
		i += span
	}
	return true
}

// hold notes a block that was found, for the check of the heaps.
func (w *tableWalk) hold(r slab.Ref, bytes int) {
	if _, twice := w.held[w.sh.no][r]; twice {
		w.fail("two places name block %d", r)
	}
	w.held[w.sh.no][r] = bytes
}

func (w *tableWalk) segment(s segment) {
	words := s.words()
	used := 0
	for i, word := range words {
		if word != 0 {
			used++
			w.word(s, i, word)
		}
	}
	if used != int(*s.used()) || used > len(words)*7/8 {
		w.fail("a segment of %d words counts %d, has %d", len(words), *s.used(), used)
	}
}

func (w *tableWalk) word(s segment, i int, word word) {
	b := w.sh.at(word.ref())
	if b.what() != w.what || b.db() != w.d.index {
		w.fail("a word's block is of kind %d in database %d", b.what(), b.db())
		return
	}
	w.hold(word.ref(), b.room())
	at := w.store.spotOf(b)
	if at.shard != w.sh.no || at.tag != word.tag() {
		w.fail("%q belongs to shard %d, tag %x; the word has tag %x", b.key(), at.shard, at.tag, word.tag())
	} else if found, j := w.sh.find(w.t, at, b.key()); found.p != s.p || j != i {
		w.fail("%q cannot be found at its place, or is there twice", b.key())
	}
	w.state(s, word, b)
	w.flags(word, b)
	w.count(word, b)
	switch {
	case b.has(flagLoading):
	case w.what == isNode:
		w.d.objects.node(b.key(), b.live())
	case b.live():
		w.d.objects.owns(w.checker, b.key(), b.kind(), b.value())
	}
	w.hint(word, b, at)
}

func (w *tableWalk) state(s segment, word word, b block) {
	state := word.state()
	switch {
	case state == clean || state == w.sh.current:
	case state == w.sh.sealed() && w.d.dropped: // dropped just before a seal, which left it alone
	default:
		w.fail("%q is in state %d, the epoch is %d", b.key(), state>>stateShift, w.sh.current>>stateShift)
	}
	if state != clean && *s.dirty()&dirtyBit(state) == 0 {
		w.fail("%q is dirty in a segment that has nothing dirty", b.key())
	}
	if state == w.sh.current {
		w.dirty += footprint(b)
	}
}

func (w *tableWalk) flags(word word, b block) {
	dirty := word.state() != clean
	if (word&bitDead != 0) != b.has(flagDead) {
		w.fail("%q: the word says dead is %v, the block %v", b.key(), word&bitDead != 0, b.has(flagDead))
	}
	if b.has(flagTouched) {
		w.fail("%q is touched, and no transaction runs", b.key())
	}
	if b.has(flagLoading) && (dirty || b.has(flagDead)) {
		w.fail("%q is a placeholder and dirty or dead", b.key())
	}
	if dirty && b.has(flagUnknown) && b.has(flagNotStored) {
		w.fail("%q is both unknown and known not to be stored", b.key())
	}
	if b.has(flagDead) && (b.valueLen() != 0 || b.expireAt() != 0) {
		w.fail("%q is dead and has a value or an expire time", b.key())
	}
}

func (w *tableWalk) count(word word, b block) {
	if word&bitMain != 0 {
		w.counts.main++
	}
	if word.state() != clean && b.has(flagUnknown) {
		w.counts.unresolved++
	}
	if !b.live() {
		return
	}
	w.counts.live++
	w.counts.resident++
	if b.expireAt() != 0 {
		w.counts.expires++
	}
	if word.state() == clean {
		w.counts.clean++
	}
}

// hint checks that somebody will think of a dirty key when its time comes. For
// a clean one the tables' hint does.
func (w *tableWalk) hint(word word, b block, at spot) {
	if word.state() != w.sh.current || w.d.dropped || !b.live() || b.expireAt() == 0 {
		return
	}
	if !w.hints[hintName{int32(w.d.index), at.order, at.tag}] {
		w.fail("%q expires at %d, and the heap has no hint of it", b.key(), b.expireAt())
	}
}
