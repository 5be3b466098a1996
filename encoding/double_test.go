package encoding

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"testing"
)

// oddFloats are texts at the edges of what strtod takes and Redis lets pass.
var oddFloats = []string{
	"", " ", "1", " 1", "1 ", "\t1", "1\n", "+1", "-1", "--1", "+-1", "+", "-", ".", "-.", ".5", "5.", "-.5", "1..2",
	"0", "-0", "+0", "0.0", "00", "007", "1e5", "1E5", "1e+5", "1e-5", "1e", "1e+", "e5", "1e5.5", "1e5 ", "1p5",
	"0x10", "0X1F", "-0x1f", "0x", "0x.", "0x.8", "0x8.", "0x1.8p1", "0x1p", "0x1p+", "0x1p-3", "0x1e5", "0xg",
	"0x1p1024", "0x1p-1074", "0x1p-1075", "0x1p-1076", "0x1.8p-1075", "1_000", "0x1_0", "0b1", "0o7", "1f", "1d", "1L",
	"inf", "-inf", "+inf", "INF", "Infinity", "-infinity", "infinit", "infx", "nan", "NaN", "-nan", "nan(1)", "nan()",
	"1e308", "1.7976931348623157e308", "1.7976931348623159e308", "1.8e308", "1e309", "-1e309", "1e400", "1e-308",
	"1e-323", "4.9e-324", "2.5e-324", "2.4e-324", "1e-324", "1e-400", "0e400", "0e-400", "0e99999999999999999999",
	"1e99999999999999999999", "1e-99999999999999999999", "1\x00", "\x001", "1\x002", "\x00", "1,5", "٣",
	"9007199254740993", "0.1", "0.30000000000000004", "123456789012345678901234567890",
	"0x1.fffffffffffff8p1023", "0x1.fffffffffffff7p1023", "0x10000000000000000000000000000p-110",
	"1e4932", "1.18973149535723176502e4932", "1.18973149535723176509e4932", "1.2e4932", "1e4933", "-1e4933", "1e-4932",
	"1e-4950", "3.6e-4951", "1.9e-4951", "1.8e-4951", "1e-4951", "1e-5000", "0x1p16383", "0x1p16384", "0x1p-16445",
	"0x1p-16446", "0x1.8p-16446", "0x1.000001p-16446", "0x1p-16447", "0x1p99999999", "0x1p-99999999",
	"0x1.ffffffffffffffffp16383", "0x1.fffffffffffffffep16383", "0x1.ffffffffffffffff8p16383", "99999999999999999.5",
	"18446744073709551615", "18446744073709551616", "18446744073709551617", "36893488147419103233",
	"0.000000000000000005", "0.000000000000000004999", "0.000000000000000015", "0.5e-17", "1.5e-17", "2.5e-17",
}

// floatLike makes texts that are numbers, or nearly so.
func floatLike(r *rand.Rand) string {
	switch r.IntN(8) {
	case 0:
		return fromAlphabet(r, "0123456789.eExXpP+-infa ", 1+r.IntN(8))
	case 1:
		return strconv.FormatFloat(r.NormFloat64(), 'f', r.IntN(20), 64)
	case 2:
		return strconv.FormatFloat(r.NormFloat64()*math.Pow(10, float64(r.IntN(40)-20)), "ef"[r.IntN(2)], r.IntN(25), 64)
	case 3:
		return fmt.Sprintf("%d.%d", r.IntN(1000)-500, r.IntN(1000))
	case 4:
		return strconv.FormatInt(edgyInt(r), 10)
	case 5:
		return "-"[:r.IntN(2)] + fromAlphabet(r, "0123456789", 1+r.IntN(30)) + "." + fromAlphabet(r, "0059", 1+r.IntN(30))
	case 6:
		return "0x" + fromAlphabet(r, "0123456789abcdef", 1+r.IntN(20)) + "." + fromAlphabet(r, "0f", r.IntN(9)) +
			fmt.Sprintf("p%d", r.IntN(200)-100)
	}
	return oddFloats[r.IntN(len(oddFloats))]
}

