package server

import (
	"bytes"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/types"
)

func init() {
	bind("zrange", zrange).streams()
	bind("zrevrange", zrevrange).streams()
	bind("zrangebyscore", zrangebyscore).streams()
	bind("zrevrangebyscore", zrevrangebyscore).streams()
	bind("zrangebylex", zrangebylex).streams()
	bind("zrevrangebylex", zrevrangebylex).streams()
	bind("zrangestore", zrangestore)
	bind("zcount", zcount)
	bind("zlexcount", zlexcount)
	bind("zremrangebyrank", zremrangebyrank)
	bind("zremrangebyscore", zremrangebyscore)
	bind("zremrangebylex", zremrangebylex)
}

// zrangeForm is what a command that takes a range has in its name.
type zrangeForm struct {
	by       types.ZRangeBy
	anyBy    bool // BYSCORE or BYLEX may follow
	reverse  bool
	anyOrder bool // REV may follow
	stores   bool // no scores are returned
}

// ZRANGE key start stop [BYSCORE|BYLEX] [REV] [LIMIT offset count] [WITHSCORES]
func zrange(c *Call) error { return c.zsetRange(zrangeForm{anyBy: true, anyOrder: true}) }

// ZREVRANGE key start stop [WITHSCORES]
func zrevrange(c *Call) error { return c.zsetRange(zrangeForm{reverse: true}) }

// ZRANGEBYSCORE key min max [WITHSCORES] [LIMIT offset count]
func zrangebyscore(c *Call) error { return c.zsetRange(zrangeForm{by: types.ZByScore}) }

// ZREVRANGEBYSCORE key max min [WITHSCORES] [LIMIT offset count]
func zrevrangebyscore(c *Call) error {
	return c.zsetRange(zrangeForm{by: types.ZByScore, reverse: true})
}

// ZRANGEBYLEX key min max [LIMIT offset count]
func zrangebylex(c *Call) error { return c.zsetRange(zrangeForm{by: types.ZByLex}) }

// ZREVRANGEBYLEX key max min [LIMIT offset count]
func zrevrangebylex(c *Call) error { return c.zsetRange(zrangeForm{by: types.ZByLex, reverse: true}) }

func (c *Call) zsetRange(f zrangeForm) error {
	r, withScores, err := f.parse(c.Args[2:])
	if err != nil {
		return err
	}
	w, err := types.ZMembers(c.Tx, c.Key(1), &r)
	if err != nil {
		return err
	}
	c.scoredArray(w.Len(), withScores)
	for w.Next() {
		c.scored(w.Member(), w.Score(), withScores)
	}
	return w.Err()
}

// scoredArray opens an array of n members, with their scores if they are wanted:
// RESP3 has pairs, RESP2 members and scores in turn.
func (c *Call) scoredArray(n int64, withScores bool) {
	if withScores && c.Reply.Proto != 3 {
		n *= 2
	}
	c.Reply.Array(int(n))
}

// scored adds a member to what scoredArray has opened.
func (c *Call) scored(member []byte, score float64, withScores bool) {
	if withScores && c.Reply.Proto == 3 {
		c.Reply.Array(2)
	}
	c.Reply.Bulk(member)
	if withScores {
		c.Reply.Double(score)
	}
}

// ZRANGESTORE dst src min max [BYSCORE|BYLEX] [REV] [LIMIT offset count]
func zrangestore(c *Call) error {
	r, _, err := zrangeForm{anyBy: true, anyOrder: true, stores: true}.parse(c.Args[3:])
	if err != nil {
		return err
	}
	return c.intReply(types.ZRangeStore(c.Tx, c.Key(1), c.Key(2), &r, c.zsetLimits(), c.Args[2:]))
}

