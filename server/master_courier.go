package server

import (
	"sync/atomic"
	"time"
)

// courier hands bytes to a client's loop in pieces, one at a time: while one is
// on its way the next is filled. So it holds no more than two pieces, however
// slow the client, and never waits for the loop without need.
type courier struct {
	client *Client
	buf    []byte // the piece that is filled
	other  []byte // the piece that is on its way, or was
	flying bool
	taken  chan bool       // told when the connection has taken a piece; true if it is gone
	done   <-chan struct{} // closed if nobody cares any more
	moved  *atomic.Int64   // when the last piece was taken
}

// pieceBytes of bytes are worth a turn of the loop.
const pieceBytes = 128 << 10

// begin waits until the replies to what the client has asked before are out.
func (o *courier) begin() error {
	c, idle := o.client, false
	for !idle {
		c.loop.post(func() {
			idle = !c.busy && !c.held && c.sent == len(c.reply.Buf)
			o.taken <- c.gone
		})
		o.flying = true
		if err := o.land(); err != nil {
			return err
		}
		if !idle {
			time.Sleep(time.Millisecond)
		}
	}
	return nil
}

// Write implements io.Writer. It keeps nothing of b.
func (o *courier) Write(b []byte) (int, error) {
	for rest := b; len(rest) > 0; {
		n := min(len(rest), pieceBytes-len(o.buf))
		o.buf = append(o.buf, rest[:n]...)
		rest = rest[n:]
		if len(o.buf) == pieceBytes {
			if err := o.send(); err != nil {
				return 0, err
			}
		}
	}
	return len(b), nil
}

// send lets what was written go, once the piece before it has arrived.
func (o *courier) send() error {
	if len(o.buf) == 0 {
		return nil
	}
	if err := o.land(); err != nil {
		return err
	}
	piece := o.buf
	o.buf, o.other, o.flying = o.other[:0], piece, true
	o.client.loop.post(func() { o.client.take(piece, o.taken) })
	return nil
}

// land waits until the piece that is on its way has arrived.
func (o *courier) land() error {
	if !o.flying {
		return nil
	}
	gone := false
	select {
	case gone = <-o.taken:
	case <-o.done:
		gone = true
	case <-o.client.loop.ended:
		gone = true
	}
	if gone {
		return errClientGone
	}
	o.flying = false
	o.moved.Store(o.client.srv.clock.ms())
	return nil
}

// take sends bytes to the client and tells when its connection has them, or is
// gone. It runs on the client's loop.
func (c *Client) take(piece []byte, taken chan bool) {
	if c.gone {
		taken <- true
		return
	}
	c.reply.Buf = append(c.reply.Buf, piece...)
	c.ready = len(c.reply.Buf)
	c.drained = taken
	c.flush()
}

// tellDrained tells whoever waits for it that all replies are sent, or will
// never be.
func (c *Client) tellDrained() {
	if c.drained != nil {
		c.drained <- c.gone
		c.drained = nil
	}
}
