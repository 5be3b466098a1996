package encoding

import (
	"errors"
	"math/rand/v2"
	"reflect"
	"strconv"
	"strings"
	"testing"
)

func TestLCSGolden(t *testing.T) {
	res, err := LCS([]byte("ohmytext"), []byte("mynewtext"), LCSOptions{MaxBytes: 1 << 20})
	want := LCSResult{Len: 6, Seq: []byte("mytext"), Matches: []LCSMatch{{4, 7, 5, 8}, {2, 3, 0, 1}}}
	if err != nil || !reflect.DeepEqual(res, want) {
		t.Fatalf("%+v, %v", res, err)
	}
}

func TestLCSBounds(t *testing.T) {
	a := make([]byte, 99)
	// 100 * 100 cells of 4 bytes.
	if _, err := LCS(a, a, LCSOptions{MaxBytes: 39_999, LenOnly: true}); !errors.Is(err, ErrLCSTooLarge) {
		t.Fatalf("beyond the bound: %v", err)
	}
	if res, err := LCS(a, a, LCSOptions{MaxBytes: 40_000, LenOnly: true}); err != nil || res.Len != 99 {
		t.Fatalf("at the bound: %d, %v", res.Len, err)
	}
}

func randomText(r *rand.Rand, n, letters int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte('a' + r.IntN(letters))
	}
	return string(b)
}

func TestLCSLikeRedis(t *testing.T) {
	o := startOracle(t)
	r := rand.New(rand.NewPCG(6, 6))
	for range 2000 {
		letters := 1 + r.IntN(6)
		a, b := randomText(r, r.IntN(200), letters), randomText(r, r.IntN(200), letters)
		minLen := int64(r.IntN(6) - 1)
		o.do("MSET", "a", a, "b", b)
		res, err := LCS([]byte(a), []byte(b), LCSOptions{MinMatchLen: minLen, MaxBytes: 1 << 20})
		if err != nil {
			t.Fatal(err)
		}
		if want := o.do("LCS", "a", "b"); string(res.Seq) != want {
			t.Fatalf("%q, %q: %q, redis says %q", a, b, res.Seq, want)
		}
		only, _ := LCS([]byte(a), []byte(b), LCSOptions{LenOnly: true, MaxBytes: 1 << 20})
		if only.Len != len(res.Seq) || res.Len != len(res.Seq) {
			t.Fatalf("%q, %q: lengths %d, %d, %d", a, b, only.Len, res.Len, len(res.Seq))
		}
		reply := o.do("LCS", "a", "b", "IDX", "MINMATCHLEN", strconv.FormatInt(minLen, 10), "WITHMATCHLEN").([]any)
		got := make([]any, len(res.Matches))
		for i, m := range res.Matches {
			got[i] = []any{[]any{int64(m.AStart), int64(m.AEnd)}, []any{int64(m.BStart), int64(m.BEnd)}, int64(m.Len())}
		}
		if !reflect.DeepEqual(got, reply[1]) || int64(res.Len) != reply[3] {
			t.Fatalf("%q, %q, at least %d:\n got %v\nwant %v", a, b, minLen, got, reply)
		}
	}
}

func BenchmarkLCS(b *testing.B) {
	s := []byte(strings.Repeat("GATTACA", 1000))
	u := []byte(strings.Repeat("CAGT", 1500))
	for b.Loop() {
		if _, err := LCS(s, u, LCSOptions{MaxBytes: 1 << 30}); err != nil {
			b.Fatal(err)
		}
	}
}