// parse reads the ends of a range and what may follow.
func (f zrangeForm) parse(args [][]byte) (r types.ZRange, withScores bool, err error) {
	ends, args := args[:2], args[2:]
	r.Offset, r.Count = 0, -1
	for len(args) > 0 {
		used := 1
		switch {
		case !f.stores && isWord(args[0], "withscores"):
			withScores = true
		case len(args) > 2 && isWord(args[0], "limit"):
			r.Offset, r.Count, err = rangeArgs(args[1], args[2])
			used = 3
		case f.anyOrder && isWord(args[0], "rev"):
			f.reverse, f.anyOrder = true, false
		case f.anyBy && isWord(args[0], "bylex"):
			f.by, f.anyBy = types.ZByLex, false
		case f.anyBy && isWord(args[0], "byscore"):
			f.by, f.anyBy = types.ZByScore, false
		default:
			err = errSyntax
		}
		if err != nil {
			return r, false, err
		}
		args = args[used:]
	}
	r.By, r.Reverse = f.by, f.reverse
	switch {
	case r.Count != -1 && r.By == types.ZByRank:
		err = errLimitAlone
	case withScores && r.By == types.ZByLex:
		err = errScoresByLex
	default:
		r.Limited = r.By != types.ZByRank
		err = parseEnds(&r, ends[0], ends[1])
	}
	return r, withScores, err
}

// parseEnds reads the ends of a range, the upper one first if it is reversed.
func parseEnds(r *types.ZRange, first, last []byte) (err error) {
	if r.Reverse && r.By != types.ZByRank {
		first, last = last, first
	}
	ok := true
	switch r.By {
	case types.ZByScore:
		if r.Score, ok = scoreRange(first, last); !ok {
			err = errScoreRange
		}
	case types.ZByLex:
		if r.Lex, ok = lexRange(first, last); !ok {
			err = errLexRange
		}
	default:
		r.First, r.Last, err = rangeArgs(first, last)
	}
	return err
}

func scoreRange(first, last []byte) (r types.ScoreRange, ok bool) {
	if r.Min, r.MinOpen, ok = scoreBound(first); !ok {
		return r, false
	}
	r.Max, r.MaxOpen, ok = scoreBound(last)
	return r, ok
}

// scoreBound reads an end of a range of scores, open with a parenthesis.
func scoreBound(b []byte) (f float64, open, ok bool) {
	if len(b) > 0 && b[0] == '(' {
		f, ok = encoding.ParseDoubleBound(b[1:])
		return f, true, ok
	}
	f, ok = encoding.ParseDoubleBound(b)
	return f, false, ok
}

func lexRange(first, last []byte) (r types.LexRange, ok bool) {
	if r.Min, ok = lexBound(first); !ok {
		return r, false
	}
	r.Max, ok = lexBound(last)
	return r, ok
}

// lexBound reads an end of an alphabetical range: [name, (name, - or +. What
// follows a zero byte after the signs is not looked at.
func lexBound(b []byte) (types.LexBound, bool) {
	switch {
	case len(b) > 0 && b[0] == '[':
		return types.LexBound{Value: b[1:]}, true
	case len(b) > 0 && b[0] == '(':
		return types.LexBound{Value: b[1:], Open: true}, true
	case bytes.Equal(untilZero(b), []byte("-")):
		return types.LexBound{Before: true}, true
	case bytes.Equal(untilZero(b), []byte("+")):
		return types.LexBound{After: true}, true
	default:
		return types.LexBound{}, false
	}
}

// ZCOUNT key min max
func zcount(c *Call) error { return c.rangeCount(types.ZByScore) }

// ZLEXCOUNT key min max
func zlexcount(c *Call) error { return c.rangeCount(types.ZByLex) }

func (c *Call) rangeCount(by types.ZRangeBy) error {
	r := types.ZRange{By: by}
	if err := parseEnds(&r, c.Args[2], c.Args[3]); err != nil {
		return err
	}
	return c.intReply(types.ZCount(c.Tx, c.Key(1), &r))
}

// ZREMRANGEBYRANK key start stop
func zremrangebyrank(c *Call) error { return c.removeRange(types.ZByRank) }

// ZREMRANGEBYSCORE key min max
func zremrangebyscore(c *Call) error { return c.removeRange(types.ZByScore) }

// ZREMRANGEBYLEX key min max
func zremrangebylex(c *Call) error { return c.removeRange(types.ZByLex) }

func (c *Call) removeRange(by types.ZRangeBy) error {
	r := types.ZRange{By: by}
	if err := parseEnds(&r, c.Args[2], c.Args[3]); err != nil {
		return err
	}
	return c.intReply(types.ZRemRange(c.Tx, c.Key(1), &r, c.Args[2:]))
}
