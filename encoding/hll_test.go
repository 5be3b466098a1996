package encoding

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
)

func mustAdd(t testing.TB, b []byte, elem string, sparseMax int) ([]byte, bool) {
	t.Helper()
	b, changed, err := HLLAdd(b, []byte(elem), sparseMax)
	if err != nil {
		t.Fatalf("add %q: %v", elem, err)
	}
	return b, changed
}

func TestHLLGolden(t *testing.T) {
	b := HLLNew()
	if got := hex.EncodeToString(b); got != "48594c4c010000000000000000000000"+"7fff" {
		t.Fatalf("empty: %s", got)
	}
	for _, e := range []string{"a", "b", "c"} {
		b, _ = mustAdd(t, b, e, HLLSparseMaxDefault)
	}
	n, computed, err := HLLCount(b)
	if n != 3 || !computed || err != nil {
		t.Fatalf("count %d, computed %v, %v", n, computed, err)
	}
	HLLCache(b, n)
	const want = "48594c4c010000000300000000000000" + "60f38050b1844bfb80425a"
	if got := hex.EncodeToString(b); got != want {
		t.Fatalf("a, b, c: %s, want %s", got, want)
	}
	if text, err := HLLDecode(b); err != nil || !strings.HasPrefix(text, "Z:") {
		t.Fatalf("decoded %q, %v", text, err)
	}
}

func TestHLLSelfTest(t *testing.T) {
	if testing.Short() {
		t.Skip()
	}
	if err := HLLSelfTest(); err != nil {
		t.Fatal(err)
	}
}

// A value of every size counts the same in both encodings, and what it is
// merged into counts the same again.
func TestHLLEncodingsAgree(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 30 {
		b := HLLNew()
		for range r.IntN(3000) {
			b, _ = mustAdd(t, b, strconv.FormatUint(r.Uint64(), 36), 1<<20)
		}
		HLLInvalidate(b)
		dense, err := HLLToDense(b)
		if err != nil {
			t.Fatal(err)
		}
		var regs HLLRegs
		if err := HLLMerge(&regs, b); err != nil {
			t.Fatal(err)
		}
		n1, _, _ := HLLCount(b)
		n2, _, _ := HLLCount(dense)
		if n3 := HLLCountMerged(&regs); n1 != n2 || n1 != n3 {
			t.Fatalf("sparse %d, dense %d, merged %d", n1, n2, n3)
		}
		union, err := HLLUnion(HLLNew(), &regs, true, HLLSparseMaxDefault)
		if err != nil || !bytes.Equal(union[16:], dense[16:]) {
			t.Fatalf("union differs from its only source: %v", err)
		}
	}
}

func FuzzHLL(f *testing.F) {
	b := HLLNew()
	f.Add(b, []byte("x"))
	for i := range 300 {
		b, _, _ = HLLAdd(b, []byte(strconv.Itoa(i)), HLLSparseMaxDefault)
	}
	f.Add(bytes.Clone(b), []byte("y"))
	f.Add(b[:40], []byte("y"))
	f.Fuzz(func(t *testing.T, b, elem []byte) {
		if !HLLValid(b) {
			if _, _, err := HLLAdd(b, elem, 100); err == nil {
				t.Fatal("added to what is no HyperLogLog")
			}
			return
		}
		var regs HLLRegs
		merged := HLLMerge(&regs, b) == nil
		HLLCount(b)
		if HLLIsSparse(b) {
			HLLDecode(b)
		}
		out, _, err := HLLAdd(bytes.Clone(b), elem, 100)
		if merged && err != nil {
			t.Fatalf("well-formed, but add gives %v", err)
		}
		var after HLLRegs
		if merged {
			checkRaised(t, &regs, &after, out, elem)
		}
	})
}

func checkRaised(t *testing.T, before, after *HLLRegs, out, elem []byte) {
	if err := HLLMerge(after, out); err != nil {
		t.Fatal(err)
	}
	i, rank := hllPosition(elem)
	before[i] = max(before[i], rank)
	if *before != *after {
		t.Fatal("another register changed")
	}
}

func BenchmarkHLLAdd(b *testing.B) {
	for _, n := range []int{10, 500, 100_000} {
		b.Run(fmt.Sprintf("after=%d", n), func(b *testing.B) {
			h := HLLNew()
			for i := range n {
				h, _, _ = HLLAdd(h, []byte(strconv.Itoa(i)), HLLSparseMaxDefault)
			}
			elem := []byte("element:0000000")
			for i := 0; b.Loop(); i++ {
				// Elements seen before, as in use: the value keeps its size.
				copy(elem, strconv.Itoa(i%n))
				h, _, _ = HLLAdd(h, elem[:len(strconv.Itoa(i%n))], HLLSparseMaxDefault)
			}
		})
	}
}

func BenchmarkHLLCount(b *testing.B) {
	for _, n := range []int{500, 100_000} {
		b.Run(fmt.Sprintf("of=%d", n), func(b *testing.B) {
			h := HLLNew()
			for i := range n {
				h, _, _ = HLLAdd(h, []byte(strconv.Itoa(i)), HLLSparseMaxDefault)
			}
			for b.Loop() {
				HLLCount(h)
			}
		})
	}
}
