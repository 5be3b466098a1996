package encoding

import (
	"bytes"
	"encoding/hex"
	"math"
	"math/rand/v2"
	"testing"
)

func TestOrderedIntGolden(t *testing.T) {
	for n, want := range map[int64]string{
		0:             "80",
		1:             "8101",
		255:           "81ff",
		256:           "820100",
		math.MaxInt64: "887fffffffffffffff",
		-1:            "7f",
		-2:            "7efe",
		-256:          "7e00",
		-257:          "7dfeff",
		math.MinInt64: "778000000000000000",
	} {
		key := AppendOrderedInt(nil, n)
		if got := hex.EncodeToString(key); got != want {
			t.Errorf("%d: %s, want %s", n, got, want)
		}
		if back, ok := ParseOrderedInt(key); back != n || !ok {
			t.Errorf("%d: reads back as %d, %v", n, back, ok)
		}
	}
}

func TestOrderedIntKeepsOrder(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 1))
	for range 100_000 {
		a, b := edgyInt(r), edgyInt(r)
		keyA, keyB := AppendOrderedInt(nil, a), AppendOrderedInt(nil, b)
		want := 0
		if a != b {
			want = 1
		}
		if a < b {
			want = -1
		}
		if got := bytes.Compare(keyA, keyB); got != want {
			t.Fatalf("%d and %d: %x and %x", a, b, keyA, keyB)
		}
		if back, ok := ParseOrderedInt(keyA); back != a || !ok {
			t.Fatalf("%d reads back as %d, %v", a, back, ok)
		}
	}
}

func FuzzParseOrderedInt(f *testing.F) {
	f.Add([]byte{0x80})
	f.Add([]byte("\x77\x80\x00\x00\x00\x00\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, key []byte) {
		n, ok := ParseOrderedInt(key)
		if !ok {
			return
		}
		if back, ok := ParseOrderedInt(AppendOrderedInt(nil, n)); back != n || !ok {
			t.Fatalf("%x is %d, which reads back as %d", key, n, back)
		}
	})
}
