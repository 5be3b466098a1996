package server

import (
	"math/bits"
	"sync/atomic"
)

// histogram counts how long calls of one command took. A bucket is as wide as a
// 128th of its values or less, so that percentiles are within 1%. The buckets,
// and with them what LATENCY HISTOGRAM shows, are those of an HDR histogram with
// two significant digits up to a second (http://hdrhistogram.org).
type histogram [bucketCount]atomic.Uint64

const (
	halfBits    = 7
	maxNanos    = 1e9 // what took longer counts as this
	bucketCount = 24 << halfBits
)

func (h *histogram) record(nanos int64) {
	h[bucketOf(min(max(nanos, 1), maxNanos))].Add(1)
}

// bucketOf: up to 255 ns a bucket each, then 128 buckets for each doubling.
func bucketOf(nanos int64) int {
	shift := max(0, bits.Len64(uint64(nanos))-halfBits-1)
	return shift<<halfBits + int(nanos>>shift)
}

// bucketEnds are the smallest and the largest value that a bucket counts.
func bucketEnds(i int) (low, high int64) {
	shift := max(0, i>>halfBits-1)
	low = int64(i-shift<<halfBits) << shift
	return low, low + 1<<shift - 1
}

// counts is a histogram added up, for reading.
type counts struct {
	buckets [bucketCount]uint64
	total   uint64
}

var noCalls counts // not to be changed

func (c *counts) add(h *histogram) {
	for i := range h {
		n := h[i].Load()
		c.buckets[i] += n
		c.total += n
	}
}

// percentile is the largest value, in nanoseconds, of the bucket below which p
// percent of the calls lie.
func (c *counts) percentile(p float64) int64 {
	want := max(1, uint64(p/100*float64(c.total)+0.5))
	seen := uint64(0)
	for i, n := range c.buckets {
		if seen += n; seen >= want {
			low, high := bucketEnds(i)
			if p == 0 {
				return low
			}
			return high
		}
	}
	return 0
}

// step is a point of a cumulative distribution.
type step struct{ micros, calls int64 }

// distribution gives, for 1024 ns and each doubling of it, how many calls took
// at most as long as the bucket of that value; steps that add none are left out.
func (c *counts) distribution() []step {
	var steps []step
	seen, shown := uint64(0), uint64(0)
	level := int64(1024)
	for i := 0; i < bucketCount && shown < c.total; i++ {
		seen += c.buckets[i]
		low, high := bucketEnds(i)
		if low < level && i+1 < bucketCount {
			continue
		}
		if seen > shown {
			steps = append(steps, step{high / 1000, int64(seen)})
			shown = seen
		}
		level *= 2
	}
	return steps
}
