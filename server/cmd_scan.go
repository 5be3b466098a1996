package server

import (
	"math"
	"slices"
	"strconv"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/persistence"
	"github.com/cairndb/cairn/types"
)

func init() {
	bind("keys", keys).bare().repeatable().offLoop()
	bind("scan", scan).bare().repeatable()
	bind("randomkey", randomkey).bare().repeatable()
}

// KEYS pattern
func keys(c *Call) error {
	start, n := len(c.Reply.Buf), 0
	add := func(name []byte) {
		c.Reply.Bulk(name)
		n++
	}
	f := types.Filter{Pattern: c.Args[1], NowMs: c.NowMs()}
	if _, err := types.Scan(c.Tx, 0, math.MaxInt64, f, add, func([]byte) {}); err != nil {
		return err
	}
	c.arrayFrom(start, n)
	return nil
}

// shortScan is how many keys a step of a walk may look at on the loop.
const shortScan = 1000

// SCAN cursor [MATCH pattern] [COUNT count] [TYPE type]
func scan(c *Call) error {
	from, err := cursorArg(c.Args[1])
	if err != nil {
		return err
	}
	o, err := c.scanOptions(c.Args[2:])
	if err != nil {
		return err
	}
	if c.Tx.NoWait && o.count > shortScan {
		return persistence.ErrWouldBlock
	}
	var found, expired [][]byte
	next, err := types.Scan(c.Tx, encoding.Place(from), o.count, o.filter,
		func(name []byte) { found = append(found, name) },
		func(name []byte) { expired = append(expired, name) })
	if err != nil {
		return err
	}
	if err := c.deleteMet(expired); err != nil {
		return err
	}
	c.Reply.Array(2)
	c.Reply.BulkString(strconv.FormatUint(uint64(next), 10))
	c.Reply.Array(len(found))
	for _, name := range found {
		c.Reply.Bulk(name)
	}
	return nil
}

// RANDOMKEY
func randomkey(c *Call) error {
	var expired [][]byte
	name, err := types.RandomKey(c.Tx, func(name []byte) { expired = append(expired, name) })
	if err != nil {
		return err
	}
	if err := c.deleteMet(expired); err != nil {
		return err
	}
	c.bulkOrNull(name, name != nil)
	return nil
}

// arrayFrom makes an array of the n replies that were added from a place in
// the buffer on, so that nobody has to know beforehand how many there will be.
func (c *Call) arrayFrom(start, n int) {
	end := len(c.Reply.Buf)
	c.Reply.Array(n)
	c.bringForward(start, end)
}

// bringForward moves what was added to the reply from end on in front of what
// lies from start on.
func (c *Call) bringForward(start, end int) {
	buf := c.Reply.Buf
	header := slices.Clone(buf[end:])
	copy(buf[start+len(header):], buf[start:end])
	copy(buf[start:], header)
}
