package server

import (
	"math"

	"github.com/cairndb/cairn/types"
)

func init() { bind("hrandfield", hrandfield) }

// HRANDFIELD key [count [WITHVALUES]]
func hrandfield(c *Call) error {
	if len(c.Args) == 2 {
		field, ok, err := types.HRandom(c.Tx, c.Key(1))
		if err != nil {
			return err
		}
		c.bulkOrNull(field, ok)
		return nil
	}
	count, err := drawArg(c.Args[2])
	if err != nil {
		return err
	}
	withValues := len(c.Args) == 4 && isWord(c.Args[3], "withvalues")
	switch {
	case len(c.Args) > 3 && !withValues:
		return errSyntax
	case withValues && (count < -math.MaxInt64/2 || count > math.MaxInt64/2):
		return errRange
	}
	return drawFields(c, count, withValues)
}

// drawFields replies with random fields. With their values it is an array of
// pairs; RESP2: one of fields and values in turn.
func drawFields(c *Call, count int64, withValues bool) error {
	d, err := types.HDraw(c.Tx, c.Key(1), count)
	if err != nil {
		return err
	}
	paired := withValues && c.Reply.Proto == 3
	n := d.Len()
	if withValues && !paired {
		n *= 2
	}
	c.Reply.Array(int(n))
	for d.Next() {
		if paired {
			c.Reply.Array(2)
		}
		c.Reply.Bulk(d.Field())
		if withValues {
			c.Reply.Bulk(d.Value())
		}
		if err := c.boundedDraw(); err != nil {
			return err
		}
	}
	return d.Err()
}

// drawArg reads how many elements are to be drawn: the smallest number is left
// out, as there is no such positive one.
func drawArg(b []byte) (int64, error) {
	n, err := intArg(b)
	if err == nil && n == math.MinInt64 {
		err = errDrawCount
	}
	return n, err
}

// maxDrawBytes bounds a reply of random elements: with a negative count it has
// no other bound than the client's words.
const maxDrawBytes = 1 << 30

func (c *Call) boundedDraw() error {
	if len(c.Reply.Buf)-c.mark > maxDrawBytes {
		return errDrawTooLong
	}
	return nil
}
