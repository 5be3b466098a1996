package types

import (
	"bytes"
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/persistence"
)

// zsetModel is a sorted set as a plain slice in order; an empty one is a missing
// key.
type zsetModel []ScoredMember

func compareScored(a, b ScoredMember) int {
	return cmp.Or(cmp.Compare(a.Score, b.Score), bytes.Compare(a.Member, b.Member))
}

func (m zsetModel) index(member []byte) int {
	return slices.IndexFunc(m, func(s ScoredMember) bool { return bytes.Equal(s.Member, member) })
}

// set gives a member a score.
func (m *zsetModel) set(member []byte, score float64) (added, updated bool) {
	i := m.index(member)
	if i >= 0 {
		if (*m)[i].Score == score {
			return false, false
		}
		*m = slices.Delete(*m, i, i+1)
	}
	e := ScoredMember{score, member}
	at, _ := slices.BinarySearchFunc(*m, e, compareScored)
	*m = slices.Insert(*m, at, e)
	return i < 0, i >= 0
}

// zsetTest runs the same random operations on sorted sets of a store and on
// models.
type zsetTest struct {
	*testStore
	rand    *rand.Rand
	keys    [][]byte
	models  []zsetModel
	members int // of how many
	size    int // of the longest
	lim     ZSetLimits
}

// Sorted sets do what slices do, however large they are, and whether they lie in
// RAM or in tables.
func TestZSetIsASortedSlice(t *testing.T) {
	for _, sizes := range []struct{ members, bytes, entries int }{
		{10, 5, 128}, {40, 10, 20}, {2000, 10, 20}, {2000, 10, 5000}, {400, 1500, 100}, {20, 70_000, 0},
	} {
		t.Run(fmt.Sprintf("%d members of %d bytes", sizes.members, sizes.bytes), func(t *testing.T) {
			z := &zsetTest{
				testStore: newTestStore(t), rand: rand.New(rand.NewPCG(uint64(sizes.members), uint64(sizes.bytes))),
				keys: [][]byte{[]byte("a"), []byte("b"), []byte("c")}, members: sizes.members, size: sizes.bytes,
				lim: ZSetLimits{Entries: int64(sizes.entries), MemberBytes: 1000},
			}
			z.models = make([]zsetModel, len(z.keys))
			for step := range 400 {
				z.step(step)
				if z.rand.IntN(25) == 0 {
					z.chill()
				}
			}
			if err := z.store.Check(); err != nil {
				t.Error(err)
			}
		})
	}
}

// chill makes everything that is touched next come from disk.
func (z *zsetTest) chill() {
	if _, err := z.store.Checkpoint("test"); err != nil {
		z.t.Fatal(err)
	}
	z.store.EvictAll()
}

func (z *zsetTest) run(fn func(*persistence.Tx) error) {
	z.t.Helper()
	z.tx.NowMs = testNowMs
	if err := z.store.Update(z.tx, persistence.Keys{Names: z.keys}, fn); err != nil {
		z.t.Fatal(err)
	}
}

// member is one of a number of members.
func (z *zsetTest) member() []byte {
	n := z.rand.IntN(z.members)
	name := strconv.Itoa(n)
	return []byte(name + string(bytes.Repeat([]byte("x"), n%(z.size+1))))
}

// score is one that others have, too.
func (z *zsetTest) score() float64 {
	switch z.rand.IntN(10) {
	case 0:
		return edgyScores[z.rand.IntN(len(edgyScores))]
	case 1:
		return z.rand.NormFloat64()
	}
	return float64(z.rand.IntN(z.members) - z.members/2)
}

var edgyScores = []float64{math.Inf(-1), math.Inf(1), math.Copysign(0, -1), 0, 1e300, -1e300, 5e-324}

// step performs one operation and compares the sets that it changed.
func (z *zsetTest) step(step int) {
	z.t.Helper()
	i := z.rand.IntN(len(z.keys))
	key, m := z.keys[i], &z.models[i]
	what := ""
	switch n := z.rand.IntN(14); {
	case n < 5:
		what = "add"
		z.add(key, m)
	case n < 6:
		what = "incr"
		z.incr(key, m)
	case n < 7:
		what = "rem"
		z.rem(key, m)
	case n < 8:
		what = "pop"
		z.pop(key, m)
	case n < 10:
		what = "remrange"
		z.remRange(key, m)
	case n < 11:
		what = "combine"
		z.combine(i, z.rand.IntN(len(z.keys)), z.rand.IntN(len(z.keys)))
	case n < 12:
		what = "rangestore"
		z.rangeStore(i, z.rand.IntN(len(z.keys)))
	default:
		what = "look"
		z.look(key, *m)
	}
	z.compare(step, what, key, *m)
}

