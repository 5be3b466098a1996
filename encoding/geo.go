package encoding

// Places on the globe as sorted sets keep them (geohash.c of Redis 7.0): each
// coordinate is cut in halves again and again, which gives a bit each time, and
// the bits of both are interleaved, those of the longitude first. 26 halvings
// make 52 bits, which a score holds exactly.

// GeoPoint is a place, in degrees.
type GeoPoint struct {
	Longitude, Latitude float64
}

// The ends of what can be stored: Web Mercator has no poles.
const (
	geoLongitudeMax = 180
	geoLatitudeMax  = 85.05112878
)

// geoSteps is how many bits of a coordinate a score has.
const geoSteps = 26

// Valid tells whether a place can be stored.
func (p GeoPoint) Valid() bool {
	return p.Longitude >= -geoLongitudeMax && p.Longitude <= geoLongitudeMax &&
		p.Latitude >= -geoLatitudeMax && p.Latitude <= geoLatitudeMax
}

// GeoScore is the score of a place. REQUIRES: it is valid.
func GeoScore(p GeoPoint) float64 {
	return float64(geoCellOf(p, geoSteps).bits)
}

// GeoPlace is the place of a score: the middle of the cell that it names. Any
// score has one.
func GeoPlace(score float64) GeoPoint {
	a := geoCell{bits: floatBits(score), steps: geoSteps}.area()
	return GeoPoint{
		Longitude: clamp((a.west+a.east)/2, geoLongitudeMax),
		Latitude:  clamp((a.south+a.north)/2, geoLatitudeMax),
	}
}

func clamp(f, limit float64) float64 { return max(-limit, min(limit, f)) }

// floatBits makes an integer of a float as C does on amd64, whatever the float
// is: below 0 it wraps around, and what has no place becomes 0 or the sign bit.
func floatBits(f float64) uint64 {
	const half = 1 << 63
	switch {
	case f >= 2*half:
		return 0
	case f >= half:
		return uint64(int64(f-half)) ^ half
	case f >= -half:
		return uint64(int64(f))
	}
	return half
}

const geoAlphabet = "0123456789bcdefghjkmnpqrstuvwxyz"

// GeoHashText is the geohash of a score as the world writes it, in 11 letters.
// Those halve the latitude from pole to pole; the last one has no bits left.
func GeoHashText(score float64) [11]byte {
	p := GeoPlace(score)
	longitude := uint32((p.Longitude + 180) / 360 * (1 << geoSteps))
	latitude := uint32((p.Latitude + 90) / 180 * (1 << geoSteps))
	bits := interleave(longitude, latitude)
	var text [11]byte
	for i := range text {
		shift := 2*geoSteps - 5*(i+1)
		if shift < 0 {
			text[i] = geoAlphabet[0]
			continue
		}
		text[i] = geoAlphabet[bits>>shift&31]
	}
	return text
}

// geoCell is all places that share the first steps bits of each coordinate.
type geoCell struct {
	bits  uint64
	steps int
}

// geoArea is a rectangle of longitudes and latitudes.
type geoArea struct {
	west, east, south, north float64
}

// geoCellOf is the cell that a place lies in.
func geoCellOf(p GeoPoint, steps int) geoCell {
	size := float64(uint64(1) << steps)
	longitude := (p.Longitude + geoLongitudeMax) / (2 * geoLongitudeMax)
	latitude := (p.Latitude + geoLatitudeMax) / (2 * geoLatitudeMax)
	return geoCell{interleave(uint32(uint64(longitude*size)), uint32(uint64(latitude*size))), steps}
}

// area is what the cell covers.
func (c geoCell) area() geoArea {
	longitude, latitude := deinterleave(c.bits)
	return geoArea{
		west:  geoEdge(longitude, c.steps, geoLongitudeMax),
		east:  geoEdge(longitude+1, c.steps, geoLongitudeMax),
		south: geoEdge(latitude, c.steps, geoLatitudeMax),
		north: geoEdge(latitude+1, c.steps, geoLatitudeMax),
	}
}

// geoEdge is where the nth of the cells of one coordinate begins. Its products
// are rounded by themselves, as elsewhere: no fused additions.
func geoEdge(n uint32, steps int, limit float64) float64 {
	part := float64(n) / float64(uint64(1)<<steps)
	return -limit + float64(part*(2*limit))
}

// neighbor is the cell next to c, east and north by -1, 0 or 1. At the ends of
// the map it is one at the other end.
func (c geoCell) neighbor(east, north int) geoCell {
	longitude, latitude := deinterleave(c.bits)
	return geoCell{interleave(geoMove(longitude, east, c.steps), geoMove(latitude, north, c.steps)), c.steps}
}

// geoMove goes on by a number of cells. The last edge of the map lies in a cell
// of its own, beyond the others, which who does not move stays in.
func geoMove(n uint32, by, steps int) uint32 {
	if by == 0 {
		return n
	}
	return (n + uint32(by)) & (1<<steps - 1)
}

// scores are the least score in the cell and the least one after it.
func (c geoCell) scores() (from, end float64) {
	shift := 2*geoSteps - 2*c.steps
	return float64(c.bits << shift), float64((c.bits + 1) << shift)
}

// interleave puts the bits of the longitude between those of the latitude, each
// before the latter's.
func interleave(longitude, latitude uint32) uint64 {
	return spread(longitude)<<1 | spread(latitude)
}

func deinterleave(bits uint64) (longitude, latitude uint32) {
	return squeeze(bits >> 1), squeeze(bits)
}

// evenBits[i] are runs of 2^i bits with as many between them.
var evenBits = [...]uint64{
	0x5555555555555555, 0x3333333333333333, 0x0f0f0f0f0f0f0f0f, 0x00ff00ff00ff00ff, 0x0000ffff0000ffff,
}

// spread moves bit i to bit 2i.
func spread(n uint32) uint64 {
	b := uint64(n)
	for i := len(evenBits) - 1; i >= 0; i-- {
		b = (b | b<<(1<<i)) & evenBits[i]
	}
	return b
}

// squeeze moves bit 2i to bit i.
func squeeze(b uint64) uint32 {
	b &= evenBits[0]
	for i := 1; i < len(evenBits); i++ {
		b = (b | b>>(1<<(i-1))) & evenBits[i]
	}
	return uint32(b | b>>16)
}
