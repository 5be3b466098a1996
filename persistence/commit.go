package persistence

import "github.com/cairndb/cairn/persistence/slab"

// commit makes a transaction's changes final: its effects go to the log, the
// counters follow, and what it replaced is freed. Needs all its locks.
func (tx *Tx) commit() {
	if len(tx.touches) == 0 && tx.effects.count == 0 && tx.mapping == nil && tx.functions == nil && !tx.repeats() {
		return
	}
	offset := tx.appendEffects()
	tx.countChanges()
	for i := range tx.touches {
		t := &tx.touches[i]
		if t.shard.at(t.ref).what() == isRecord {
			tx.account(t)
		}
		t.shard.commitTouch(tx, t)
		t.shard.lastOffset = max(t.shard.lastOffset, offset)
	}
	tx.commitPatches(offset)
	tx.bury()
	tx.freeSpent()
	tx.commitMapping(offset)
	tx.commitFunctions(offset)
}

// appendEffects returns the log's offset after this transaction.
func (tx *Tx) appendEffects() int64 {
	e, log := &tx.effects, tx.store.log
	if tx.repeats() {
		tx.WaitOffset = log.AppendRaw(tx.payload, tx.databaseAfter)
		return tx.WaitOffset
	}
	if e.count == 0 {
		return 0
	}
	switch {
	case e.loose && e.mixed:
		tx.WaitOffset = log.AppendRaw(e.parted(), e.selected)
	case e.loose:
		tx.WaitOffset = log.Append(e.first, e.parted())
	case e.count == 1:
		tx.WaitOffset = log.Append(e.first, e.buf)
	case e.selected == e.first && !e.mixed:
		tx.WaitOffset = log.Append(e.first, e.wrapped())
	default:
		tx.WaitOffset = log.AppendRaw(e.wrapped(), e.selected)
	}
	return tx.WaitOffset
}

func (tx *Tx) freeSpent() {
	for _, s := range tx.spent {
		s.shard.free(s.ref)
	}
}

func footprint(b block) int64 { return int64(b.room()) }

func (sh *shard) free(r slab.Ref) { sh.heap.Free(r, sh.at(r).size()) }

// before is the block that a touch replaced, as it was; its p is nil if there
// was none.
func (tx *Tx) before(t *touch) block {
	switch {
	case t.saved >= 0:
		return image(tx.saved[t.saved:])
	case t.old != 0:
		return t.shard.at(t.old.ref())
	default:
		return block{}
	}
}

func (sh *shard) commitTouch(tx *Tx, t *touch) {
	before, after := tx.before(t), sh.at(t.ref)
	sh.version++
	*after.flags() &^= flagTouched
	*after.clock() = useStamp(tx.useClock()-t.idle, t.usesAfter(before))
	sh.count(t, before, after)
	sh.hint(before, after)
	if t.old != 0 && t.old.ref() != t.ref {
		sh.retire(t.table, t.old)
	}
	if after.has(flagDead) && after.has(flagNotStored) {
		sh.forget(t.table, after)
	}
}

// count brings the table's counters from what was to what is.
func (sh *shard) count(t *touch, before, after block) {
	tab := t.table
	if before.p != nil {
		if before.live() {
			tab.live--
			tab.resident--
			if before.expireAt() != 0 {
				tab.expires--
			}
		}
		if t.old.state() == sh.current {
			sh.dirtyBytes -= footprint(before)
		}
	}
	if after.live() {
		tab.live++
		tab.resident++
		if after.expireAt() != 0 {
			tab.expires++
		}
	}
	sh.dirtyBytes += footprint(after)
	if after.has(flagUnknown) && !(before.p != nil && before.has(flagUnknown) && t.old.state() == sh.current) {
		tab.unresolved++
	}
}

// retire frees a replaced block, unless the running checkpoint still has to
// write it.
func (sh *shard) retire(t *table, old word) {
	if sh.sealing && old.state() == sh.sealed() {
		t.displaced = append(t.displaced, old.ref())
		return
	}
	sh.free(old.ref())
}

// forget removes a deletion that nobody needs: the store has no such key.
func (sh *shard) forget(t *table, b block) {
	s, i := sh.find(t, sh.store.spotOf(b), b.key())
	r := s.words()[i].ref()
	sh.removeAt(t, s, i)
	sh.dirtyBytes -= footprint(b)
	sh.free(r)
}

// rollback undoes all changes, newest first. Needs all locks.
func (tx *Tx) rollback() {
	for i := len(tx.touches) - 1; i >= 0; i-- {
		t := &tx.touches[i]
		t.shard.rollbackTouch(tx, t)
	}
	tx.rollbackPatches()
	tx.freeSpent()
	tx.rollbackMapping()
	tx.functions = nil
}

func (sh *shard) rollbackTouch(tx *Tx, t *touch) {
	b := sh.at(t.ref)
	s, i := sh.find(t.table, sh.store.spotOf(b), b.key())
	if t.old == 0 {
		sh.removeAt(t.table, s, i)
		sh.free(t.ref)
		return
	}
	s.words()[i] = t.old
	if t.old.ref() != t.ref {
		sh.free(t.ref)
	}
	if t.saved >= 0 {
		size := image(tx.saved[t.saved:]).size()
		copy(sh.store.arena.Bytes(t.old.ref(), size), tx.saved[t.saved:t.saved+size])
	}
}
