package types

import (
	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/encoding/rdb"
)

// groupLoad adds a group of which too much is pending to be held in memory. Whose
// a message is comes after all messages: until then all are those of a consumer
// without a name, who is gone in the end. Each step is a change of its own, which
// may have to run again.
type groupLoad struct {
	change func(fn func(s *stream) error) error
	name   []byte
	state  encoding.StreamGroup // after the last step
	given  []rdb.Pending        // messages to come next, or whose they are
	places []encoding.StreamID
}

const (
	// nobodys is the number of the consumer without a name.
	nobodys   = 1 << 31
	loadBatch = 4096
)

// loadGroup adds a group with all that belongs to it.
func loadGroup(from *rdb.Group, change func(fn func(s *stream) error) error) error {
	if from.IsHeld() {
		return change(func(s *stream) error { return s.restoreGroup(from) })
	}
	l := groupLoad{change: change, name: from.Name}
	if err := l.begin(from); err != nil {
		return err
	}
	if err := from.Pieces(&l); err != nil {
		return err
	}
	return l.end()
}

// step runs fn on the group.
func (l *groupLoad) step(fn func(g *streamGroup) error) error {
	var after encoding.StreamGroup
	err := l.change(func(s *stream) error {
		g := streamGroup{stream: *s, name: l.name, state: l.state}
		if err := fn(&g); err != nil {
			return err
		}
		if err := g.store(); err != nil {
			return err
		}
		after = g.state
		s.head = g.head
		return g.saveGroup()
	})
	if err == nil {
		l.state = after
	}
	return err
}

func (l *groupLoad) begin(from *rdb.Group) error {
	return l.step(func(g *streamGroup) error {
		g.state = encoding.StreamGroup{
			Number: g.head.Groups, Last: encoding.StreamID(from.LastID), EntriesRead: max(from.EntriesRead, encoding.NotRead),
		}
		g.head.Groups++
		g.head.Front += 2
		return g.putMember(nobodys, &encoding.StreamConsumer{})
	})
}

// Pending implements rdb.GroupPieces, as do the others.
func (l *groupLoad) Pending(p *rdb.Pending) error {
	if l.given = append(l.given, *p); len(l.given) < loadBatch {
		return nil
	}
	return l.flushPending()
}

func (l *groupLoad) flushPending() error {
	err := l.step(func(g *streamGroup) error {
		for i := range l.given {
			p := &l.given[i]
			_, found, err := g.pending(encoding.StreamID(p.ID))
			if err != nil {
				return err
			}
			if found {
				return rdb.PendingTwice(p.ID)
			}
			err = g.give(encoding.StreamID(p.ID), encoding.StreamPending{
				Consumer: nobodys, DeliveredMs: p.DeliveredAtMs, Count: p.Deliveries,
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	l.given = l.given[:0]
	return err
}

func (l *groupLoad) Consumer(c *rdb.Consumer) error {
	if err := l.flush(); err != nil {
		return err
	}
	return l.step(func(g *streamGroup) error {
		no := g.state.Consumers
		g.state.Consumers++
		g.head.Front += 2
		return g.addConsumer(streamConsumer{c.Name, no}, c.SeenMs)
	})
}

func (l *groupLoad) Owned(id rdb.StreamID) error {
	if l.places = append(l.places, encoding.StreamID(id)); len(l.places) < loadBatch {
		return nil
	}
	return l.flushOwned()
}

// flushOwned gives messages to the last consumer.
func (l *groupLoad) flushOwned() error {
	err := l.step(func(g *streamGroup) error {
		for _, id := range l.places {
			p, found, err := g.pending(id)
			if err != nil {
				return err
			}
			if !found || p.Consumer != nobodys {
				return rdb.NotPending(rdb.StreamID(id))
			}
			p.Consumer = g.state.Consumers - 1
			if err := g.give(id, p); err != nil {
				return err
			}
		}
		return nil
	})
	l.places = l.places[:0]
	return err
}

func (l *groupLoad) flush() error {
	if len(l.given) > 0 {
		return l.flushPending()
	}
	if len(l.places) > 0 {
		return l.flushOwned()
	}
	return nil
}

// end takes the consumer without a name away.
func (l *groupLoad) end() error {
	if err := l.flush(); err != nil {
		return err
	}
	return l.step(func(g *streamGroup) error {
		c, err := g.member(nobodys)
		if err != nil {
			return err
		}
		if c.Pending > 0 {
			w := g.walkOf(nobodys, encoding.StreamID{})
			id, _, _, err := w.next()
			if err != nil {
				return err
			}
			return rdb.PendingForNobody(rdb.StreamID(id))
		}
		g.head.Front--
		_, err = g.tree.Delete(encoding.AppendStreamMemberKey(nil, g.state.Number, nobodys))
		return err
	})
}
