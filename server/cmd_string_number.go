package server

import (
	"math"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/types"
)

func init() {
	bind("incr", incr)
	bind("decr", decr)
	bind("incrby", incrby)
	bind("decrby", decrby)
	bind("incrbyfloat", incrbyfloat)
}

// INCR key
func incr(c *Call) error { return addInt(c, 1) }

// DECR key
func decr(c *Call) error { return addInt(c, -1) }

// INCRBY key increment
func incrby(c *Call) error {
	n, err := intArg(c.Args[2])
	if err != nil {
		return err
	}
	return addInt(c, n)
}

// DECRBY key decrement
func decrby(c *Call) error {
	n, err := intArg(c.Args[2])
	if err != nil {
		return err
	}
	if n == math.MinInt64 { // there is no -n
		return errDecrOverflow
	}
	return addInt(c, -n)
}

func addInt(c *Call, delta int64) error {
	n, err := types.IncrBy(c.Tx, c.Key(1), delta)
	if err != nil {
		return err
	}
	c.Reply.Int(n)
	return nil
}

// INCRBYFLOAT key increment
//
// A key of another type is told before a wrong increment.
func incrbyfloat(c *Call) error {
	delta, ok := encoding.ParseLongDouble(c.Args[2])
	if !ok {
		if _, err := types.HoldsString(c.Tx, c.Key(1)); err != nil {
			return err
		}
		return errNotFloat
	}
	var text [64]byte
	sum, err := types.IncrByFloat(c.Tx, c.Key(1), delta, text[:0])
	if err != nil {
		return err
	}
	c.Reply.Bulk(sum)
	return nil
}
