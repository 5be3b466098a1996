package server

import (
	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/types"
)

func init() {
	bind("hincrby", hincrby)
	bind("hincrbyfloat", hincrbyfloat)
}

// HINCRBY key field increment
func hincrby(c *Call) error {
	delta, err := intArg(c.Args[3])
	if err != nil {
		return err
	}
	n, err := types.HIncrBy(c.Tx, c.Key(1), c.Args[2], delta, c.hashLimits())
	if err != nil {
		return err
	}
	c.Reply.Int(n)
	return nil
}

// HINCRBYFLOAT key field increment
func hincrbyfloat(c *Call) error {
	delta, ok := encoding.ParseLongDouble(c.Args[3])
	switch {
	case !ok:
		return errNotFloat
	case !delta.IsFinite():
		return errInfinite
	}
	var text [64]byte
	sum, err := types.HIncrByFloat(c.Tx, c.Key(1), c.Args[2], delta, c.hashLimits(), text[:0])
	if err != nil {
		return err
	}
	c.Reply.Bulk(sum)
	return nil
}
