package persistence

import (
	"errors"
	"fmt"

	"github.com/cockroachdb/pebble/v2"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/persistence/slab"
)

// IOError is a failure of the disk under a transaction: everything it did is
// undone.
type IOError struct{ Err error }

func (e *IOError) Error() string { return "I/O error: " + e.Err.Error() }

// Unwrap gives the cause.
func (e *IOError) Unwrap() error { return e.Err }

// miss is one thing to be loaded. number is the load's number in its shard:
// the placeholder that waits for the load carries it.
type miss struct {
	shard  *shard
	db     *db
	what   uint8
	at     spot
	name   []byte
	number uint64
}

// miss notes that a name has to be loaded, and puts a placeholder in the
// index. Whoever writes the name meanwhile replaces the placeholder, and a
// load that finds its placeholder gone installs nothing: what it read may be
// out of date.
func (tx *Tx) miss(sh *shard, d *db, what uint8, at spot, name []byte) error {
	if tx.again == nil {
		tx.again = errMiss
	}
	if tx.NoWait {
		return errMiss // nobody will load it
	}
	m := miss{shard: sh, db: d, what: what, at: at, name: append([]byte(nil), name...)}
	t := sh.tableOf(d, what)
	if s, i := sh.find(t, at, name); i >= 0 {
		m.number = sh.loadNumber(s.words()[i].ref())
	} else {
		m.number = sh.placeholder(t, d, what, at, name)
	}
	tx.misses = append(tx.misses, m)
	return errMiss
}

// prefetch asks for the other declared keys that are not in RAM: the next run
// may want them, and would miss them one by one. Needs the locks.
func (tx *Tx) prefetch() {
	d := tx.db()
	for i, name := range tx.names {
		if tx.NoWait || len(tx.misses) >= maxPrefetch {
			return
		}
		at := tx.spots[i]
		sh := &tx.store.shards[at.shard]
		t := &d.keys[at.shard]
		if _, found := sh.find(t, at, name); found < 0 && !t.complete() && len(name) <= encoding.MaxKeyBytes {
			_ = tx.miss(sh, d, isRecord, at, name)
		}
	}
}

// maxPrefetch bounds how many keys are loaded at once, each of which stays in
// RAM until the transaction ends.
const maxPrefetch = 1000

func (sh *shard) placeholder(t *table, d *db, what uint8, at spot, name []byte) uint64 {
	sh.loads++
	want := shape{keyLen: len(name), times: true}
	r := sh.heap.Alloc(want.size())
	b := sh.at(r)
	b.writeHeader(what, d.index, want, 0, flagLoading)
	copy(b.key(), name)
	b.setTimes(0, int64(sh.loads))
	sh.insert(t, at, word(r))
	return sh.loads
}

func (sh *shard) loadNumber(r slab.Ref) uint64 { return uint64(sh.at(r).storedExpire()) }

// load reads what was missed from the store and installs it. No lock is held
// while reading.
func (s *Store) load(misses []miss) error {
	for i := range misses {
		if err := s.loadOne(&misses[i]); err != nil {
			giveUp(misses[i:])
			return err
		}
	}
	return nil
}

func giveUp(misses []miss) {
	for i := range misses {
		m := &misses[i]
		m.shard.mu.Lock()
		m.shard.abandon(m)
		m.shard.mu.Unlock()
	}
}

// abandon gives up the loads that a run has asked for. Needs its locks.
func (tx *Tx) abandon() {
	for i := range tx.misses {
		tx.misses[i].shard.abandon(&tx.misses[i])
	}
	tx.misses = tx.misses[:0]
}

func (s *Store) loadOne(m *miss) error {
	value, closer, err := s.tables.Get(m.storeKey())
	found := err == nil
	if err != nil && !errors.Is(err, pebble.ErrNotFound) {
		return &IOError{err}
	}
	if found {
		defer func() { _ = closer.Close() }()
	}
	rec, err := m.parse(value, found)
	if err != nil {
		return &IOError{fmt.Errorf("key %q: %w", m.name, err)}
	}
	s.loadCount.Add(1)
	m.shard.install(m, rec, found)
	return nil
}

func (m *miss) storeKey() []byte {
	if m.what == isNode {
		return append(encoding.AppendNodeKey(nil, m.db.physical, 0, 0)[:5], m.name...)
	}
	return encoding.AppendRecordKey(nil, m.db.physical, m.at.place(), m.name)
}

func (m *miss) parse(value []byte, found bool) (encoding.Record, error) {
	if !found || m.what == isNode {
		return encoding.Record{Payload: value}, nil
	}
	return encoding.ParseRecord(value)
}

// waiting finds the load's own placeholder. Needs the lock.
func (sh *shard) waiting(m *miss) (segment, int) {
	if m.db.dropped {
		return segment{}, -1
	}
	s, i := sh.find(sh.tableOf(m.db, m.what), m.at, m.name)
	if i < 0 {
		return s, -1
	}
	r := s.words()[i].ref()
	if !sh.at(r).has(flagLoading) || sh.loadNumber(r) != m.number {
		return s, -1
	}
	return s, i
}

// abandon takes a load's placeholder away. Needs the lock.
func (sh *shard) abandon(m *miss) {
	if s, i := sh.waiting(m); i >= 0 {
		r := s.words()[i].ref()
		sh.removeAt(sh.tableOf(m.db, m.what), s, i)
		sh.free(r)
	}
}

// unpin lets go of what was loaded for a transaction that has ended. Where two
// have loaded the same, the first to end lets go for both: the other may have
// to load it again, and is the only one then.
func unpin(loaded []miss) {
	for i := range loaded {
		m := &loaded[i]
		m.shard.mu.Lock()
		m.shard.unpin(m)
		m.shard.mu.Unlock()
	}
}

func (sh *shard) unpin(m *miss) {
	s, i := sh.find(sh.tableOf(m.db, m.what), m.at, m.name)
	if i >= 0 && s.words()[i].state() == clean { // else it was changed, and a checkpoint may be reading it
		*sh.at(s.words()[i].ref()).flags() &^= flagPinned
	}
}

// install puts what was read in the placeholder's place: a clean block, or a
// clean deletion that remembers that there is nothing.
func (sh *shard) install(m *miss, rec encoding.Record, found bool) {
	sh.mu.Lock()
	defer sh.mu.Unlock()
	if _, i := sh.waiting(m); i < 0 {
		return
	}
	v := version{what: m.what, kind: rec.Kind, expireAtMs: rec.ExpireAtMs}
	v.shape = shape{keyLen: len(m.name), valueLen: len(rec.Payload), times: rec.ExpireAtMs != 0}
	if !found {
		v.flags = flagDead
	}
	sh.store.makeRoom(func(no uint8) bool { return no == sh.no })
	s, i := sh.waiting(m) // making room may have moved it
	w := &s.words()[i]
	r := sh.heap.Alloc(v.size())
	b := sh.at(r)
	v.write(b, m.db.index)
	*b.flags() = *b.flags()&^flagTouched | flagPinned
	*b.clock() = useStamp(uint32(sh.store.now()/1000), newKeyUses)
	copy(b.key(), m.name)
	copy(b.value(), rec.Payload)
	sh.free(w.ref())
	t := sh.tableOf(m.db, m.what)
	*w = w.withRef(r) | deadBit(v.flags) | sh.admit(t, m.at)
	if found {
		t.resident++
		if m.what == isNode {
			t.live++
		}
	}
}