// compare checks that the set holds what the model holds, both ways.
func (z *zsetTest) compare(step int, what string, key []byte, m zsetModel) {
	z.t.Helper()
	all := ZRange{Last: -1}
	z.run(func(tx *persistence.Tx) error {
		got, err := ranged(tx, key, &all)
		if err != nil {
			return err
		}
		if !slices.EqualFunc(got, m, func(a, b ScoredMember) bool { return compareScored(a, b) == 0 }) {
			z.t.Fatalf("step %d, %s: %d members, want %d", step, what, len(got), len(m))
		}
		for range min(len(m), 50) {
			rank := z.rand.IntN(len(m))
			s := m[rank]
			score, ok, err := ZScore(tx, key, s.Member)
			if err != nil {
				return err
			}
			at, found, err := ZRank(tx, key, s.Member, false)
			if err != nil {
				return err
			}
			if score != s.Score || !ok || at != int64(rank) || !found {
				z.t.Fatalf("step %d, %s: member %d of %d has the score %v, %v, want %v, and the rank %d, %v",
					step, what, rank, len(m), score, ok, s.Score, at, found)
			}
		}
		return nil
	})
}

// ranged copies a range.
func ranged(tx *persistence.Tx, key []byte, r *ZRange) (list []ScoredMember, err error) {
	w, err := ZMembers(tx, key, r)
	if err != nil {
		return nil, err
	}
	for w.Next() {
		list = append(list, ScoredMember{w.Score(), bytes.Clone(w.Member())})
	}
	return list, w.Err()
}

func (z *zsetTest) add(key []byte, m *zsetModel) {
	list := make([]ScoredMember, 1+z.rand.IntN(z.members/4+1))
	var want ZAddResult
	for i := range list {
		list[i] = ScoredMember{z.score(), z.member()}
		added, updated := m.set(list[i].Member, list[i].Score)
		if added {
			want.Added++
		}
		if updated {
			want.Updated++
		}
	}
	z.run(func(tx *persistence.Tx) error {
		res, err := ZAdd(tx, key, list, ZAddOptions{}, z.lim, nil)
		if err == nil && (res.Added != want.Added || res.Updated != want.Updated) {
			z.t.Fatalf("added %+v, want %+v", res, want)
		}
		return err
	})
}

func (z *zsetTest) incr(key []byte, m *zsetModel) {
	by, member := z.rand.NormFloat64(), z.member()
	want := by
	if i := m.index(member); i >= 0 {
		want += (*m)[i].Score
	}
	m.set(member, want)
	z.run(func(tx *persistence.Tx) error {
		got, err := ZIncrBy(tx, key, ScoredMember{by, member}, z.lim, nil)
		if err == nil && got != want {
			z.t.Fatalf("sum %v, want %v", got, want)
		}
		return err
	})
}

func (z *zsetTest) rem(key []byte, m *zsetModel) {
	list, want := make([][]byte, 1+z.rand.IntN(z.members/4+1)), int64(0)
	for i := range list {
		list[i] = z.member()
		if at := m.index(list[i]); at >= 0 {
			*m = slices.Delete(*m, at, at+1)
			want++
		}
	}
	z.run(func(tx *persistence.Tx) error {
		got, err := ZRem(tx, key, list)
		if err == nil && got != want {
			z.t.Fatalf("removed %d, want %d", got, want)
		}
		return err
	})
}

func (z *zsetTest) pop(key []byte, m *zsetModel) {
	o := ZPopOptions{Max: z.rand.IntN(2) == 0, Count: int64(z.rand.IntN(z.members/8 + 2))}
	n := min(len(*m), int(o.Count))
	want := slices.Clone((*m)[:n])
	if o.Max {
		want = slices.Clone((*m)[len(*m)-n:])
		slices.Reverse(want)
		*m = (*m)[:len(*m)-n]
	} else {
		*m = slices.Clone((*m)[n:])
	}
	z.run(func(tx *persistence.Tx) error {
		var got []ScoredMember
		err := ZPop(tx, key, o, func(int64) {}, func(member []byte, score float64) {
			got = append(got, ScoredMember{score, bytes.Clone(member)})
		})
		if err == nil && !slices.EqualFunc(got, want, func(a, b ScoredMember) bool { return compareScored(a, b) == 0 }) {
			z.t.Fatalf("popped %d, want %d", len(got), len(want))
		}
		return err
	})
}

