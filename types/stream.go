package types

import (
	"strconv"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/persistence"
	"github.com/cairndb/cairn/persistence/tree"
)

// stream is a key's stream: its tree, and what its head says
// (encoding/stream.go). The position of an entry is counted from the first one;
// a place is a position in the tree.
type stream struct {
	tx   *persistence.Tx
	key  []byte
	tree *persistence.Collection
	head encoding.StreamHead

	firstID encoding.StreamID // of the first entry, when there were firstOf of them
	firstOf uint64
}

var streamKind = encoding.MakeKind(encoding.TypeStream, encoding.StreamPlain)

// openStream looks up a key that must hold a stream or nothing.
func openStream(tx *persistence.Tx, key []byte) (s stream, err error) {
	s.tx, s.key = tx, key
	if s.tree, err = open(tx, key, encoding.TypeStream); err != nil || !s.exists() {
		return s, err
	}
	s.head, err = encoding.ParseStreamHead(s.tree.Head())
	return s, err
}

func (s *stream) exists() bool { return s.tree.Exists() }

// create makes an empty stream of a missing key.
func (s *stream) create() error {
	var buf [encoding.StreamHeadBytes]byte
	return s.tree.Create(streamKind, encoding.AppendStreamHead(buf[:0], &s.head), 0)
}

// save stores the head after it was changed.
func (s *stream) save() error {
	var buf [encoding.StreamHeadBytes]byte
	return s.tree.SetHead(encoding.AppendStreamHead(buf[:0], &s.head))
}

func (s *stream) len() int64 { return int64(s.head.Length) }

// find looks an entry up: its fields, and whether there is one.
func (s *stream) find(id encoding.StreamID) (fields encoding.StreamFields, found bool, err error) {
	var buf [encoding.MaxStreamIDKey]byte
	e, found, err := s.tree.Get(encoding.AppendStreamEntryKey(buf[:0], id))
	return e.Value, found, err
}

// before is the number of entries whose ID is smaller.
func (s *stream) before(id encoding.StreamID) (int64, error) {
	switch {
	case id.IsZero() || s.len() == 0:
		return 0, nil
	case id.Compare(s.head.Last) > 0:
		return s.len(), nil
	}
	var buf [encoding.MaxStreamIDKey]byte
	at, _, _, err := s.tree.Find(encoding.AppendStreamEntryKey(buf[:0], id))
	return at - s.front(), err
}

// front is the place of the first entry.
func (s *stream) front() int64 { return int64(s.head.Front) }

// after is the number of entries whose ID is not greater.
func (s *stream) after(id encoding.StreamID) (int64, error) {
	next, ok := id.Next()
	if !ok {
		return s.len(), nil
	}
	return s.before(next)
}

// idAt is the ID of the entry at a position.
func (s *stream) idAt(i int64) (encoding.StreamID, error) { return s.idIn(s.front() + i) }

// idIn is the ID in a key of the tree.
func (s *stream) idIn(place int64) (encoding.StreamID, error) {
	e, err := s.tree.At(place)
	if err != nil {
		return encoding.StreamID{}, err
	}
	return encoding.ParseStreamIDKey(e.Key)
}

// first is the ID of the first entry, the zero ID if there is none.
func (s *stream) first() (id encoding.StreamID, err error) {
	if s.len() == 0 {
		return id, nil
	}
	if s.firstOf != s.head.Length {
		if s.firstID, err = s.idAt(0); err != nil {
			return id, err
		}
		s.firstOf = s.head.Length
	}
	return s.firstID, nil
}

// part finds the places that a part of the tree takes, from low up to, not
// including, high.
func (s *stream) part(p encoding.StreamPart) (low, high int64, err error) {
	if low, _, _, err = s.tree.Find(p.Low); err != nil {
		return 0, 0, err
	}
	high, _, _, err = s.tree.Find(p.High)
	return low, high, err
}

// count is how many there are in a part of the tree.
func (s *stream) count(p encoding.StreamPart) (int64, error) {
	low, high, err := s.part(p)
	return high - low, err
}

// removePart removes all of a part of the tree.
func (s *stream) removePart(p encoding.StreamPart) error {
	low, high, err := s.part(p)
	if err != nil || low == high {
		return err
	}
	return s.tree.Remove(low, high-low)
}

