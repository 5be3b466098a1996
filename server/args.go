package server

import (
	"math"

	"github.com/cairndb/cairn/encoding"
)

// isWord tells whether an argument is a word, in any case. REQUIRES: word is
// in lower case.
func isWord(arg []byte, word string) bool { return encoding.EqualFold(arg, word) }

// intArg reads a whole number, written as encoding.ParseInt wants it.
func intArg(b []byte) (int64, error) {
	n, ok := encoding.ParseInt(b)
	if !ok {
		return 0, errNotInteger
	}
	return n, nil
}

// intAtLeast reads a whole number; what is none, or too small, is wrong.
func intAtLeast(b []byte, low int64, wrong error) (int64, error) {
	n, ok := encoding.ParseInt(b)
	if !ok || n < low {
		return 0, wrong
	}
	return n, nil
}

// namedIntArg is intArg that says in its error what the number is, and to which
// command it was given.
func (c *Call) namedIntArg(b []byte, what string) (int64, error) {
	n, ok := encoding.ParseInt(b)
	if !ok {
		return 0, invalidNumber(c.Spec, what)
	}
	return n, nil
}

// rangeArgs reads two whole numbers, as the ends of a range.
func rangeArgs(first, last []byte) (from, to int64, err error) {
	if from, err = intArg(first); err != nil {
		return 0, 0, err
	}
	to, err = intArg(last)
	return from, to, err
}

// expiryUnit is how a time to live is written: in what unit, counted from now
// or from 1970.
type expiryUnit struct {
	ms       int64
	absolute bool
}

var (
	inSeconds = expiryUnit{ms: 1000}
	inMs      = expiryUnit{ms: 1}
	atSeconds = expiryUnit{ms: 1000, absolute: true}
	atMs      = expiryUnit{ms: 1, absolute: true}
)

// expiryArg reads a time as SET and its relatives take it, and returns it in
// Unix milliseconds: it must be positive, but may lie in the past.
func (c *Call) expiryArg(b []byte, u expiryUnit) (int64, error) {
	at, err := c.anyExpiryArg(b, u)
	if err != nil {
		return 0, err
	}
	if base := c.expiryBase(u); at <= base {
		return 0, invalidExpire(c.Spec)
	}
	return at, nil
}

// anyExpiryArg reads a time as EXPIRE and its relatives take it: any that does
// not overflow, negative ones too.
func (c *Call) anyExpiryArg(b []byte, u expiryUnit) (int64, error) {
	n, err := intArg(b)
	if err != nil {
		return 0, err
	}
	if n > math.MaxInt64/u.ms || n < math.MinInt64/u.ms {
		return 0, invalidExpire(c.Spec)
	}
	base := c.expiryBase(u)
	if n*u.ms > math.MaxInt64-base {
		return 0, invalidExpire(c.Spec)
	}
	return n*u.ms + base, nil
}

// expiryBase is the time that a unit counts from.
func (c *Call) expiryBase(u expiryUnit) int64 {
	if u.absolute {
		return 0
	}
	return c.NowMs()
}
