package persistence

import (
	"bytes"
	"slices"

	"github.com/cockroachdb/pebble/v2"

	"github.com/cairndb/cairn/encoding"
)

// Entry is a key met on a walk. Its bytes belong to the caller.
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
// depends on what an earlier call left behind.
//
// A step takes the entries in RAM of one segment and an iterator over the
// store's, both under one lock, so that they agree; the disk is read after it.
func (s *Store) Scan(database int, from encoding.Place, count int) (list []Entry, next encoding.Place, done bool, err error) {
	const end = encoding.Place(1) << 62
	for from < end && len(list) < count {
		var step []Entry
		step, from, err = s.scanStep(database, from, count-len(list))
		if err != nil {
			return nil, 0, false, err
		}
		list = append(list, step...)
	}
	return list, from, from >= end, nil
}

// ramEntry is what RAM says of a name: it overrules the store.
type ramEntry struct {
	Entry
	dead bool
}

func (s *Store) scanStep(database int, from encoding.Place, count int) ([]Entry, encoding.Place, error) {
	at := spotOfPlace(from)
	sh := &s.shards[at.shard]
	ram, it, next, err := sh.scanRAM(database, at, from)
	if err != nil {
		return nil, 0, err
	}
	slices.SortFunc(ram, func(a, b ramEntry) int { return comparePlaces(&a.Entry, &b.Entry) })
	m := merger{ram: ram, count: count}
	if it != nil {
		defer func() { _ = it.Close() }()
		if err := m.merge(it); err != nil {
			return nil, 0, err
		}
	}
	m.rest()
	if m.stopped {
		return m.out, m.out[len(m.out)-1].Place + 1, nil
	}
	return m.out, next, nil
}

func comparePlaces(a, b *Entry) int {
	if a.Place != b.Place {
		if a.Place < b.Place {
			return -1
		}
		return 1
	}
	return bytes.Compare(a.Name, b.Name)
}

// scanRAM copies the names of the segment that covers a place, and opens an
// iterator over the same places of the store unless all is in RAM.
func (sh *shard) scanRAM(database int, at spot, from encoding.Place) (ram []ramEntry, it *pebble.Iterator, next encoding.Place, err error) {
	sh.mu.Lock()
	defer sh.mu.Unlock()
	d := sh.store.logical(database)
	t := &d.keys[sh.no]
	next = encoding.MakePlace((uint16(sh.no)+1)<<slotBits, 0)
	sh.segments(t, at.order, func(s segment, bound uint64) bool {
		if bound != 0 {
			next = spot{order: bound, shard: sh.no}.place()
		}
		ram = sh.copySegment(s, from)
		return false
	})
	if t.complete() {
		return ram, nil, next, nil
	}
	it, err = sh.store.tables.NewIter(&pebble.IterOptions{
		LowerBound: encoding.AppendRecordPlace(nil, d.physical, from),
		UpperBound: encoding.AppendRecordPlace(nil, d.physical, next),
	})
	return ram, it, next, err
}

func (sh *shard) copySegment(s segment, from encoding.Place) []ramEntry {
	var out []ramEntry
	for _, w := range s.words() {
		if w == 0 {
			continue
		}
		b := sh.at(w.ref())
		p := sh.store.spotOf(b).place()
		if p < from || b.has(flagLoading) {
			continue
		}
		out = append(out, ramEntry{
			Entry: Entry{Name: slices.Clone(b.key()), Place: p, Kind: b.kind(), ExpireAtMs: b.expireAt()},
			dead:  b.has(flagDead),
		})
	}
	return out
}

// merger joins both sides in order and stops after count entries, but never
// within a place.
type merger struct {
	ram     []ramEntry
	out     []Entry
	count   int
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
	if n := len(m.out); n >= m.count && m.out[n-1].Place != e.Place {
		m.stopped = true
		return false
	}
	m.out = append(m.out, e)
	return true
}

func (m *merger) rest() {
	for len(m.ram) > 0 && !m.stopped {
		m.takeRAM()
	}
}
