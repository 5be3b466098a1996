package encoding

import (
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"
)

// incrByFloat is the command's arithmetic: the new value, or the error text
// that Redis gives.
func incrByFloat(value, incr string) any {
	x, ok1 := ParseLongDouble([]byte(value))
	y, ok2 := ParseLongDouble([]byte(incr))
	if !ok1 || !ok2 {
		return redisError("ERR value is not a valid float")
	}
	sum := x.Add(y)
	if !sum.IsFinite() {
		return redisError("ERR increment would produce NaN or Infinity")
	}
	return string(AppendLongDouble(nil, sum))
}

func TestIncrByFloatGolden(t *testing.T) {
	for _, c := range [][3]string{
		{"0.1", "0.2", "0.3"},
		{"10.50", "0.1", "10.6"},
		{"5.0e3", "2.0e2", "5200"},
		{"0", "-0", "0"},
		{"-0.000000000000000001", "0", "0"},
		{"1", "-1", "0"},
		{"3", "0x10", "19"},
		{"18446744073709551615", "1", "18446744073709551616"},
		{"1e20", "0", "100000000000000000000"},
	} {
		if got := incrByFloat(c[0], c[1]); got != c[2] {
			t.Errorf("%s + %s: %v, want %s", c[0], c[1], got, c[2])
		}
	}
}

func TestIncrByFloatLikeRedis(t *testing.T) {
	o := startOracle(t)
	r := rand.New(rand.NewPCG(4, 10))
	rounds := 100_000
	if testing.Short() {
		rounds = 20_000
	}
	const batch = 200
	for range rounds / batch {
		var pairs [batch][2]string
		for i := range pairs {
			pairs[i] = [2]string{floatLike(r), floatLike(r)}
			if r.IntN(50) == 0 {
				pairs[i][0] = longFloat(r)
			}
			o.send("SET", "k", pairs[i][0])
			o.send("INCRBYFLOAT", "k", pairs[i][1])
		}
		for _, p := range pairs {
			o.receive()
			if got, want := incrByFloat(p[0], p[1]), o.receive(); got != want {
				t.Fatalf("%q + %q:\n got %v\nwant %v", p[0], p[1], got, want)
			}
		}
	}
}

// Every odd text as the value and as the increment.
func TestOddIncrByFloatLikeRedis(t *testing.T) {
	o := startOracle(t)
	for _, a := range oddFloats {
		for _, b := range oddFloats {
			o.send("SET", "k", a)
			o.send("INCRBYFLOAT", "k", b)
			o.receive()
			if got, want := incrByFloat(a, b), o.receive(); got != want {
				t.Fatalf("%q + %q:\n got %v\nwant %v", a, b, got, want)
			}
		}
	}
}

// longFloat makes texts around the length that Redis still reads, and
// mantissas that an exponent brings back into range.
func longFloat(r *rand.Rand) string {
	switch r.IntN(3) {
	case 0:
		return "0." + strings.Repeat("0", 4900+r.IntN(230)) + "1"
	case 1:
		n := r.IntN(4900)
		return strings.Repeat("9", n+1) + fmt.Sprintf("e-%d", n+r.IntN(20))
	default:
		n := r.IntN(5000)
		return "0." + strings.Repeat("0", n) + fmt.Sprintf("7e%d", n+r.IntN(20))
	}
}

// The integer arithmetic against math/big, at the precision of x87.
func TestLongDoubleLikeBig(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 10))
	for range 50_000 {
		x, y := randomLong(r), randomLong(r)
		if r.IntN(2) == 0 {
			y.exp = x.exp + r.IntN(140) - 70
		}
		want := new(big.Float).SetPrec(64).Add(bigOf(x), bigOf(y))
		got := x.Add(y)
		if bigOf(got).Cmp(want) != 0 {
			t.Fatalf("%v + %v: %v, big says %v", bigOf(x), bigOf(y), bigOf(got), want)
		}
		text := want.Text('f', 17)
		text = strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
		if text == "-0" {
			text = "0"
		}
		if shown := string(AppendLongDouble(nil, got)); shown != text {
			t.Fatalf("%v: %s, big says %s", want, shown, text)
		}
	}
}

