package server

import (
	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/types"
)

func init() {
	bind("zadd", zadd)
	bind("zincrby", zincrby)
	bind("zrem", zrem)
	bind("zcard", zcard)
	bind("zscore", zscore)
	bind("zmscore", zmscore)
	bind("zrank", zrank)
	bind("zrevrank", zrevrank)
}

func (c *Call) zsetLimits() types.ZSetLimits {
	cfg := c.Server.cfg
	return types.ZSetLimits{Entries: cfg.ZSetMaxListpackEntries.Get(), MemberBytes: cfg.ZSetMaxListpackValueBytes.Get()}
}

// floatArg reads a score or another float.
func floatArg(b []byte) (float64, error) {
	f, ok := encoding.ParseDouble(b)
	if !ok {
		return 0, errNotFloat
	}
	return f, nil
}

// ZADD key [NX|XX] [GT|LT] [CH] [INCR] score member [score member ...]
func zadd(c *Call) error {
	o, pairs, err := zaddOptions(c.Args[2:])
	if err != nil {
		return err
	}
	members, err := c.scoredMembers(pairs)
	if err != nil {
		return err
	}
	res, err := types.ZAdd(c.Tx, c.Key(1), members, o.ZAddOptions, c.zsetLimits(), c.Args[2:])
	if err != nil {
		return err
	}
	c.added(&o, &res)
	return nil
}

// added replies with what ZADD has done.
func (c *Call) added(o *zaddRequest, res *types.ZAddResult) {
	switch {
	case o.Incr:
		c.doubleOrNull(res.Score, res.Applied)
	case o.changed:
		c.Reply.Int(res.Added + res.Updated)
	default:
		c.Reply.Int(res.Added)
	}
}

// doubleOrNull replies with a score, or its absence.
func (c *Call) doubleOrNull(f float64, ok bool) {
	if ok {
		c.Reply.Double(f)
	} else {
		c.Reply.Null()
	}
}

// zaddOption is a bit for each option word of ZADD.
type zaddOption uint8

const (
	zaddNX zaddOption = 1 << iota
	zaddXX
	zaddGT
	zaddLT
	zaddCH
	zaddIncr
)

var zaddWords = [...]struct {
	word string
	bit  zaddOption
}{{"nx", zaddNX}, {"xx", zaddXX}, {"ch", zaddCH}, {"incr", zaddIncr}, {"gt", zaddGT}, {"lt", zaddLT}}

// zaddRequest is what ZADD is asked for besides the members.
type zaddRequest struct {
	types.ZAddOptions
	changed bool // the reply counts members with another score too
}

// zaddOptions reads option words, up to the first that is none, and returns
// what follows: scores and members in turn.
func zaddOptions(args [][]byte) (o zaddRequest, pairs [][]byte, err error) {
	var given zaddOption
	for len(args) > 0 {
		bit := findZAddOption(args[0])
		if bit == 0 {
			break
		}
		given |= bit
		args = args[1:]
	}
	has := func(bits zaddOption) bool { return given&bits == bits }
	switch {
	case len(args) == 0 || len(args)%2 != 0:
		return o, nil, errSyntax
	case has(zaddNX | zaddXX):
		return o, nil, errNXAndXX
	case has(zaddGT | zaddNX), has(zaddLT | zaddNX), has(zaddGT | zaddLT):
		return o, nil, errGTLTAndNX
	case has(zaddIncr) && len(args) > 2:
		return o, nil, errIncrPairs
	case has(zaddNX):
		o.If = types.IfMissing
	case has(zaddXX):
		o.If = types.IfExists
	}
	o.GreaterThan, o.LessThan, o.Incr, o.changed = has(zaddGT), has(zaddLT), has(zaddIncr), has(zaddCH)
	return o, args, nil
}

func findZAddOption(arg []byte) zaddOption {
	for i := range zaddWords {
		if isWord(arg, zaddWords[i].word) {
			return zaddWords[i].bit
		}
	}
	return 0
}

// scoredMembers reads scores and members. They are valid until the next call.
func (c *Call) scoredMembers(pairs [][]byte) ([]types.ScoredMember, error) {
	list := c.Client.scored[:0]
	for i := 0; i < len(pairs); i += 2 {
		score, err := floatArg(pairs[i])
		if err != nil {
			return nil, err
		}
		list = append(list, types.ScoredMember{Score: score, Member: pairs[i+1]})
	}
	c.Client.scored = list
	return list, nil
}

// ZINCRBY key increment member
func zincrby(c *Call) error {
	if findZAddOption(c.Args[2]) != 0 {
		return errSyntax // Redis reads ZADD's options here too
	}
	by, err := floatArg(c.Args[2])
	if err != nil {
		return err
	}
	member := types.ScoredMember{Score: by, Member: c.Args[3]}
	score, err := types.ZIncrBy(c.Tx, c.Key(1), member, c.zsetLimits(), c.Args[2:])
	if err != nil {
		return err
	}
	c.Reply.Double(score)
	return nil
}

// ZREM key member [member ...]
func zrem(c *Call) error { return c.intReply(types.ZRem(c.Tx, c.Key(1), c.Args[2:])) }

// ZCARD key
func zcard(c *Call) error { return c.intReply(types.ZCard(c.Tx, c.Key(1))) }

// ZSCORE key member
func zscore(c *Call) error {
	score, ok, err := types.ZScore(c.Tx, c.Key(1), c.Args[2])
	if err != nil {
		return err
	}
	c.doubleOrNull(score, ok)
	return nil
}

// ZMSCORE key member [member ...]
func zmscore(c *Call) error {
	c.Reply.Array(len(c.Args) - 2)
	return types.ZScores(c.Tx, c.Key(1), c.Args[2:], c.doubleOrNull)
}

// ZRANK key member
func zrank(c *Call) error { return rankFrom(c, false) }

// ZREVRANK key member
func zrevrank(c *Call) error { return rankFrom(c, true) }

func rankFrom(c *Call, end bool) error {
	rank, ok, err := types.ZRank(c.Tx, c.Key(1), c.Args[2], end)
	if err != nil {
		return err
	}
	if !ok {
		c.Reply.Null()
		return nil
	}
	c.Reply.Int(rank)
	return nil
}
