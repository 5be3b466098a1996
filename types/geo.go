package types

import (
	"cmp"
	"slices"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/persistence"
)

// GeoOrder is the order of what a search finds.
type GeoOrder uint8

// As it comes, the nearest first, the farthest first.
const (
	GeoUnsorted GeoOrder = iota
	GeoNearestFirst
	GeoFarthestFirst
)

// GeoQuery asks for the members of a sorted set whose places lie in a shape.
type GeoQuery struct {
	Shape encoding.GeoShape
	Order GeoOrder
	Count int64 // at most so many; 0 is all
	Any   bool  // the first Count that are found, whatever the order
}

// GeoMatch is a member that a search has found. Its bytes are the caller's.
type GeoMatch struct {
	Member   []byte
	Score    float64
	Place    encoding.GeoPoint
	Distance float64 // from the middle of the shape, in meters
}

// GeoPlace is where a member is; ok is false if it is missing.
func GeoPlace(tx *persistence.Tx, key, member []byte) (p encoding.GeoPoint, ok bool, err error) {
	score, ok, err := ZScore(tx, key, member)
	if err != nil || !ok {
		return p, false, err
	}
	return encoding.GeoPlace(score), true, nil
}

// GeoSearch finds the members that a query asks for. A missing key has none.
func GeoSearch(tx *persistence.Tx, key []byte, q *GeoQuery) ([]GeoMatch, error) {
	z, err := openZSet(tx, key)
	if err != nil || !z.exists() {
		return nil, err
	}
	s := geoSearch{z: &z, q: q}
	for _, scores := range q.Shape.Ranges(nil) {
		if err := s.look(scores); err != nil {
			return nil, err
		}
	}
	list := s.found
	switch q.Order {
	case GeoNearestFirst:
		slices.SortStableFunc(list, func(a, b GeoMatch) int { return cmp.Compare(a.Distance, b.Distance) })
	case GeoFarthestFirst:
		slices.SortStableFunc(list, func(a, b GeoMatch) int { return cmp.Compare(b.Distance, a.Distance) })
	}
	if q.Count > 0 {
		list = list[:min(int64(len(list)), q.Count)]
	}
	return list, nil
}

// geoSearch is a search on its way.
type geoSearch struct {
	z      *zsetValue
	q      *GeoQuery
	looked int64
	found  []GeoMatch
}

// look looks at the members of a range of scores.
func (s *geoSearch) look(r encoding.GeoRange) error {
	at, err := s.z.scoreSpan(&ScoreRange{Min: r.From, Max: r.End, MaxOpen: true})
	if err != nil {
		return err
	}
	s.looked += at.len()
	if err := longer(s.z.tx, s.looked); err != nil {
		return err
	}
	if err := s.z.loadSpan(at); err != nil {
		return err
	}
	w := s.z.walk(at, false)
	for !s.done() && w.Next() {
		place := encoding.GeoPlace(w.score)
		if d, ok := s.q.Shape.Covers(place); ok {
			s.found = append(s.found, GeoMatch{slices.Clone(w.member), w.score, place, d})
		}
	}
	return w.Err()
}

// done tells that what was found is enough.
func (s *geoSearch) done() bool { return s.q.Any && int64(len(s.found)) >= s.q.Count }

// GeoStore makes dest a sorted set of what a search has found, in place of
// whatever it holds; without matches dest is deleted. The scores are those of
// the places or, with a unit, distances in units of so many meters. They are
// logged as such: a replica need not compute the same.
func GeoStore(
	tx *persistence.Tx, dest []byte, list []GeoMatch, unitMeters float64, lim ZSetLimits, event string,
) error {
	var m zsetMembers
	for _, g := range list {
		score := g.Score
		if unitMeters > 0 {
			score = g.Distance / unitMeters
		}
		m.list = append(m.list, ScoredMember{score, g.Member})
	}
	m.sort()
	changed, err := storeZSet(tx, dest, m.list, lim, event)
	if err != nil || !changed {
		return err
	}
	tx.Log(wordDel, dest)
	logScored(tx, dest, m.list)
	return nil
}

// scoredAtOnce is how many members one logged effect adds.
const scoredAtOnce = 1024

// logScored logs that a key gets members.
func logScored(tx *persistence.Tx, key []byte, list []ScoredMember) {
	for some := range slices.Chunk(list, scoredAtOnce) {
		words := make([][]byte, 0, 2*len(some))
		for _, m := range some {
			words = append(words, encoding.AppendDouble(nil, m.Score), m.Member)
		}
		tx.LogList(words, wordZAdd, key)
	}
}
