package server

import (
	"errors"
	"os"
	"time"

	"github.com/cairndb/cairn/encoding/resp"
	"github.com/cairndb/cairn/persistence/sched"
)

// A reply that is made of more than RAM holds is read from a snapshot and sent
// while it is being made, no faster than the client takes it. It does not go
// through the loop, which has other clients to serve: to send so much takes long,
// and whoever reads it on the same machine takes the processor meanwhile.

const (
	// manyLoads, about a megabyte of nodes, are what a command may load into RAM
	// that can send its reply in pieces: less, if that has become large before it
	// lacked something.
	manyLoads  = 512
	largeReply = 1 << 20
)

func (s *Server) maxLoads() int {
	if s.cold.on.Load() && s.cold.commands.Load()%2 == 0 {
		return 1 // so that tests go this way
	}
	return manyLoads
}

// errClientGone ends a command whose client has hung up.
var errClientGone = errors.New("the client is gone")

// stream runs a command that reads on a snapshot, off the loop.
func (c *Call) stream() error {
	c.Reply.Buf = c.Reply.Buf[:c.mark]
	snapshot, err := c.Server.store.Snapshot("large read")
	if err != nil {
		return err
	}
	defer sched.Patient()() // from here on it holds no locks that others wait for
	out := &outflow{client: c.Client}
	c.Reply.Sink = func(w *resp.Writer) {
		if c.Client.silent != replyOn {
			w.Buf = w.Buf[:0]
			return
		}
		c.streamed = true
		if err := out.send(w); err != nil {
			c.Tx.StopReading(err)
		}
	}
	err = c.Server.store.ViewSnapshot(c.Tx, snapshot, c.inTx)
	c.Reply.Sink = nil
	return errors.Join(err, out.err, out.end(), snapshot.Close())
}

// outflow sends pieces of a reply to a client whose loop leaves its connection
// alone meanwhile.
type outflow struct {
	client *Client
	conn   *os.File // nil before the first piece
	err    error
}

// send sends what the writer has.
func (o *outflow) send(w *resp.Writer) error {
	if o.conn == nil && o.err == nil {
		o.begin()
	}
	if o.err == nil {
		n, err := o.conn.Write(w.Buf)
		o.client.loop.stats.sent(n)
		if err != nil {
			o.err = errClientGone
		}
	}
	w.Buf = w.Buf[:0]
	return o.err
}

// begin waits until the replies to the client's earlier commands are out, which
// may have to wait for the log, and takes the connection.
func (o *outflow) begin() {
	c, lent := o.client, make(chan bool, 1)
	for o.conn == nil && o.err == nil {
		c.loop.post(func() {
			if c.gone || !c.held && c.sent == len(c.reply.Buf) {
				o.conn, o.err = c.lend()
			}
			lent <- true
		})
		select {
		case <-lent:
		case <-c.loop.ended:
			o.err = errClientGone
			return
		}
		if o.conn == nil && o.err == nil {
			time.Sleep(time.Millisecond)
		}
	}
}

// end gives the connection back.
func (o *outflow) end() error {
	if o.conn == nil {
		return nil
	}
	return o.conn.Close()
}
