package persistence

import (
	"bytes"
	"cmp"
	"slices"

	"github.com/cockroachdb/pebble/v2"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/persistence/slab"
)

// Entry is a key met on a walk. Its bytes may be kept and must not be changed.
type Entry struct {
	Name       []byte
	Place      encoding.Place
	Kind       encoding.Kind
	ExpireAtMs int64
}

// Scan returns at least count entries of a logical database, if there are as
// many, from a place on, in the store's order, expired ones included, and the
// place to go on from; done says that the database is through. A key that
// exists throughout a walk is met, a place's keys come together, and nothing
// depends on what an earlier call left behind but the time that it takes.
//
// A step takes the entries in RAM of one segment and an iterator over the
// tables', both under one lock, so that they agree; the disk is read after it.
func (s *Store) Scan(database int, from encoding.Place, count int) (list []Entry, next encoding.Place, done bool, err error) {
	return s.scan(scope{database: database}, from, count)
}

// scope says what is walked over, and how.
type scope struct {
	database int
	noWait   bool // the disk is not for it
	locked   bool // the caller holds all locks, and may have changed things that are not final
}

func (k scope) lock(sh *shard) {
	if !k.locked {
		sh.mu.Lock()
	}
}

func (k scope) unlock(sh *shard) {
	if !k.locked {
		sh.mu.Unlock()
	}
}

func (s *Store) scan(k scope, from encoding.Place, count int) (list []Entry, next encoding.Place, done bool, err error) {
	const end = encoding.Place(1) << 62
	for from < end && len(list) < count {
		var step []Entry
		step, from, err = s.scanStep(k, from, count-len(list))
		if err != nil {
			return nil, 0, false, err
		}
		list = append(list, step...)
	}
	return list, from, from >= end, nil
}

func (s *Store) scanStep(k scope, from encoding.Place, count int) ([]Entry, encoding.Place, error) {
	sh := &s.shards[spotOfPlace(from).shard]
	w, err := sh.window(k, from, count)
	if err != nil {
		return nil, 0, err
	}
	list, next := w.part(from, count)
	return list, next, nil
}

// ramEntry is what RAM says of a name: it overrules the tables.
type ramEntry struct {
	Entry
	dead bool
}

func comparePlaces(a, b *Entry) int {
	if a.Place != b.Place {
		return cmp.Compare(a.Place, b.Place)
	}
	return bytes.Compare(a.Name, b.Name)
}

// fill gives a window what RAM has of it, and, from the iterator if there is
// one, what the tables have.
func (w *window) fill(ram []ramEntry, it *pebble.Iterator, count int) error {
	m := merger{ram: ram, count: count}
	if it != nil {
		defer func() { _ = it.Close() }()
		if err := m.merge(it); err != nil {
			return err
		}
	}
	m.rest()
	w.entries = m.out
	if m.stopped {
		w.next = m.out[len(m.out)-1].Place + 1
	}
	return nil
}

// readRAM copies about count names, if there are as many, of the segment that
// covers the window's first place, sets the window's end, and opens an iterator
// over the same places of the tables unless all is in RAM.
func (sh *shard) readRAM(w *window, count int) (ram []ramEntry, it *pebble.Iterator, err error) {
	t := &w.db.keys[sh.no]
	w.next = encoding.MakePlace((uint16(sh.no)+1)<<slotBits, 0)
	sh.segments(t, spotOfPlace(w.first).order, func(s segment, bound uint64) bool {
		if bound != 0 {
			w.next = spot{order: bound, shard: sh.no}.place()
		}
		ram = sh.copyNames(sh.sortNames(s, w.first), w, count)
		return false
	})
	if t.complete() {
		return ram, nil, nil
	}
	it, err = sh.store.tables.NewIter(&pebble.IterOptions{
		LowerBound: encoding.AppendRecordPlace(nil, w.db.physical, w.first),
		UpperBound: encoding.AppendRecordPlace(nil, w.db.physical, w.next),
	})
	return ram, it, err
}

// placed is a block with its place.
type placed struct {
	place encoding.Place
	ref   slab.Ref
}

// sortNames lists a segment's blocks from a place on in the tables' order.
func (sh *shard) sortNames(s segment, from encoding.Place) []placed {
	list := make([]placed, 0, *s.used())
	for _, w := range s.words() {
		if w == 0 {
			continue
		}
		b := sh.at(w.ref())
		if p := sh.store.spotOf(b).place(); p >= from && !b.has(flagLoading) {
			list = append(list, placed{p, w.ref()})
		}
	}
	slices.SortFunc(list, func(a, b placed) int {
		if a.place != b.place {
			return cmp.Compare(a.place, b.place)
		}
		return bytes.Compare(sh.at(a.ref).key(), sh.at(b.ref).key())
	})
	return list
}

// copyNames copies names until they are count, or windowBytes; if it stops
// before the end, never within a place, the window ends there.
func (sh *shard) copyNames(list []placed, w *window, count int) []ramEntry {
	n, size := 0, 0
	for n < len(list) && (n < count && size < windowBytes || list[n].place == list[n-1].place) {
		size += sh.at(list[n].ref).keyLen()
		n++
	}
	if n < len(list) {
		w.next = list[n-1].place + 1
	}
	names, out := make([]byte, 0, size), make([]ramEntry, n)
	for i, item := range list[:n] {
		b, start := sh.at(item.ref), len(names)
		names = append(names, b.key()...)
		out[i] = ramEntry{
			Entry: Entry{Name: names[start:len(names):len(names)], Place: item.place, Kind: b.kind(), ExpireAtMs: b.expireAt()},
			dead:  b.has(flagDead),
		}
	}
	return out
}

// merger joins both sides in order and stops after count entries, or
// windowBytes, but never within a place.
type merger struct {
	ram     []ramEntry
	out     []Entry
	count   int
	bytes   int
	stopped bool
}

func (m *merger) merge(it *pebble.Iterator) error {
	for ok := it.First(); ok && !m.stopped; ok = it.Next() {
		_, p, name, err := encoding.ParseRecordKey(it.Key())
		if err != nil {
			return err
		}
		e := Entry{Name: name, Place: p}
		for len(m.ram) > 0 && comparePlaces(&m.ram[0].Entry, &e) < 0 && !m.stopped {
			m.takeRAM()
		}
		if m.stopped || (len(m.ram) > 0 && comparePlaces(&m.ram[0].Entry, &e) == 0) {
			continue
		}
		value, err := it.ValueAndErr()
		if err != nil {
			return err
		}
		rec, err := encoding.ParseRecord(value)
		if err != nil {
			return err
		}
		e.Kind, e.ExpireAtMs = rec.Kind, rec.ExpireAtMs
		if m.add(e) {
			m.out[len(m.out)-1].Name = slices.Clone(name)
		}
	}
	return it.Error()
}

func (m *merger) takeRAM() {
	if e := m.ram[0]; e.dead || m.add(e.Entry) {
		m.ram = m.ram[1:]
	}
}

// add takes an entry unless enough are there and it begins a new place.
func (m *merger) add(e Entry) bool {
	if n := len(m.out); n > 0 && (n >= m.count || m.bytes >= windowBytes) && m.out[n-1].Place != e.Place {
		m.stopped = true
		return false
	}
	m.out = append(m.out, e)
	m.bytes += len(e.Name)
	return true
}

func (m *merger) rest() {
	for len(m.ram) > 0 && !m.stopped {
		m.takeRAM()
	}
}