func TestLongDoubleOf(t *testing.T) {
	for f, want := range map[float64]string{
		0: "0", math.Copysign(0, -1): "0", 1: "1", -2.5: "-2.5", 13.361389338970184: "13.36138933897018433",
		math.Inf(1): "inf", math.Inf(-1): "-inf", 5e-324: "0", 1 << 60: "1152921504606846976",
	} {
		if got := string(AppendLongDouble(nil, LongDoubleOf(f))); got != want {
			t.Errorf("%v: %s, want %s", f, got, want)
		}
	}
	if got := string(AppendLongDouble(nil, LongDoubleOf(math.NaN()))); got != "nan" {
		t.Errorf("NaN: %s", got)
	}
}

// randomLong returns numbers whose mantissas end in many zeros or ones more
// often than chance: ties in rounding.
func randomLong(r *rand.Rand) LongDouble {
	mant := r.Uint64()
	switch r.IntN(3) {
	case 0:
		mant <<= r.IntN(64)
	case 1:
		mant |= 1<<r.IntN(64) - 1
	}
	x := roundLong(r.IntN(2) == 0, mant|1<<63, 0, r.IntN(240)-200-64)
	return x
}

func bigOf(x LongDouble) *big.Float {
	f := new(big.Float).SetPrec(64).SetUint64(x.mant)
	f.SetMantExp(f, x.exp)
	if x.neg {
		f.Neg(f)
	}
	return f
}

func FuzzParseLongDouble(f *testing.F) {
	for _, s := range oddFloats {
		f.Add([]byte(s), []byte("0.1"))
	}
	f.Fuzz(func(t *testing.T, a, b []byte) {
		x, ok := ParseLongDouble(a)
		y, ok2 := ParseLongDouble(b)
		if !ok || !ok2 {
			return
		}
		sum := x.Add(y)
		text := AppendLongDouble(nil, sum)
		if _, ok := ParseLongDouble(text); !ok && sum.IsFinite() {
			t.Fatalf("%q + %q is %q, which does not read", a, b, text)
		}
	})
}

func BenchmarkIncrByFloat(b *testing.B) {
	for _, c := range [][2]string{{"10.5", "0.1"}, {"12345.67890123456789", "3.14159265358979323846"}} {
		b.Run(c[0], func(b *testing.B) {
			buf := make([]byte, 0, 64)
			v, incr := []byte(c[0]), []byte(c[1])
			b.ReportAllocs()
			for b.Loop() {
				x, _ := ParseLongDouble(v)
				y, _ := ParseLongDouble(incr)
				buf = AppendLongDouble(buf[:0], x.Add(y))
			}
		})
	}
}

// What redis-server 7.0 makes of timeouts in seconds.
func TestLongDoubleMillis(t *testing.T) {
	for text, want := range map[string]int64{
		"0": 0, "-0": 0, "0.0001": 1, "-0.0001": 0, "-0.0011": -1, "0.001": 1, "0.0010001": 2, "1e3": 1_000_000, "0x10": 16_000,
		"1.5": 1500, "-1.5": -1500, "1e-4000": 1, "9223372036854775.807": math.MaxInt64,
		"9223372036854776": -1 << 63, "1e400": -1 << 63, "inf": -1 << 63, "-1e400": -1 << 63,
	} {
		x, ok := ParseLongDouble([]byte(text))
		if !ok {
			t.Errorf("%s is not read", text)
		}
		got, ok := x.Millis()
		if ok == (want == -1<<63) || ok && got != want {
			t.Errorf("%s: %d %v, want %d", text, got, ok, want)
		}
	}
}
