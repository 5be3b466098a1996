package types

import (
	"math/rand/v2"

	"github.com/cairndb/cairn/persistence"
)

// ZRandom returns a member of a sorted set, each as likely as any other; ok is
// false if the key is missing. The member is valid until the key changes.
func ZRandom(tx *persistence.Tx, key []byte) (member []byte, ok bool, err error) {
	z, err := openZSet(tx, key)
	if err != nil || !z.exists() {
		return nil, false, err
	}
	_, member, err = z.at(tx.Rand().Int64N(z.len()))
	return member, true, err
}

// ZDraw goes through members of a sorted set that are drawn by lot:
//
//	for d.Next() { d.Member(), d.Score() }; d.Err()
//
// The set must not change meanwhile.
type ZDraw struct {
	z    zsetValue
	rand *rand.Rand
	left int64
	// chosen are the ranks to be drawn still, if each may come only once.
	chosen []int64
	// all is used instead if nothing is left to chance.
	all    ZWalk
	isAll  bool
	member []byte
	score  float64
	err    error
}

// ZDrawMany draws count different members, or all if there are fewer, those from
// the highest score down. With a negative count it draws -count times, each time
// among all. A missing key has none.
func ZDrawMany(tx *persistence.Tx, key []byte, count int64) (ZDraw, error) {
	z, err := openZSet(tx, key)
	if err != nil || !z.exists() || count == 0 {
		return ZDraw{}, err
	}
	n := z.len()
	d := ZDraw{z: z, rand: tx.Rand(), left: min(count, n)}
	switch {
	case count < 0:
		d.left = -count
	case count >= n:
		d.all, d.isAll = z.walk(span{0, n}, true), true
	default:
		d.chosen = chooseDistinct(d.rand, n, count)
	}
	if err := longer(tx, d.left); err != nil || !d.isAll {
		return d, err
	}
	return d, z.loadSpan(span{0, n})
}

// Len is how many members are to come.
func (d *ZDraw) Len() int64 { return d.left }

// Next goes to the next member; false at the end, or if Err is not nil.
func (d *ZDraw) Next() bool {
	if d.left == 0 || d.err != nil {
		return false
	}
	d.left--
	if d.isAll {
		ok := d.all.Next()
		d.score, d.member, d.err = d.all.score, d.all.member, d.all.Err()
		return ok
	}
	if d.score, d.member, d.err = d.z.at(d.rank()); d.err != nil {
		d.askAhead()
	}
	return d.err == nil
}

func (d *ZDraw) rank() int64 {
	if d.chosen == nil {
		return d.rand.Int64N(d.z.len())
	}
	i := d.chosen[0]
	d.chosen = d.chosen[1:]
	return i
}

// askAhead: something has to be loaded. What else will be drawn is asked for
// too, so that it is loaded together.
func (d *ZDraw) askAhead() {
	for range min(d.left, askedAhead) {
		_, _, _ = d.z.at(d.rank())
	}
}

// Member is valid until the set changes.
func (d *ZDraw) Member() []byte { return d.member }

// Score is the member's.
func (d *ZDraw) Score() float64 { return d.score }

// Err tells why Next has returned false, nil at the end.
func (d *ZDraw) Err() error { return d.err }
