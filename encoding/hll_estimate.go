package encoding

import "math"

// hllHistogram counts the registers that hold each value. The estimate needs
// nothing else.
type hllHistogram [64]int

// estimate is the improved raw estimator of Otmar Ertl, "New cardinality
// estimation algorithms for HyperLogLog sketches" (arXiv:1702.01284, algorithm
// 6), with the operations in Redis's order: the count is cached in the value,
// so it has to agree to the last unit. Products are converted explicitly
// because Go may otherwise fuse them with an addition on some machines, and
// round differently.
func (h *hllHistogram) estimate() uint64 {
	const (
		m        = float64(HLLRegisters)
		alphaInf = 0.721347520444481703680 // 1 / (2 ln 2)
	)
	z := m * ertlTau((m-float64(h[hllRankBits+1]))/m)
	for j := hllRankBits; j >= 1; j-- {
		z += float64(h[j])
		z *= 0.5
	}
	z += float64(m * ertlSigma(float64(h[0])/m))
	e := math.Round(alphaInf * m * m / z)
	if e >= 1<<63 {
		// All registers full, which no element can bring about: the C
		// conversion of infinity.
		return 1 << 63
	}
	return uint64(e)
}

// ertlSigma corrects for registers that are still zero; x is their share.
func ertlSigma(x float64) float64 {
	if x == 1 {
		return math.Inf(1)
	}
	y, z := 1.0, x
	for {
		x *= x
		last := z
		z += float64(x * y)
		y += y
		if z == last {
			return z
		}
	}
}

// ertlTau corrects for registers that cannot grow any more; x is the share of
// the others.
func ertlTau(x float64) float64 {
	if x == 0 || x == 1 {
		return 0
	}
	y, z := 1.0, 1-x
	for {
		x = math.Sqrt(x)
		last := z
		y *= 0.5
		z -= float64(float64((1-x)*(1-x)) * y)
		if z == last {
			return z / 3
		}
	}
}
