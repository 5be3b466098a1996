package server

import (
	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/types"
)

func init() {
	bind("lcs", lcs).offLoop()
}

// lcsArgs are the options of LCS.
type lcsArgs struct {
	encoding.LCSOptions
	index, withLen bool
}

// LCS key1 key2 [LEN] [IDX] [MINMATCHLEN min] [WITHMATCHLEN]
//
// The keys are looked at before the options.
func lcs(c *Call) error {
	a, b, err := types.StringPair(c.Tx, c.Key(1), c.Key(2))
	if err != nil {
		return err
	}
	o, err := parseLCS(c.Args[3:])
	if err != nil {
		return err
	}
	o.MaxBytes = c.Server.cfg.ProtoMaxBulkBytes.Get()
	res, err := encoding.LCS(a, b, o.LCSOptions)
	switch {
	case err != nil:
		return err
	case o.index:
		replyLCSMatches(c, res, o.withLen)
	case o.LenOnly:
		c.Reply.Int(int64(res.Len))
	default:
		c.Reply.Bulk(res.Seq)
	}
	return nil
}

func parseLCS(args [][]byte) (o lcsArgs, err error) {
	for i := 0; i < len(args); i++ {
		switch {
		case isWord(args[i], "idx"):
			o.index = true
		case isWord(args[i], "len"):
			o.LenOnly = true
		case isWord(args[i], "withmatchlen"):
			o.withLen = true
		case isWord(args[i], "minmatchlen") && i+1 < len(args):
			i++
			if o.MinMatchLen, err = intArg(args[i]); err != nil {
				return o, err
			}
		default:
			return o, errSyntax
		}
	}
	if o.index && o.LenOnly {
		return o, errLCSBoth
	}
	return o, nil
}

func replyLCSMatches(c *Call, res encoding.LCSResult, withLen bool) {
	c.Reply.Map(2)
	c.Reply.BulkString("matches")
	c.Reply.Array(len(res.Matches))
	for _, m := range res.Matches {
		if withLen {
			c.Reply.Array(3)
		} else {
			c.Reply.Array(2)
		}
		replyInts(c, int64(m.AStart), int64(m.AEnd))
		replyInts(c, int64(m.BStart), int64(m.BEnd))
		if withLen {
			c.Reply.Int(int64(m.Len()))
		}
	}
	c.Reply.BulkString("len")
	c.Reply.Int(int64(res.Len))
}

func replyInts(c *Call, ns ...int64) {
	c.Reply.Array(len(ns))
	for _, n := range ns {
		c.Reply.Int(n)
	}
}
