package encoding

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
)

// hllOracle keeps one value here and the same in Redis.
type hllOracle struct {
	*oracle
	key string
	b   []byte
	max int
}

func (h *hllOracle) compare(what string) {
	h.t.Helper()
	if got, want := string(h.b), h.do("GET", h.key); got != want {
		h.t.Fatalf("%s: %s differs\n got %x\nwant %x", what, h.key, got, want)
	}
}

func (h *hllOracle) add(elems []string) {
	h.t.Helper()
	created := h.b == nil
	changed := created
	if created {
		h.b = HLLNew()
	}
	for _, e := range elems {
		var c bool
		h.b, c = mustAdd(h.t, h.b, e, h.max)
		changed = changed || c
	}
	if changed {
		HLLInvalidate(h.b)
	}
	want := h.do(append([]string{"PFADD", h.key}, elems...)...)
	if (want == int64(1)) != changed {
		h.t.Fatalf("PFADD: changed %v, redis says %v", changed, want)
	}
}

func (h *hllOracle) count() {
	h.t.Helper()
	n, computed, err := HLLCount(h.b)
	if err != nil {
		h.t.Fatal(err)
	}
	if computed {
		HLLCache(h.b, n)
	}
	if want := h.do("PFCOUNT", h.key); want != int64(n) {
		h.t.Fatalf("PFCOUNT %d, redis says %v", n, want)
	}
}

func (h *hllOracle) merge(srcs ...*hllOracle) {
	h.t.Helper()
	var regs HLLRegs
	dense := false
	args := []string{"PFMERGE", h.key}
	for i, s := range append([]*hllOracle{h}, srcs...) {
		if i > 0 {
			args = append(args, s.key)
		}
		if s.b == nil {
			continue
		}
		dense = dense || !HLLIsSparse(s.b)
		if err := HLLMerge(&regs, s.b); err != nil {
			h.t.Fatal(err)
		}
	}
	if h.b == nil {
		h.b = HLLNew()
	}
	var err error
	if h.b, err = HLLUnion(h.b, &regs, dense, h.max); err != nil {
		h.t.Fatal(err)
	}
	if got := h.do(args...); got != "OK" {
		h.t.Fatal(got)
	}
}

func randomElems(r *rand.Rand, n int) []string {
	out := make([]string, n)
	for i := range out {
		b := make([]byte, r.IntN(24))
		for j := range b {
			b[j] = byte(r.Uint32())
		}
		out[i] = string(b)
	}
	return out
}

func TestHLLAddsLikeRedis(t *testing.T) {
	for _, sparseMax := range []int{HLLSparseMaxDefault, 100, 0, 15000} {
		o := startOracle(t, "--hll-sparse-max-bytes", strconv.Itoa(sparseMax))
		r := rand.New(rand.NewPCG(3, uint64(sparseMax)))
		h := &hllOracle{oracle: o, key: "h", max: sparseMax}
		total := 20_000
		if sparseMax == HLLSparseMaxDefault && !testing.Short() {
			total = 200_000
		}
		for n := 0; n < total; {
			batch := r.IntN(2 + n/20)
			h.add(randomElems(r, batch))
			n += batch
			h.compare(fmt.Sprintf("after %d adds", n))
			if r.IntN(2) == 0 {
				h.count()
				h.compare(fmt.Sprintf("count after %d adds", n))
			}
		}
		o.conn.Close()
	}
}

func TestHLLMergesLikeRedis(t *testing.T) {
	o := startOracle(t)
	r := rand.New(rand.NewPCG(5, 6))
	sizes := []int{-1, 0, 1, 10, 100, 500, 1000, 2000, 5000, 50000}
	for round := range 30 {
		o.do("FLUSHALL")
		vals := make([]*hllOracle, 4)
		args := []string{"PFCOUNT"}
		var regs HLLRegs
		for i := range vals {
			h := &hllOracle{oracle: o, key: fmt.Sprint("h", i), max: HLLSparseMaxDefault}
			if n := sizes[r.IntN(len(sizes))]; n >= 0 {
				h.add(randomElems(r, n))
			}
			if h.b != nil {
				if err := HLLMerge(&regs, h.b); err != nil {
					t.Fatal(err)
				}
			}
			vals[i] = h
			args = append(args, h.key)
		}
		if got, want := HLLCountMerged(&regs), o.do(args...); want != int64(got) {
			t.Fatalf("PFCOUNT of several: %d, redis says %v", got, want)
		}
		vals[0].merge(vals[1:]...)
		vals[0].compare(fmt.Sprintf("merge %d", round))
		vals[0].count()
		vals[0].compare(fmt.Sprintf("count of merge %d", round))
	}
}

