package types

import (
	"math"
	"testing"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/persistence"
)

// What is logged of sorted sets is what Redis would hand on to a replica, but
// for searches on the globe, and the events are Redis's, in its order.
func TestZSetEffects(t *testing.T) {
	byRank := func(first, last int64) *ZRange { return &ZRange{First: first, Last: last} }
	everything := LexRange{Min: LexBound{Before: true}, Max: LexBound{After: true}}
	checkEffects(t, []effectStep{
		{"ZADD", zadded("k", ZAddOptions{}, "1 a 0x2 b", 1, 2), "[ZADD k 1 a 0x2 b]", "zadd k"},
		{"ZADD of the same", zadded("k", ZAddOptions{}, "1 a 2 b", 1, 2), "", ""},
		{"ZADD in part", zadded("k", ZAddOptions{}, "1 a 3 b", 1, 3), "[ZADD k 1 a 3 b]", "zadd k"},
		{"ZADD under a condition", zadded("k", ZAddOptions{GreaterThan: true}, "GT 1 a 2 b", 1, 2), "", ""},
		{"ZADD XX of nothing", zadded("o", ZAddOptions{If: IfExists}, "XX 1 a 2 b", 1, 2), "", ""},
		{"ZADD INCR", zadded("k", ZAddOptions{Incr: true}, "INCR 1 a", 1), "[ZADD k INCR 1 a]", "zincr k"},
		{"ZADD INCR by nothing", zadded("k", ZAddOptions{Incr: true}, "INCR 0 a", 0), "", ""},
		{"ZINCRBY", zincred("a", 0.5), "[ZINCRBY k by member]", "zincr k"},
		{"ZREM", zremoved("b x"), "[ZREM k b x]", "zrem k"},
		{"ZREM of nothing", zremoved("b x"), "", ""},
		{"", zadded("k", ZAddOptions{}, "3 b 4 c", 3, 4), "[ZADD k 3 b 4 c]", "zadd k"},
		{"ZPOPMIN", zpopped(ZPopOptions{Count: 1, Plain: true}), "[ZPOPMIN k]", "zpopmin k"},
		{"ZPOPMAX with a count", zpopped(ZPopOptions{Max: true, Count: 1}), "[ZPOPMAX k 1]", "zpopmax k"},
		{"ZPOPMIN of all", zpopped(ZPopOptions{Count: 100}), "[ZPOPMIN k 1]", "zpopmin k, del k"},
		{"ZPOPMIN of nothing", zpopped(ZPopOptions{Count: 1}), "", ""},
		{"", zadded("k", ZAddOptions{}, "3 b 4 c", 3, 4), "[ZADD k 3 b 4 c]", "zadd k"},
		{"ZUNIONSTORE", zcombined(ZUnion), "[ZUNIONSTORE o 1 k]", "zunionstore o"},
		{"ZINTERSTORE", zcombined(ZInter), "[ZINTERSTORE o 1 k]", "zinterstore o"},
		{"ZDIFFSTORE", zcombined(ZDiff), "[ZDIFFSTORE o 1 k]", "zdiffstore o"},
		{"ZRANGESTORE", zrangeStored(byRank(0, 0)), "[ZRANGESTORE o k ...]", "zrangestore o"},
		{"ZRANGESTORE of nothing", zrangeStored(byRank(5, 6)), "[ZRANGESTORE o k ...]", "del o"},
		{"ZRANGESTORE of nothing again", zrangeStored(byRank(5, 6)), "", ""},
		{"ZREMRANGEBYRANK of nothing", zrangeRemoved(byRank(5, 6)), "", ""},
		{"ZREMRANGEBYRANK", zrangeRemoved(byRank(0, 0)), "[ZREMRANGEBYRANK k ...]", "zremrangebyrank k"},
		{"ZREMRANGEBYSCORE", zrangeRemoved(&ZRange{By: ZByScore, Score: ScoreRange{Max: 9}}), "[ZREMRANGEBYSCORE k ...]",
			"zremrangebyscore k, del k"},
		{"", zadded("k", ZAddOptions{}, "3 b", 3), "[ZADD k 3 b]", "zadd k"},
		{"ZREMRANGEBYLEX", zrangeRemoved(&ZRange{By: ZByLex, Lex: everything}), "[ZREMRANGEBYLEX k ...]", "zremrangebylex k, del k"},
		{"", zadded("k", ZAddOptions{}, "1 a", encoding.GeoScore(encoding.GeoPoint{Longitude: 1})), "[ZADD k 1 a]", "zadd k"},
		{"GEOSEARCHSTORE", geoStored(0), "[DEL o] [ZADD o 3377736806566050 a]", "geosearchstore o"},
		{"GEOSEARCHSTORE STOREDIST", geoStored(1000), "[DEL o] [ZADD o 0.00014111963898133474 a]", "geosearchstore o"},
		{"", zremoved("a"), "[ZREM k a]", "zrem k, del k"},
		{"GEOSEARCHSTORE of nothing", geoStored(0), "[DEL o]", "del o"},
		{"GEOSEARCHSTORE of nothing again", geoStored(0), "", ""},
	})
}

