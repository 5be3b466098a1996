package salvage

import (
	"bytes"
	"math"
	"slices"

	"github.com/zeebo/xxh3"

	"github.com/cairndb/cairn/encoding"
)

// entry is one of a tree.
type entry struct{ key, value []byte }

func sortEntries(list []entry) {
	slices.SortFunc(list, func(a, b entry) int { return bytes.Compare(a.key, b.key) })
}

// withExtras calls fn for what each hands out and for extras, both in order.
func withExtras(extras []entry, each func(fn func(key, value []byte) error) error, fn func(key, value []byte) error) error {
	before := func(key []byte) error {
		for len(extras) > 0 && (key == nil || bytes.Compare(extras[0].key, key) < 0) {
			if err := fn(extras[0].key, extras[0].value); err != nil {
				return err
			}
			extras = extras[1:]
		}
		return nil
	}
	err := each(func(key, value []byte) error {
		if err := before(key); err != nil {
			return err
		}
		return fn(key, value)
	})
	if err == nil {
		err = before(nil)
	}
	return err
}

// zset makes the two halves of a sorted set fit again: each member is found by
// its name and by its score. What one half has lost the other one tells. If they
// differ, the half by name is right.
type zset struct {
	l      *leaves
	seed   uint64
	named  map[uint64]uint64 // scores' bits, by the hash of the member
	placed map[uint64]bool   // hashes of members, where the half by score agrees
	extras []entry
}

const zsetByScore = 's'

func (z *zset) hash(member []byte) uint64 { return xxh3.HashSeed(member, z.seed) }

func isByScore(key []byte) bool { return len(key) > 0 && key[0] == zsetByScore }

func memberOf(key []byte) []byte { return encoding.HashedName(encoding.ZSetMemberHashed(key)) }

func (z *zset) emit(fn func(key, value []byte) error) error {
	z.named, z.placed = map[uint64]uint64{}, map[uint64]bool{}
	if err := z.l.entries(z.learn); err != nil {
		return err
	}
	if err := z.l.entries(z.complete); err != nil {
		return err
	}
	sortEntries(z.extras)
	return withExtras(z.extras, func(fn func(key, value []byte) error) error {
		return z.l.entries(func(key, value []byte) error {
			if isByScore(key) && !z.agrees(key, value) {
				return nil
			}
			return fn(key, value)
		})
	}, fn)
}

// learn notes what the half by name says; it comes first.
func (z *zset) learn(key, value []byte) error {
	if !isByScore(key) {
		z.named[z.hash(memberOf(key))] = math.Float64bits(encoding.ParseZSetScore(value))
		return nil
	}
	score, member := encoding.ParseZSetOrdered(key, value)
	h := z.hash(member)
	if have, ok := z.named[h]; !ok {
		z.named[h] = math.Float64bits(score)
		z.extras = append(z.extras, entry{
			slices.Clone(encoding.AppendZSetMember(nil, h, member)), encoding.AppendZSetScore(nil, score)})
		z.placed[h] = true
	} else if have == math.Float64bits(score) {
		z.placed[h] = true
	}
	return nil
}

// complete adds to the half by score what it lacks.
func (z *zset) complete(key, value []byte) error {
	if isByScore(key) {
		return nil
	}
	member := memberOf(key)
	if z.placed[z.hash(member)] {
		return nil
	}
	score := encoding.ParseZSetScore(value)
	z.extras = append(z.extras, entry{encoding.AppendZSetOrdered(nil, score, member), encoding.ZSetOrderedValue(score)})
	return nil
}

func (z *zset) agrees(key, value []byte) bool {
	score, member := encoding.ParseZSetOrdered(key, value)
	return z.named[z.hash(member)] == math.Float64bits(score)
}
