package types

import (
	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/persistence"
	"github.com/cairndb/cairn/persistence/tree"
)

// ZWalk goes through members of a sorted set in the order of scores, or against
// it:
//
//	for w.Next() { w.Member(), w.Score() }; w.Err()
//
// The set must not change meanwhile.
type ZWalk struct {
	z       zsetValue
	it      tree.Iter
	left    int64
	reverse bool
	member  []byte
	score   float64
}

// ZMembers starts a walk through the members of a range. A missing key has none.
func ZMembers(tx *persistence.Tx, key []byte, r *ZRange) (ZWalk, error) {
	z, err := openZSet(tx, key)
	if err != nil {
		return ZWalk{}, err
	}
	s, err := z.span(r)
	if err != nil {
		return ZWalk{}, err
	}
	if err := longer(tx, s.len()); err != nil {
		return ZWalk{}, err
	}
	return z.walk(s, r.Reverse), z.loadSpan(s)
}

// walk goes through a span.
func (z *zsetValue) walk(s span, reverse bool) ZWalk {
	w := ZWalk{z: *z, left: s.len(), reverse: reverse}
	switch {
	case w.left == 0:
	case reverse:
		w.it = z.c.Iter(z.base() + s.to)
	default:
		w.it = z.c.Iter(z.base() + s.from)
	}
	return w
}

// Len is how many members are to come.
func (w *ZWalk) Len() int64 { return w.left }

// Next goes to the next member; false at the end, or if Err is not nil.
func (w *ZWalk) Next() bool {
	if w.left == 0 || !w.step() {
		return false
	}
	w.left--
	w.score, w.member = w.z.entry(w.it.Entry())
	return true
}

func (w *ZWalk) step() bool {
	if w.reverse {
		return w.it.Prev()
	}
	return w.it.Next()
}

// Member is valid until the set changes.
func (w *ZWalk) Member() []byte { return w.member }

// Score is the member's.
func (w *ZWalk) Score() float64 { return w.score }

// Err tells why Next has returned false, nil at the end.
func (w *ZWalk) Err() error { return w.it.Err() }

// ZScan looks at some members of a sorted set, and calls found for those that
// match; they are valid during the call, and packed tells whether they lie in a
// listpack. It returns the cursor to go on from, 0 at the end. A member that is
// there throughout a walk is met. A listpack is looked at as a whole.
func ZScan(
	tx *persistence.Tx, key []byte, o ElementScan, found func(member []byte, score float64, packed bool),
) (next uint64, err error) {
	z, err := openZSet(tx, key)
	if err != nil || !z.exists() {
		return 0, err
	}
	if !z.packed {
		return z.scan(&o, found)
	}
	w := z.walk(span{0, z.len()}, false)
	for w.Next() {
		if o.passes(w.member) {
			found(w.member, w.score, true)
		}
	}
	return 0, w.Err()
}

// scan is ZScan in a skiplist: it goes through the entries that find members.
func (z *zsetValue) scan(o *ElementScan, found func([]byte, float64, bool)) (next uint64, err error) {
	if o.Cursor > encoding.MaxHashedCursor {
		return 0, nil
	}
	n := z.len()
	if err := longer(z.tx, min(o.Count, n)); err != nil {
		return 0, err
	}
	from, _, _, err := z.c.Find(encoding.AppendZSetCursor(nil, o.Cursor))
	if err != nil {
		return 0, err
	}
	seen, last := int64(0), uint64(0)
	it := z.c.Iter(from)
	for i := from; i < n && it.Next(); i++ {
		e := it.Entry()
		key := encoding.ZSetMemberHashed(e.Key)
		at := encoding.HashedCursor(key)
		if seen >= o.Count && at != last {
			return at, nil
		}
		if member := encoding.HashedName(key); o.passes(member) {
			found(member, encoding.ParseZSetScore(e.Value), false)
		}
		seen, last = seen+1, at
	}
	return 0, it.Err()
}
