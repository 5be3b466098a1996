package server

import (
	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/types"
)

func init() {
	bind("geosearch", geosearch)
	bind("geosearchstore", geosearchstore)
	bind("georadius", georadius)
	bind("georadius_ro", georadiusRO)
	bind("georadiusbymember", georadiusbymember)
	bind("georadiusbymember_ro", georadiusbymemberRO)
}

// geoSearch is what GEOSEARCH or one of its relatives is asked for.
type geoSearch struct {
	types.GeoQuery
	key    []byte
	exists bool // the key does
	unit   float64

	withDistance, withHash, withPlace bool

	dest          []byte // nil: reply with what is found
	storeDistance bool

	// What was given, by those who have the choice.
	place, byMember, shape bool
}

// GEOSEARCH key FROMMEMBER member|FROMLONLAT longitude latitude
// BYRADIUS radius M|KM|FT|MI|BYBOX width height M|KM|FT|MI [ASC|DESC]
// [COUNT count [ANY]] [WITHCOORD] [WITHDIST] [WITHHASH]
func geosearch(c *Call) error {
	s := geoSearch{key: c.Key(1)}
	return c.geoSearch(&s, c.Args[2:], geoSearchWords)
}

// GEOSEARCHSTORE destination source FROMMEMBER member|FROMLONLAT longitude latitude
// BYRADIUS radius M|KM|FT|MI|BYBOX width height M|KM|FT|MI [ASC|DESC]
// [COUNT count [ANY]] [STOREDIST]
func geosearchstore(c *Call) error {
	s := geoSearch{key: c.Key(2), dest: c.Key(1)}
	return c.geoSearch(&s, c.Args[3:], geoSearchStoreWords)
}

// geoSearch reads the words, looks up what they name, and searches.
func (c *Call) geoSearch(s *geoSearch, args [][]byte, words []geoWord) error {
	if err := s.open(c); err != nil {
		return err
	}
	if err := s.parse(c, args, words); err != nil {
		return err
	}
	if s.dest != nil && s.replies() {
		return errGeoSearchStore
	}
	if !s.place {
		return noGeoFrom(c.Args[0])
	}
	if !s.shape {
		return noGeoBy(c.Args[0])
	}
	return s.run(c, "geosearchstore")
}

// GEORADIUS key longitude latitude radius M|KM|FT|MI [WITHCOORD] [WITHDIST]
// [WITHHASH] [COUNT count [ANY]] [ASC|DESC] [STORE key] [STOREDIST key]
func georadius(c *Call) error { return c.aroundPlace(geoRadiusWords) }

// GEORADIUS_RO key longitude latitude radius M|KM|FT|MI [WITHCOORD] [WITHDIST]
// [WITHHASH] [COUNT count [ANY]] [ASC|DESC]
func georadiusRO(c *Call) error { return c.aroundPlace(geoWords) }

func (c *Call) aroundPlace(words []geoWord) error {
	s := geoSearch{key: c.Key(1)}
	if err := s.open(c); err != nil {
		return err
	}
	var err error
	if s.Shape.Center, err = placeArgs(c.Args[2:]); err != nil {
		return err
	}
	if err := s.radius(c.Args[4:]); err != nil {
		return err
	}
	return c.around(&s, c.Args[6:], words)
}

// GEORADIUSBYMEMBER key member radius M|KM|FT|MI [WITHCOORD] [WITHDIST]
// [WITHHASH] [COUNT count [ANY]] [ASC|DESC] [STORE key] [STOREDIST key]
func georadiusbymember(c *Call) error { return c.aroundMember(geoRadiusWords) }

// GEORADIUSBYMEMBER_RO key member radius M|KM|FT|MI [WITHCOORD] [WITHDIST]
// [WITHHASH] [COUNT count [ANY]] [ASC|DESC]
func georadiusbymemberRO(c *Call) error { return c.aroundMember(geoWords) }

// aroundMember looks at neither member nor radius if the key is missing.
func (c *Call) aroundMember(words []geoWord) error {
	s := geoSearch{key: c.Key(1)}
	if err := s.open(c); err != nil {
		return err
	}
	if s.exists {
		if err := s.fromMember(c, c.Args[2]); err != nil {
			return err
		}
		if err := s.radius(c.Args[3:]); err != nil {
			return err
		}
	}
	return c.around(&s, c.Args[5:], words)
}

func (c *Call) around(s *geoSearch, args [][]byte, words []geoWord) error {
	if err := s.parse(c, args, words); err != nil {
		return err
	}
	if s.dest != nil && s.replies() {
		return errGeoRadiusStore
	}
	return s.run(c, "georadiusstore")
}

// open looks at the key before everything else. Commands that store ask for it
// too.
func (s *geoSearch) open(c *Call) error {
	c.Tx.Asks(true)
	n, err := types.ZCard(c.Tx, s.key)
	s.exists = n > 0
	return err
}

// replies tells whether more than members is wanted in the reply.
func (s *geoSearch) replies() bool { return s.withDistance || s.withHash || s.withPlace }

// run searches, and stores what is found or replies with it.
func (s *geoSearch) run(c *Call, event string) error {
	if s.Any && s.Count == 0 {
		return errAnyAlone
	}
	if s.Count > 0 && s.Order == types.GeoUnsorted && !s.Any {
		s.Order = types.GeoNearestFirst
	}
	list, err := types.GeoSearch(c.Tx, s.key, &s.GeoQuery)
	if err != nil {
		return err
	}
	if s.dest == nil {
		s.reply(c, list)
		return nil
	}
	unit := 0.0
	if s.storeDistance {
		unit = s.unit
	}
	c.Tx.Asks(false)
	c.Reply.Int(int64(len(list)))
	return types.GeoStore(c.Tx, s.dest, list, unit, c.zsetLimits(), event)
}

func (s *geoSearch) reply(c *Call, list []types.GeoMatch) {
	fields := 1
	for _, with := range []bool{s.withDistance, s.withHash, s.withPlace} {
		if with {
			fields++
		}
	}
	c.Reply.Array(len(list))
	for _, g := range list {
		if fields > 1 {
			c.Reply.Array(fields)
		}
		c.Reply.Bulk(g.Member)
		if s.withDistance {
			c.distance(g.Distance / s.unit)
		}
		if s.withHash {
			c.Reply.Int(int64(g.Score))
		}
		if s.withPlace {
			c.place(g.Place)
		}
	}
}

// fromMember takes the place of a member for the middle.
func (s *geoSearch) fromMember(c *Call, member []byte) error {
	p, ok, err := types.GeoPlace(c.Tx, s.key, member)
	if err == nil && !ok {
		err = errGeoMember
	}
	s.Shape.Center = p
	return err
}

// radius reads a radius and its unit.
func (s *geoSearch) radius(args [][]byte) error {
	r, ok := encoding.ParseDouble(args[0])
	if !ok {
		return errRadius
	}
	if r < 0 {
		return errNegativeRadius
	}
	var err error
	s.unit, err = unitArg(args[1])
	s.Shape.Box, s.Shape.Radius = false, r*s.unit
	return err
}

// box reads width, height and their unit.
func (s *geoSearch) box(args [][]byte) error {
	width, ok := encoding.ParseDouble(args[0])
	if !ok {
		return errWidth
	}
	height, ok := encoding.ParseDouble(args[1])
	if !ok {
		return errHeight
	}
	if width < 0 || height < 0 {
		return errNegativeBox
	}
	var err error
	s.unit, err = unitArg(args[2])
	s.Shape.Box, s.Shape.Width, s.Shape.Height = true, width*s.unit, height*s.unit
	return err
}
