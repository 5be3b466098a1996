package types

import (
	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/encoding/rdb"
	"github.com/cairndb/cairn/persistence"
)

func (l *Loader) stream() error {
	b := streamLoad{put: l.list.add, bulk: l.bulk}
	var failed error
	for e := range l.key.Entries() {
		if l.step(); failed == nil {
			failed = b.entry(e)
		}
	}
	info, err := l.key.Stream()
	if err != nil {
		return err
	}
	b.info(info)
	for g := range l.key.Groups() {
		if failed == nil {
			failed = b.group(g)
		}
	}
	if err := l.key.Err(); err != nil {
		return err
	}
	if failed != nil {
		return failed
	}
	var head [encoding.StreamHeadBytes]byte
	return l.end(streamKind, encoding.AppendStreamHead(head[:0], &b.head), func(c *persistence.BulkCollection) error {
		return l.list.sorted(func(key, value []byte) error { return add(c, key, value) })
	})
}

// streamLoad makes the entries of the tree of a stream, in no order, and its
// head.
type streamLoad struct {
	bulk  *persistence.BulkWriter
	head  encoding.StreamHead
	node  rdb.StreamNode // the last entry's
	put   func(key, value []byte) error
	value []byte
	pairs [][]byte
	run   []byte
}

// entry adds an entry of the stream.
func (b *streamLoad) entry(e *rdb.Entry) error {
	id := encoding.StreamID(e.ID)
	b.value = appendEntryFields(b.value[:0], e)
	b.pairs = fieldPairs(b.pairs[:0], b.value)
	if err := b.shadow(id, &e.Node); err != nil {
		return err
	}
	b.head.Length++
	b.head.Last = id
	var key [encoding.MaxStreamIDKey]byte
	return b.put(encoding.AppendStreamEntryKey(key[:0], id), b.value)
}

// shadow notes the entry in its macro node, which stays as it was where the
// stream comes from. What of a node is deleted counts.
func (b *streamLoad) shadow(id encoding.StreamID, node *rdb.StreamNode) error {
	tail := &b.head.Tail
	if b.head.Length > 0 && b.node.Base == node.Base {
		tail.Add(b.head.TailFirst, id, b.pairs)
		return nil
	}
	if b.head.Length > 0 {
		var key [encoding.MaxStreamIDKey]byte
		var value [encoding.StreamNodeBytes]byte
		err := b.put(encoding.AppendStreamNodeKey(key[:0], b.head.TailFirst), encoding.AppendStreamNode(value[:0], tail))
		if err != nil {
			return err
		}
	}
	b.node = *node
	b.head.TailFirst = encoding.StreamID(node.Base)
	*tail = encoding.NewStreamNode(b.head.TailFirst, b.pairs)
	tail.Last, tail.Deleted = id, uint32(node.Deleted)
	return nil
}

// info notes what a stream has besides entries and groups.
func (b *streamLoad) info(info rdb.Stream) {
	b.head.Last, b.head.MaxDeleted = encoding.StreamID(info.LastID), encoding.StreamID(info.MaxDeletedID)
	b.head.Added = info.EntriesAdded
}

// group adds a consumer group with all that belongs to it.
func (b *streamLoad) group(from *rdb.Group) error {
	g := encoding.StreamGroup{
		Number: b.head.Groups, Last: encoding.StreamID(from.LastID), EntriesRead: max(from.EntriesRead, encoding.NotRead),
		Consumers: uint64(len(from.Consumers)),
	}
	b.head.Groups++
	if !from.IsHeld() {
		return b.largeGroup(&g, from)
	}
	b.head.Front += 1 + 2*g.Consumers
	if n := len(from.Pending); n > 0 {
		g.Top = encoding.StreamID(from.Pending[n-1].ID)
	}
	pending, err := b.runs(g.Number, from)
	if err != nil {
		return err
	}
	for i, c := range from.Consumers {
		if err := b.consumer(g.Number, uint64(i), encoding.StreamConsumer{SeenMs: c.SeenMs, Pending: pending[i], Name: c.Name}); err != nil {
			return err
		}
	}
	return b.putGroup(&g, from.Name)
}

func (b *streamLoad) putGroup(g *encoding.StreamGroup, name []byte) error {
	var value [encoding.StreamGroupBytes]byte
	return b.put(encoding.AppendStreamGroupKey(nil, name), encoding.AppendStreamGroup(value[:0], g))
}

func (b *streamLoad) consumer(group, number uint64, c encoding.StreamConsumer) error {
	var keyRoom, room [shortName]byte
	err := b.put(encoding.AppendStreamNameKey(keyRoom[:0], group, c.Name), encoding.AppendStreamNumber(room[:0], number))
	if err != nil {
		return err
	}
	return b.put(encoding.AppendStreamMemberKey(keyRoom[:0], group, number), encoding.AppendStreamConsumer(room[:0], &c))
}

// runs adds the pending messages of a group in runs that are full, and counts
// those of each consumer.
func (b *streamLoad) runs(group uint64, from *rdb.Group) (pending []uint64, err error) {
	pending = make([]uint64, len(from.Consumers))
	for list := from.Pending; len(list) > 0; {
		n := min(len(list), encoding.StreamRunMessages)
		if err := b.pendingRun(group, list[:n], pending); err != nil {
			return nil, err
		}
		list = list[n:]
	}
	return pending, nil
}

func (b *streamLoad) pendingRun(group uint64, list []rdb.Pending, pending []uint64) error {
	base := encoding.StreamID(list[0].ID)
	run := encoding.NewStreamRun(b.run[:0], uint64(list[0].Consumer), list[0].DeliveredAtMs)
	var room [encoding.MaxStreamIDKey]byte
	for i := range list {
		p := &list[i]
		consumer := uint64(p.Consumer)
		pending[consumer]++
		if !run.Has(consumer) {
			if err := b.put(encoding.AppendStreamOwnedKey(room[:0], group, consumer, base), nil); err != nil {
				return err
			}
		}
		run = run.Put(base, len(run), encoding.StreamID(p.ID), encoding.StreamPending{
			Consumer: consumer, DeliveredMs: p.DeliveredAtMs, Count: p.Deliveries,
		})
	}
	b.run = run
	return b.put(encoding.AppendStreamPendingKey(room[:0], group, base), run)
}
