package types

import (
	"bytes"
	"math"
	"sort"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/persistence"
)

// ScoreRange is a range of scores. Open ends are not included.
type ScoreRange struct {
	Min, Max         float64
	MinOpen, MaxOpen bool
}

// LexBound is an end of an alphabetical range. Before all members (-) and after
// all (+) there is no Value.
type LexBound struct {
	Value         []byte
	Open          bool
	Before, After bool
}

// LexRange is an alphabetical range.
type LexRange struct{ Min, Max LexBound }

// ZRangeBy says what a range is a range of.
type ZRangeBy uint8

// Positions, scores, the alphabet.
const (
	ZByRank ZRangeBy = iota
	ZByScore
	ZByLex
)

// ZRange picks members of a sorted set.
type ZRange struct {
	By          ZRangeBy
	First, Last int64 // ZByRank: both included, negative ones count from the end
	Score       ScoreRange
	Lex         LexRange
	Reverse     bool  // last one first; positions count from the end then
	Limited     bool  // Offset and Count count; not for ZByRank
	Offset      int64 // how many to leave out; a negative one leaves out all
	Count       int64 // how many to take at most; a negative one takes all
}

// span is a run of ranks, to not included.
type span struct{ from, to int64 }

func (s span) len() int64 { return max(0, s.to-s.from) }

// span finds the members of a range.
func (z *zsetValue) span(r *ZRange) (s span, err error) {
	if !z.exists() {
		return span{}, nil
	}
	switch r.By {
	case ZByScore:
		s, err = z.scoreSpan(&r.Score)
	case ZByLex:
		s, err = z.lexSpan(&r.Lex)
	default:
		return rankSpan(r.First, r.Last, z.len(), r.Reverse), nil
	}
	if r.Limited {
		s = s.limit(r)
	}
	return s, err
}

// rankSpan brings a range of positions of n members into bounds.
func rankSpan(first, last, n int64, reverse bool) span {
	if first < 0 {
		first = max(first+n, 0)
	}
	if last < 0 {
		last += n
	}
	last = min(last, n-1)
	if first > last {
		return span{}
	}
	if reverse {
		first, last = n-1-last, n-1-first
	}
	return span{first, last + 1}
}

// limit takes the part of the span that offset and count ask for.
func (s span) limit(r *ZRange) span {
	n := s.len()
	if r.Offset < 0 || r.Offset >= n {
		return span{}
	}
	count := n - r.Offset
	if r.Count >= 0 {
		count = min(count, r.Count)
	}
	if r.Reverse {
		return span{s.to - r.Offset - count, s.to - r.Offset}
	}
	return span{s.from + r.Offset, s.from + r.Offset + count}
}

// scoreSpan finds a range of scores.
func (z *zsetValue) scoreSpan(r *ScoreRange) (s span, err error) {
	if s.from, err = z.before(r.Min, r.MinOpen); err != nil {
		return s, err
	}
	s.to, err = z.before(r.Max, !r.MaxOpen)
	return s, err
}

// before counts the members with a lower score, or one that is not higher.
func (z *zsetValue) before(score float64, orEqual bool) (int64, error) {
	bound := encoding.Sortable(score)
	if orEqual {
		bound++ // there is a number after that of infinity
	}
	var room [16]byte
	i, _, _, err := z.c.Find(z.boundKey(room[:0], bound))
	return i - z.base(), err
}

// lexSpan finds an alphabetical range. The scores must be equal: otherwise the
// answer has no meaning, as in Redis.
func (z *zsetValue) lexSpan(r *LexRange) (s span, err error) {
	equal, score, err := z.oneScore()
	if err != nil {
		return s, err
	}
	place := z.lexSearch
	if equal {
		place = func(b []byte, after bool) (int64, error) { return z.lexFind(score, b, after) }
	}
	if s.from, err = z.lexBefore(&r.Min, r.Min.Open, place); err != nil {
		return s, err
	}
	s.to, err = z.lexBefore(&r.Max, !r.Max.Open, place)
	return s, err
}

// oneScore tells whether all members have the same score.
func (z *zsetValue) oneScore() (equal bool, score float64, err error) {
	score, _, err = z.at(0)
	if err != nil {
		return false, 0, err
	}
	last, _, err := z.at(z.len() - 1)
	return score == last, score, err
}

// lexBefore counts the members before a bound, or also the one that it names;
// place counts for a name.
func (z *zsetValue) lexBefore(b *LexBound, orEqual bool, place func([]byte, bool) (int64, error)) (int64, error) {
	switch {
	case b.Before:
		return 0, nil
	case b.After:
		return z.len(), nil
	default:
		return place(b.Value, orEqual)
	}
}

// lexFind counts the members before a name, or also that of the name, if all
// have one score.
func (z *zsetValue) lexFind(score float64, name []byte, orEqual bool) (int64, error) {
	var room [nameRoom]byte
	key := z.orderKey(room[:0], score, name)
	if orEqual {
		key = append(key, 0) // the first name behind
	}
	i, _, _, err := z.c.Find(key)
	return i - z.base(), err
}

// lexSearch is lexFind for members that have several scores: it takes them to
// be in order although they are not.
func (z *zsetValue) lexSearch(name []byte, orEqual bool) (n int64, err error) {
	size := int(min(z.len(), math.MaxInt))
	i := sort.Search(size, func(i int) bool {
		_, member, e := z.at(int64(i))
		if e != nil {
			err = e
			return true
		}
		c := bytes.Compare(member, name)
		return c > 0 || c == 0 && !orEqual
	})
	return int64(i), err
}

// ZCount is how many members a range has.
func ZCount(tx *persistence.Tx, key []byte, r *ZRange) (int64, error) {
	z, err := openZSet(tx, key)
	if err != nil {
		return 0, err
	}
	s, err := z.span(r)
	return s.len(), err
}