// pick makes a range, and tells which members of the model it has.
func (z *zsetTest) pick(m zsetModel) (r ZRange, from, to int) {
	r.Reverse = z.rand.IntN(2) == 0
	if z.rand.IntN(2) == 0 {
		from, to = z.rand.IntN(len(m)+1), z.rand.IntN(len(m)+1)
		r.First, r.Last = int64(from), int64(to)-1
		if to > from && z.rand.IntN(2) == 0 {
			r.First, r.Last = r.First-int64(len(m)), r.Last-int64(len(m))
		}
		if to == 0 || from >= to {
			r.First, r.Last, from, to = 1, 0, 0, 0
		}
		if r.Reverse {
			from, to = len(m)-to, len(m)-from
		}
		return r, from, to
	}
	r.By = ZByScore
	r.Score = ScoreRange{z.score(), z.score(), z.rand.IntN(2) == 0, z.rand.IntN(2) == 0}
	for to = 0; to < len(m) && (m[to].Score < r.Score.Max || m[to].Score == r.Score.Max && !r.Score.MaxOpen); to++ {
		if s := m[to].Score; s < r.Score.Min || s == r.Score.Min && r.Score.MinOpen {
			from++
		}
	}
	return r, min(from, to), to
}

func (z *zsetTest) remRange(key []byte, m *zsetModel) {
	r, from, to := z.pick(*m)
	*m = slices.Delete(*m, from, to)
	z.run(func(tx *persistence.Tx) error {
		got, err := ZRemRange(tx, key, &r, nil)
		if err == nil && got != int64(to-from) {
			z.t.Fatalf("removed %d, want %d: %+v", got, to-from, r)
		}
		return err
	})
}

func (z *zsetTest) rangeStore(dest, src int) {
	r, from, to := z.pick(z.models[src])
	z.models[dest] = slices.Clone(z.models[src][from:to])
	z.run(func(tx *persistence.Tx) error {
		got, err := ZRangeStore(tx, z.keys[dest], z.keys[src], &r, z.lim, nil)
		if err == nil && got != int64(to-from) {
			z.t.Fatalf("stored %d, want %d: %+v", got, to-from, r)
		}
		return err
	})
}

func (z *zsetTest) combine(dest, a, b int) {
	op := ZOperation(z.rand.IntN(3))
	var out zsetModel
	for _, s := range z.models[a] {
		i := z.models[b].index(s.Member)
		switch {
		case op == ZDiff && i >= 0, op == ZInter && i < 0:
			continue
		case op != ZDiff && i >= 0:
			s.Score = max(s.Score, z.models[b][i].Score)
		}
		out.set(s.Member, s.Score)
	}
	for _, s := range z.models[b] {
		if op == ZUnion && z.models[a].index(s.Member) < 0 {
			out.set(s.Member, s.Score)
		}
	}
	z.models[dest] = out
	o := ZCombination{Operation: op, Keys: [][]byte{z.keys[a], z.keys[b]}, Aggregate: ZMax}
	z.run(func(tx *persistence.Tx) error {
		_, err := ZCombineStore(tx, z.keys[dest], &o, z.lim, nil)
		return err
	})
}

// look asks for ranges, counts and scans.
func (z *zsetTest) look(key []byte, m zsetModel) {
	r, from, to := z.pick(m)
	want := slices.Clone(m[from:to])
	if r.Reverse {
		slices.Reverse(want)
	}
	z.run(func(tx *persistence.Tx) error {
		got, err := ranged(tx, key, &r)
		if err != nil {
			return err
		}
		if !slices.EqualFunc(got, []ScoredMember(want), func(a, b ScoredMember) bool { return compareScored(a, b) == 0 }) {
			z.t.Fatalf("range %+v: %d members, want %d", r, len(got), len(want))
		}
		return z.scan(tx, key, len(m))
	})
}

// scan walks with small steps: every member is met once.
func (z *zsetTest) scan(tx *persistence.Tx, key []byte, want int) error {
	seen := map[string]bool{}
	for s := (ElementScan{Count: int64(1 + z.rand.IntN(50))}); ; {
		next, err := ZScan(tx, key, s, func(member []byte, _ float64, _ bool) { seen[string(member)] = true })
		if err != nil {
			return err
		}
		if next == 0 {
			break
		}
		s.Cursor = next
	}
	if len(seen) != want {
		z.t.Fatalf("a walk met %d members of %d", len(seen), want)
	}
	return nil
}

// A small set is a listpack, and only a small one.
func TestZSetLabel(t *testing.T) {
	s := newTestStore(t)
	lim := ZSetLimits{Entries: 2, MemberBytes: 3}
	key := []byte("z")
	for _, c := range []struct {
		member string
		want   uint8
	}{{"a", encoding.ZSetListpack}, {"abc", encoding.ZSetListpack}, {"c", encoding.ZSetSkiplist}} {
		s.update(func(tx *persistence.Tx) error {
			if _, err := ZAdd(tx, key, []ScoredMember{{1, []byte(c.member)}}, ZAddOptions{}, lim, nil); err != nil {
				return err
			}
			r, err := tx.Get(key)
			if got := r.Kind().Label(); got != zsetKind(c.want) {
				t.Errorf("after %s: %v", c.member, got)
			}
			return err
		})
	}
}
