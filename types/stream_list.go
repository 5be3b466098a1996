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
	l := lister{group: &g, left: f.Count, minIdleMs: f.MinIdleMs}
	low, high, ok := l.keys(f)
	if f.Consumer != nil {
		c, found, err := g.consumer(f.Consumer)
		if err != nil || !found {
			return nil, err
		}
		low = encoding.AppendStreamOwnedKey(nil, g.state.Number, c.state.Number, f.First)
		high = encoding.AppendStreamOwnedKey(nil, g.state.Number, c.state.Number, f.Last)
	}
	if !ok {
		return nil, nil
	}
	return l.list(low, high)
}

// lister collects pending messages.
type lister struct {
	group     *streamGroup
	left      int64
	minIdleMs int64 // delivered as long ago; 0: or in the future
	found     []StreamMessage
	names     map[uint64][]byte
}

// keys are those of the first and the last message wanted; ok is false if there
// are none between.
func (l *lister) keys(f *StreamPendingFilter) (low, high []byte, ok bool) {
	no := l.group.state.Number
	return encoding.AppendStreamPendingKey(nil, no, f.First), encoding.AppendStreamPendingKey(nil, no, f.Last),
		f.First.Compare(f.Last) <= 0
}

// list walks from a key to another, both included.
func (l *lister) list(low, high []byte) ([]StreamMessage, error) {
	g := l.group
	from, _, _, err := g.tree.Find(low)
	if err != nil {
		return nil, err
	}
	to, _, found, err := g.tree.Find(high)
	if err != nil {
		return nil, err
	}
	if found {
		to++
	}
	if err := longer(g.tx, l.looks(to-from)); err != nil {
		return nil, err
	}
	it := g.tree.Iter(from)
	for ; from < to && l.left > 0 && it.Next(); from++ {
		id, err := encoding.ParseStreamIDKey(it.Entry().Key)
		if err != nil {
			return nil, err
		}
		if err := l.add(id); err != nil {
			return nil, err
		}
	}
	return l.found, it.Err()
}

// looks is how many of n messages there may be to look at.
func (l *lister) looks(n int64) int64 {
	if l.minIdleMs != 0 {
		return n
	}
	return min(l.left, n)
}

// add adds a message, if it was delivered long enough ago.
func (l *lister) add(id encoding.StreamID) error {
	p, _, err := l.group.pending(id)
	if err != nil || l.minIdleMs != 0 && l.group.tx.NowMs-p.DeliveredMs < l.minIdleMs {
		return err
	}
	name, err := l.name(p.Consumer)
	if err != nil {
		return err
	}
	l.found = append(l.found, StreamMessage{ID: id, Consumer: name, DeliveredMs: p.DeliveredMs, Count: int64(p.Count)})
	l.left--
	return nil
}

func (l *lister) name(consumer uint64) (name []byte, err error) {
	name, known := l.names[consumer]
	if known {
		return name, nil
	}
	if name, err = l.group.consumerName(consumer); err != nil {
		return nil, err
	}
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
	low, high, err := g.part(encoding.StreamPendings(g.state.Number))
	if err != nil || low == high {
		return sum, err
	}
	sum.Count = high - low
	if sum.First, err = g.idIn(low); err != nil {
		return sum, err
	}
	if sum.Last, err = g.idIn(high - 1); err != nil {
		return sum, err
	}
	all, err := g.consumers()
	for _, c := range all {
		if c.Pending > 0 {
			sum.Consumers = append(sum.Consumers, c)
		}
	}
	return sum, err
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

func (g *streamGroup) consumers() ([]StreamConsumerStatus, error) {
	low, high, err := g.part(encoding.StreamConsumers(g.state.Number))
	if err != nil {
		return nil, err
	}
	list := make([]StreamConsumerStatus, 0, high-low)
	it := g.tree.Iter(low)
	for ; low < high && it.Next(); low++ {
		name, err := encoding.ParseStreamConsumerKey(it.Entry().Key)
		if err != nil {
			return nil, err
		}
		c, err := encoding.ParseStreamConsumer(it.Entry().Value)
		if err != nil {
			return nil, err
		}
		list = append(list, StreamConsumerStatus{Name: name, SeenMs: c.SeenMs, number: c.Number})
	}
	if err := it.Err(); err != nil {
		return nil, err
	}
	for i := range list {
		if list[i].Pending, err = g.count(encoding.StreamOwnedBy(g.state.Number, list[i].number)); err != nil {
			return nil, err
		}
	}
	return list, nil
}
