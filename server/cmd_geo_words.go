package server

import "github.com/cairndb/cairn/types"

// geoWord is an option word of a search: how many arguments follow it, and what
// they do. A word that does not fit what came before is none; take says so.
type geoWord struct {
	word string
	args int
	take func(s *geoSearch, c *Call, args [][]byte) (fits bool, err error)
}

// flag is a word that nothing follows.
func flag(word string, set func(s *geoSearch)) geoWord {
	return geoWord{word, 0, func(s *geoSearch, _ *Call, _ [][]byte) (bool, error) {
		set(s)
		return true, nil
	}}
}

// storeAt is a word that a key follows where the result goes.
func storeAt(word string, distance bool) geoWord {
	return geoWord{word, 1, func(s *geoSearch, _ *Call, args [][]byte) (bool, error) {
		s.dest, s.storeDistance = args[0], distance
		return true, nil
	}}
}

// The words of the commands.
var (
	geoWords = []geoWord{
		flag("withdist", func(s *geoSearch) { s.withDistance = true }),
		flag("withhash", func(s *geoSearch) { s.withHash = true }),
		flag("withcoord", func(s *geoSearch) { s.withPlace = true }),
		flag("any", func(s *geoSearch) { s.Any = true }),
		flag("asc", func(s *geoSearch) { s.Order = types.GeoNearestFirst }),
		flag("desc", func(s *geoSearch) { s.Order = types.GeoFarthestFirst }),
		{"count", 1, (*geoSearch).takeCount},
	}

	geoRadiusWords = append(geoWords[:len(geoWords):len(geoWords)],
		storeAt("store", false),
		storeAt("storedist", true),
	)

	geoSearchWords = append(geoWords[:len(geoWords):len(geoWords)],
		geoWord{"frommember", 1, (*geoSearch).takeMember},
		geoWord{"fromlonlat", 2, (*geoSearch).takePlace},
		geoWord{"byradius", 2, (*geoSearch).takeRadius},
		geoWord{"bybox", 3, (*geoSearch).takeBox},
	)

	geoSearchStoreWords = append(geoSearchWords[:len(geoSearchWords):len(geoSearchWords)],
		flag("storedist", func(s *geoSearch) { s.storeDistance = true }),
	)
)

// parse reads option words. What they name is looked up on the way, so that the
// first mistake is the one that is told.
func (s *geoSearch) parse(c *Call, args [][]byte, words []geoWord) error {
	for len(args) > 0 {
		w := findGeoWord(args, words)
		if w == nil {
			return errSyntax
		}
		fits, err := w.take(s, c, args[1:1+w.args])
		if err != nil {
			return err
		}
		if !fits {
			return errSyntax
		}
		args = args[1+w.args:]
	}
	return nil
}

// findGeoWord finds the word that args begin with, if enough follows it.
func findGeoWord(args [][]byte, words []geoWord) *geoWord {
	for i := range words {
		if w := &words[i]; isWord(args[0], w.word) && len(args) > w.args {
			return w
		}
	}
	return nil
}

func (s *geoSearch) takeCount(_ *Call, args [][]byte) (bool, error) {
	n, err := intArg(args[0])
	if err == nil && n <= 0 {
		err = errGeoCount
	}
	s.Count = n
	return true, err
}

func (s *geoSearch) takeMember(c *Call, args [][]byte) (bool, error) {
	if s.place && !s.byMember {
		return false, nil
	}
	s.place, s.byMember = true, true
	if !s.exists {
		return true, nil
	}
	return true, s.fromMember(c, args[0])
}

func (s *geoSearch) takePlace(_ *Call, args [][]byte) (bool, error) {
	if s.byMember {
		return false, nil
	}
	s.place = true
	var err error
	s.Shape.Center, err = placeArgs(args)
	return true, err
}

func (s *geoSearch) takeRadius(_ *Call, args [][]byte) (bool, error) {
	if s.shape && s.Shape.Box {
		return false, nil
	}
	s.shape = true
	return true, s.radius(args)
}

func (s *geoSearch) takeBox(_ *Call, args [][]byte) (bool, error) {
	if s.shape && !s.Shape.Box {
		return false, nil
	}
	s.shape = true
	return true, s.box(args)
}
