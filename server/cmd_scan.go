package server

import (
	"math"
	"slices"
	"strconv"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/types"
)

func init() {
	bind("keys", keys).bare().offLoop()
	bind("scan", scan).bare().offLoop()
	bind("randomkey", randomkey).bare().offLoop()
}

// KEYS pattern
func keys(c *Call) error {
	start, n := len(c.Reply.Buf), 0
	f := types.Filter{Pattern: c.Args[1], NowMs: c.NowMs()}
	_, err := types.Scan(c.Server.store, c.Tx.Database(), 0, math.MaxInt64, f,
		func(name []byte) {
			c.Reply.Bulk(name)
			n++
		},
		func([]byte) {})
	if err != nil {
		return err
	}
	c.arrayFrom(start, n)
	c.sawAll()
	return nil
}

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
	var found, expired [][]byte
	next, err := types.Scan(c.Server.store, c.Tx.Database(), encoding.Place(from), o.count, o.filter,
		func(name []byte) { found = append(found, name) },
		func(name []byte) { expired = append(expired, name) })
	if err != nil {
		return err
	}
	if err := c.deleteExpired(expired); err != nil {
		return err
	}
	c.Reply.Array(2)
	c.Reply.BulkString(strconv.FormatUint(uint64(next), 10))
	c.Reply.Array(len(found))
	for _, name := range found {
		c.Reply.Bulk(name)
	}
	c.sawAll()
	return nil
}

// RANDOMKEY
func randomkey(c *Call) error {
	var expired [][]byte
	name, err := types.RandomKey(c.Server.store, c.Tx.Database(), c.NowMs(),
		func(name []byte) { expired = append(expired, name) })
	if err != nil {
		return err
	}
	if err := c.deleteExpired(expired); err != nil {
		return err
	}
	c.bulkOrNull(name, name != nil)
	c.sawAll()
	return nil
}

// sawAll: the reply may show anything that was written until now.
func (c *Call) sawAll() { c.Tx.WaitOffset = c.Server.store.LogEnd() }

// arrayFrom makes an array of the n replies that were added from a place in
// the buffer on, so that nobody has to know beforehand how many there will be.
func (c *Call) arrayFrom(start, n int) {
	end := len(c.Reply.Buf)
	c.Reply.Array(n)
	buf := c.Reply.Buf
	header := slices.Clone(buf[end:])
	copy(buf[start+len(header):], buf[start:end])
	copy(buf[start:], header)
}
