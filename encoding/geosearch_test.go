package encoding

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"
)

// edgyShape is a shape of any size around a place.
func edgyShape(r *rand.Rand, center GeoPoint, scale float64) (s GeoShape, words []string) {
	size := func() float64 {
		switch r.IntN(30) {
		case 0:
			return 0
		case 1:
			return math.Pow(10, r.Float64()*300)
		}
		return 2e7 * scale * r.Float64()
	}
	s.Center = center
	if s.Box = r.IntN(2) == 0; s.Box {
		s.Width, s.Height = size(), size()
		return s, []string{"BYBOX", digits(s.Width), digits(s.Height), "m"}
	}
	s.Radius = size()
	return s, []string{"BYRADIUS", digits(s.Radius), "m"}
}

type placed struct {
	score  float64
	member string
}

// found searches as a sorted set would be searched.
func (s *GeoShape) found(all []placed) (members []string) {
	for _, at := range s.Ranges(nil) {
		for _, p := range all {
			if p.score < at.From || p.score >= at.End {
				continue
			}
			if _, ok := s.Covers(GeoPlace(p.score)); ok {
				members = append(members, p.member)
			}
		}
	}
	return members
}

// What is found, and in which order, tells that the same cells are looked at.
func TestGeoSearchLikeRedis(t *testing.T) {
	o, r := startOracle(t), rand.New(rand.NewPCG(4, 30))
	hits := 0
	for range 1500 {
		center, scale := edgyPlace(r), math.Pow(10, -5*r.Float64())
		var all []placed
		add := []string{"GEOADD", "k"}
		for i := range 50 {
			p := center.near(r, scale)
			if r.IntN(8) == 0 {
				p = edgyPlace(r)
			}
			all = append(all, placed{GeoScore(p), strconv.Itoa(i)})
			add = append(append(add, p.degrees()...), strconv.Itoa(i))
		}
		o.do("DEL", "k")
		o.do(add...)
		slices.SortFunc(all, func(a, b placed) int {
			return cmp.Or(cmp.Compare(a.score, b.score), cmp.Compare(a.member, b.member))
		})
		s, words := edgyShape(r, center, scale)
		want := o.do(append(append([]string{"GEOSEARCH", "k", "FROMLONLAT"}, center.degrees()...), words...)...)
		got := s.found(all)
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Fatalf("%+v: %v, redis says %v", s, got, want)
		}
		hits += len(got)
	}
	if hits < 10_000 {
		t.Errorf("only %d places found", hits)
	}
}
