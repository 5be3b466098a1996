package encoding

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"testing"
)

func TestParseBitField(t *testing.T) {
	good := map[string]BitField{"i1": {true, 1}, "i64": {true, 64}, "u1": {false, 1}, "u63": {false, 63}}
	for s, want := range good {
		if f, ok := ParseBitField([]byte(s)); !ok || f != want {
			t.Errorf("%s: %v %v", s, f, ok)
		}
	}
	for _, s := range []string{"", "i", "u", "i0", "u0", "u64", "i65", "u-1", "i08", "x8", "8", "I8", "i 8", "i8 "} {
		if _, ok := ParseBitField([]byte(s)); ok {
			t.Errorf("%q accepted", s)
		}
	}
}

// edgyInt returns numbers near the limits of some width, where overflow rules
// differ, more often than others.
func edgyInt(r *rand.Rand) int64 {
	n := int64(1)<<r.IntN(64) + int64(r.IntN(5)) - 2
	switch r.IntN(6) {
	case 0:
		return -n
	case 1:
		return int64(r.Uint64())
	case 2:
		return []int64{math.MinInt64, math.MaxInt64, -1, 0, 1}[r.IntN(5)]
	}
	return n
}

func TestBitFieldLikeRedis(t *testing.T) {
	o := startOracle(t)
	r := rand.New(rand.NewPCG(4, 4))
	rules := []string{"WRAP", "SAT", "FAIL"}
	b := make([]byte, 64)
	o.do("SET", "k", string(b))
	rounds := 30_000
	if testing.Short() {
		rounds = 5_000
	}
	for range rounds {
		f := BitField{Signed: r.IntN(2) == 0, Bits: 1 + uint(r.IntN(63))}
		if f.Signed && r.IntN(4) == 0 {
			f.Bits = 64
		}
		rule := BitOverflow(r.IntN(3))
		off, n := uint64(r.IntN(64*8-64)), edgyInt(r)
		name := fmt.Sprint(map[bool]string{true: "i", false: "u"}[f.Signed], f.Bits)
		verb := []string{"SET", "INCRBY"}[r.IntN(2)]
		old := f.Get(b, off)
		var next int64
		var ok bool
		if verb == "SET" {
			next, ok = f.Add(n, 0, rule)
		} else {
			next, ok = f.Add(old, n, rule)
		}
		var got any
		if ok {
			f.Put(b, off, next)
			got = map[string]int64{"SET": old, "INCRBY": next}[verb]
		}
		want := o.do("BITFIELD", "k", "OVERFLOW", rules[rule], verb, name, fmt.Sprint(off), strconv.FormatInt(n, 10)).([]any)[0]
		if got != want {
			t.Fatalf("%s %s %s #%d %d, was %d: %v, redis says %v", rules[rule], verb, name, off, n, old, got, want)
		}
	}
	if want := o.do("GET", "k"); string(b) != want {
		t.Fatalf("got %x\nwant %x", b, want)
	}
}

// A field gathered from the bytes that it touches is the field.
func TestBitFieldInPieces(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	b := make([]byte, 32)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	for range 5000 {
		f := BitField{Signed: true, Bits: 1 + uint(r.IntN(64))}
		off := uint64(r.IntN(40 * 8))
		first, end := f.Bytes(off)
		if end-first > 9 {
			t.Fatalf("%d bits at %d touch bytes %d to %d", f.Bits, off, first, end)
		}
		piece := b[min(int(first), len(b)):min(int(end), len(b))]
		if got, want := f.Get(piece, off-8*first), f.Get(b, off); got != want {
			t.Fatalf("%d bits at %d: %d from the piece, %d from all", f.Bits, off, got, want)
		}
	}
}

func BenchmarkBitField(b *testing.B) {
	f, buf := BitField{Signed: true, Bits: 13}, make([]byte, 64)
	for b.Loop() {
		v, _ := f.Add(f.Get(buf, 101), 3, BitWrap)
		f.Put(buf, 101, v)
	}
}
