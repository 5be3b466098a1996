package encoding

import (
	"math"
	"sync"
)

// Distances are stored (STOREDIST) and compared, so the last bit counts: what
// one server says another must say too, and Redis takes sine and arc sine from
// a C library that rounds nearly all of them correctly. Package math is off by
// one in the last place too often; hence the functions of this file, which
// compute with two float64 for a number where it matters.

// geoEarthMeters is the radius of the globe.
const geoEarthMeters = 6372797.560856

const degree = math.Pi / 180

// GeoDistance is how far apart two places are in meters (haversine).
func GeoDistance(a, b GeoPoint) float64 {
	v := sine((float64(b.Longitude*degree) - float64(a.Longitude*degree)) / 2)
	latitudeA, latitudeB := a.Latitude*degree, b.Latitude*degree
	u := sine((latitudeB - latitudeA) / 2)
	h := float64(u*u) + float64(float64(float64(cosine(latitudeA)*cosine(latitudeB))*v)*v)
	return 2 * geoEarthMeters * arcSine(math.Sqrt(h))
}

// double2 is a number as the sum of two: hi is lo's sum rounded.
type double2 struct{ hi, lo float64 }

// sum2 adds without an error.
func sum2(a, b float64) double2 {
	s := a + b
	t := s - a
	return double2{s, (a - (s - t)) + (b - t)}
}

// product2 multiplies without an error.
func product2(a, b float64) double2 {
	p := float64(a * b)
	return double2{p, math.FMA(a, b, -p)}
}

func (x double2) add(y double2) double2 {
	s := sum2(x.hi, y.hi)
	return sum2(s.hi, s.lo+(x.lo+y.lo))
}

func (x double2) mul(y double2) double2 {
	p := product2(x.hi, y.hi)
	return sum2(p.hi, p.lo+(float64(x.hi*y.lo)+float64(x.lo*y.hi)))
}

func (x double2) div(n float64) double2 {
	q := x.hi / n
	p := product2(q, n)
	return sum2(q, (((x.hi-p.hi)-p.lo)+x.lo)/n)
}

func (x double2) round() float64 { return x.hi + x.lo }

// pi2 is pi.
var pi2 = double2{math.Pi, 1.2246467991473532e-16}

// trigSteps is how many entries of the table make a radian.
const trigSteps = 128

// trigEntry is the sine and the cosine of a multiple of 1/trigSteps.
type trigEntry struct{ sin, cos double2 }

// trigTable reaches to pi.
var trigTable = sync.OnceValue(func() *[trigSteps*22/7 + 2]trigEntry {
	var table [trigSteps*22/7 + 2]trigEntry
	for i := range table {
		table[i] = trigSeries(float64(i) / trigSteps)
	}
	return &table
})

// trigSeries adds up the series of sine and cosine.
func trigSeries(x float64) (e trigEntry) {
	term := double2{1, 0}
	for n := 0; n < 40; n++ {
		signed := term
		if n&2 != 0 {
			signed = double2{-term.hi, -term.lo}
		}
		if n&1 == 0 {
			e.cos = e.cos.add(signed)
		} else {
			e.sin = e.sin.add(signed)
		}
		term = term.mul(double2{x, 0}).div(float64(n + 1))
	}
	return e
}

// trig finds the entry of the table nearest to x, and what sine and cosine of
// the rest are: sin rest = rest + sinMore, cos rest = 1 + cosMore. REQUIRES: x
// is not negative and not more than pi.
func trig(x float64) (e *trigEntry, rest, sinMore, cosMore float64) {
	k := math.Floor(x*trigSteps + 0.5)
	rest = x - k/trigSteps
	q := rest * rest
	sinMore = rest * q * (-1.0/6 + q*(1.0/120-q*(1.0/5040)))
	cosMore = q * (-1.0/2 + q*(1.0/24-q*(1.0/720)))
	return &trigTable()[int(k)], rest, sinMore, cosMore
}

// sine2 is the sine of an angle of 0 to pi.
func sine2(x float64) double2 {
	e, rest, sinMore, cosMore := trig(x)
	p := product2(e.cos.hi, rest)
	s := sum2(e.sin.hi, p.hi)
	return sum2(s.hi, s.lo+(p.lo+e.sin.lo+e.cos.lo*rest+e.cos.hi*sinMore+e.sin.hi*cosMore))
}

// cosine2 is the cosine of an angle of 0 to pi.
func cosine2(x float64) double2 {
	e, rest, sinMore, cosMore := trig(x)
	p := product2(-e.sin.hi, rest)
	s := sum2(e.cos.hi, p.hi)
	return sum2(s.hi, s.lo+(p.lo+e.cos.lo-e.sin.lo*rest-e.sin.hi*sinMore+e.cos.hi*cosMore))
}

// sine is the sine of an angle between -pi and pi.
func sine(x float64) float64 { return math.Copysign(sine2(math.Abs(x)).round(), x) }

// cosine is the cosine of an angle between -pi and pi.
func cosine(x float64) float64 { return cosine2(math.Abs(x)).round() }

// arcSine is the angle of a sine of 0 to 1; rounding may have made it a little
// more than 1.
func arcSine(x float64) float64 {
	if x >= 1 {
		return math.Pi / 2
	}
	if x <= 0.7 {
		return arcSine2(double2{x, 0}).round()
	}
	// Near 1 the sine says little of the angle; that of half the complement does.
	t := (1 - x) / 2
	root := math.Sqrt(t)
	half := arcSine2(double2{root, math.FMA(-root, root, t) / (2 * root)})
	return double2{pi2.hi / 2, pi2.lo / 2}.add(double2{-2 * half.hi, -2 * half.lo}).round()
}

// arcSine2 corrects a first guess by Newton's method. REQUIRES: x is not
// negative and well below 1.
func arcSine2(x double2) double2 {
	guess := math.Asin(x.hi)
	s := sine2(guess)
	return sum2(guess, (((x.hi-s.hi)-s.lo)+x.lo)/cosine(guess))
}