var zsetTestLimits = ZSetLimits{Entries: 3, MemberBytes: 10}

func zadded(key string, o ZAddOptions, given string, scores ...float64) func(*persistence.Tx) error {
	return func(tx *persistence.Tx) error {
		list := words(given)
		members := make([]ScoredMember, len(scores))
		for i := range members {
			members[i] = ScoredMember{scores[i], list[len(list)-2*len(scores)+2*i+1]}
		}
		_, err := ZAdd(tx, []byte(key), members, o, zsetTestLimits, list)
		return err
	}
}

func zincred(member string, by float64) func(*persistence.Tx) error {
	return func(tx *persistence.Tx) error {
		_, err := ZIncrBy(tx, testKey, ScoredMember{by, []byte(member)}, zsetTestLimits, words("by member"))
		return err
	}
}

func zremoved(members string) func(*persistence.Tx) error {
	return func(tx *persistence.Tx) error { _, err := ZRem(tx, testKey, words(members)); return err }
}

func zpopped(o ZPopOptions) func(*persistence.Tx) error {
	return func(tx *persistence.Tx) error {
		return ZPop(tx, testKey, o, func(int64) {}, func([]byte, float64) {})
	}
}

func zcombined(op ZOperation) func(*persistence.Tx) error {
	return func(tx *persistence.Tx) error {
		o := ZCombination{Operation: op, Keys: [][]byte{testKey}}
		_, err := ZCombineStore(tx, []byte("o"), &o, zsetTestLimits, words("1 k"))
		return err
	}
}

func zrangeStored(r *ZRange) func(*persistence.Tx) error {
	return func(tx *persistence.Tx) error {
		_, err := ZRangeStore(tx, []byte("o"), testKey, r, zsetTestLimits, words("k ..."))
		return err
	}
}

func zrangeRemoved(r *ZRange) func(*persistence.Tx) error {
	return func(tx *persistence.Tx) error { _, err := ZRemRange(tx, testKey, r, words("...")); return err }
}

// geoStored stores what lies around a place near 1, 0.
func geoStored(unitMeters float64) func(*persistence.Tx) error {
	return func(tx *persistence.Tx) error {
		q := GeoQuery{Shape: encoding.GeoShape{Center: encoding.GeoPoint{Longitude: 1}, Radius: 1000}}
		list, err := GeoSearch(tx, testKey, &q)
		if err != nil {
			return err
		}
		return GeoStore(tx, []byte("o"), list, unitMeters, zsetTestLimits, "geosearchstore")
	}
}

// A sum that is no number is refused before anything has changed.
func TestZIncrByNaN(t *testing.T) {
	s := newTestStore(t)
	s.update(zincred("a", math.Inf(1)))
	err := s.store.Update(s.tx, persistence.Keys{All: true}, zincred("a", math.Inf(-1)))
	if err != ErrNaN {
		t.Errorf("%v", err)
	}
}

// A large result is logged in parts.
func TestGeoStoreLogsParts(t *testing.T) {
	s := newTestStore(t)
	list := make([]GeoMatch, scoredAtOnce+1)
	for i := range list {
		list[i] = GeoMatch{Member: []byte{byte(i), byte(i >> 8)}, Score: float64(i)}
	}
	effects := s.update(func(tx *persistence.Tx) error {
		return GeoStore(tx, []byte("o"), list, 0, zsetTestLimits, "geosearchstore")
	})
	if len(effects) != 3 {
		t.Errorf("%d effects, want DEL and two ZADDs", len(effects))
	}
}
