package lua

import "math"

// mathLibrary opens math. Its random numbers are those of Redis: the same
// sequence in every run, on every machine.
func (r *Runtime) mathLibrary() {
	m := r.library("math", mathLib)
	m.SetField(r, "pi", Number(math.Pi))
	m.SetField(r, "huge", Number(math.Inf(1)))
	m.SetField(r, "mod", m.GetField("fmod"))
	r.random = FirstRandom
}

// unary makes a Native of a function of one number.
func unary(f func(float64) float64) Native {
	return func(t *Thread) int { return t.Return(Number(f(t.CheckNumber(1)))) }
}

// checked is unary for functions whose result, where there is none, is the
// negative one of the two things that are no number.
func checked(f func(float64) float64) Native {
	return unary(func(a float64) float64 { return invalid(f(a), a) })
}

// quiet replaces Go's own NaN.
func quiet(f func(float64) float64) func(float64) float64 {
	return func(a float64) float64 {
		if a != a {
			return a
		}
		if r := f(a); r == r {
			return r
		}
		return nan
	}
}

func fmod(a, b float64) float64 { return invalid(math.Mod(a, b), a, b) }

// binary looks at the second argument first, as the original does.
func binary(f func(a, b float64) float64) Native {
	return func(t *Thread) int {
		b := t.CheckNumber(2)
		return t.Return(Number(f(t.CheckNumber(1), b)))
	}
}

var mathLib map[string]Native

func init() {
	mathLib = map[string]Native{
		"abs": unary(math.Abs), "acos": unary(quiet(math.Acos)), "asin": unary(quiet(math.Asin)), "atan": unary(math.Atan),
		"atan2": binary(math.Atan2), "ceil": unary(math.Ceil), "cos": checked(math.Cos), "cosh": unary(quiet(math.Cosh)),
		"deg": unary(func(f float64) float64 { return f / (math.Pi / 180) }), "exp": unary(math.Exp),
		"floor": unary(math.Floor), "fmod": binary(fmod), "frexp": mathFrexp, "ldexp": mathLdexp,
		"log": checked(math.Log), "log10": unary(quiet(math.Log10)), "max": mathMax, "min": mathMin, "modf": mathModf,
		"pow": binary(pow), "rad": unary(func(f float64) float64 { return f * (math.Pi / 180) }),
		"random": mathRandom, "randomseed": mathRandomSeed, "sin": checked(math.Sin), "sinh": unary(math.Sinh),
		"sqrt": unary(math.Sqrt), "tan": checked(math.Tan), "tanh": unary(math.Tanh),
	}
}

func mathFrexp(t *Thread) int {
	f, e := math.Frexp(t.CheckNumber(1))
	return t.Return(Number(f), Int(e))
}

func mathLdexp(t *Thread) int {
	e := t.CheckInt32(2)
	return t.Return(Number(math.Ldexp(t.CheckNumber(1), e)))
}

func mathModf(t *Thread) int {
	f := t.CheckNumber(1)
	whole := math.Trunc(f)
	part := f - whole
	if math.IsInf(f, 0) {
		part = 0
	}
	return t.Return(Number(whole), Number(math.Copysign(part, f)))
}

func mathMax(t *Thread) int {
	most := t.CheckNumber(1)
	for i := 2; i <= t.NArgs(); i++ {
		if f := t.CheckNumber(i); f > most {
			most = f
		}
	}
	return t.Return(Number(most))
}

func mathMin(t *Thread) int {
	least := t.CheckNumber(1)
	for i := 2; i <= t.NArgs(); i++ {
		if f := t.CheckNumber(i); f < least {
			least = f
		}
	}
	return t.Return(Number(least))
}

// SeedRandom restarts the sequence of math.random.
func (r *Runtime) SeedRandom(seed int32) { r.random = uint64(uint32(seed))<<16 | 0x330e }

// SetRandom makes the sequence go on from a state.
func (r *Runtime) SetRandom(state uint64) { r.random = state }

// FirstRandom is the state with which Redis starts.
const FirstRandom = 0x1234abcd330e

const (
	randomFactor = 0x5deece66d
	randomStep   = 0xb
	randomMask   = 1<<48 - 1
)

// RandomJump goes over many numbers of the sequence at once.
type RandomJump struct{ factor, step uint64 }

// NewRandomJump makes one over 2^n numbers.
func NewRandomJump(n int) RandomJump {
	j := RandomJump{randomFactor, randomStep}
	for range n {
		j.step += j.step * j.factor
		j.factor *= j.factor
	}
	return j
}

// From returns the state behind the jump.
func (j RandomJump) From(state uint64) uint64 { return (state*j.factor + j.step) & randomMask }

// nextRandom is POSIX's lrand48, a linear congruence modulo 2^48.
func (r *Runtime) nextRandom() float64 {
	r.random = (r.random*randomFactor + randomStep) & randomMask
	return float64(r.random>>17%math.MaxInt32) / math.MaxInt32
}

func mathRandom(t *Thread) int {
	f := t.rt.nextRandom()
	lo, hi := 1, 0
	switch t.NArgs() {
	case 0:
		return t.Return(Number(f))
	case 1:
		hi = t.CheckInt32(1)
		if hi < 1 {
			t.ArgError(1, "interval is empty")
		}
	case 2:
		lo, hi = t.CheckInt32(1), t.CheckInt32(2)
		if hi < lo {
			t.ArgError(2, "interval is empty")
		}
	default:
		t.Errorf("wrong number of arguments")
	}
	return t.Return(Number(math.Floor(f*float64(int32(hi-lo+1))) + float64(lo)))
}

func mathRandomSeed(t *Thread) int {
	t.rt.SeedRandom(int32(t.CheckInt32(1)))
	return 0
}
