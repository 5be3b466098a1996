package types

import "github.com/cairndb/cairn/encoding"

// The macro nodes that Redis would have (encoding/streamnode.go): the last one,
// which takes new entries, is in the head, the others are in the tree.

// shadow notes a new entry.
func (s *stream) shadow(id encoding.StreamID, fields [][]byte, limits encoding.StreamNodeLimits) error {
	tail := &s.head.Tail
	if tail.Live > 0 && tail.Takes(fields, limits) {
		tail.Add(s.head.TailFirst, id, fields)
		return nil
	}
	if tail.Live > 0 {
		if err := s.putNode(s.head.TailFirst, tail); err != nil {
			return err
		}
	}
	s.head.TailFirst, s.head.Tail = id, encoding.NewStreamNode(id, fields)
	return nil
}

func (s *stream) putNode(first encoding.StreamID, n *encoding.StreamNode) error {
	var keyBuf [encoding.MaxStreamIDKey]byte
	var buf [encoding.StreamNodeBytes]byte
	_, err := s.tree.Put(encoding.AppendStreamNodeKey(keyBuf[:0], first), encoding.AppendStreamNode(buf[:0], n))
	return err
}

// nodeOf finds the macro node in the tree that has, or would have, an entry: its
// place, its first ID and itself.
func (s *stream) nodeOf(id encoding.StreamID) (at int64, first encoding.StreamID, n encoding.StreamNode, err error) {
	var buf [encoding.MaxStreamIDKey]byte
	at, e, found, err := s.tree.Find(encoding.AppendStreamNodeKey(buf[:0], id))
	if err == nil && !found {
		at--
		e, err = s.tree.At(at)
	}
	if err != nil {
		return 0, first, n, err
	}
	if first, err = encoding.ParseStreamIDKey(e.Key); err != nil {
		return 0, first, n, err
	}
	n, err = encoding.ParseStreamNode(e.Value)
	return at, first, n, err
}

func (s *stream) inTail(id encoding.StreamID) bool {
	return s.head.Tail.Live > 0 && id.Compare(s.head.TailFirst) >= 0
}

// shadowDeleted notes that one entry was deleted.
func (s *stream) shadowDeleted(id encoding.StreamID) error {
	if s.inTail(id) {
		s.head.Tail.Forget()
		if s.head.Tail.Live == 0 {
			return s.reopenNode()
		}
		return nil
	}
	at, first, n, err := s.nodeOf(id)
	if err != nil {
		return err
	}
	n.Forget()
	if n.Live == 0 {
		return s.tree.Remove(at, 1)
	}
	return s.putNode(first, &n)
}

// reopenNode makes the last macro node of the tree the one that takes new
// entries, after the one that did is gone.
func (s *stream) reopenNode() error {
	s.head.Tail = encoding.StreamNode{}
	low, high, err := s.part(encoding.StreamNodes())
	if err != nil || low == high {
		return err
	}
	e, err := s.tree.At(high - 1)
	if err != nil {
		return err
	}
	if s.head.TailFirst, err = encoding.ParseStreamIDKey(e.Key); err != nil {
		return err
	}
	if s.head.Tail, err = encoding.ParseStreamNode(e.Value); err != nil {
		return err
	}
	return s.tree.Remove(high-1, 1)
}

// shadowFirst notes that the entry with this ID is the first one now: the macro
// nodes before its own are gone, and what came before it there is deleted.
func (s *stream) shadowFirst(id encoding.StreamID) error {
	low, high, err := s.part(encoding.StreamNodes())
	if err != nil {
		return err
	}
	if s.inTail(id) {
		s.head.Tail.Deleted += s.head.Tail.Live - uint32(s.head.Length)
		s.head.Tail.Live = uint32(s.head.Length)
		return s.removeNodes(low, high)
	}
	at, first, n, err := s.nodeOf(id)
	if err != nil {
		return err
	}
	live, err := s.firstNodeLive(at+1, high)
	if err != nil {
		return err
	}
	if live != n.Live {
		n.Deleted += n.Live - live
		n.Live = live
		if err := s.putNode(first, &n); err != nil {
			return err
		}
	}
	return s.removeNodes(low, at)
}

// firstNodeLive is how many entries lie before the macro node at a place of
// the tree or, at the end of those, before the last macro node.
func (s *stream) firstNodeLive(next, end int64) (uint32, error) {
	if next == end {
		return uint32(s.head.Length) - s.head.Tail.Live, nil
	}
	e, err := s.tree.At(next)
	if err != nil {
		return 0, err
	}
	first, err := encoding.ParseStreamIDKey(e.Key)
	if err != nil {
		return 0, err
	}
	n, err := s.before(first)
	return uint32(n), err
}

func (s *stream) removeNodes(low, high int64) error {
	if low == high {
		return nil
	}
	return s.tree.Remove(low, high-low)
}
