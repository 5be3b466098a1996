package types

import (
	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/persistence"
)

// StreamMessage is a pending message.
type StreamMessage struct {
	ID          encoding.StreamID
	Consumer    []byte // whose it is; valid until the next change
	DeliveredMs int64
	Count       int64
	number      uint64 // of the consumer
}

// StreamPendingFilter says which pending messages are wanted.
type StreamPendingFilter struct {
	First, Last encoding.StreamID
	Count       int64  // at most so many
	MinIdleMs   int64  // delivered as long ago
	Consumer    []byte // of this one only, unless it is nil
}

// StreamPendingMessages lists pending messages of a group: ErrNoSuchKey or
// ErrNoSuchGroup if it is missing. A consumer that is missing has none.
func StreamPendingMessages(tx *persistence.Tx, key, group []byte, f *StreamPendingFilter) ([]StreamMessage, error) {
	g, err := openGroup(tx, key, group)
	if err != nil {
		return nil, err
	}
	l := lister{group: &g, left: f.Count, last: f.Last, minIdleMs: f.MinIdleMs}
	w := g.walk(f.First)
	if f.Consumer != nil {
		c, found, err := g.consumer(f.Consumer)
		if err != nil || !found {
			return nil, err
		}
		w = g.walkOf(c.number, f.First)
	}
	if f.First.Compare(f.Last) > 0 {
		return nil, nil
	}
	return l.list(w)
}

// lister collects pending messages.
type lister struct {
	group     *streamGroup
	left      int64
	last      encoding.StreamID
	minIdleMs int64 // delivered as long ago; 0: or in the future
	found     []StreamMessage
	names     map[uint64][]byte
}

// list walks as far as messages are wanted.
func (l *lister) list(w pendingWalk) ([]StreamMessage, error) {
	if err := l.mayTakeLong(w.from); err != nil {
		return nil, err
	}
	for l.left > 0 {
		id, p, found, err := w.next()
		if err != nil {
			return nil, err
		}
		if !found || id.Compare(l.last) > 0 {
			break
		}
		if l.minIdleMs != 0 && l.group.tx.NowMs-p.DeliveredMs < l.minIdleMs {
			continue
		}
		l.found = append(l.found, StreamMessage{ID: id, DeliveredMs: p.DeliveredMs, Count: int64(p.Count), number: p.Consumer})
		l.left--
	}
	return l.found, l.addNames()
}

// mayTakeLong: there may be as many messages to look at as runs have room for.
func (l *lister) mayTakeLong(first encoding.StreamID) error {
	if l.left <= longWork && l.minIdleMs == 0 {
		return nil
	}
	no := l.group.state.Number
	runs, err := l.group.count(encoding.StreamPart{
		Low: encoding.AppendStreamPendingKey(nil, no, first), High: encoding.AppendStreamPendingKey(nil, no, l.last),
	})
	if err != nil {
		return err
	}
	n := max(1, runs+1) * encoding.StreamRunMessages
	if l.minIdleMs == 0 {
		n = min(n, l.left)
	}
	return longer(l.group.tx, n)
}

func (l *lister) addNames() (err error) {
	for i := range l.found {
		m := &l.found[i]
		if m.Consumer, err = l.name(m.number); err != nil {
			return err
		}
	}
	return nil
}

func (l *lister) name(consumer uint64) (name []byte, err error) {
	name, known := l.names[consumer]
	if known {
		return name, nil
	}
	member, err := l.group.member(consumer)
	if err != nil {
		return nil, err
	}
	name = member.Name
	if l.names == nil {
		l.names = map[uint64][]byte{}
	}
	l.names[consumer] = name
	return name, nil
}

// StreamPendingSummary is what XPENDING tells of a group.
type StreamPendingSummary struct {
	Count       int64
	First, Last encoding.StreamID      // of the pending messages, if there are any
	Consumers   []StreamConsumerStatus // those that have some
}

// StreamPendingOf sums up the pending messages of a group: ErrNoSuchKey or
// ErrNoSuchGroup if it is missing.
func StreamPendingOf(tx *persistence.Tx, key, group []byte) (sum StreamPendingSummary, err error) {
	g, err := openGroup(tx, key, group)
	if err != nil {
		return sum, err
	}
	all, err := g.consumers()
	if err != nil {
		return sum, err
	}
	for _, c := range all {
		if c.Pending > 0 {
			sum.Consumers = append(sum.Consumers, c)
			sum.Count += c.Pending
		}
	}
	if sum.Count == 0 {
		return sum, nil
	}
	sum.First, sum.Last, err = g.pendingEnds()
	return sum, err
}

// pendingEnds are the first and the last pending message, of which there are some.
func (g *streamGroup) pendingEnds() (first, last encoding.StreamID, err error) {
	if first, _, _, err = g.pendingFrom(encoding.StreamID{}); err != nil {
		return first, last, err
	}
	if _, _, err := g.lookUp(encoding.MaxStreamID); err != nil {
		return first, last, err
	}
	h := &g.run
	for at := h.Begin(); at < len(h.StreamRun); at = h.After(at) {
		last, _ = h.Message(h.base, at)
	}
	return first, last, nil
}

// StreamConsumerStatus is what XINFO tells of a consumer. Its name is valid until
// the next change.
type StreamConsumerStatus struct {
	Name    []byte
	SeenMs  int64
	Pending int64
	number  uint64
}

// StreamConsumersOf lists the consumers of a group: ErrNoSuchKey or
// ErrNoSuchGroup if it is missing.
func StreamConsumersOf(tx *persistence.Tx, key, group []byte) ([]StreamConsumerStatus, error) {
	g, err := openGroup(tx, key, group)
	if err != nil {
		return nil, err
	}
	return g.consumers()
}

// consumers lists the consumers of the group by name.
func (g *streamGroup) consumers() ([]StreamConsumerStatus, error) {
	low, high, err := g.part(encoding.StreamNames(g.state.Number))
	if err != nil {
		return nil, err
	}
	list := make([]StreamConsumerStatus, 0, high-low)
	it := g.tree.Iter(low)
	for ; low < high && it.Next(); low++ {
		name, err := encoding.ParseStreamNameKey(it.Entry().Key)
		if err != nil {
			return nil, err
		}
		number, err := encoding.ParseStreamNumber(it.Entry().Value)
		if err != nil {
			return nil, err
		}
		list = append(list, StreamConsumerStatus{Name: name, number: number})
	}
	if err := it.Err(); err != nil {
		return nil, err
	}
	for i := range list {
		member, err := g.member(list[i].number)
		if err != nil {
			return nil, err
		}
		list[i].SeenMs, list[i].Pending = member.SeenMs, int64(member.Pending)
	}
	return list, nil
}

// members counts the consumers of the group, and the messages that are pending for
// them.
func (g *streamGroup) members() (consumers, pending int64, err error) {
	low, high, err := g.part(encoding.StreamMembers(g.state.Number))
	if err != nil {
		return 0, 0, err
	}
	it := g.tree.Iter(low)
	for ; low < high && it.Next(); low++ {
		member, err := encoding.ParseStreamConsumer(it.Entry().Value)
		if err != nil {
			return 0, 0, err
		}
		consumers++
		pending += int64(member.Pending)
	}
	return consumers, pending, it.Err()
}
