package server

import "github.com/cairndb/cairn/types"

func init() {
	bind("expire", expireWith(inSeconds))
	bind("pexpire", expireWith(inMs))
	bind("expireat", expireWith(atSeconds))
	bind("pexpireat", expireWith(atMs))
	bind("persist", persist)
	bind("ttl", expiryIn(inSeconds))
	bind("pttl", expiryIn(inMs))
	bind("expiretime", expiryIn(atSeconds))
	bind("pexpiretime", expiryIn(atMs))
}

// EXPIRE key seconds [NX|XX|GT|LT]
// PEXPIRE key milliseconds [NX|XX|GT|LT]
// EXPIREAT key unix-time-seconds [NX|XX|GT|LT]
// PEXPIREAT key unix-time-milliseconds [NX|XX|GT|LT]
func expireWith(u expiryUnit) Handler {
	return func(c *Call) error {
		when, err := expireIf(c.Args[3:])
		if err != nil {
			return err
		}
		at, err := c.anyExpiryArg(c.Args[2], u)
		if err != nil {
			return err
		}
		done, err := types.Expire(c.Tx, c.Key(1), at, when)
		return c.boolReply(done, err)
	}
}

// expireIf reads the conditions of EXPIRE and its like.
func expireIf(args [][]byte) (w types.ExpireIf, err error) {
	for _, arg := range args {
		switch {
		case isWord(arg, "nx"):
			w.Never = true
		case isWord(arg, "xx"):
			w.Some = true
		case isWord(arg, "gt"):
			w.GreaterThan = true
		case isWord(arg, "lt"):
			w.LessThan = true
		default:
			return w, unsupportedOption(arg)
		}
	}
	switch {
	case w.Never && (w.Some || w.GreaterThan || w.LessThan):
		return w, errNXAndOthers
	case w.GreaterThan && w.LessThan:
		return w, errGTAndLT
	}
	return w, nil
}

// PERSIST key
func persist(c *Call) error {
	done, err := types.Persist(c.Tx, c.Key(1))
	return c.boolReply(done, err)
}

// What TTL and its like say of keys that have no time.
const (
	ttlNever   = -1
	ttlMissing = -2
)

// TTL key
// PTTL key
// EXPIRETIME key
// PEXPIRETIME key
func expiryIn(u expiryUnit) Handler {
	return func(c *Call) error {
		at, ok, err := types.ExpireTime(c.Tx, c.Key(1))
		switch {
		case err != nil:
			return err
		case !ok:
			c.Reply.Int(ttlMissing)
		case at == 0:
			c.Reply.Int(ttlNever)
		default:
			c.Reply.Int(int64((uint64(max(0, at-c.expiryBase(u))) + uint64(u.ms/2)) / uint64(u.ms)))
		}
		return nil
	}
}
