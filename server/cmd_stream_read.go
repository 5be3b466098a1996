package server

import (
	"slices"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/types"
)

func init() {
	bind("xread", xread)
	bind("xreadgroup", xreadgroup)
}

// streamRead is a call of XREAD or XREADGROUP: Redis takes the words of both, to
// say what is wrong.
type streamRead struct {
	ofGroup         bool
	group, consumer []byte
	noAck           bool
	count           int64 // 0 is all
	blocks          bool
	until           int64    // Unix milliseconds, 0 for ever
	keys, ids       [][]byte // of the streams
}

// streamReadArgs reads everything up to the IDs.
func (c *Call) streamReadArgs(ofGroup bool) (r streamRead, err error) {
	r.ofGroup = ofGroup
	for args := c.Args[1:]; len(args) > 0; {
		used, err := r.option(c, args[0], args[1:])
		if err != nil {
			return r, err
		}
		if r.keys != nil {
			break
		}
		args = args[used:]
	}
	switch {
	case r.keys == nil:
		return r, errSyntax
	case ofGroup && r.group == nil:
		return r, errGroupMissing
	}
	return r, nil
}

// option reads a word and returns how many arguments that takes.
func (r *streamRead) option(c *Call, word []byte, rest [][]byte) (used int, err error) {
	switch {
	case len(rest) > 0 && isWord(word, "block"):
		if c.inScript() {
			return 0, noBlockInScript(c.Args[0])
		}
		r.blocks = true
		r.until, err = c.timeoutMsArg(rest[0])
		return 2, err
	case len(rest) > 0 && isWord(word, "count"):
		r.count, err = intArg(rest[0])
		r.count = max(0, r.count)
		return 2, err
	case len(rest) > 0 && isWord(word, "streams"):
		if len(rest)%2 != 0 {
			return 0, errUnbalanced
		}
		r.keys, r.ids = rest[:len(rest)/2], rest[len(rest)/2:]
		return len(rest) + 1, nil
	case len(rest) > 1 && isWord(word, "group"):
		if !r.ofGroup {
			return 0, errGroupOfXRead
		}
		r.group, r.consumer = rest[0], rest[1]
		return 3, nil
	case isWord(word, "noack"):
		if !r.ofGroup {
			return 0, errNoAckOfXRead
		}
		r.noAck = true
		return 1, nil
	}
	return 0, errSyntax
}

func isByte(arg []byte, b byte) bool { return len(arg) == 1 && arg[0] == b }

// XREAD [COUNT count] [BLOCK milliseconds] STREAMS key [key ...] id [id ...]
func xread(c *Call) error {
	r, err := c.streamReadArgs(false)
	if err != nil {
		return err
	}
	if c.woken != nil {
		return c.await(r.wait(nil), func(key []byte) (bool, error) { return c.readWoken(&r, key) })
	}
	after := make([]encoding.StreamID, len(r.keys))
	for i := range r.keys {
		if after[i], err = c.readFrom(&r, i); err != nil {
			return err
		}
	}
	served, err := c.streamsReply(len(r.keys), func(i int) (bool, error) {
		return c.readAfter(r.keys[i], after[i], r.count)
	})
	if err != nil || served > 0 {
		return err
	}
	return c.parkReader(&r, after)
}

// readFrom reads an ID of XREAD; the keys and IDs are looked at one by one.
func (c *Call) readFrom(r *streamRead, i int) (encoding.StreamID, error) {
	last, err := types.StreamLast(c.Tx, r.keys[i])
	switch {
	case err != nil:
		return last, err
	case isByte(r.ids[i], '$'):
		return last, nil
	case isByte(r.ids[i], '>'):
		return last, errNewOfXRead
	}
	return streamIDArg(r.ids[i])
}

// readAfter replies with the entries of a stream that come after an ID, if there
// are any.
func (c *Call) readAfter(key []byte, after encoding.StreamID, count int64) (bool, error) {
	entries, err := types.StreamAfter(c.Tx, key, after, count)
	if err != nil || entries.Len() == 0 {
		return false, err
	}
	c.streamOf(key)
	return true, c.streamEntries(&entries)
}

// streamOf begins the reply about one of several streams.
func (c *Call) streamOf(key []byte) {
	if c.Reply.Proto != 3 {
		c.Reply.Array(2)
	}
	c.Reply.Bulk(key)
}

// streamsReply replies about as many of n streams as serve replies about; for
// none there is no reply yet.
func (c *Call) streamsReply(n int, serve func(i int) (bool, error)) (served int, err error) {
	start := len(c.Reply.Buf)
	c.beginStreams(n)
	body := len(c.Reply.Buf)
	for i := range n {
		ok, err := serve(i)
		if err != nil {
			return 0, err
		}
		if ok {
			served++
		}
	}
	if served < n {
		rest := slices.Clone(c.Reply.Buf[body:])
		c.Reply.Buf = c.Reply.Buf[:start]
		if served > 0 {
			c.beginStreams(served)
			c.Reply.Buf = append(c.Reply.Buf, rest...)
		}
	}
	return served, nil
}

func (c *Call) beginStreams(n int) {
	if c.Reply.Proto == 3 {
		c.Reply.Map(n)
	} else {
		c.Reply.Array(n)
	}
}
