package server

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestBucketsCoverAllDurations(t *testing.T) {
	next := int64(0)
	for i := range bucketCount {
		low, high := bucketEnds(i)
		if low != next || high < low || bucketOf(low) != i || bucketOf(high) != i {
			t.Fatalf("bucket %d is [%d, %d], after %d", i, low, high, next-1)
		}
		next = high + 1
	}
	if next <= maxNanos {
		t.Errorf("the last bucket ends at %d", next-1)
	}
}

func TestPercentilesAreWithinAPercent(t *testing.T) {
	h, all := &histogram{}, make([]int64, 10000)
	for i := range all {
		all[i] = int64(math.Exp(rand.Float64() * math.Log(maxNanos)))
		h.record(all[i])
	}
	slices.Sort(all)
	var c counts
	c.add(h)
	for _, p := range []float64{0, 1, 50, 99, 99.9, 100} {
		want := float64(all[max(0, int(p/100*float64(len(all))+0.5)-1)])
		if got := float64(c.percentile(p)); math.Abs(got-want) > want/100+1 {
			t.Errorf("p%v: %v, want %v", p, got, want)
		}
	}
}

func TestDistributionCountsAll(t *testing.T) {
	h := &histogram{}
	for _, nanos := range []int64{0, 500, 1024, 1500, 40_000, 40_001, 2_000_000, maxNanos, 5 * maxNanos} {
		h.record(nanos)
	}
	var c counts
	c.add(h)
	got := c.distribution()
	// The places are those where Redis has them: each doubling of 1024 ns, plus
	// the width of its bucket.
	want := []step{{1, 3}, {2, 4}, {66, 6}, {2113, 7}, {1073741, 9}}
	if !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if (&counts{}).distribution() != nil {
		t.Error("nothing has a distribution")
	}
}
