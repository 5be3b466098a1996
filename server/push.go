package server

import (
	"sync"
	"sync/atomic"

	"github.com/cairndb/cairn/encoding/resp"
)

// What the server sends to a client without being asked is a push: messages of
// channels, invalidated keys, what MONITOR shows. It may come from any loop,
// so it is posted to the client's, which hands it over between commands, and
// always before it reads on: whoever has been told of a change by its maker,
// and asks here then, finds what was pushed before the answer.

// delivery is something to be pushed by the loop of those it is for.
type delivery interface{ deliver() }

// pushQueue is what a loop has to deliver.
type pushQueue struct {
	waiting atomic.Bool
	mu      sync.Mutex
	list    []delivery
	spare   []delivery
}

// post adds a delivery and wakes the loop for the first one. The loop that the
// caller runs on needs no waking. Safe from anywhere.
func (q *pushQueue) post(d delivery, l, from *loop) {
	q.mu.Lock()
	q.list = append(q.list, d)
	first := len(q.list) == 1
	q.waiting.Store(true)
	q.mu.Unlock()
	if first && l != from {
		l.post(l.deliverPushes)
	}
}

// take empties the queue.
func (q *pushQueue) take() []delivery {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.waiting.Store(false)
	list := q.list
	q.list, q.spare = q.spare[:0], nil
	return list
}

// done keeps the memory of what was taken for later.
func (q *pushQueue) done(list []delivery) {
	clear(list)
	q.mu.Lock()
	if q.spare == nil && cap(list) <= maxEvents {
		q.spare = list[:0]
	}
	q.mu.Unlock()
}

// deliverPushes hands over what was posted. It runs on the loop, and with no
// command of a client of it half done.
func (l *loop) deliverPushes() {
	for l.pushes.waiting.Load() {
		list := l.pushes.take()
		for _, d := range list {
			d.deliver()
		}
		l.pushes.done(list)
	}
}

// push adds a message to what the client reads: its first byte, or 0 for that of
// a push, and the body that follows. It runs on the client's loop.
func (c *Client) push(kind byte, body []byte) {
	switch {
	case c.gone || c.closeAfterReply:
	case kind == resp.KindStatus && c.silent == replyOff: // a line of MONITOR is no push to Redis, but a reply
	case c.busy:
		c.late = appendPush(c.late, c.reply.Proto, kind, body)
		c.boundLate()
	default:
		start := len(c.reply.Buf)
		c.reply.Buf = appendPush(c.reply.Buf, c.reply.Proto, kind, body)
		c.pushed(start)
	}
}

func appendPush(buf []byte, proto int, kind byte, body []byte) []byte {
	switch {
	case kind != 0:
	case proto == 3:
		kind = resp.KindPush
	default:
		kind = resp.KindArray
	}
	return append(append(buf, kind), body...)
}

// pushed notes that the bytes from start on are a push: they stay whatever
// becomes of the replies around them.
func (c *Client) pushed(start int) {
	c.pushes = append(c.pushes, span{start - c.ready, len(c.reply.Buf) - c.ready})
	c.call.mark = len(c.reply.Buf)
	c.enterTurn()
}

// span is a part of what is behind Client.ready, counted from there.
type span struct{ from, to int }

// pushLate delivers what was pushed while a command ran off the loop: that
// command may have read before the push came, so its reply goes first.
func (c *Client) pushLate() {
	if len(c.late) == 0 {
		return
	}
	start := len(c.reply.Buf)
	c.reply.Buf = append(c.reply.Buf, c.late...)
	c.late = nil
	c.pushed(start)
}

// boundLate closes a client for which more has come meanwhile than it may have
// pending. What hands over pushes cannot do that itself.
func (c *Client) boundLate() {
	if hard := c.outputLimit().HardBytes; hard > 0 && int64(len(c.late)) > hard {
		c.late = nil
		c.loop.post(c.overLimit)
	}
}

// failBatch puts an error in the place of each reply behind ready, and keeps
// the pushes.
func (c *Client) failBatch(text string) {
	var kept []byte
	for _, s := range c.pushes {
		kept = append(kept, c.reply.Buf[c.ready+s.from:c.ready+s.to]...)
	}
	c.reply.Buf = append(c.reply.Buf[:c.ready], kept...)
	for range c.batchCount {
		c.reply.Error(text)
	}
}
