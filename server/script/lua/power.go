package lua

import "math"

// pow is C's pow, whose result is the number nearest to the true one in all
// but a few cases; math.Pow may be off by several units in the last place.
func pow(a, b float64) float64 {
	if b == 2 {
		return a * a
	}
	if n := int(b); float64(n) == b && n > -maxWholePower && n < maxWholePower {
		if f := wholePower(a, n); f-f == 0 && f != 0 {
			return f
		}
	}
	if a > 0 && a-a == 0 && b-b == 0 {
		return realPower(a, b)
	}
	if a != a && math.Signbit(a) && math.Mod(math.Abs(b), 2) == 1 {
		return -a // as in C, whose sign is that of a product
	}
	return invalid(math.Pow(a, b), a, b)
}

const maxWholePower = 1 << 16

// double is a number with twice the precision of a float64: the sum of two, of
// which the second is less than half a unit of the first.
type double struct{ hi, lo float64 }

// sum is exact: Knuth's two-sum.
func sum(a, b float64) double {
	s := a + b
	t := s - a
	return double{s, (a - (s - t)) + (b - t)}
}

func (d double) plus(e double) double {
	s := sum(d.hi, e.hi)
	return sum(s.hi, s.lo+d.lo+e.lo)
}

func (d double) times(e double) double {
	p := d.hi * e.hi
	rest := math.FMA(d.hi, e.hi, -p) + (d.hi*e.lo + d.lo*e.hi)
	hi := p + rest
	return double{hi, rest - (hi - p)}
}

// quotient is a/d.
func quotient(a float64, d double) double {
	q := a / d.hi
	return double{q, (math.FMA(-q, d.hi, a) - q*d.lo) / d.hi}
}

// wholePower multiplies. What is not finite in between comes out as not
// finite, or 0.
func wholePower(a float64, n int) float64 {
	m := n
	if n < 0 {
		m = -n
	}
	power := double{hi: 1}
	for base := (double{hi: a}); m > 0; m >>= 1 {
		if m&1 != 0 {
			power = power.times(base)
		}
		base = base.times(base)
	}
	if n < 0 {
		q := quotient(1, power)
		return q.hi + q.lo
	}
	return power.hi
}

// inverse has 1/n for small n.
var inverse = func() (list [40]double) {
	for n := range list {
		list[n] = quotient(1, double{hi: float64(n)})
	}
	return list
}()

// ln2 is the natural logarithm of 2.
var ln2 = double{math.Ln2, 2.3190468138462996e-17}

// realPower is a to the power of b, both finite, a > 0.
func realPower(a, b float64) float64 {
	z := double{hi: b}.times(logarithm(a))
	switch {
	case z.hi > 710:
		return math.Inf(1)
	case z.hi < -746:
		return 0
	}
	return exponential(z)
}

// logarithm is the natural one: with a = m * 2^e, m near 1 and
// s = (m-1)/(m+1), ln a = 2 (s + s^3/3 + s^5/5 + ...) + e ln 2.
func logarithm(a float64) double {
	m, e := math.Frexp(a)
	if m < math.Sqrt2/2 {
		m *= 2
		e--
	}
	s := quotient(m-1, sum(m, 1))
	square := s.times(s)
	var series double
	for odd := 39; odd > 0; odd -= 2 { // s < 0.172: what follows is less than 2^-100
		series = series.times(square).plus(inverse[odd])
	}
	series = series.times(s)
	return series.plus(series).plus(ln2.times(double{hi: float64(e)}))
}

// exponential is e to the power of z: with z = k ln 2 + r, 2^k times
// 1 + r (1 + r/2 (1 + r/3 ...)).
func exponential(z double) float64 {
	k := math.Round(z.hi / math.Ln2)
	r := z.plus(ln2.times(double{hi: -k}))
	one := double{hi: 1}
	series := one
	for n := 24; n > 0; n-- { // r < 0.35: what follows is less than 2^-110
		series = series.times(r).times(inverse[n]).plus(one)
	}
	return math.Ldexp(series.hi, int(k))
}
