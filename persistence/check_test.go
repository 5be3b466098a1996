package persistence

import (
	"strings"
	"testing"

	"github.com/cockroachdb/pebble/v2"

	"github.com/cairndb/cairn/encoding"
)

// TestCheckFinds damages a healthy store in every way that Check looks for, and
// expects it to say so.
func TestCheckFinds(t *testing.T) {
	for _, v := range []struct {
		name, says string
		damage     func(v *victim)
	}{
		{"live", "counters are", func(v *victim) { v.clean.table.live++ }},
		{"resident", "counters are", func(v *victim) { v.clean.table.resident-- }},
		{"expires", "counters are", func(v *victim) { v.clean.table.expires++ }},
		{"unresolved", "counters are", func(v *victim) { v.clean.table.unresolved++ }},
		{"main", "counters are", func(v *victim) { v.clean.table.main++ }},
		{"cold keys", "counters are", func(v *victim) { v.cold.table.live-- }},
		{"dirty bytes", "dirty bytes", func(v *victim) { v.dirty.sh.dirtyBytes += 8 }},
		{"sealed", "is sealed", func(v *victim) { v.clean.sh.sealing = true }},
		{"state", "is in state", func(v *victim) { v.dirty.setState(v.dirty.sh.sealed()) }},
		{"dirty bit", "nothing dirty", func(v *victim) { *v.dirty.seg.dirty() = 0 }},
		{"clean, not stored", "clean keys are not in the tables", func(v *victim) { v.dirty.setState(clean) }},
		{"dead bit", "the word says dead", func(v *victim) { *v.clean.word() |= bitDead }},
		{"tag", "belongs to shard", func(v *victim) { *v.clean.word() ^= 1 << tagShift }},
		{"used", "a segment of", func(v *victim) { *v.clean.seg.used()++ }},
		{"lost word", "are held", func(v *victim) { v.clean.sh.removeAt(v.clean.table, v.clean.seg, v.clean.i) }},
		{"duplicate word", "two places name block", func(v *victim) { v.clean.seg.put(*v.clean.word()) }},
		{"directory", "a directory of depth", func(v *victim) { v.clean.table.depth++ }},
		{"leaked block", "are held", func(v *victim) { v.clean.sh.heap.Alloc(50) }},
		{"freed block", "of kind 255", func(v *victim) { v.clean.sh.free(v.clean.word().ref()) }},
		{"displaced", "are displaced", func(v *victim) {
			v.clean.table.displaced = append(v.clean.table.displaced, v.clean.word().ref())
		}},
		{"value", "not what the tables have", func(v *victim) { v.clean.block().value()[0]++ }},
		{"owner", "in database", func(v *victim) { *v.clean.block().u16(10) = 1 }},
		{"touched", "is touched", func(v *victim) { *v.clean.block().flags() |= flagTouched }},
		{"not stored", "says that it is not", func(v *victim) { *v.changed.block().flags() |= flagNotStored }},
		{"stored expire time", "the tables have a hint", func(v *victim) { v.changed.block().setTimes(5_000_000, 4_000_000) }},
		{"no hint in the heap", "the heap has no hint", func(v *victim) { v.changed.sh.hints = nil }},
		{"heap order", "out of order", func(v *victim) {
			v.dirty.sh.hints = expiryHeap{{atMs: 2}, {atMs: 1}}
		}},
		{"no stored hint", "has no hint", func(v *victim) {
			at := v.s.spotOfKey([]byte("changed")).place()
			v.delete(encoding.AppendExpiryKey(nil, 3_000_000, v.physical(), at, []byte("changed")))
		}},
		{"stored key", "which means nothing", func(v *victim) { v.set([]byte("what"), nil) }},
		{"misplaced hint", "has place", func(v *victim) {
			v.set(encoding.AppendExpiryKey(nil, 3000, 0, 12345, []byte("changed")), nil)
		}},
		{"misplaced record", "lies at place", func(v *victim) {
			v.set(encoding.AppendRecordKey(nil, v.physical(), 12345, []byte("cold")), []byte{0x10, 0})
		}},
		{"record", "not a record", func(v *victim) { v.set(v.coldKey(), []byte{0x10}) }},
		{"record of a dead database", "nothing will delete it", func(v *victim) {
			at := v.s.spotOfKey([]byte("cold")).place()
			v.set(encoding.AppendRecordKey(nil, 77, at, []byte("cold")), []byte{0x10, 0})
		}},
		{"Meta's counts", "Meta counts", func(v *victim) { v.delete(v.coldKey()) }},
		{"Meta's seed", "hash seed", func(v *victim) { v.s.nextPhysical = 0 }},
		{"swapped databases", "no physical one of its own", func(v *victim) { v.s.logicals[1] = v.s.logicals[0] }},
		{"lost database", "dropped is", func(v *victim) { v.s.logicals[2] = v.s.newDB() }},
	} {
		t.Run(v.name, func(t *testing.T) {
			h := newTrial(t, nil)
			victim := makeVictim(h)
			if err := checkAll(h.s); err != nil {
				t.Fatalf("before the damage: %v", err)
			}
			v.damage(victim)
			if err := h.s.Check(); err == nil || !strings.Contains(err.Error(), v.says) {
				t.Errorf("Check says: %v; should speak of %q", err, v.says)
			}
		})
	}
}

// victim is a store with one key of each sort.
type victim struct {
	s                           *Store
	clean, changed, dirty, cold *where
}

func makeVictim(h *trial) *victim {
	h.put(0, "clean", "value", 0)
	h.put(0, "changed", "value", 3_000_000)
	h.put(0, "cold", "value", 0)
	h.checkpoint()
	h.s.EvictAll()
	h.do(action{what: actGet, name: []byte("clean")})
	h.do(action{what: actResize, name: []byte("changed"), number: 2})
	h.do(action{what: actExpire, name: []byte("changed"), number: 5_000_000})
	h.put(0, "dirty", "value", 0)
	v := &victim{s: h.s}
	v.clean, v.changed, v.dirty = find(h.s, "clean"), find(h.s, "changed"), find(h.s, "dirty")
	at := h.s.spotOfKey([]byte("cold"))
	v.cold = &where{sh: &h.s.shards[at.shard], table: &h.s.logicals[0].keys[at.shard]}
	return v
}

// where a key of database 0 lies.
type where struct {
	sh    *shard
	table *table
	seg   segment
	i     int
}

func find(s *Store, name string) *where {
	at := s.spotOfKey([]byte(name))
	w := &where{sh: &s.shards[at.shard], table: &s.logicals[0].keys[at.shard]}
	w.seg, w.i = w.sh.find(w.table, at, []byte(name))
	return w
}

func (w *where) word() *word       { return &w.seg.words()[w.i] }
func (w *where) block() block      { return w.sh.at(w.word().ref()) }
func (w *where) setState(s word)   { *w.word() = w.word().withState(s) }
func (v *victim) physical() uint32 { return v.s.logicals[0].physical }

func (v *victim) coldKey() []byte {
	return encoding.AppendRecordKey(nil, v.physical(), v.s.spotOfKey([]byte("cold")).place(), []byte("cold"))
}

func (v *victim) set(key, value []byte) {
	if err := v.s.tables.Set(key, value, pebble.NoSync); err != nil {
		panic(err)
	}
}

func (v *victim) delete(key []byte) {
	if err := v.s.tables.Delete(key, pebble.NoSync); err != nil {
		panic(err)
	}
}
