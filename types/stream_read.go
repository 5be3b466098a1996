package types

import (
	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/persistence"
)

// StreamAfter walks over the entries behind an ID, at most count of them; 0 is
// all. A missing key is an empty stream.
func StreamAfter(tx *persistence.Tx, key []byte, id encoding.StreamID, count int64) (StreamEntries, error) {
	s, err := openStream(tx, key)
	if err != nil {
		return StreamEntries{}, err
	}
	_, entries, err := s.behind(id, count)
	return entries, err
}

// behind walks over the entries behind an ID, at most count of them; 0 is all.
// at is the position of the first.
func (s *stream) behind(id encoding.StreamID, count int64) (at int64, entries StreamEntries, err error) {
	if s.len() == 0 || id.Compare(s.head.Last) >= 0 {
		return s.len(), entries, nil
	}
	next, _ := id.Next() // there is a greater one
	var buf [encoding.MaxStreamIDKey]byte
	at, it, err := s.tree.IterFrom(encoding.AppendStreamEntryKey(buf[:0], next))
	if err != nil {
		return 0, entries, err
	}
	at -= s.front()
	n := s.atMost(count, s.len()-at)
	return at, StreamEntries{it: it, left: n}, longer(s.tx, n)
}

// atMost bounds a number of entries by what a client has asked for; 0 is all.
func (s *stream) atMost(count, n int64) int64 {
	if count > 0 {
		return min(count, n)
	}
	return n
}

// GroupRead is a stream that a consumer of a group reads: new entries, which New
// counts, Next walks over, and Deliver makes the consumer's; or, by History, what
// it was given before.
type GroupRead struct {
	group    streamGroup
	consumer streamConsumer
	logged   bool // the log knows when the consumer was seen

	from, n int64 // where the new entries lie
	StreamEntries
	ids   [maxClaims]encoding.StreamID // of the first ones that were walked over
	noted int64
}

// OpenGroupRead opens a stream for reading by a group: ErrNoSuchKey or
// ErrNoSuchGroup if it is missing.
func OpenGroupRead(tx *persistence.Tx, key, group []byte) (r GroupRead, err error) {
	r.group, err = openGroup(tx, key, group)
	missed(tx, key, err != ErrNoSuchKey)
	return r, err
}

// New counts the entries that are new to the group, at most count of them; 0 is
// all.
func (r *GroupRead) New(count int64) (n int64, err error) {
	r.from, r.StreamEntries, err = r.group.behind(r.group.state.Last, count)
	r.n = r.Len()
	return r.n, err
}

// Behind tells whether the stream was given an ID that the group has not seen:
// the entry may be deleted meanwhile.
func (r *GroupRead) Behind() bool { return r.group.head.Last.Compare(r.group.state.Last) > 0 }

// Next goes to the next of the new entries.
func (r *GroupRead) Next() bool {
	if !r.StreamEntries.Next() {
		return false
	}
	if r.noted < maxClaims {
		r.ids[r.noted] = r.ID()
		r.noted++
	}
	return true
}

// As names the consumer, which is created if it is missing. REQUIRES: Next has
// come to the end, if New was called.
func (r *GroupRead) As(consumer []byte) (err error) {
	r.consumer, err = r.group.seen(consumer)
	return err
}

// Deliver makes the new entries pending for the consumer; with noAck they only
// are not new any more.
func (r *GroupRead) Deliver(noAck bool) error {
	if r.n == 0 {
		return nil
	}
	g := &r.group
	log := claims{group: g, consumer: r.consumer.name, atMs: g.tx.NowMs}
	for done := int64(0); done < r.n; done += r.noted {
		if done > 0 {
			if err := r.note(done); err != nil {
				return err
			}
		}
		for _, id := range r.ids[:r.noted] {
			if err := r.deliver(id, noAck, &log); err != nil {
				return err
			}
		}
	}
	log.flush()
	g.logPlace(wordSetID, false)
	if err := g.store(); err != nil {
		return err
	}
	return g.saveGroup()
}

