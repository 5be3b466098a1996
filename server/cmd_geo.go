package server

import (
	"strconv"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/types"
)

func init() {
	bind("geoadd", geoadd)
	bind("geopos", geopos)
	bind("geohash", geohash)
	bind("geodist", geodist)
}

// GEOADD key [NX|XX] [CH] longitude latitude member [longitude latitude member ...]
func geoadd(c *Call) error {
	var o zaddRequest
	places := c.Args[2:]
	nx, xx := false, false
options:
	for ; len(places) > 0; places = places[1:] {
		switch {
		case isWord(places[0], "nx"):
			nx, o.If = true, types.IfMissing
		case isWord(places[0], "xx"):
			xx, o.If = true, types.IfExists
		case isWord(places[0], "ch"):
			o.changed = true
		default:
			break options
		}
	}
	if len(places)%3 != 0 || len(places) == 0 || nx && xx {
		return errSyntax
	}
	members, words, err := placedMembers(places)
	if err != nil {
		return err
	}
	words = append(c.Args[2:len(c.Args)-len(places):len(c.Args)-len(places)], words...)
	res, err := types.ZAdd(c.Tx, c.Key(1), members, o.ZAddOptions, c.zsetLimits(), words)
	if err != nil {
		return err
	}
	c.added(&o, &res)
	return nil
}

// placedMembers reads longitudes, latitudes and members; words are scores and
// members as ZADD takes them.
func placedMembers(args [][]byte) (members []types.ScoredMember, words [][]byte, err error) {
	for ; len(args) > 0; args = args[3:] {
		p, err := placeArgs(args)
		if err != nil {
			return nil, nil, err
		}
		score := encoding.GeoScore(p)
		members = append(members, types.ScoredMember{Score: score, Member: args[2]})
		words = append(words, encoding.AppendInt(nil, int64(score)), args[2])
	}
	return members, words, nil
}

// placeArgs reads a longitude and a latitude.
func placeArgs(args [][]byte) (p encoding.GeoPoint, err error) {
	if p.Longitude, err = floatArg(args[0]); err != nil {
		return p, err
	}
	if p.Latitude, err = floatArg(args[1]); err != nil {
		return p, err
	}
	if !p.Valid() {
		return p, invalidPlace(p)
	}
	return p, nil
}

// GEOPOS key [member ...]
func geopos(c *Call) error {
	c.Reply.Array(len(c.Args) - 2)
	return types.ZScores(c.Tx, c.Key(1), c.Args[2:], func(score float64, ok bool) {
		if !ok {
			c.Reply.NullArray()
			return
		}
		c.place(encoding.GeoPlace(score))
	})
}

// place replies with longitude and latitude.
func (c *Call) place(p encoding.GeoPoint) {
	c.Reply.Array(2)
	c.Reply.HumanDouble(p.Longitude)
	c.Reply.HumanDouble(p.Latitude)
}

// GEOHASH key [member ...]
func geohash(c *Call) error {
	c.Reply.Array(len(c.Args) - 2)
	return types.ZScores(c.Tx, c.Key(1), c.Args[2:], func(score float64, ok bool) {
		text := encoding.GeoHashText(score)
		c.bulkOrNull(text[:], ok)
	})
}

// GEODIST key member1 member2 [M|KM|FT|MI]
func geodist(c *Call) error {
	unit := 1.0
	switch len(c.Args) {
	case 4:
	case 5:
		var err error
		if unit, err = unitArg(c.Args[4]); err != nil {
			return err
		}
	default:
		return errSyntax
	}
	a, foundA, err := types.GeoPlace(c.Tx, c.Key(1), c.Args[2])
	if err != nil {
		return err
	}
	b, foundB, err := types.GeoPlace(c.Tx, c.Key(1), c.Args[3])
	if err != nil {
		return err
	}
	if !foundA || !foundB {
		c.Reply.Null()
		return nil
	}
	c.distance(encoding.GeoDistance(a, b) / unit)
	return nil
}

// distance replies with four digits behind the point, in every protocol.
func (c *Call) distance(d float64) {
	var text [32]byte
	c.Reply.Bulk(strconv.AppendFloat(text[:0], d, 'f', 4, 64))
}

// unitArg reads a unit of length, and returns how many meters it has.
func unitArg(b []byte) (float64, error) {
	switch {
	case isWord(b, "m"):
		return 1, nil
	case isWord(b, "km"):
		return 1000, nil
	case isWord(b, "ft"):
		return 0.3048, nil
	case isWord(b, "mi"):
		return 1609.34, nil
	default:
		return 0, errUnit
	}
}
