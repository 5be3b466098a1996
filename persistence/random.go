package persistence

import (
	"math"
	"math/rand/v2"
	"slices"

	"github.com/cairndb/cairn/encoding"
)

// Random returns some key of a logical database, perhaps an expired one; ok is
// false if it found none.
//
// A shard is drawn by how many keys it has. If all of them are in RAM, one is
// drawn, each as likely as the other, for the cost of walking the shard's
// segments. If not, a span of a few data blocks is drawn by how many bytes the
// tables have of it, then one of its keys: as fair as the blocks are equal, at
// O(log n) and a few looks at the disk.
func (s *Store) Random(database int) (e Entry, ok bool, err error) {
	return s.random(scope{database: database})
}

func (s *Store) random(k scope) (e Entry, ok bool, err error) {
	for range randomTries {
		sh := s.randomShard(k)
		if sh == nil {
			return e, false, nil
		}
		if e, ok, err = sh.random(k); ok || err != nil {
			return e, ok, err
		}
	}
	return e, false, nil
}

const (
	randomTries   = 16
	randomBytes   = 8 * tableBlockBytes // spans of so little are not halved
	randomEntries = 8192                // of a span are looked at
)

// randomShard draws a shard by the number of its keys, nil if there are none.
func (s *Store) randomShard(k scope) (drawn *shard) {
	total := int64(0)
	for i := range s.shards {
		sh := &s.shards[i]
		k.lock(sh)
		n := s.logical(k.database).keys[i].live
		k.unlock(sh)
		if n <= 0 {
			continue
		}
		if total += n; rand.Int64N(total) < n {
			drawn = sh
		}
	}
	return drawn
}

func (sh *shard) random(k scope) (Entry, bool, error) {
	if e, ok := sh.randomInRAM(k); ok {
		return e, true, nil
	}
	if k.noWait {
		return Entry{}, false, ErrWouldBlock
	}
	span, err := sh.randomSpan(k)
	if err != nil {
		return Entry{}, false, err
	}
	list, err := sh.scanOrders(k, span, randomEntries)
	if err != nil || len(list) == 0 {
		return Entry{}, false, err
	}
	return list[rand.IntN(len(list))], true, nil
}

// randomInRAM draws a key if all are in RAM.
func (sh *shard) randomInRAM(k scope) (e Entry, ok bool) {
	k.lock(sh)
	defer k.unlock(sh)
	t := &sh.store.logical(k.database).keys[sh.no]
	if !t.complete() || t.live == 0 {
		return e, false
	}
	b, ok := sh.randomBlock(sh.randomSegment(t))
	if ok {
		e = Entry{
			Name:  slices.Clone(b.key()),
			Place: sh.store.spotOf(b).place(), Kind: b.kind(), ExpireAtMs: b.expireAt(),
		}
	}
	return e, ok
}

// randomSegment draws a segment by the number of its words.
func (sh *shard) randomSegment(t *table) (drawn segment) {
	total := 0
	sh.segments(t, 0, func(s segment, _ uint64) bool {
		n := int(*s.used())
		if total += n; n > 0 && rand.IntN(total) < n {
			drawn = s
		}
		return true
	})
	return drawn
}

// randomBlock draws a live block. Words lie in clusters, so drawing a word and
// going on to the next live one would not be fair.
func (sh *shard) randomBlock(s segment) (b block, ok bool) {
	words := s.words()
	for range len(words) {
		w := words[rand.IntN(len(words))]
		if w == 0 || w&bitDead != 0 {
			continue
		}
		if b = sh.at(w.ref()); b.live() {
			return b, true
		}
	}
	return b, false
}

// orders are some places of a shard that follow one another, both ends
// included.
type orders struct{ first, last uint64 }

// halves of more than one place.
func (o orders) halves() (lower, upper orders) {
	middle := o.first + (o.last-o.first)/2
	return orders{o.first, middle}, orders{middle + 1, o.last}
}

// randomSpan draws a span that takes a few blocks in the tables, by halving the
// shard's.
func (sh *shard) randomSpan(k scope) (orders, error) {
	k.lock(sh)
	physical := sh.store.logical(k.database).physical
	k.unlock(sh)
	span := orders{0, math.MaxUint64}
	for span.first < span.last {
		lower, upper := span.halves()
		l, err := sh.diskUsage(physical, lower)
		if err != nil {
			return span, err
		}
		u, err := sh.diskUsage(physical, upper)
		if err != nil || l+u <= randomBytes {
			return span, err
		}
		if span = upper; rand.Uint64N(l+u) < l {
			span = lower
		}
	}
	return span, nil
}

// diskUsage is about what a span's records take in the tables, in bytes. A
// block is taken off, since the ends of the span lie somewhere in theirs.
func (sh *shard) diskUsage(physical uint32, span orders) (uint64, error) {
	first := spot{order: span.first, shard: sh.no}.place()
	last := spot{order: span.last, shard: sh.no}.place()
	n, err := sh.store.tables.EstimateDiskUsage(
		encoding.AppendRecordPlace(nil, physical, first), encoding.AppendRecordPlace(nil, physical, last+1))
	if err != nil {
		return 0, &IOError{err}
	}
	return n - min(n, tableBlockBytes), nil
}

// scanOrders is Scan within a span.
func (sh *shard) scanOrders(k scope, span orders, count int) (list []Entry, err error) {
	last := spot{order: span.last, shard: sh.no}.place()
	from := spot{order: span.first, shard: sh.no}.place()
	for from <= last && len(list) < count {
		var step []Entry
		step, from, err = sh.store.scanStep(k, from, count-len(list))
		if err != nil {
			return nil, err
		}
		list = append(list, step...)
	}
	return slices.DeleteFunc(list, func(e Entry) bool { return e.Place > last }), nil
}
