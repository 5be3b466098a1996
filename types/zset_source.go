package types

import (
	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/persistence"
)

// zsetSource is a key with members: a sorted set, or a set, whose members have
// the score 1. A missing key has none. Scores are weighted.
type zsetSource struct {
	zset   zsetValue
	set    setValue
	isSet  bool
	weight float64
}

// openSources looks up the keys of a combination.
func openSources(tx *persistence.Tx, o *ZCombination) ([]zsetSource, error) {
	sources := make([]zsetSource, len(o.Keys))
	for i, key := range o.Keys {
		var err error
		if sources[i], err = openSource(tx, key); err != nil {
			return nil, err
		}
		if o.Weights != nil {
			sources[i].weight = o.Weights[i]
		}
	}
	return sources, nil
}

// openSource looks up a key that must hold a sorted set, a set or nothing, else
// it is ErrWrongType.
func openSource(tx *persistence.Tx, key []byte) (s zsetSource, err error) {
	s.weight = 1
	c, err := tx.Collection(key)
	if err != nil {
		return s, err
	}
	switch c.Type() {
	case encoding.TypeSet:
		s.set, s.isSet = setValue{tx: tx, key: key, c: c}, true
	case encoding.TypeZSet, encoding.TypeNone:
		s.zset = zsetOf(tx, key, c)
	default:
		err = ErrWrongType
	}
	return s, err
}

func (s *zsetSource) len() int64 {
	if s.isSet {
		return s.set.len()
	}
	return s.zset.len()
}

// find looks a member up.
func (s *zsetSource) find(member []byte) (score float64, found bool, err error) {
	if s.isSet {
		found, err = s.set.has(member)
		return s.weight, found, err
	}
	_, score, found, err = s.zset.find(member)
	return score * s.weight, found, err
}

// sourceWalk goes through the members of a source: next, then member and score,
// which are valid until the next call of next.
type sourceWalk struct {
	s      *zsetSource
	zset   ZWalk
	set    SetWalk
	member []byte
	score  float64
}

func (s *zsetSource) walk() *sourceWalk {
	w := &sourceWalk{s: s}
	if s.isSet {
		w.set = SetWalk{s: s.set, it: s.set.c.Iter(0)}
	} else {
		w.zset = s.zset.walk(span{0, s.len()}, false)
	}
	return w
}

func (w *sourceWalk) next() bool {
	if !w.s.isSet {
		ok := w.zset.Next()
		w.member, w.score = w.zset.member, w.zset.score*w.s.weight
		return ok
	}
	if !w.set.Next() {
		return false
	}
	w.member, w.score = w.set.Member(), w.s.weight
	return true
}

// err tells why next has returned false, nil at the end.
func (w *sourceWalk) err() error {
	if w.s.isSet {
		return w.set.Err()
	}
	return w.zset.Err()
}

// askAhead: something has to be loaded. What the next members need of others is
// asked for too, so that it is loaded together.
func (w *sourceWalk) askAhead(others []zsetSource) {
	for missed := 0; missed < askedAhead && w.next(); {
		for i := range others {
			if _, _, err := others[i].find(w.member); err != nil {
				missed++
			}
		}
	}
}

// load sees that all members are there.
func (s *zsetSource) load() error {
	switch n := s.len(); {
	case !s.isSet:
		return s.zset.loadSpan(span{0, n})
	case n < manyMembers:
		return nil
	default:
		return s.set.c.Load(0, n)
	}
}

// loadFinders sees that what finds members is there, if n members are to be
// found.
func (s *zsetSource) loadFinders(n int64) error {
	switch {
	case !s.isSet:
		return s.zset.loadFinders(n)
	case n < manyMembers || n < s.len()/membersALeaf:
		return nil
	default:
		return s.set.c.Load(0, s.len())
	}
}
