package server

import "github.com/cairndb/cairn/types"

func init() {
	bind("zunion", zunion)
	bind("zinter", zinter)
	bind("zdiff", zdiff)
	bind("zunionstore", zunionstore)
	bind("zinterstore", zinterstore)
	bind("zdiffstore", zdiffstore)
	bind("zintercard", zintercard)
}

// ZUNION numkeys key [key ...] [WEIGHTS weight [weight ...]] [AGGREGATE SUM|MIN|MAX] [WITHSCORES]
func zunion(c *Call) error { return c.combine(types.ZUnion) }

// ZINTER numkeys key [key ...] [WEIGHTS weight [weight ...]] [AGGREGATE SUM|MIN|MAX] [WITHSCORES]
func zinter(c *Call) error { return c.combine(types.ZInter) }

// ZDIFF numkeys key [key ...] [WITHSCORES]
func zdiff(c *Call) error { return c.combine(types.ZDiff) }

func (c *Call) combine(op types.ZOperation) error {
	o := zcombination{ZCombination: types.ZCombination{Operation: op}, shown: true}
	if err := o.parse(c, c.Args[1:]); err != nil {
		return err
	}
	list, err := types.ZCombine(c.Tx, &o.ZCombination)
	if err != nil {
		return err
	}
	c.scoredArray(int64(len(list)), o.withScores)
	for _, m := range list {
		c.scored(m.Member, m.Score, o.withScores)
	}
	return nil
}

// ZUNIONSTORE destination numkeys key [key ...] [WEIGHTS weight [weight ...]] [AGGREGATE SUM|MIN|MAX]
func zunionstore(c *Call) error { return c.combineStore(types.ZUnion) }

// ZINTERSTORE destination numkeys key [key ...] [WEIGHTS weight [weight ...]] [AGGREGATE SUM|MIN|MAX]
func zinterstore(c *Call) error { return c.combineStore(types.ZInter) }

// ZDIFFSTORE destination numkeys key [key ...]
func zdiffstore(c *Call) error { return c.combineStore(types.ZDiff) }

func (c *Call) combineStore(op types.ZOperation) error {
	o := zcombination{ZCombination: types.ZCombination{Operation: op}}
	if err := o.parse(c, c.Args[2:]); err != nil {
		return err
	}
	c.Tx.Asks(false)
	return c.intReply(types.ZCombineStore(c.Tx, c.Key(1), &o.ZCombination, c.zsetLimits(), c.Args[2:]))
}

// ZINTERCARD numkeys key [key ...] [LIMIT limit]
func zintercard(c *Call) error {
	keys, args, err := c.countedSets(c.Args[1:])
	if err != nil {
		return err
	}
	limit := int64(0)
	for ; len(args) > 0; args = args[2:] {
		if len(args) < 2 || !isWord(args[0], "limit") {
			return errSyntax
		}
		if limit, err = intAtLeast(args[1], 0, errLimit); err != nil {
			return err
		}
	}
	return c.intReply(types.ZInterCard(c.Tx, keys, limit))
}

// countedSets reads numkeys key [key ...], and returns what follows. The keys
// are looked at before what follows is; commands that store ask for them too.
func (c *Call) countedSets(args [][]byte) (keys, rest [][]byte, err error) {
	n, err := intArg(args[0])
	if err != nil {
		return nil, nil, err
	}
	args = args[1:]
	switch {
	case n < 1:
		return nil, nil, noInputKey(c.Spec)
	case n > int64(len(args)):
		return nil, nil, errSyntax
	}
	c.Tx.Asks(true)
	return args[:n], args[n:], types.ZCheckKeys(c.Tx, args[:n])
}

// zcombination is what a command that combines sorted sets is asked for.
type zcombination struct {
	types.ZCombination
	shown      bool // scores may be asked for
	withScores bool
}

// parse reads numkeys and what follows.
func (o *zcombination) parse(c *Call, args [][]byte) (err error) {
	if o.Keys, args, err = c.countedSets(args); err != nil {
		return err
	}
	n := len(o.Keys)
	scored := o.Operation != types.ZDiff
	for len(args) > 0 {
		used := 1
		switch {
		case scored && len(args) > n && isWord(args[0], "weights"):
			o.Weights, err = weightArgs(args[1 : 1+n])
			used += n
		case scored && len(args) > 1 && isWord(args[0], "aggregate"):
			o.Aggregate, err = aggregateArg(args[1])
			used++
		case o.shown && isWord(args[0], "withscores"):
			o.withScores = true
		default:
			err = errSyntax
		}
		if err != nil {
			return err
		}
		args = args[used:]
	}
	return nil
}

func weightArgs(args [][]byte) ([]float64, error) {
	weights := make([]float64, len(args))
	for i, a := range args {
		var err error
		if weights[i], err = floatArg(a); err != nil {
			return nil, errWeight
		}
	}
	return weights, nil
}

func aggregateArg(b []byte) (types.ZAggregate, error) {
	switch {
	case isWord(b, "sum"):
		return types.ZSum, nil
	case isWord(b, "min"):
		return types.ZMin, nil
	case isWord(b, "max"):
		return types.ZMax, nil
	default:
		return 0, errSyntax
	}
}
