package server

import (
	"strconv"

	"github.com/cairndb/cairn/persistence"
	"github.com/cairndb/cairn/types"
)

// elementScan carries out HSCAN and its like: key cursor [MATCH pattern]
// [COUNT count]. The cursor is judged first, then the key, then the options.
// count tells how many elements the key has, if it is of the right type. scan
// adds the elements to the reply, and tells how many replies those are.
func (c *Call) elementScan(count func(tx *persistence.Tx, key []byte) (int64, error),
	scan func(types.ElementScan) (next uint64, n int, err error)) error {
	cursor, err := cursorArg(c.Args[2])
	if err != nil {
		return err
	}
	start := len(c.Reply.Buf)
	elements, err := count(c.Tx, c.Key(1))
	if err != nil {
		return err
	}
	next, n := uint64(0), 0
	if elements > 0 {
		s, err := elementScanArgs(cursor, c.Args[3:])
		if err != nil {
			return err
		}
		if next, n, err = scan(s); err != nil {
			return err
		}
	}
	end := len(c.Reply.Buf)
	c.Reply.Array(2)
	c.Reply.BulkString(strconv.FormatUint(next, 10))
	c.Reply.Array(n)
	c.bringForward(start, end)
	return nil
}

// elementScanArgs reads what follows the cursor.
func elementScanArgs(cursor uint64, args [][]byte) (s types.ElementScan, err error) {
	s = types.ElementScan{Cursor: cursor, Count: scanCount}
	for ; len(args) >= 2; args = args[2:] {
		switch {
		case isWord(args[0], "count"):
			s.Count, err = countArg(args[1])
		case isWord(args[0], "match"):
			s.Pattern = args[1]
		default:
			err = errSyntax
		}
		if err != nil {
			return s, err
		}
	}
	if len(args) > 0 {
		err = errSyntax
	}
	return s, err
}
