package server

import "github.com/cairndb/cairn/types"

func init() {
	bind("lpos", lpos)
}

// LPOS key element [RANK rank] [COUNT num-matches] [MAXLEN len]
func lpos(c *Call) error {
	o, many, err := listPosOptions(c.Args[3:])
	if err != nil {
		return err
	}
	found, err := types.ListPositions(c.Tx, c.Key(1), c.Args[2], o)
	switch {
	case err != nil:
		return err
	case many:
		c.Reply.Array(len(found))
		for _, at := range found {
			c.Reply.Int(at)
		}
	case len(found) > 0:
		c.Reply.Int(found[0])
	default:
		c.Reply.Null()
	}
	return nil
}

// listPosOptions reads LPOS's options; many tells whether there is a COUNT.
func listPosOptions(args [][]byte) (o types.ListPosOptions, many bool, err error) {
	o = types.ListPosOptions{Rank: 1, Count: 1}
	for ; len(args) >= 2; args = args[2:] {
		switch {
		case isWord(args[0], "rank"):
			if o.Rank, err = intArg(args[1]); err == nil && o.Rank == 0 {
				err = errRankZero
			}
		case isWord(args[0], "count"):
			many = true
			o.Count, err = intAtLeast(args[1], 0, errCountNegative)
		case isWord(args[0], "maxlen"):
			o.MaxLen, err = intAtLeast(args[1], 0, errMaxLenNegative)
		default:
			err = errSyntax
		}
		if err != nil {
			return o, many, err
		}
	}
	if len(args) > 0 {
		err = errSyntax
	}
	return o, many, err
}
