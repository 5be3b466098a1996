package types

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/cairndb/cairn/persistence"
)

// Each pair of four numbers comes up about as often as the other.
func TestChooseDistinctIsFair(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	const rounds = 60_000
	seen := map[[2]int64]int{}
	for range rounds {
		c := chooseDistinct(r, 4, 2)
		seen[[2]int64(c)]++
	}
	if len(seen) != 6 {
		t.Fatalf("choices: %v", seen)
	}
	for c, n := range seen {
		if n < rounds/6-500 || n > rounds/6+500 {
			t.Errorf("%v: %d times of %d", c, n, rounds)
		}
	}
}

func TestChooseDistinctIsDistinct(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for n := int64(1); n < 40; n++ {
		for count := int64(0); count <= n; count++ {
			c := chooseDistinct(r, n, count)
			if int64(len(c)) != count || !slices.IsSorted(c) || len(slices.Compact(slices.Clone(c))) != len(c) {
				t.Fatalf("%d of %d: %v", count, n, c)
			}
			if count > 0 && (c[0] < 0 || c[count-1] >= n) {
				t.Fatalf("%d of %d: %v", count, n, c)
			}
		}
	}
}

// What a client can ask for is bounded, also where what there is does not bound
// it.
func TestDrawsAreBounded(t *testing.T) {
	s := newTestStore(t)
	s.update(setAdd("k", "a b c"))
	draw := func(count int64) (err error) {
		s.update(func(tx *persistence.Tx) error { _, err = SDraw(tx, testKey, count); return nil })
		return err
	}
	for count, want := range map[int64]error{-maxDraws: nil, -maxDraws - 1: ErrTooManyDraws, math.MaxInt64: nil} {
		if err := draw(count); err != want {
			t.Errorf("%d: %v, want %v", count, err, want)
		}
	}
}
