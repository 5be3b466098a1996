package types

import (
	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/encoding/rdb"
)

// stream makes a stream, with the macro nodes that it had where it comes from.
func (r *restoring) stream(v *rdb.Value) error {
	s := stream{tx: r.tx, key: r.key}
	var err error
	if s.tree, err = r.create(streamKind, make([]byte, encoding.StreamHeadBytes)); err != nil {
		return err
	}
	var b streamBuilder
	for e := range v.Entries() {
		if err := b.add(&s, e); err != nil {
			return err
		}
	}
	info, err := v.Stream()
	if err != nil {
		return err
	}
	s.restoreInfo(info)
	for g := range v.Groups() {
		if err := loadGroup(g, func(fn func(*stream) error) error { return fn(&s) }); err != nil {
			return err
		}
	}
	return s.save()
}

// restoreInfo notes what a stream has besides entries and groups.
func (s *stream) restoreInfo(info rdb.Stream) {
	s.head.Last, s.head.MaxDeleted = encoding.StreamID(info.LastID), encoding.StreamID(info.MaxDeletedID)
	s.head.Added = info.EntriesAdded
}

// appendEntryFields appends the names and values of an entry, as they are kept.
func appendEntryFields(dst []byte, e *rdb.Entry) encoding.StreamFields {
	dst = encoding.AppendStreamFieldCount(dst, int(e.NumFields))
	for name, value := range e.Fields() {
		dst = encoding.AppendStreamField(encoding.AppendStreamField(dst, name), value)
	}
	return dst
}

// streamBuilder adds entries to a stream that is being made.
type streamBuilder struct {
	node  rdb.StreamNode // the last entry's
	value []byte
	pairs [][]byte
}

func (b *streamBuilder) add(s *stream, e *rdb.Entry) error {
	b.value = appendEntryFields(b.value[:0], e)
	return b.put(s, encoding.StreamID(e.ID), &e.Node, b.value)
}

// put adds an entry with its fields as they are kept.
func (b *streamBuilder) put(s *stream, id encoding.StreamID, node *rdb.StreamNode, fields encoding.StreamFields) error {
	b.pairs = fieldPairs(b.pairs[:0], fields)
	if err := b.shadow(s, id, node); err != nil {
		return err
	}
	var key [encoding.MaxStreamIDKey]byte
	if _, err := s.tree.Put(encoding.AppendStreamEntryKey(key[:0], id), fields); err != nil {
		return err
	}
	s.head.Length++
	return nil
}

// shadow notes the entry in its macro node. What of a node is deleted counts.
func (b *streamBuilder) shadow(s *stream, id encoding.StreamID, node *rdb.StreamNode) error {
	tail := &s.head.Tail
	if s.len() > 0 && b.node.Base == node.Base {
		tail.Add(s.head.TailFirst, id, b.pairs)
		return nil
	}
	if s.len() > 0 {
		if err := s.putNode(s.head.TailFirst, tail); err != nil {
			return err
		}
	}
	b.node = *node
	s.head.TailFirst = encoding.StreamID(node.Base)
	*tail = encoding.NewStreamNode(s.head.TailFirst, b.pairs)
	tail.Last, tail.Deleted = id, uint32(node.Deleted)
	return nil
}

// restoreGroup adds a consumer group with all that belongs to it.
func (s *stream) restoreGroup(from *rdb.Group) error {
	g := streamGroup{stream: *s, name: from.Name}
	g.state = encoding.StreamGroup{
		Number: s.head.Groups, Last: encoding.StreamID(from.LastID), EntriesRead: max(from.EntriesRead, encoding.NotRead),
		Consumers: uint64(len(from.Consumers)),
	}
	s.head.Groups++
	s.head.Front += 1 + 2*uint64(len(from.Consumers))
	for i, c := range from.Consumers {
		if err := g.addConsumer(streamConsumer{c.Name, uint64(i)}, c.SeenMs); err != nil {
			return err
		}
	}
	for _, p := range from.Pending {
		err := g.give(encoding.StreamID(p.ID), encoding.StreamPending{
			Consumer: uint64(p.Consumer), DeliveredMs: p.DeliveredAtMs, Count: p.Deliveries,
		})
		if err != nil {
			return err
		}
	}
	if err := g.store(); err != nil {
		return err
	}
	return g.saveGroup()
}
