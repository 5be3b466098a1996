package server

import "github.com/cairndb/cairn/encoding/resp"

// invalidation tells a client that keys have changed.
type invalidation struct {
	to         *Client
	redirected bool   // to is told of what another client has read
	proto      int    // of the client that has read it, whose null it is
	own        bool   // to has made the change itself
	value      []byte // the list of keys, nil for all
}

// keyList is an array of keys, as invalidations hold it.
func keyList(keys ...string) []byte {
	w := resp.Writer{}
	w.Array(len(keys))
	for _, key := range keys {
		w.BulkString(key)
	}
	return w.Buf
}

// send tells a client of changed keys, or the one that it has named instead.
// Needs t.mu.
func (t *tracking) send(c *Client, o *tracked, value []byte, own bool) {
	to := c
	if o.redirect != 0 {
		if to = t.srv.clientByID(o.redirect); to == nil {
			c.tracking.broken.Store(true)
			c.loop.pushes.post(brokenRedirect{c, o.redirect}, c.loop, nil)
			return
		}
	}
	to.loop.pushes.post(invalidation{to, o.redirect != 0, int(c.shared.proto.Load()), own && to == c, value}, to.loop, nil)
}

// What precedes the list of keys, without the first byte.
const (
	invalidatePush    = "2\r\n$10\r\ninvalidate\r\n"
	invalidateMessage = "3\r\n$7\r\nmessage\r\n$20\r\n__redis__:invalidate\r\n"
)

// deliver: under RESP2 there are no pushes, but a client that listens to
// channels may be told for another one, as if by a channel.
func (m invalidation) deliver() {
	c := m.to
	head := invalidatePush
	if c.reply.Proto != 3 {
		if !m.redirected || !c.isSubscriber() {
			return
		}
		head = invalidateMessage
	}
	body := append([]byte(head), m.value...)
	if m.value == nil {
		w := resp.Writer{Buf: body, Proto: m.proto}
		w.Null()
		body = w.Buf
	}
	if m.own && c.waits != nil { // what served it has not come to an end
		c.late = appendPush(c.late, c.reply.Proto, 0, body)
		return
	}
	c.push(0, body)
}

// brokenRedirect tells a client that the one to be told in its place is gone.
type brokenRedirect struct {
	to *Client
	id int64
}

func (m brokenRedirect) deliver() {
	if m.to.reply.Proto != 3 {
		return
	}
	w := resp.Writer{Proto: 3}
	w.Push(2)
	w.BulkString("tracking-redir-broken")
	w.Int(m.id)
	m.to.push(0, w.Buf[1:])
}

// clientByID finds a client, nil if there is none.
func (s *Server) clientByID(id int64) *Client {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.clients[id]
}
