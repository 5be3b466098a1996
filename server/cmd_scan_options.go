package server

import (
	"strconv"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/types"
)

// scanOptions of SCAN.
type scanOptions struct {
	count  int64
	filter types.Filter
}

const scanCount = 10 // looked at unless COUNT says otherwise

func (c *Call) scanOptions(args [][]byte) (o scanOptions, err error) {
	o = scanOptions{count: scanCount, filter: types.Filter{NowMs: c.NowMs()}}
	for ; len(args) >= 2; args = args[2:] {
		switch {
		case isWord(args[0], "count"):
			o.count, err = countArg(args[1])
		case isWord(args[0], "match"):
			o.filter.Pattern = args[1]
		case isWord(args[0], "type"):
			o.filter.Type = typeArg(args[1])
		default:
			err = errSyntax
		}
		if err != nil {
			return o, err
		}
	}
	if len(args) > 0 {
		err = errSyntax
	}
	return o, err
}

// countArg reads how many elements a step of a walk is to look at.
func countArg(b []byte) (int64, error) {
	n, err := intArg(b)
	if err == nil && n < 1 {
		err = errSyntax
	}
	return n, err
}

// typeArg reads the name of a type, in any case. A name that no type has is
// not an error: no key passes.
func typeArg(b []byte) encoding.Type {
	for t := encoding.TypeString; t <= encoding.TypeStream; t++ {
		if isWord(b, t.String()) {
			return t
		}
	}
	return types.TypeUnknown
}

// cursorArg reads a cursor as strtoul does: no digits are 0, a sign may stand
// in front, a minus counts from the end, and what follows a zero byte is not
// there. Only blanks in front and numbers of more than 64 bits are refused.
func cursorArg(b []byte) (uint64, error) {
	b = untilZero(b)
	if len(b) == 0 {
		return 0, nil
	}
	digits := b
	if b[0] == '+' || b[0] == '-' {
		digits = b[1:]
	}
	n, err := strconv.ParseUint(string(digits), 10, 64)
	if err != nil {
		return 0, errCursor
	}
	if b[0] == '-' {
		n = -n
	}
	return n, nil
}
