package persistence

import (
	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/persistence/slab"
)

// reshape makes the block of a name ready to be filled: of the wanted shape,
// dirty in the current epoch, remembered for undoing. Where the block may be
// changed where it lies, its value bytes are still the old ones; the caller
// writes all of them or keeps them on purpose. It is the only way by which
// blocks change.
func (tx *Tx) reshape(sh *shard, d *db, what uint8, at spot, name []byte, want shape,
	kind encoding.Kind, expireAtMs int64, flags uint8) (block, error) {
	if what == isRecord {
		tx.recordEdits++
	}
	t := sh.tableOf(d, what)
	s, i := sh.find(t, at, name)
	if i < 0 {
		return tx.create(sh, d, at, name, version{shape: want, what: what, kind: kind, flags: flags, expireAtMs: expireAtMs}), nil
	}
	return tx.reshapeAt(sh, d, t, s, &s.words()[i], name, version{shape: want, what: what, kind: kind, flags: flags, expireAtMs: expireAtMs}), nil
}

// reshapeAt is reshape for a name whose word was found already.
func (tx *Tx) reshapeAt(sh *shard, d *db, t *table, s segment, w *word, name []byte, next version) block {
	old := sh.at(w.ref())
	h := sh.history(*w, old)
	next.flags |= h.flags
	next.storedExpire = h.storedExpire
	if h.storedExpire != 0 {
		next.times = true
	}
	if h.inPlace && old.has(flagTimes) == next.times && old.takes(next.size()) {
		return tx.rewrite(sh, t, s, w, old, next)
	}
	return tx.replace(sh, d, t, s, w, old, name, next)
}

// version is the header of the block being made.
type version struct {
	shape
	what         uint8
	kind         encoding.Kind
	flags        uint8
	expireAtMs   int64
	storedExpire int64
	spare        int // bytes of room for a node to grow
}

func (v version) write(b block, d int) {
	b.writeHeader(v.what, d, v.shape, v.kind, v.flags|flagTouched)
	if v.times {
		b.setTimes(v.expireAtMs, v.storedExpire)
	}
}

// history is what a new version of a block inherits.
type history struct {
	flags        uint8
	storedExpire int64
	inPlace      bool // the old bytes may be overwritten
}

// history tells what the store will hold for a key when the block now being
// made is written: for a clean block what it says itself, for a sealed one
// what the running checkpoint makes of it.
func (sh *shard) history(w word, old block) history {
	switch {
	case old.has(flagLoading) && old.what() == isNode:
		return history{} // who changes a node without a look drops one that is there
	case old.has(flagLoading):
		return history{flags: flagUnknown}
	case w.state() == sh.current:
		return history{
			flags:        *old.flags() & (flagUnknown | flagNotStored | flagHinted | flagTouched),
			storedExpire: old.storedExpire(),
			inPlace:      true,
		}
	case w.state() == clean && w&bitDead != 0:
		return history{flags: flagNotStored, inPlace: true}
	case w&bitDead != 0: // until the running checkpoint ends, the store has what it deletes
		return history{flags: *old.flags() & flagNotStored}
	default:
		return history{storedExpire: old.expireAt(), inPlace: w.state() == clean}
	}
}

// create makes the first block of a name that has none in RAM.
func (tx *Tx) create(sh *shard, d *db, at spot, name []byte, v version) block {
	t := sh.tableOf(d, v.what)
	switch {
	case v.what == isNode && v.flags&flagDead != 0: // dropped without a look
	case v.what == isNode || t.complete():
		v.flags |= flagNotStored
	default:
		v.flags |= flagUnknown
	}
	r := sh.heap.Alloc(v.size())
	b := sh.at(r)
	v.write(b, d.index)
	copy(b.key(), name)
	sh.insert(t, at, word(r)|sh.current|deadBit(v.flags)|sh.admit(t, at))
	*sh.segmentAt(t.dir[t.dirIndex(at.order)]).dirty() |= dirtyBit(sh.current)
	*b.clock() = uint32(len(tx.touches))
	tx.touches = append(tx.touches, touch{table: t, shard: sh, ref: r, saved: -1})
	return b
}

func deadBit(flags uint8) word {
	if flags&flagDead != 0 {
		return bitDead
	}
	return 0
}

func dirtyBit(state word) uint8 { return uint8(state >> stateShift) }

// settle gives a word its block's new state.
func (sh *shard) settle(s segment, w *word, r slab.Ref, flags uint8) {
	*w = w.withRef(r).withState(sh.current)&^bitDead | deadBit(flags)
	*s.dirty() |= dirtyBit(sh.current)
}

// rewrite changes a block where it lies, after saving what it was.
func (tx *Tx) rewrite(sh *shard, t *table, s segment, w *word, old block, v version) block {
	n := *old.clock()
	if !old.has(flagTouched) {
		n = uint32(len(tx.touches))
		tx.touches = append(tx.touches, touch{table: t, shard: sh, old: *w, ref: w.ref(), saved: len(tx.saved)})
		tx.saved = append(tx.saved, old.all()...)
	}
	if v.what == isNode && v.size() <= slab.MaxSmall {
		v.kind = encoding.Kind(old.class())
	}
	v.write(old, old.db())
	*old.clock() = n
	sh.settle(s, w, w.ref(), v.flags)
	return old
}

// replace puts a new block in the place of one that has to stay as it is for
// now: of another size, or sealed. What becomes of the old one is settled when
// the transaction ends.
func (tx *Tx) replace(sh *shard, d *db, t *table, s segment, w *word, old block, name []byte, v version) block {
	room := v.size() + v.spare
	if v.spare > 0 {
		v.kind = encoding.Kind(slab.Class(room))
	}
	r := sh.heap.Alloc(room)
	b := sh.at(r)
	v.write(b, d.index)
	copy(b.key(), name)
	n := uint32(len(tx.touches))
	if old.has(flagTouched) {
		n = *old.clock()
		tx.supersede(n, w.ref())
		tx.touches[n].ref = r
	} else {
		tx.touches = append(tx.touches, touch{table: t, shard: sh, old: *w, ref: r, saved: -1})
	}
	*b.clock() = n
	sh.settle(s, w, r, v.flags)
	return b
}

// supersede sets a touched block aside that a second change replaces. It stays
// readable until the transaction ends.
func (tx *Tx) supersede(n uint32, r slab.Ref) {
	t := &tx.touches[n]
	if t.old == 0 || t.old.ref() != r {
		tx.spent = append(tx.spent, spentBlock{t.shard, r})
	}
}

type spentBlock struct {
	shard *shard
	ref   slab.Ref
}
