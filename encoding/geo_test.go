package encoding

import (
	"math"
	"math/rand/v2"
	"strconv"
	"testing"
)

// edgyPlaces are at the ends of the map, and where cells meet.
var edgyPlaces = []GeoPoint{
	{0, 0}, {180, 0}, {-180, 0}, {0, geoLatitudeMax}, {0, -geoLatitudeMax}, {180, geoLatitudeMax}, {-180, -geoLatitudeMax},
	{180, -geoLatitudeMax}, {-180, geoLatitudeMax}, {90, 45}, {-90, 42.52556439}, {179.9999999, 85.0511287}, {1e-9, -1e-9},
}

func edgyPlace(r *rand.Rand) GeoPoint {
	if r.IntN(8) == 0 {
		return edgyPlaces[r.IntN(len(edgyPlaces))]
	}
	return GeoPoint{clamp(r.Float64()*362-181, geoLongitudeMax), clamp(r.Float64()*172-86, geoLatitudeMax)}
}

// near is a place not far from p: scale 1 reaches everywhere.
func (p GeoPoint) near(r *rand.Rand, scale float64) GeoPoint {
	return GeoPoint{
		clamp(p.Longitude+(r.Float64()-0.5)*360*scale, geoLongitudeMax),
		clamp(p.Latitude+(r.Float64()-0.5)*170*scale, geoLatitudeMax),
	}
}

// degrees are the coordinates in words, to the last bit.
func (p GeoPoint) degrees() []string { return []string{digits(p.Longitude), digits(p.Latitude)} }

func digits(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

func floatOf(t *testing.T, reply any) float64 {
	t.Helper()
	text, _ := reply.(string)
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatalf("%v is no number", reply)
	}
	return f
}

func TestGeoScoreLikeRedis(t *testing.T) {
	o, r := startOracle(t), rand.New(rand.NewPCG(1, 30))
	check := func(p GeoPoint) {
		t.Helper()
		o.do("DEL", "k")
		o.do(append(append([]string{"GEOADD", "k"}, p.degrees()...), "m")...)
		want := floatOf(t, o.do("ZSCORE", "k", "m"))
		if got := GeoScore(p); got != want {
			t.Fatalf("%v: score %v, redis says %v", p, got, want)
		}
		checkPlace(t, o, want)
	}
	for _, p := range edgyPlaces {
		check(p)
	}
	for range 2000 {
		check(edgyPlace(r))
	}
}

// checkPlace compares what can be said of the place of k's member m.
func checkPlace(t *testing.T, o *oracle, score float64) {
	t.Helper()
	want := o.do("GEOPOS", "k", "m").([]any)[0].([]any)
	got := GeoPlace(score)
	// 17 digits behind the point are not always all there are.
	if math.Abs(got.Longitude-floatOf(t, want[0])) > 1e-17 || math.Abs(got.Latitude-floatOf(t, want[1])) > 1e-17 {
		t.Fatalf("%v: place %v, redis says %v", score, got, want)
	}
	text := GeoHashText(score)
	if want := o.do("GEOHASH", "k", "m").([]any)[0]; string(text[:]) != want {
		t.Fatalf("%v: geohash %s, redis says %s", score, text, want)
	}
}

// Scores that ZADD has set have places too.
func TestGeoPlaceOfAnyScoreLikeRedis(t *testing.T) {
	o, r := startOracle(t), rand.New(rand.NewPCG(2, 30))
	check := func(f float64) {
		t.Helper()
		o.do("DEL", "k")
		o.do("ZADD", "k", string(AppendDouble(nil, f)), "m")
		checkPlace(t, o, ListpackScore(f))
	}
	for _, f := range append(edgyScores, -5, 1<<52, 1<<52-1, 1<<63, 1<<64, -1<<63, 1e19) {
		check(f)
	}
	for range 2000 {
		check(edgyScore(r))
		check(float64(r.Int64N(1 << 53)))
	}
}

func TestGeoValid(t *testing.T) {
	for _, p := range edgyPlaces {
		if !p.Valid() {
			t.Errorf("%v", p)
		}
	}
	for _, p := range []GeoPoint{{180.0001, 0}, {-181, 0}, {0, 85.0512}, {0, -86}, {math.Inf(1), 0}, {0, math.NaN()}} {
		if p.Valid() {
			t.Errorf("%v", p)
		}
	}
}

// storedDistances asks how far from p the places are that redis has for some
// others, in kilometers.
func storedDistances(o *oracle, p GeoPoint, others []GeoPoint) []any {
	o.do("DEL", "k", "d")
	add := []string{"GEOADD", "k"}
	for i, q := range others {
		add = append(append(add, q.degrees()...), strconv.Itoa(i))
	}
	o.do(add...)
	from := append([]string{"GEOSEARCHSTORE", "d", "k", "FROMLONLAT"}, p.degrees()...)
	o.do(append(from, "BYRADIUS", "30000", "km", "STOREDIST")...)
	ask := []string{"ZMSCORE", "d"}
	for i := range others {
		ask = append(ask, strconv.Itoa(i))
	}
	return o.do(ask...).([]any)
}

// The C library is not always right about the last bit, and not the same
// everywhere: a few differences are nobody's fault.
func TestGeoDistanceLikeRedis(t *testing.T) {
	o, r := startOracle(t), rand.New(rand.NewPCG(3, 30))
	total, differ := 0, 0
	for range 100 {
		p, scale := edgyPlace(r), math.Pow(10, -6*r.Float64())
		others := make([]GeoPoint, 50)
		for i := range others {
			others[i] = p.near(r, scale)
			if r.IntN(8) == 0 {
				others[i].Longitude = p.Longitude
			}
		}
		for i, reply := range storedDistances(o, p, others) {
			if reply == nil {
				continue
			}
			want := floatOf(t, reply)
			got := GeoDistance(p, GeoPlace(GeoScore(others[i]))) / 1000
			if math.Abs(got-want) > 4e-16*want {
				t.Fatalf("%v to %v: %v, redis says %v", p, others[i], got, want)
			}
			if total++; got != want {
				differ++
			}
		}
	}
	if total < 3000 || differ > total/100 {
		t.Errorf("%d of %d distances differ", differ, total)
	}
}

func BenchmarkGeoDistance(b *testing.B) {
	for b.Loop() {
		GeoDistance(GeoPoint{10, 20}, GeoPoint{10.5, 20.5})
	}
}
