package types

import (
	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/persistence"
)

// StreamClaimOptions of StreamClaim.
type StreamClaimOptions struct {
	MinIdleMs   int64 // take only what was delivered as long ago
	Timed       bool  // DeliveredMs is given; else it is now
	DeliveredMs int64
	Count       int64 // how often it is said to have been delivered; negative: once more
	Force       bool  // take what is not pending, too
	JustID      bool  // not delivered: it does not count
	LastID      encoding.StreamID
}

// StreamClaimed is what a consumer has taken over.
type StreamClaimed struct {
	group   streamGroup
	IDs     []encoding.StreamID // now its own
	Deleted []encoding.StreamID // not pending any more, as the entries do not exist
	Next    encoding.StreamID   // of StreamAutoClaim: where to go on, zero at the end
}

// Fields are those of an entry that was claimed; valid until the next change.
func (c *StreamClaimed) Fields(id encoding.StreamID) (encoding.StreamFields, error) {
	fields, _, err := c.group.find(id)
	return fields, err
}

// claimer takes messages over for one consumer.
type claimer struct {
	*StreamClaimed
	options  *StreamClaimOptions
	name     []byte
	consumer streamConsumer
	here     bool // consumer is known
	log      claims
}

// StreamClaim gives pending messages to a consumer, which is created if it is
// missing and there is something to give.
func StreamClaim(tx *persistence.Tx, key, group, consumer []byte, ids []encoding.StreamID,
	o *StreamClaimOptions) (*StreamClaimed, error) {
	g, err := openGroup(tx, key, group)
	missed(tx, key, err != ErrNoSuchKey)
	if err != nil {
		return nil, err
	}
	c := newClaimer(g, consumer, o)
	moved := o.LastID.Compare(g.state.Last) > 0
	if moved {
		c.group.state.Last = o.LastID
	}
	for _, id := range ids {
		p, found, err := c.group.pending(id)
		if err != nil {
			return nil, err
		}
		if _, err := c.claim(id, p, found); err != nil {
			return nil, err
		}
	}
	return c.StreamClaimed, c.end(moved)
}

func newClaimer(g streamGroup, consumer []byte, o *StreamClaimOptions) *claimer {
	c := &claimer{StreamClaimed: &StreamClaimed{group: g}, options: o, name: consumer}
	now := g.tx.NowMs
	switch {
	case !o.Timed:
		o.DeliveredMs = now
	case !g.tx.Replay && (o.DeliveredMs < 0 || o.DeliveredMs > now):
		o.DeliveredMs = now
	}
	c.log = claims{group: &c.group, consumer: consumer, atMs: o.DeliveredMs}
	return c
}

// claim takes a message over, if it may; or, if there is no such entry, off the
// list of pending ones, which it tells.
func (c *claimer) claim(id encoding.StreamID, p encoding.StreamPending, isPending bool) (gone bool, err error) {
	g, o := &c.group, c.options
	_, exists, err := g.find(id)
	switch {
	case err != nil:
		return false, err
	case !exists && isPending:
		c.Deleted = append(c.Deleted, id)
		g.logSettled(id)
		_, err = g.settle(id)
		return true, err
	case !exists, !isPending && !o.Force,
		isPending && o.MinIdleMs > 0 && g.tx.NowMs-p.DeliveredMs < o.MinIdleMs:
		return false, nil
	}
	if err := c.arrive(); err != nil {
		return false, err
	}
	if !isPending {
		p.Count = 1
	}
	switch {
	case o.Count >= 0:
		p.Count = uint64(o.Count)
	case !o.JustID:
		p.Count++
	}
	p.Consumer, p.DeliveredMs = c.consumer.number, o.DeliveredMs
	c.IDs = append(c.IDs, id)
	c.log.add(id, p.Count)
	return false, g.give(id, p)
}

// arrive looks the consumer up before the first message that it takes over.
func (c *claimer) arrive() (err error) {
	if !c.here {
		c.consumer, err = c.group.seen(c.name)
		c.here = err == nil
	}
	return err
}

// end stores what has changed besides messages. moved says that the group reads
// on elsewhere.
func (c *claimer) end(moved bool) error {
	g := &c.group
	c.log.flush()
	if c.here && c.options.DeliveredMs != g.tx.NowMs {
		g.logSeen(c.name)
	}
	if moved && !c.here {
		g.logPlace(wordSetID, false)
	}
	if g.tx.Replay && c.options.Timed {
		if err := c.seenThen(); err != nil {
			return err
		}
	}
	if err := g.store(); err != nil || !moved && !c.here {
		return err
	}
	return g.saveGroup()
}

// seenThen: the log says by the time of a claim when its consumer was seen.
func (c *claimer) seenThen() error {
	consumer, found, err := c.group.consumer(c.name)
	if err != nil || !found {
		return err
	}
	return c.group.noteSeen(consumer.number, c.options.DeliveredMs)
}

// StreamAutoClaimOptions of StreamAutoClaim.
type StreamAutoClaimOptions struct {
	MinIdleMs int64
	Start     encoding.StreamID // the first message to look at
	Count     int64             // messages to take over at most, including those that are taken off the list
	JustID    bool
}

// looksPerClaim bounds how many messages StreamAutoClaim looks at.
const looksPerClaim = 10

// StreamAutoClaim gives messages that have been pending for some time to a
// consumer.
func StreamAutoClaim(tx *persistence.Tx, key, group, consumer []byte, o *StreamAutoClaimOptions) (*StreamClaimed, error) {
	g, err := openGroup(tx, key, group)
	missed(tx, key, err != ErrNoSuchKey)
	if err != nil {
		return nil, err
	}
	c := newClaimer(g, consumer, &StreamClaimOptions{MinIdleMs: o.MinIdleMs, Count: -1, JustID: o.JustID})
	next, err := c.sweep(o)
	if err != nil {
		return nil, err
	}
	if err := c.end(false); err != nil {
		return nil, err
	}
	c.Next, _, _, err = c.group.pendingFrom(next)
	return c.StreamClaimed, err
}

// mayTakeLong: as many messages as that are to be looked at, if there are so
// many.
func (c *claimer) mayTakeLong(count int64) error {
	if count*looksPerClaim <= longWork {
		return nil
	}
	runs, err := c.group.count(encoding.StreamPendings(c.group.state.Number))
	if err != nil {
		return err
	}
	return longer(c.group.tx, min(runs*encoding.StreamRunMessages, count*looksPerClaim))
}

// sweep claims message after message and returns the ID to go on from.
func (c *claimer) sweep(o *StreamAutoClaimOptions) (next encoding.StreamID, err error) {
	next = o.Start
	if err := c.mayTakeLong(o.Count); err != nil {
		return next, err
	}
	for looks, left := o.Count*looksPerClaim, o.Count; looks > 0 && left > 0; looks-- {
		id, p, found, err := c.group.pendingFrom(next)
		if err != nil || !found {
			return next, err
		}
		before := len(c.IDs)
		gone, err := c.claim(id, p, true)
		if err != nil {
			return next, err
		}
		if gone || len(c.IDs) > before {
			left--
		}
		var more bool
		if next, more = id.Next(); !more {
			return encoding.MaxStreamID, nil
		}
	}
	return next, nil
}
