package types

import (
	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/persistence"
)

// StreamStatus is what XINFO tells of a stream.
type StreamStatus struct {
	Len        int64
	TreeKeys   int64 // macro nodes that Redis would have, and the nodes of the radix tree over them
	TreeNodes  int64
	Last       encoding.StreamID // the last one given
	MaxDeleted encoding.StreamID
	Added      int64
	First      encoding.StreamID // of the entries, if there are any
	Groups     int64
}

// StreamStatusOf describes a stream; ErrNoSuchKey if the key is missing.
func StreamStatusOf(tx *persistence.Tx, key []byte) (st StreamStatus, err error) {
	s, err := openStream(tx, key)
	if err != nil {
		return st, err
	}
	if !s.exists() {
		return st, ErrNoSuchKey
	}
	st = StreamStatus{Len: s.len(), Last: s.head.Last, MaxDeleted: s.head.MaxDeleted, Added: int64(s.head.Added)}
	if st.First, err = s.first(); err != nil {
		return st, err
	}
	if st.Groups, err = s.count(encoding.StreamGroups()); err != nil {
		return st, err
	}
	st.TreeKeys, st.TreeNodes, err = s.radixTree()
	return st, err
}

// exactTree is the number of macro nodes up to which the radix tree is counted
// and not guessed.
const exactTree = 1000

// radixTree counts the macro nodes, and the nodes that Redis's radix tree would
// have over them.
func (s *stream) radixTree() (keys, nodes int64, err error) {
	low, high, err := s.part(encoding.StreamNodes())
	if err != nil {
		return 0, 0, err
	}
	keys = high - low
	if s.head.Tail.Live > 0 {
		keys++
	}
	if keys > exactTree {
		return keys, keys + keys/8, nil
	}
	var tree encoding.RadixCount
	it := s.tree.Iter(low)
	for ; low < high && it.Next(); low++ {
		id, err := encoding.ParseStreamIDKey(it.Entry().Key)
		if err != nil {
			return 0, 0, err
		}
		tree.Add(id)
	}
	if s.head.Tail.Live > 0 {
		tree.Add(s.head.TailFirst)
	}
	return keys, tree.Nodes(), it.Err()
}

// StreamGroupStatus is what XINFO tells of a group. Its name is valid until the
// next change.
type StreamGroupStatus struct {
	Name        []byte
	Consumers   int64
	Pending     int64
	Last        encoding.StreamID // delivered up to here
	EntriesRead int64             // or encoding.NotRead
	Lag         int64
	LagKnown    bool
	group       streamGroup
}

// StreamGroupsOf lists the groups of a stream; ErrNoSuchKey if the key is
// missing.
func StreamGroupsOf(tx *persistence.Tx, key []byte) ([]StreamGroupStatus, error) {
	s, err := openStream(tx, key)
	if err != nil {
		return nil, err
	}
	if !s.exists() {
		return nil, ErrNoSuchKey
	}
	low, high, err := s.part(encoding.StreamGroups())
	if err != nil {
		return nil, err
	}
	list := make([]StreamGroupStatus, 0, high-low)
	it := s.tree.Iter(low)
	for ; low < high && it.Next(); low++ {
		g := streamGroup{stream: s}
		if g.name, err = encoding.ParseStreamGroupKey(it.Entry().Key); err != nil {
			return nil, err
		}
		if g.state, err = encoding.ParseStreamGroup(it.Entry().Value); err != nil {
			return nil, err
		}
		list = append(list, StreamGroupStatus{group: g})
	}
	if err := it.Err(); err != nil {
		return nil, err
	}
	for i := range list {
		if err := list[i].fill(); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func (st *StreamGroupStatus) fill() (err error) {
	g := &st.group
	st.Name, st.Last, st.EntriesRead = g.name, g.state.Last, g.state.EntriesRead
	if st.Consumers, st.Pending, err = g.members(); err != nil {
		return err
	}
	st.Lag, st.LagKnown, err = g.lag()
	return err
}

// Messages lists the first pending messages of the group, count at most; 0 is
// all.
func (st *StreamGroupStatus) Messages(count int64) ([]StreamMessage, error) {
	l := lister{group: &st.group, left: st.group.atMost(count, st.Pending), last: encoding.MaxStreamID}
	return l.list(st.group.walk(encoding.StreamID{}))
}

// MessagesOf is Messages of one consumer.
func (st *StreamGroupStatus) MessagesOf(c *StreamConsumerStatus, count int64) ([]StreamMessage, error) {
	l := lister{group: &st.group, left: st.group.atMost(count, c.Pending), last: encoding.MaxStreamID}
	return l.list(st.group.walkOf(c.number, encoding.StreamID{}))
}

// Members lists the consumers of the group.
func (st *StreamGroupStatus) Members() ([]StreamConsumerStatus, error) { return st.group.consumers() }
