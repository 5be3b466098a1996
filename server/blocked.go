package server

import (
	"errors"
	"math"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/encoding/resp"
	"github.com/cairndb/cairn/types"
)

// A blocking command is a handler like any other: it tries the keys one by one,
// and if none has what it wants it parks its client. A commit that touches one
// of the keys makes the handler run again, for that key alone and on behalf of
// the client that has waited longest; so a handler that ends with await does
// all that there is to do:
//
//	// BLPOP key [key ...] timeout
//	func blpop(c *Call) error {
//		last := len(c.Args) - 1
//		until, err := c.timeoutArg(c.Args[last])
//		if err != nil {
//			return err
//		}
//		return c.await(wait{keys: c.Args[1:last], of: encoding.TypeList, until: until}, func(key []byte) (bool, error) {
//			v, ok, err := types.Pop(c.Tx, key, types.Head)
//			if err != nil || !ok {
//				return false, err
//			}
//			c.Reply.Array(2)
//			c.Reply.Bulk(key)
//			c.Reply.Bulk(v)
//			return true, nil
//		})
//	}
//
// The row's door and keys count as for any command: the function runs behind
// it, whatever it changes or logs is the plain command's effect, and it may run
// more than once. Everything that does not depend on data is checked before
// await. In the first run an error for a key of another type is the reply. A
// client that waits already does not care for such a key: the function is
// called only for keys that hold the type that is waited for.
//
// A command whose first look differs from the later ones (XREAD takes from all
// streams at once) asks Call.woken: nil says that this is the first run, and
// that it may look and then park by itself:
//
//	if c.woken == nil {
//		n, err := c.readAll(streams) // replies if n > 0
//		if err != nil || n > 0 {
//			return err
//		}
//		return c.park(wait{..., each: true, args: withIDs(c.Args, ids)}) // "$" is the id of now
//	}
//	return c.await(wait{...}, readOne)
//
// Inside MULTI and scripts nothing waits: await and park reply what Redis does.

// wait says what a command waits for.
type wait struct {
	keys  [][]byte
	of    encoding.Type // a key that holds another type is as good as none
	until int64         // Unix milliseconds, 0 for ever: see timeoutArg

	// Clients that wait for a key with the same of and pool stand in one line:
	// if there is nothing for one of them there is nothing for those behind it.
	// (The name of a stream's group; otherwise empty.) With each that does not
	// hold, and all are asked (XREAD, where each has its own last id).
	pool string
	each bool

	// gone is the reply if one of the keys is deleted or gets another type;
	// nil: the client goes on waiting.
	gone error

	// args are what the command runs with later, in place of its own.
	args [][]byte

	// outcome replies when the time is over, or errReached says that waiting
	// has had its result; nil: a null array.
	outcome func(*Call)

	// nullBulk: where waiting is not allowed, the reply is a null bulk (BLMOVE)
	// rather than a null array.
	nullBulk bool
}

// errParked is what a handler returns whose client waits now.
var errParked = errors.New("parked")

// await tries the keys in their order, until one call of try says that it has
// replied, and parks the client if none does.
func (c *Call) await(w wait, try func(key []byte) (done bool, err error)) error {
	if c.woken != nil {
		return c.tryWoken(&w, try)
	}
	late := false
	for _, key := range w.keys {
		if !c.mayNotWait && c.Server.waiters.hasPrecedence(c.dbKey(key), &w) {
			late = true // others stand in line for what there may be
			continue
		}
		if done, err := try(key); done || err != nil {
			return err
		}
	}
	return c.parkBehind(&w, late)
}

// tryWoken tries the key that was touched.
func (c *Call) tryWoken(w *wait, try func([]byte) (bool, error)) error {
	switch t, err := types.TypeOf(c.Tx, c.woken); {
	case err != nil:
		return err
	case t != w.of && w.gone != nil:
		return w.gone
	case t != w.of:
		return errParked
	}
	done, err := try(c.woken)
	if err == nil && !done {
		return errParked
	}
	return err
}

// park makes the client wait. The handler returns what it returns.
func (c *Call) park(w wait) error { return c.parkBehind(&w, false) }

// parkBehind parks; late says that there may be something already, which
// others have to be offered first.
func (c *Call) parkBehind(w *wait, late bool) error {
	switch {
	case c.mayNotWait && w.nullBulk:
		c.Reply.Null()
		return nil
	case c.mayNotWait:
		c.Reply.NullArray()
		return nil
	}
	c.waits = c.parkedCall(w)
	c.Server.waiters.enter(c.waits, late)
	return errParked
}

func (c *Call) dbKey(name []byte) dbKey { return dbKey{c.Tx.Database(), string(name)} }

// parkedCall copies all that the command needs to run again, by whichever
// goroutine.
func (c *Call) parkedCall(w *wait) *parked {
	p := &parked{client: c.Client, database: c.Tx.Database(), of: w.of, pool: w.pool, each: w.each, gone: w.gone != nil, until: w.until}
	p.outcome = w.outcome
	if p.outcome == nil {
		p.outcome = func(c *Call) { c.Reply.NullArray() }
	}
	args := c.Args
	if w.args != nil {
		args = w.args
	}
	p.call.init(c.Client)
	p.call.Args, p.call.Spec, p.call.parked = copyArgs(args), c.Spec, p
	p.call.Reply = &resp.Writer{Proto: c.Reply.Proto}
	p.keys = c.Client.appendKeys(nil, c.Spec, p.call.Args)
	for _, key := range w.keys {
		p.places = append(p.places, place{parked: p, key: dbKey{p.database, string(key)}})
	}
	return p
}

// timeoutArg reads a timeout in seconds, which may have a fraction, and returns
// when it ends in Unix milliseconds, 0 for never.
func (c *Call) timeoutArg(b []byte) (until int64, err error) {
	seconds, ok := encoding.ParseLongDouble(b)
	if !ok {
		return 0, errTimeoutNotFloat
	}
	ms, ok := seconds.Millis()
	if !ok || ms < 0 { // too large is negative to Redis
		return 0, errTimeoutNegative
	}
	return c.deadline(ms), nil
}

// timeoutMsArg reads a timeout in milliseconds.
func (c *Call) timeoutMsArg(b []byte) (until int64, err error) {
	ms, err := intArg(b)
	if err != nil {
		return 0, errTimeoutNotInteger
	}
	if ms < 0 {
		return 0, errTimeoutNegative
	}
	return c.deadline(ms), nil
}

func (c *Call) deadline(ms int64) int64 {
	switch now := c.NowMs(); {
	case ms == 0:
		return 0
	case ms > math.MaxInt64-now:
		return math.MaxInt64
	default:
		return now + ms
	}
}