// note notes the IDs of some new entries, from the one at an index on.
func (r *GroupRead) note(from int64) error {
	r.noted = 0
	r.StreamEntries = r.group.entries(r.from+from, min(r.n-from, maxClaims), false)
	for r.Next() {
	}
	return r.Err()
}

func (r *GroupRead) deliver(id encoding.StreamID, noAck bool, log *claims) error {
	if err := r.group.advance(id); err != nil || noAck {
		return err
	}
	p := encoding.StreamPending{Consumer: r.consumer.number, DeliveredMs: r.group.tx.NowMs, Count: 1}
	log.add(id, p.Count)
	r.logged = true
	return r.group.give(id, p)
}

// End has to be called when all is read: store and log have to know when the
// consumer was seen.
func (r *GroupRead) End() error {
	if !r.logged {
		r.group.logSeen(r.consumer.name)
	}
	return r.group.store()
}

// GroupHistory walks over messages that are pending for a consumer.
type GroupHistory struct {
	read   *GroupRead
	walk   pendingWalk
	left   int64
	id     encoding.StreamID
	fields encoding.StreamFields
	exists bool
	log    claims
	err    error
}

// History walks over the consumer's pending messages behind an ID, at most count
// of them; 0 is all. Each that it comes to counts as delivered once more, if the
// entry exists.
func (r *GroupRead) History(after encoding.StreamID, count int64) (h GroupHistory, err error) {
	g := &r.group
	h = GroupHistory{read: r, log: claims{group: g, consumer: r.consumer.name, atMs: g.tx.NowMs}}
	from, ok := after.Next()
	if !ok {
		return h, nil
	}
	h.walk = g.walkOf(r.consumer.number, from)
	if h.left, err = g.ownFrom(r.consumer.number, from, count); err != nil {
		return h, err
	}
	return h, longer(g.tx, h.left)
}

// ownFrom counts a consumer's pending messages from an ID on, up to count; 0 is
// all.
func (g *streamGroup) ownFrom(consumer uint64, from encoding.StreamID, count int64) (n int64, err error) {
	member, err := g.member(consumer)
	if err != nil || member.Pending == 0 {
		return 0, err
	}
	most := g.atMost(count, int64(member.Pending))
	if first, _ := (encoding.StreamID{}).Next(); from == first {
		return most, nil
	}
	if err := longer(g.tx, most); err != nil {
		return 0, err
	}
	for w := g.walkOf(consumer, from); n < most; n++ {
		if _, _, found, err := w.next(); err != nil || !found {
			return n, err
		}
	}
	return n, nil
}

// Len is how many messages are still to come.
func (h *GroupHistory) Len() int64 { return h.left }

// Next goes to the next message.
func (h *GroupHistory) Next() bool {
	if h.left <= 0 || h.err != nil {
		h.log.flush()
		return false
	}
	h.err = h.step()
	h.left--
	return h.err == nil
}

func (h *GroupHistory) step() (err error) {
	g := &h.read.group
	var p encoding.StreamPending
	if h.id, p, _, err = h.walk.next(); err != nil {
		return err
	}
	if h.fields, h.exists, err = g.find(h.id); err != nil || !h.exists {
		return err
	}
	p.DeliveredMs = g.tx.NowMs
	p.Count++
	h.log.add(h.id, p.Count)
	h.read.logged = true
	return g.give(h.id, p)
}

// ID is the message's.
func (h *GroupHistory) ID() encoding.StreamID { return h.id }

// Fields are the message's; exists is false if the entry was deleted. Valid
// until Next.
func (h *GroupHistory) Fields() (f encoding.StreamFields, exists bool) { return h.fields, h.exists }

// Err tells why Next returned false, nil at the end.
func (h *GroupHistory) Err() error { return h.err }
