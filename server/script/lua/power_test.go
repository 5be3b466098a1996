package lua

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestRealPower compares the way over logarithms with those that are exact to
// the last bit: multiplication, and square roots.
func TestRealPower(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 100_000 {
		a := math.Ldexp(0.5+r.Float64()/2, r.IntN(60)-30)
		n := r.IntN(65) - 32
		if n == 0 {
			continue
		}
		if want := wholePower(a, n); want-want == 0 && want > 1e-300 && realPower(a, float64(n)) != want {
			t.Fatalf("%g^%d: %g, by multiplication %g", a, n, realPower(a, float64(n)), want)
		}
		if got := realPower(a, 0.5); got != math.Sqrt(a) {
			t.Fatalf("%g^0.5: %g, the root is %g", a, got, math.Sqrt(a))
		}
	}
}

func TestPower(t *testing.T) {
	inf := math.Inf(1)
	for _, c := range []struct{ a, b, want float64 }{
		{math.Ldexp(1, 63), -2.5, 3.8705767444936467e-48}, // the value of glibc 2.36
		{10, -308, 1e-308}, {10, 308, 1e308}, {10, 309, inf}, {10, -400, 0}, {10, 308.5, inf}, {10, -330.5, 0},
		{0, 0, 1}, {0, -1, inf}, {0, 2.5, 0}, {inf, 0.5, inf}, {inf, -0.5, 0}, {0.5, inf, 0}, {1, inf, 1}, {-8, 3, -512},
		{1, 1e300, 1}, {2, -1074, 5e-324}, {math.MaxFloat64, 0.25, math.Ldexp(1, 256)},
	} {
		if got := pow(c.a, c.b); got != c.want {
			t.Errorf("%g^%g: %.17g, expected %.17g", c.a, c.b, got, c.want)
		}
	}
	if f := pow(-8, 1.0/3); f == f {
		t.Errorf("a root of a negative number: %g", f)
	}
}