// StreamLen is the number of entries of a stream, 0 if the key is missing.
func StreamLen(tx *persistence.Tx, key []byte) (int64, error) {
	s, err := openStream(tx, key)
	return s.len(), err
}

// HoldsStream tells whether a key holds a stream: false if it is missing,
// ErrWrongType if it holds something else.
func HoldsStream(tx *persistence.Tx, key []byte) (bool, error) {
	s, err := openStream(tx, key)
	return err == nil && s.exists(), err
}

// StreamLast is the ID that a stream's next entry has to be greater than, the
// zero ID if the key is missing.
func StreamLast(tx *persistence.Tx, key []byte) (encoding.StreamID, error) {
	s, err := openStream(tx, key)
	return s.head.Last, err
}

// StreamEntries walks over entries of a stream, which must not change
// meanwhile.
type StreamEntries struct {
	it      tree.Iter
	left    int64
	reverse bool
	id      encoding.StreamID
	err     error
}

// entries walks over n entries from a position on; in reverse, over the n ones
// before it.
func (s *stream) entries(at, n int64, reverse bool) StreamEntries {
	return StreamEntries{it: s.tree.Iter(s.front() + at), left: n, reverse: reverse}
}

// Len is how many entries are still to come.
func (e *StreamEntries) Len() int64 { return e.left }

// Next goes to the next entry.
func (e *StreamEntries) Next() bool {
	if e.left <= 0 || e.err != nil {
		return false
	}
	e.left--
	if e.reverse && !e.it.Prev() || !e.reverse && !e.it.Next() {
		e.err = e.it.Err()
		return false
	}
	e.id, e.err = encoding.ParseStreamIDKey(e.it.Entry().Key)
	return e.err == nil
}

// ID is the entry's.
func (e *StreamEntries) ID() encoding.StreamID { return e.id }

// Fields are the entry's; valid until the stream changes.
func (e *StreamEntries) Fields() encoding.StreamFields { return e.it.Entry().Value }

// Err tells why Next returned false, nil at the end.
func (e *StreamEntries) Err() error { return e.err }

// StreamInterval are the IDs from First to Last; count bounds how many entries
// are wanted, 0 is all.
type StreamInterval struct {
	First, Last encoding.StreamID
	Count       int64
	Reverse     bool // the last entries, in reverse
}

// StreamRange walks over the entries of an interval. A missing key is an empty
// stream.
func StreamRange(tx *persistence.Tx, key []byte, in StreamInterval) (StreamEntries, error) {
	s, err := openStream(tx, key)
	if err != nil || !s.exists() {
		return StreamEntries{}, err
	}
	high, err := s.after(in.Last)
	if err != nil {
		return StreamEntries{}, err
	}
	if in.Reverse {
		low, err := s.before(in.First)
		if err != nil {
			return StreamEntries{}, err
		}
		n := s.atMost(in.Count, max(0, high-low))
		return s.entries(high, n, true), longer(tx, n)
	}
	return s.fromTo(in.First, high, in.Count)
}

// fromTo walks over the entries from an ID up to a position.
func (s *stream) fromTo(first encoding.StreamID, end, count int64) (StreamEntries, error) {
	var buf [encoding.MaxStreamIDKey]byte
	at, it, err := s.tree.IterFrom(encoding.AppendStreamEntryKey(buf[:0], first))
	if err != nil {
		return StreamEntries{}, err
	}
	n := s.atMost(count, max(0, end-(at-s.front())))
	return StreamEntries{it: it, left: n}, longer(s.tx, n)
}

// digestStream adds a stream: its entries, not its groups.
func digestStream(tx *persistence.Tx, key []byte, d *Digest) error {
	s, err := openStream(tx, key)
	if err != nil {
		return err
	}
	var text []byte
	entries := s.entries(0, s.len(), false)
	for entries.Next() {
		id := entries.ID()
		text = strconv.AppendUint(text[:0], id.Ms, 10)
		text = append(text, '.')
		d.mix(strconv.AppendUint(text, id.Seq, 10))
		pairs, fields := entries.Fields().Pairs()
		for range 2 * pairs {
			var f []byte
			f, fields = fields.Cut()
			d.mix(f)
		}
	}
	return entries.Err()
}
