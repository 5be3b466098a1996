package encoding

import (
	"math"
	"math/rand/v2"
	"strconv"
	"testing"
)

func TestParseIntGolden(t *testing.T) {
	for _, n := range []int64{0, 1, -1, 10, -10, math.MaxInt64, math.MinInt64, math.MinInt64 + 1, 1e18, -1e18} {
		if got, ok := ParseInt(AppendInt(nil, n)); !ok || got != n {
			t.Errorf("%d: %d, %v", n, got, ok)
		}
	}
	for _, s := range []string{"", "-", "-0", "+1", "00", "01", "-01", " 1", "1 ", "1a", "a", "0x1", "1.0",
		"9223372036854775808", "-9223372036854775809", "18446744073709551616", "10000000000000000000",
		"99999999999999999999", "100000000000000000000", "1\x00", "\xb1"} {
		if n, ok := ParseInt([]byte(s)); ok {
			t.Errorf("%q: %d", s, n)
		}
	}
}

func TestParseIntLikeRedis(t *testing.T) {
	o := startOracle(t)
	r := rand.New(rand.NewPCG(1, 10))
	for range 5000 {
		s := fromAlphabet(r, "0123456789-", 1+r.IntN(21))
		if r.IntN(2) == 0 {
			s = strconv.FormatInt(edgyInt(r), 10)
			b := []byte(s)
			b[r.IntN(len(b))] = "0123456789-+ ."[r.IntN(14)]
			s = string(b)
		}
		o.do("SET", "k", "0")
		n, ok := ParseInt([]byte(s))
		want, isInt := o.do("INCRBY", "k", s).(int64)
		if ok != isInt || n != want && ok {
			t.Fatalf("%q: %d, %v; redis says %d, %v", s, n, ok, want, isInt)
		}
	}
}

func FuzzParseInt(f *testing.F) {
	f.Add([]byte("-9223372036854775808"))
	f.Add([]byte("007"))
	f.Fuzz(func(t *testing.T, b []byte) {
		n, ok := ParseInt(b)
		want, err := strconv.ParseInt(string(b), 10, 64)
		// The one way to write a number is the way that it is printed.
		if accept := err == nil && strconv.FormatInt(want, 10) == string(b); ok != accept || ok && n != want {
			t.Fatalf("%q: %d, %v; strconv says %d, %v", b, n, ok, want, err)
		}
	})
}

func BenchmarkParseInt(b *testing.B) {
	for _, s := range []string{"7", "1234567", "-9223372036854775808", "user:1000"} {
		b.Run(s, func(b *testing.B) {
			text := []byte(s)
			for b.Loop() {
				ParseInt(text)
			}
		})
	}
}