func TestParseAndAppendDoubleLikeRedis(t *testing.T) {
	// A listpack keeps -0 as the integer 0, a skiplist keeps the double.
	o := startOracle(t, "--zset-max-listpack-entries", "0")
	r := rand.New(rand.NewPCG(2, 10))
	check := func(s string) {
		t.Helper()
		f, ok := ParseDouble([]byte(s))
		// A score equal to the old one is not written, and 0 equals -0.
		o.do("DEL", "z")
		reply := o.do("ZADD", "z", s, "m")
		if _, refused := reply.(redisError); ok == refused {
			t.Fatalf("%q: %v, %v; redis says %v", s, f, ok, reply)
		}
		if !ok {
			return
		}
		if got, want := string(AppendDouble(nil, f)), o.do("ZSCORE", "z", "m"); got != want {
			t.Fatalf("%q: %s, redis says %v", s, got, want)
		}
	}
	for _, s := range oddFloats {
		check(s)
	}
	for range 5000 {
		check(floatLike(r))
		check(strconv.FormatFloat(math.Float64frombits(r.Uint64()), 'g', -1, 64))
	}
}

func TestParseDoubleBoundLikeRedis(t *testing.T) {
	o := startOracle(t)
	r := rand.New(rand.NewPCG(3, 10))
	scores := []float64{math.Inf(-1), -1e300, -500, -1, -0.5, 0, 1e-10, 0.5, 1, 5, 7, 16, 1000, 1e17, 1e308, math.Inf(1)}
	for i, f := range scores {
		o.do("ZADD", "z", string(AppendDouble(nil, f)), strconv.Itoa(i))
	}
	check := func(s string) {
		t.Helper()
		if len(s) > 0 && s[0] == '(' {
			return
		}
		f, ok := ParseDoubleBound([]byte(s))
		count := int64(0)
		for _, score := range scores {
			if score >= f {
				count++
			}
		}
		reply := o.do("ZCOUNT", "z", s, "+inf")
		if _, refused := reply.(redisError); ok == refused || ok && count != reply {
			t.Fatalf("%q: %v, %v, %d above; redis says %v", s, f, ok, count, reply)
		}
	}
	for _, s := range oddFloats {
		check(s)
	}
	for range 2000 {
		check(floatLike(r))
	}
}

func TestParseWeightLikeRedis(t *testing.T) {
	o := startOracle(t)
	r := rand.New(rand.NewPCG(4, 10))
	others := []string{"-inf", "-1e300", "-500", "-1", "-0.5", "0", "1e-300", "0.5", "1", "5", "7", "16", "1000", "1e17", "inf"}
	check := func(s string) {
		t.Helper()
		o.do("DEL", "l")
		o.do(append([]string{"RPUSH", "l", s}, others...)...)
		f, ok := ParseWeight([]byte(s))
		before := 0
		for _, other := range others {
			if v, _ := strconv.ParseFloat(other, 64); v < f || v == f && other < s {
				before++
			}
		}
		reply := o.do("SORT", "l", "LIMIT", strconv.Itoa(before), "1")
		_, refused := reply.(redisError)
		if ok == refused || ok && reply.([]any)[0] != s {
			t.Fatalf("%q: %v, %v, %d before; redis says %v", s, f, ok, before, reply)
		}
		if refused {
			o.dialAgain()
		}
	}
	for _, s := range oddFloats {
		check(s)
	}
	for range 2000 {
		check(floatLike(r))
	}
}

func FuzzParseDouble(f *testing.F) {
	for _, s := range oddFloats {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		ParseDoubleBound(b)
		v, ok := ParseDouble(b)
		if !ok {
			return
		}
		again, ok := ParseDouble(AppendDouble(nil, v))
		if !ok || math.Float64bits(again) != math.Float64bits(v) {
			t.Fatalf("%q is %v, printed and read %v", b, v, again)
		}
	})
}

func BenchmarkParseDouble(b *testing.B) {
	for _, s := range []string{"7", "1234567", "3.14159", "-1.5e10"} {
		b.Run(s, func(b *testing.B) {
			text := []byte(s)
			b.ReportAllocs()
			for b.Loop() {
				ParseDouble(text)
			}
		})
	}
}

func BenchmarkAppendDouble(b *testing.B) {
	for _, f := range []float64{7, 3.14159} {
		b.Run(fmt.Sprint(f), func(b *testing.B) {
			buf := make([]byte, 0, 64)
			for b.Loop() {
				AppendDouble(buf, f)
			}
		})
	}
}
