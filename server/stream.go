package server

import (
	"errors"
	"time"

	"github.com/cairndb/cairn/encoding/resp"
)

// A reply that is made of more than RAM holds is read from a snapshot and sent
// while it is being made, no faster than the client takes it.

// errClientGone ends a command whose client has hung up.
var errClientGone = errors.New("the client is gone")

// stream runs a command that reads on a snapshot, off the loop.
func (c *Call) stream() error {
	c.Reply.Buf = c.Reply.Buf[:c.mark]
	snapshot, err := c.Server.store.Snapshot("large read")
	if err != nil {
		return err
	}
	out := &outflow{client: c.Client, sent: make(chan bool, 1)}
	c.Reply.Sink = func(w *resp.Writer) {
		c.streamed = true
		if err := out.send(w); err != nil {
			c.Tx.StopReading(err)
		}
	}
	err = c.Server.store.ViewSnapshot(c.Tx, snapshot, c.inTx)
	c.Reply.Sink = nil
	return errors.Join(err, out.err, snapshot.Close())
}

// outflow hands pieces of a reply to the client's loop, one at a time.
type outflow struct {
	client *Client
	begun  bool
	sent   chan bool // whether the client is gone
	err    error
}

// send takes what the writer has and returns when the client has taken it.
func (o *outflow) send(w *resp.Writer) error {
	if o.err != nil {
		w.Buf = w.Buf[:0]
		return o.err
	}
	if !o.begun {
		o.begin()
		o.begun = true
	}
	c := o.client
	gone := o.onLoop(func() { c.take(w.Buf, o.sent) })
	w.Buf = w.Buf[:0]
	if gone {
		o.err = errClientGone
	}
	return o.err
}

// onLoop runs fn on the client's loop and returns what comes of it through
// sent.
func (o *outflow) onLoop(fn func()) bool {
	o.client.loop.post(fn)
	select {
	case v := <-o.sent:
		return v
	case <-o.client.loop.ended:
		return true
	}
}

// begin waits until the replies to the client's earlier commands are out: they
// may have to wait for the log.
func (o *outflow) begin() {
	c := o.client
	for !o.onLoop(func() { o.sent <- c.gone || !c.held && c.ready == len(c.reply.Buf) }) {
		time.Sleep(time.Millisecond)
	}
}

// tellDrained tells whoever waits for it that all replies are sent, or will
// never be.
func (c *Client) tellDrained() {
	if c.drained != nil {
		c.drained <- c.gone
		c.drained = nil
	}
}
