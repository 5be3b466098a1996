package server

import (
	"errors"
	"sync"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/types"
)

// XREADGROUP GROUP group consumer [COUNT count] [BLOCK milliseconds] [NOACK] STREAMS key [key ...] id [id ...]
func xreadgroup(c *Call) error {
	r, err := c.streamReadArgs(true)
	if err != nil {
		return err
	}
	if c.woken != nil {
		return c.await(r.wait(errStreamGone), func(key []byte) (bool, error) { return c.readGroupWoken(&r, key) })
	}
	g := groupReaders.Get().(*groupReader)
	g.call, g.r = c, &r
	defer g.release()
	if err := g.open(); err != nil {
		return err
	}
	served, err := c.streamsReply(len(r.keys), g.serve)
	if err != nil || served > 0 {
		return err
	}
	return c.parkGroupReader(&r, g.late)
}

// groupReader reads several streams for a consumer.
type groupReader struct {
	call  *Call
	r     *streamRead
	first types.GroupRead // of the first key
	after []encoding.StreamID
	late  bool // others wait for messages that there may be
}

// groupReaders are for the next ones: they are large.
var groupReaders = sync.Pool{New: func() any { return new(groupReader) }}

func (g *groupReader) release() {
	*g = groupReader{}
	groupReaders.Put(g)
}

// open looks at all groups and IDs before the first message is given.
func (g *groupReader) open() error {
	if len(g.r.keys) > 1 {
		g.after = make([]encoding.StreamID, len(g.r.keys))
	}
	for i, key := range g.r.keys {
		read, err := types.OpenGroupRead(g.call.Tx, key, g.r.group)
		if err == types.ErrNoSuchKey || err == types.ErrNoSuchGroup {
			return noKeyOrGroup(key, g.r.group, " in XREADGROUP with GROUP option")
		}
		if err != nil {
			return err
		}
		if i == 0 {
			g.first = read
		}
		if err := g.id(i); err != nil {
			return err
		}
	}
	return nil
}

// id checks an ID.
func (g *groupReader) id(i int) error {
	switch {
	case isByte(g.r.ids[i], '$'):
		return errLastOfGroup
	case isByte(g.r.ids[i], '>'):
		return nil
	}
	_, err := streamIDArg(g.r.ids[i])
	return err
}

// serve replies about one stream, if there is something for the consumer.
func (g *groupReader) serve(i int) (bool, error) {
	c, key := g.call, g.r.keys[i]
	read := &g.first
	if i > 0 || len(g.r.keys) > 1 { // another one may be the same stream
		again, err := types.OpenGroupRead(c.Tx, key, g.r.group)
		if err != nil {
			return false, err
		}
		read = &again
	}
	if !isByte(g.r.ids[i], '>') {
		return true, g.history(read, i)
	}
	if c.othersWait(key, g.r) {
		g.late = true
		return false, nil
	}
	if n, err := read.New(g.r.count); err != nil || n == 0 {
		return false, err
	}
	return true, c.deliver(read, g.r, key)
}

// deliver replies with the entries that are new to the group and makes them the
// consumer's.
func (c *Call) deliver(read *types.GroupRead, r *streamRead, key []byte) error {
	c.streamOf(key)
	c.Reply.Array(int(read.Len()))
	for read.Next() {
		c.streamEntry(read.ID(), read.Fields())
	}
	if err := read.Err(); err != nil {
		return err
	}
	if err := read.As(r.consumer); err != nil {
		return err
	}
	if err := read.Deliver(r.noAck); err != nil {
		return err
	}
	return read.End()
}

// history replies with messages that the consumer was given before.
func (g *groupReader) history(read *types.GroupRead, i int) error {
	c := g.call
	after, err := streamIDArg(g.r.ids[i])
	if err != nil {
		return err
	}
	if err := read.As(g.r.consumer); err != nil {
		return err
	}
	h, err := read.History(after, g.r.count)
	if err != nil {
		return err
	}
	c.streamOf(g.r.keys[i])
	c.Reply.Array(int(h.Len()))
	for h.Next() {
		if fields, exists := h.Fields(); exists {
			c.streamEntry(h.ID(), fields)
			continue
		}
		c.Reply.Array(2)
		c.streamID(h.ID())
		c.Reply.NullArray()
	}
	if err := h.Err(); err != nil {
		return err
	}
	return read.End()
}

// readGroupWoken serves a consumer that waited for new messages. Those may be
// gone already; then it gets none.
func (c *Call) readGroupWoken(r *streamRead, key []byte) (bool, error) {
	read, err := types.OpenGroupRead(c.Tx, key, r.group)
	if errors.Is(err, types.ErrNoSuchGroup) {
		return false, errGroupGone
	}
	if err != nil {
		return false, err
	}
	if !read.Behind() {
		return false, nil
	}
	if _, err := read.New(r.blockedCount()); err != nil {
		return false, err
	}
	c.beginStreams(1)
	return true, c.deliver(&read, r, key)
}
