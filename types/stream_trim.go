package types

import (
	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/persistence"
)

// StreamTrimBy says what trimming goes by.
type StreamTrimBy uint8

// Not at all, by the number of entries that stay, by the first ID that stays.
const (
	StreamTrimNone StreamTrimBy = iota
	StreamTrimMaxLen
	StreamTrimMinID
)

// StreamTrim says which of a stream's first entries to remove.
type StreamTrim struct {
	By     StreamTrimBy
	MaxLen int64
	MinID  encoding.StreamID
	// Approx removes only whole macro nodes, as Redis would have them, and no
	// more entries than Limit, if that is not 0.
	Approx bool
	Limit  int64
}

var (
	wordXTrim   = []byte("XTRIM")
	wordMaxLen  = []byte("MAXLEN")
	wordExactly = []byte("=")
)

// StreamTrimTo trims a stream and returns how many entries that removed.
func StreamTrimTo(tx *persistence.Tx, key []byte, t *StreamTrim) (int64, error) {
	s, err := openStream(tx, key)
	if err != nil || !s.exists() {
		return 0, err
	}
	n, err := s.trim(t)
	if err != nil || n == 0 {
		return 0, err
	}
	if err := s.save(); err != nil {
		return 0, err
	}
	var digits [20]byte
	tx.Log(wordXTrim, key, wordMaxLen, wordExactly, encoding.AppendInt(digits[:0], s.len()))
	tx.Modified(key, persistence.EventStream, "xtrim")
	return n, nil
}

// trim returns how many entries it has removed. The head is not stored yet.
func (s *stream) trim(t *StreamTrim) (n int64, err error) {
	switch {
	case t.By == StreamTrimNone || s.len() == 0:
		return 0, nil
	case t.Approx:
		n, err = s.wholeNodes(t)
	case t.By == StreamTrimMaxLen:
		n = s.len() - t.MaxLen
	default:
		n, err = s.before(t.MinID)
	}
	if err != nil || n <= 0 {
		return 0, err
	}
	return n, s.removeFirst(n)
}

// wholeNodes counts the entries of the first macro nodes that trimming may
// remove.
func (s *stream) wholeNodes(t *StreamTrim) (n int64, err error) {
	more := func(node *encoding.StreamNode) bool {
		live, left := int64(node.Live), s.len()-n
		switch {
		case t.By == StreamTrimMaxLen && left-live < t.MaxLen,
			t.By == StreamTrimMinID && node.Last.Compare(t.MinID) >= 0,
			t.Limit > 0 && n+live > t.Limit:
			return false
		}
		n += live
		return true
	}
	if t.By == StreamTrimMaxLen && s.len() <= t.MaxLen {
		return 0, nil
	}
	_, it, err := s.tree.IterFrom(encoding.AppendStreamNodeKey(nil, encoding.StreamID{}))
	if err != nil {
		return 0, err
	}
	for it.Next() && encoding.IsStreamNodeKey(it.Entry().Key) {
		node, err := encoding.ParseStreamNode(it.Entry().Value)
		if err != nil {
			return 0, err
		}
		if !more(&node) {
			return n, nil
		}
	}
	if err := it.Err(); err != nil {
		return 0, err
	}
	if s.head.Tail.Live > 0 {
		more(&s.head.Tail)
	}
	return n, nil
}

// removeFirst removes the first n entries.
func (s *stream) removeFirst(n int64) error {
	if n == s.len() {
		s.head.Length, s.head.Tail = 0, encoding.StreamNode{}
		if err := s.removePart(encoding.StreamNodes()); err != nil {
			return err
		}
		return s.tree.Remove(s.front(), n)
	}
	first, err := s.idAt(n)
	if err != nil {
		return err
	}
	if err := s.tree.Remove(s.front(), n); err != nil {
		return err
	}
	s.head.Length -= uint64(n)
	return s.shadowFirst(first)
}
