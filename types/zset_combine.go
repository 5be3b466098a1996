package types

import (
	"bytes"
	"cmp"
	"math"
	"slices"

	"github.com/cairndb/cairn/persistence"
)

// ZOperation is what is made of several sorted sets.
type ZOperation uint8

// Members of some set, of all sets, of the first set only.
const (
	ZUnion ZOperation = iota
	ZInter
	ZDiff
)

// ZAggregate is what is made of the scores that a member has.
type ZAggregate uint8

// Their sum, the least, the greatest.
const (
	ZSum ZAggregate = iota
	ZMin
	ZMax
)

// ZCombination says how sorted sets are combined. Sets count as sorted sets
// whose scores are all 1.
type ZCombination struct {
	Operation ZOperation
	Keys      [][]byte
	Weights   []float64 // what scores are multiplied with, key by key; nil is 1
	Aggregate ZAggregate
}

// add joins a further score of a member to what there is.
func (a ZAggregate) add(score, more float64) float64 {
	switch {
	case a == ZSum:
		return noNaN(score + more)
	case a == ZMin && more < score, a == ZMax && more > score:
		return more
	default:
		return score
	}
}

// noNaN makes 0 of what is not a number: infinities of both signs add up to
// that, and one times nothing.
func noNaN(f float64) float64 {
	if math.IsNaN(f) {
		return 0
	}
	return f
}

// ZCombine returns the members of a combination in the order of their scores.
func ZCombine(tx *persistence.Tx, o *ZCombination) ([]ScoredMember, error) {
	sources, err := openSources(tx, o)
	if err != nil {
		return nil, err
	}
	var m zsetMembers
	switch o.Operation {
	case ZUnion:
		err = m.union(tx, sources, o.Aggregate)
	case ZInter:
		err = m.inter(tx, sources, o.Aggregate, 0)
	default:
		err = m.diff(tx, sources)
	}
	m.sort()
	return m.list, err
}

// ZInterCard counts the members that all sets have, up to a limit if it is not
// 0.
func ZInterCard(tx *persistence.Tx, keys [][]byte, limit int64) (int64, error) {
	sources, err := openSources(tx, &ZCombination{Operation: ZInter, Keys: keys})
	if err != nil {
		return 0, err
	}
	m := zsetMembers{counting: true}
	err = m.inter(tx, sources, ZSum, limit)
	return m.count, err
}

// ZCheckKeys is ErrWrongType if some key holds neither sorted set nor set.
func ZCheckKeys(tx *persistence.Tx, keys [][]byte) error {
	for _, key := range keys {
		if _, err := openSource(tx, key); err != nil {
			return err
		}
	}
	return nil
}

// zsetMembers gathers members of a result. Their bytes are its own.
type zsetMembers struct {
	list     []ScoredMember
	room     []byte
	counting bool // only count is wanted
	count    int64
}

// add keeps a copy of a member.
func (m *zsetMembers) add(member []byte, score float64) {
	m.count++
	if m.counting {
		return
	}
	if cap(m.room)-len(m.room) < len(member) {
		m.room = make([]byte, 0, max(len(member), roomBytes))
	}
	start := len(m.room)
	m.room = append(m.room, member...)
	m.list = append(m.list, ScoredMember{score, m.room[start:len(m.room):len(m.room)]})
}

// sort brings the members into the order that sorted sets have.
func (m *zsetMembers) sort() {
	slices.SortFunc(m.list, func(a, b ScoredMember) int {
		return cmp.Or(cmp.Compare(a.Score, b.Score), bytes.Compare(a.Member, b.Member))
	})
}

// union gathers the members of all sources. The smallest source comes first:
// the sum of floats depends on their order.
func (m *zsetMembers) union(tx *persistence.Tx, sources []zsetSource, a ZAggregate) error {
	smallestFirst(sources)
	total := int64(0)
	for i := range sources {
		total += sources[i].len()
	}
	if err := longer(tx, total); err != nil {
		return err
	}
	if err := loadAll(sources); err != nil {
		return err
	}
	for i := range sources {
		w := sources[i].walk()
		for w.next() {
			m.add(w.member, noNaN(w.score))
		}
		if w.err() != nil {
			return w.err()
		}
	}
	m.merge(a)
	return nil
}

// loadAll sees that all members of the sources are there.
func loadAll(sources []zsetSource) (err error) {
	for i := range sources {
		err = cmp.Or(err, sources[i].load())
	}
	return err
}

// loadFinders sees that what finds n members in the sources is there.
func loadFinders(sources []zsetSource, n int64) (err error) {
	for i := range sources {
		err = cmp.Or(err, sources[i].loadFinders(n))
	}
	return err
}

// merge makes one of each run of equal members.
func (m *zsetMembers) merge(a ZAggregate) {
	slices.SortStableFunc(m.list, func(x, y ScoredMember) int { return bytes.Compare(x.Member, y.Member) })
	merged := m.list[:0]
	for _, e := range m.list {
		if n := len(merged); n > 0 && bytes.Equal(merged[n-1].Member, e.Member) {
			merged[n-1].Score = a.add(merged[n-1].Score, e.Score)
			continue
		}
		merged = append(merged, e)
	}
	m.list = merged
}

// inter gathers the members that all sources have, up to a limit if it is not 0.
func (m *zsetMembers) inter(tx *persistence.Tx, sources []zsetSource, a ZAggregate, limit int64) error {
	smallestFirst(sources)
	first, others := &sources[0], sources[1:]
	if limit == 0 {
		if err := cmp.Or(first.load(), loadFinders(others, first.len())); err != nil {
			return err
		}
	}
	return m.through(tx, first, others, func(member []byte, score float64) (more bool, err error) {
		score = noNaN(score)
		for i := range others {
			s, found, err := others[i].find(member)
			if err != nil || !found {
				return true, err
			}
			score = a.add(score, s)
		}
		m.add(member, score)
		return m.count != limit, nil
	})
}

// diff gathers the members of the first source that no other has.
func (m *zsetMembers) diff(tx *persistence.Tx, sources []zsetSource) error {
	first, others := &sources[0], sources[1:]
	if err := cmp.Or(first.load(), loadFinders(others, first.len())); err != nil {
		return err
	}
	return m.through(tx, first, others, func(member []byte, score float64) (more bool, err error) {
		for i := range others {
			if _, found, err := others[i].find(member); err != nil || found {
				return true, err
			}
		}
		m.add(member, score)
		return true, nil
	})
}

// through calls each for the members of a source until it wants no more. each
// looks them up in the others.
func (m *zsetMembers) through(
	tx *persistence.Tx, first *zsetSource, others []zsetSource, each func([]byte, float64) (bool, error),
) error {
	if err := longer(tx, first.len()*int64(1+len(others))); err != nil {
		return err
	}
	w := first.walk()
	for w.next() {
		more, err := each(w.member, w.score)
		if err != nil {
			w.askAhead(others)
			return err
		}
		if !more {
			return nil
		}
	}
	return w.err()
}

func smallestFirst(sources []zsetSource) {
	slices.SortStableFunc(sources, func(a, b zsetSource) int { return cmp.Compare(a.len(), b.len()) })
}
