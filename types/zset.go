package types

import (
	"math"

	"github.com/cairndb/cairn/persistence"
)

var (
	wordZAdd    = []byte("ZADD")
	wordZIncrBy = []byte("ZINCRBY")
	wordZRem    = []byte("ZREM")
)

// ZAddOptions of ZADD and its relatives.
type ZAddOptions struct {
	If          Condition // Always, or only members that are missing, or that exist
	GreaterThan bool      // raise scores only
	LessThan    bool      // lower scores only
	Incr        bool      // add to the score
}

// ScoredMember is a member of a sorted set and its score.
type ScoredMember struct {
	Score  float64
	Member []byte
}

// ZAddResult tells what ZAdd did.
type ZAddResult struct {
	Added   int64
	Updated int64   // members whose score is another one now
	Score   float64 // of the last member, if Applied
	Applied bool    // the conditions let the last member pass
}

// ZAdd gives members scores. given is how it was asked to, in the words that
// follow the key of a ZADD: they are logged, for a score that is parsed again is
// the same. A sum that is not a number is ErrNaN; only with one member may there
// be sums.
func ZAdd(
	tx *persistence.Tx, key []byte, members []ScoredMember, o ZAddOptions, lim ZSetLimits, given [][]byte,
) (ZAddResult, error) {
	res, err := addScored(tx, key, members, &o, lim)
	if err == nil && res.changes() {
		tx.LogList(given, wordZAdd, key)
	}
	return res, err
}

// ZIncrBy adds to the score of a member, 0 if it is missing, and returns the
// sum. given are the words that follow the key, as they are logged.
func ZIncrBy(tx *persistence.Tx, key []byte, by ScoredMember, lim ZSetLimits, given [][]byte) (float64, error) {
	one := [1]ScoredMember{by}
	res, err := addScored(tx, key, one[:], &ZAddOptions{Incr: true}, lim)
	if err == nil && res.changes() {
		tx.LogList(given, wordZIncrBy, key)
	}
	return res.Score, err
}

func (r *ZAddResult) changes() bool { return r.Added+r.Updated > 0 }

func addScored(
	tx *persistence.Tx, key []byte, members []ScoredMember, o *ZAddOptions, lim ZSetLimits,
) (res ZAddResult, err error) {
	z, err := openZSet(tx, key)
	if err != nil || !z.exists() && o.If == IfExists {
		return res, err
	}
	if err := z.gather(members); err != nil {
		return res, err
	}
	for i, m := range members {
		if err := z.apply(&res, m, o, lim); err != nil {
			z.askAheadScored(members[i:])
			return res, err
		}
	}
	if res.changes() {
		event := "zadd"
		if o.Incr {
			event = "zincr"
		}
		tx.Modified(key, persistence.EventZSet, event)
	}
	return res, nil
}

// apply is ZAdd for one member.
func (z *zsetValue) apply(res *ZAddResult, m ScoredMember, o *ZAddOptions, lim ZSetLimits) error {
	place, old, found, err := z.find(m.Member)
	if err != nil {
		return err
	}
	res.Score, res.Applied = m.Score, o.If == Always || found == (o.If == IfExists)
	switch {
	case !res.Applied:
		return nil
	case !found:
		res.Added++
		return z.add(m.Member, m.Score, lim)
	}
	if o.Incr {
		if res.Score += old; math.IsNaN(res.Score) {
			return ErrNaN
		}
	}
	if o.LessThan && res.Score >= old || o.GreaterThan && res.Score <= old {
		res.Applied = false
		return nil
	}
	if res.Score == old {
		return nil
	}
	res.Updated++
	return z.move(place, m.Member, old, res.Score)
}

// gather asks for what members and their new scores need, so that it is loaded
// together.
func (z *zsetValue) gather(members []ScoredMember) error {
	if len(members) < 2 || !z.exists() || z.packed {
		return nil
	}
	var key []byte
	return z.c.Gather(2*len(members), func(i int) []byte {
		if m := members[i/2]; i%2 == 0 {
			key = z.memberKey(key[:0], m.Member)
		} else {
			key = z.orderKey(key[:0], m.Score, m.Member)
		}
		return key
	})
}

// ZRem takes members away and returns how many there were.
func ZRem(tx *persistence.Tx, key []byte, members [][]byte) (int64, error) {
	z, err := openZSet(tx, key)
	if err != nil || !z.exists() {
		return 0, err
	}
	removed := int64(0)
	for i, m := range members {
		place, score, found, err := z.find(m)
		if err == nil && found {
			removed++
			err = z.remove(place, m, score)
		}
		if err != nil {
			z.askAhead(members[i:])
			return 0, err
		}
	}
	if removed == 0 {
		return 0, nil
	}
	tx.LogList(members, wordZRem, key)
	tx.Modified(key, persistence.EventZSet, "zrem")
	return removed, dropEmpty(tx, key, z.c)
}

// ZCard is the number of members, 0 if the key is missing.
func ZCard(tx *persistence.Tx, key []byte) (int64, error) {
	z, err := openZSet(tx, key)
	if err != nil {
		return 0, err
	}
	return z.len(), nil
}

// ZScore is the score of a member; ok is false if it is missing.
func ZScore(tx *persistence.Tx, key, member []byte) (score float64, ok bool, err error) {
	z, err := openZSet(tx, key)
	if err != nil {
		return 0, false, err
	}
	_, score, ok, err = z.find(member)
	return score, ok, err
}

// ZScores calls each for the scores of members, in the order in which they are
// given; ok is false for one that is missing.
func ZScores(tx *persistence.Tx, key []byte, members [][]byte, each func(score float64, ok bool)) error {
	z, err := openZSet(tx, key)
	if err != nil {
		return err
	}
	for i, m := range members {
		_, score, ok, err := z.find(m)
		if err != nil {
			z.askAhead(members[i:])
			return err
		}
		each(score, ok)
	}
	return nil
}

// ZRank is how many members stand before one, or after it, seen from the end;
// ok is false if it is missing.
func ZRank(tx *persistence.Tx, key, member []byte, fromEnd bool) (rank int64, ok bool, err error) {
	z, err := openZSet(tx, key)
	if err != nil {
		return 0, false, err
	}
	rank, ok, err = z.rank(member)
	if fromEnd {
		rank = z.len() - 1 - rank
	}
	return rank, ok, err
}
