package encoding

import "math"

// GeoShape is what a search covers: a circle around a place, or a box as wide
// and as high as it says through its middle. Lengths are in meters.
type GeoShape struct {
	Center        GeoPoint
	Radius        float64
	Width, Height float64
	Box           bool
}

// Covers tells whether a place is within the shape, and how far from its middle
// it is in meters.
func (s *GeoShape) Covers(p GeoPoint) (distance float64, ok bool) {
	if s.Box && !s.boxCovers(p) {
		return 0, false
	}
	distance = GeoDistance(s.Center, p)
	return distance, s.Box || distance <= s.Radius
}

// boxCovers measures along the meridian of p and along its parallel.
func (s *GeoShape) boxCovers(p GeoPoint) bool {
	return GeoDistance(p, GeoPoint{p.Longitude, s.Center.Latitude}) <= s.Height/2 &&
		GeoDistance(p, GeoPoint{s.Center.Longitude, p.Latitude}) <= s.Width/2
}

// GeoRange is a range of scores, End not included.
type GeoRange struct{ From, End float64 }

// geoAround are the places of the cells of a search, seen from the middle, in
// the order in which Redis looks at them, which is that of unsorted results.
var geoAround = [...]struct{ east, north int }{
	{0, 0}, {0, 1}, {0, -1}, {1, 0}, {-1, 0}, {1, 1}, {-1, 1}, {1, -1}, {-1, -1},
}

// Ranges appends the ranges of scores that hold all places of the shape: those
// of the cell in the middle and of the cells around it, as large as needed, but
// without those that the shape does not reach.
func (s *GeoShape) Ranges(dst []GeoRange) []GeoRange {
	box := s.bounds()
	middle := s.middle(box)
	area := middle.area()
	var last geoCell
	for i, at := range geoAround {
		if middle.steps >= 2 && area.skips(box, at.east, at.north) {
			continue
		}
		cell := middle.neighbor(at.east, at.north)
		// There are so few of the largest cells that neighbors may be the same.
		if cell == last {
			continue
		}
		if i > 0 {
			last = cell
		}
		from, end := cell.scores()
		dst = append(dst, GeoRange{from, end})
	}
	return dst
}

// skips tells that what is searched, within box, ends in the area before it
// reaches the neighbor there.
func (a geoArea) skips(box geoArea, east, north int) bool {
	return north < 0 && a.south < box.south || north > 0 && a.north > box.north ||
		east < 0 && a.west < box.west || east > 0 && a.east > box.east
}

// reach is how far from the middle of the shape its places are at most.
func (s *GeoShape) reach() float64 {
	if s.Box {
		return math.Sqrt(float64(s.Width/2*(s.Width/2)) + float64(s.Height/2*(s.Height/2)))
	}
	return s.Radius
}

// bounds is a rectangle around the shape. It may go beyond the map.
func (s *GeoShape) bounds() geoArea {
	width, height := s.Radius, s.Radius
	if s.Box {
		width, height = s.Width/2, s.Height/2
	}
	latitude := height / geoEarthMeters / degree
	// A degree of longitude is shorter the nearer the pole.
	far := s.Center.Latitude + math.Copysign(latitude, s.Center.Latitude)
	longitude := width / geoEarthMeters / math.Cos(far*degree) / degree
	return geoArea{
		west: s.Center.Longitude - longitude, east: s.Center.Longitude + longitude,
		south: s.Center.Latitude - latitude, north: s.Center.Latitude + latitude,
	}
}

// geoMercatorMeters is half the circumference of the globe as the map has it.
const geoMercatorMeters = 20037726.37

// steps estimates of what size cells must be so that nine of them cover the
// shape.
func (s *GeoShape) steps() int {
	steps, reach := 1, s.reach()
	if reach == 0 {
		return geoSteps
	}
	for ; reach < geoMercatorMeters; reach *= 2 {
		steps++
	}
	steps -= 2
	if math.Abs(s.Center.Latitude) > 66 {
		steps--
	}
	if math.Abs(s.Center.Latitude) > 80 {
		steps--
	}
	return max(1, min(geoSteps, steps))
}

// middle is the cell with the middle of the shape, of such a size that it and
// those around it cover everything: the estimate does not know where in its
// cell the middle lies.
func (s *GeoShape) middle(box geoArea) geoCell {
	steps := s.steps()
	c := geoCellOf(s.Center, steps)
	north, south := c.neighbor(0, 1).area().north, c.neighbor(0, -1).area().south
	east, west := c.neighbor(1, 0).area().east, c.neighbor(-1, 0).area().west
	short := north < box.north || south > box.south || east < box.east || west > box.west
	if steps > 1 && short {
		return geoCellOf(s.Center, steps-1)
	}
	return c
}
