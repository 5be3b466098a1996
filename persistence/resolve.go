package persistence

import (
	"errors"
	"slices"

	"github.com/cockroachdb/pebble/v2"

	"github.com/cairndb/cairn/encoding"
)

// A blind write (SET of a key that is not in RAM) does not ask the store if
// the key was there. Resolving asks: in sorted order and without a lock, before
// a checkpoint or when somebody wants an exact count.

// unresolved is a blind write about to be looked up.
type unresolved struct {
	at   spot
	name []byte
}

func (s *Store) unresolved(b block) unresolved { return unresolved{s.spotOf(b), slices.Clone(b.key())} }

const resolveBatch = 4096

func (s *Store) resolveAll() error {
	for n := range s.logicals {
		if err := s.resolve(n); err != nil {
			return err
		}
	}
	return nil
}

// resolve settles a logical database's blind writes of this moment.
func (s *Store) resolve(database int) error {
	for i := range s.shards {
		if err := s.shards[i].resolve(database); err != nil {
			return err
		}
	}
	return nil
}

// resolve settles one shard's blind writes; those that come in meanwhile at a
// pace that it cannot follow are left to the checkpoint.
func (sh *shard) resolve(database int) error {
	for range 64 {
		d, batch, seals := sh.listUnresolved(database)
		if len(batch) == 0 {
			return nil
		}
		for i := range batch {
			old, found, err := stored(sh.store.tables, d, batch[i].at, batch[i].name)
			if err != nil {
				return err
			}
			if sh.resolved(d, &batch[i], seals, old, found) && old.object != 0 {
				sh.store.graves.add(ownedObject{d.physical, old.object})
			}
		}
	}
	return nil
}

// listUnresolved lists blind writes of the present epoch. No running checkpoint
// changes what the store has for them.
func (sh *shard) listUnresolved(database int) (d *db, list []unresolved, seals uint64) {
	sh.mu.Lock()
	defer sh.mu.Unlock()
	d = sh.store.logical(database)
	t := &d.keys[sh.no]
	if t.unresolved == 0 {
		return d, nil, sh.seals
	}
	sh.eachIn(t, sh.current, func(_ segment, w *word) {
		if b := sh.at(w.ref()); len(list) < resolveBatch && b.has(flagUnknown) {
			list = append(list, sh.store.unresolved(b))
		}
	})
	slices.SortFunc(list, func(a, b unresolved) int {
		if a.at.order < b.at.order {
			return -1
		}
		return boolInt(a.at.order > b.at.order)
	})
	return d, list, sh.seals
}

// stored reads what the tables have for a key.
func stored(tables pebble.Reader, d *db, at spot, name []byte) (old storedRecord, found bool, err error) {
	value, closer, err := tables.Get(encoding.AppendRecordKey(nil, d.physical, at.place(), name))
	if errors.Is(err, pebble.ErrNotFound) {
		return old, false, nil
	}
	if err != nil {
		return old, false, &IOError{err}
	}
	defer func() { _ = closer.Close() }()
	r, err := encoding.ParseRecord(value)
	return storedRecord{r.ExpireAtMs, objectOfPayload(r.Kind, r.Payload)}, true, err
}

// storedRecord is what somebody who replaces a record has to know of it.
type storedRecord struct {
	expireAtMs int64
	object     Object // 0: none
}

// resolved settles one blind write, if it still is one and no checkpoint may
// have changed what the store has since somebody looked. It tells whether it
// did.
func (sh *shard) resolved(d *db, u *unresolved, seals uint64, old storedRecord, found bool) bool {
	sh.mu.Lock()
	defer sh.mu.Unlock()
	t := &d.keys[sh.no]
	s, i := sh.find(t, u.at, u.name)
	if i < 0 || seals != sh.seals {
		return false
	}
	b := sh.at(s.words()[i].ref())
	if !b.has(flagUnknown) {
		return false
	}
	sh.settleUnknown(t, b, found)
	if old.expireAtMs != 0 {
		t.expires--
		sh.stale = append(sh.stale, staleHint{old.expireAtMs, d.physical, u.at.place(), u.name})
	}
	return true
}

// staleHint is a hint in the store whose key a blind write has replaced.
type staleHint struct {
	atMs     int64
	physical uint32
	place    encoding.Place
	name     []byte
}

func (sh *shard) settleUnknown(t *table, b block, found bool) {
	*b.flags() &^= flagUnknown
	t.unresolved--
	if found {
		t.live--
	} else {
		*b.flags() |= flagNotStored
	}
}

// openWrites are the blind writes of a database that could not be settled,
// above all those that a running checkpoint holds, with the tables as they
// were when the counters were read.
type openWrites struct {
	db     *db
	list   []unresolved
	tables *pebble.Snapshot
}

// listOpen returns nil if there are none. Needs all locks.
func (s *Store) listOpen(d *db) *openWrites {
	o := &openWrites{db: d}
	for i := range s.shards {
		o.list = s.shards[i].appendOpen(o.list, &d.keys[i])
	}
	if len(o.list) == 0 {
		return nil
	}
	o.tables = s.tables.NewSnapshot()
	return o
}

func (sh *shard) appendOpen(list []unresolved, t *table) []unresolved {
	if t.unresolved == 0 {
		return list
	}
	add := func(b block) {
		if b.has(flagUnknown) {
			list = append(list, sh.store.unresolved(b))
		}
	}
	for _, state := range []word{sh.current, sh.sealed()} {
		sh.eachIn(t, state, func(_ segment, w *word) { add(sh.at(w.ref())) })
	}
	for _, r := range t.displaced {
		add(sh.at(r))
	}
	return list
}

// count tells how many keys the counters have twice, and how many expire times.
func (o *openWrites) count() (keys, expires int64, err error) {
	defer func() { _ = o.tables.Close() }()
	for _, u := range o.list {
		old, found, err := stored(o.tables, o.db, u.at, u.name)
		if err != nil {
			return 0, 0, err
		}
		if found {
			keys++
		}
		if old.expireAtMs != 0 {
			expires++
		}
	}
	return keys, expires, nil
}

// resolveSealed settles the blind writes that slipped in before the seal, for
// the tables and for the Meta of this checkpoint too.
func (j *job) resolveSealed(sh *shard, d *db, list []sealedBlock) error {
	for _, item := range list {
		b := sh.at(item.ref)
		if !b.has(flagUnknown) {
			continue
		}
		at := spot{order: item.order, shard: sh.no}
		old, found, err := stored(j.store.tables, d, at, b.key())
		if err != nil {
			return err
		}
		sh.mu.Lock()
		t := &d.keys[sh.no]
		sh.settleUnknown(t, b, found)
		j.correct(d, sh, found, old.expireAtMs != 0)
		if old.expireAtMs != 0 {
			t.expires--
		}
		sh.mu.Unlock()
		if old.object != 0 {
			j.bury(ownedObject{d.physical, old.object})
		}
		if old.expireAtMs != 0 {
			j.stale[sh.no] = append(j.stale[sh.no], staleHint{old.expireAtMs, d.physical, at.place(), slices.Clone(b.key())})
		}
	}
	return nil
}

func (j *job) correct(d *db, sh *shard, found, expires bool) {
	for i := range j.meta.Databases {
		m := &j.meta.Databases[i]
		if m.Physical != d.physical {
			continue
		}
		if found {
			m.Keys[sh.no]--
		}
		if expires {
			m.Expires[sh.no]--
		}
	}
}
