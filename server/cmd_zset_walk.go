package server

import (
	"math"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/types"
)

func init() {
	bind("zrandmember", zrandmember)
	bind("zscan", zscan)
}

// ZRANDMEMBER key [count [WITHSCORES]]
func zrandmember(c *Call) error {
	if len(c.Args) == 2 {
		return c.bulkReply(types.ZRandom(c.Tx, c.Key(1)))
	}
	count, err := drawArg(c.Args[2])
	if err != nil {
		return err
	}
	withScores := len(c.Args) == 4 && isWord(c.Args[3], "withscores")
	switch {
	case len(c.Args) > 3 && !withScores:
		return errSyntax
	case withScores && (count < -math.MaxInt64/2 || count > math.MaxInt64/2):
		return errRange
	}
	return drawScored(c, count, withScores)
}

// drawScored replies with random members.
func drawScored(c *Call, count int64, withScores bool) error {
	d, err := types.ZDrawMany(c.Tx, c.Key(1), count)
	if err != nil {
		return err
	}
	c.scoredArray(d.Len(), withScores)
	for d.Next() {
		c.scored(d.Member(), d.Score(), withScores)
		if err := c.boundedDraw(); err != nil {
			return err
		}
	}
	return d.Err()
}

// ZSCAN key cursor [MATCH pattern] [COUNT count]
//
// Scores are shown as they are kept, in every protocol.
func zscan(c *Call) error {
	return c.elementScan(types.ZCard, func(s types.ElementScan) (next uint64, n int, err error) {
		next, err = types.ZScan(c.Tx, c.Key(1), s, func(member []byte, score float64, packed bool) {
			n += 2
			var text [32]byte
			c.Reply.Bulk(member)
			if packed {
				c.Reply.Bulk(encoding.AppendListpackScore(text[:0], score))
			} else {
				c.Reply.Bulk(encoding.AppendDouble(text[:0], score))
			}
		})
		return next, n, err
	})
}