// Dense values with registers that no element can bring about: the tail of the
// estimator.
func TestHLLCountsAnyDenseLikeRedis(t *testing.T) {
	o := startOracle(t)
	r := rand.New(rand.NewPCG(7, 8))
	for top := 1; top <= 64; top++ {
		var regs HLLRegs
		floor := r.IntN(top)
		for i := range regs {
			regs[i] = byte(floor + r.IntN(top-floor))
		}
		b, err := HLLUnion(HLLNew(), &regs, true, HLLSparseMaxDefault)
		if err != nil {
			t.Fatal(err)
		}
		o.do("SET", "h", string(b))
		h := &hllOracle{oracle: o, key: "h", b: b}
		h.count()
		h.compare("after count")
	}
}

func TestHLLDebugLikeRedis(t *testing.T) {
	o := startOracle(t)
	h := &hllOracle{oracle: o, key: "h", max: HLLSparseMaxDefault}
	for n := range 9 {
		h.add(randomElems(rand.New(rand.NewPCG(9, uint64(n))), 1<<n))
		got, err := HLLDecode(h.b)
		if want := o.do("PFDEBUG", "DECODE", "h"); err != nil || got != want {
			t.Fatalf("decode: %v\n got %s\nwant %s", err, got, want)
		}
	}
	var regs HLLRegs
	if err := HLLMerge(&regs, h.b); err != nil {
		t.Fatal(err)
	}
	list := o.do("PFDEBUG", "GETREG", "h").([]any)
	for i, want := range list {
		if int64(regs[i]) != want {
			t.Fatalf("register %d is %d, redis says %v", i, regs[i], want)
		}
	}
	// GETREG turned the key dense.
	var err error
	if h.b, err = HLLToDense(h.b); err != nil {
		t.Fatal(err)
	}
	h.compare("TODENSE")
}

// What Redis finds corrupt or not at all a HyperLogLog, and what it does not.
func TestHLLDamageLikeRedis(t *testing.T) {
	o := startOracle(t)
	r := rand.New(rand.NewPCG(10, 11))
	good := HLLNew()
	for range 40 {
		good, _ = mustAdd(t, good, strconv.FormatUint(r.Uint64(), 36), HLLSparseMaxDefault)
	}
	for range 3000 {
		b := bytes.Clone(good)
		// Only damage that Redis survives: it reads beyond a cut XZERO.
		for range 1 + r.IntN(2) {
			at := r.IntN(len(b))
			if at < 16 || b[at]&0x80 != 0 {
				b[at] ^= 0x80 >> r.IntN(8)
			}
		}
		if last := len(b) - 1; b[last]&0xc0 == 0x40 {
			continue
		}
		o.do("SET", "h", string(b))
		compareDamaged(t, b, o.do("PFCOUNT", "h"))
	}
}

func compareDamaged(t *testing.T, b []byte, reply any) {
	t.Helper()
	n, _, err := HLLCount(b)
	text, isErr := reply.(redisError)
	switch {
	case !isErr:
		if err != nil || int64(n) != reply {
			t.Fatalf("%x: count %d, %v; redis says %v", b, int64(n), err, reply)
		}
	case strings.HasPrefix(string(text), "WRONGTYPE"):
		if HLLValid(b) {
			t.Fatalf("%x: redis says %v", b, text)
		}
	default:
		if !HLLValid(b) || !errors.Is(err, ErrHLLCorrupt) {
			t.Fatalf("%x: count %d, %v; redis says %v", b, n, err, text)
		}
	}
}
