package rdb

import (
	"encoding/binary"
	"iter"

	"github.com/cairndb/cairn/encoding"
)

// Group is a consumer group. The file has its pending entries first, and only then whose they are. A group of which
// many entries are pending is not held in memory, see Pieces.
type Group struct {
	Name        []byte
	LastID      StreamID
	EntriesRead int64     // -1: not known
	Pending     []Pending // in order of their ids
	Consumers   []Consumer

	value *Value // of a group that is not held, until it has been read
	left  uint64 // pending entries that are not held
}

// MaxHeldPending is how many pending entries of a group are held in memory, at 48 bytes each.
const MaxHeldPending = 1 << 16

// Pending is an entry that was delivered to a consumer and not acknowledged.
type Pending struct {
	ID            StreamID
	DeliveredAtMs int64
	Deliveries    uint64
	Consumer      int // in Consumers
}

// Consumer is a consumer of a group.
type Consumer struct {
	Name     []byte
	SeenMs   int64 // Unix time of its last attempt
	ActiveMs int64 // and of its last success; before RDB version 11 the same
}

// Groups are the consumer groups of a stream. Entries that have not been asked for are passed over.
func (v *Value) Groups() iter.Seq[*Group] {
	return func(yield func(*Group) bool) {
		if v.used == untouched {
			for range v.Entries() {
			}
		}
		if v.claim(encoding.TypeStream, entriesRead, finished) {
			v.end(v.groups(until(yield)))
		}
	}
}

func (v *Value) groups(emit func(*Group)) error {
	v.seen.reset(0)
	g := &v.stream.group
	for range v.n {
		if err := v.readGroup(g); err != nil {
			return err
		}
		if !v.seen.add(g.Name) {
			return malformed("a stream has a group twice: %s", quoteKey(g.Name))
		}
		emit(g)
		if err := g.Pieces(nobody{}); err != nil {
			return err
		}
	}
	*g = Group{Name: g.Name[:0]}
	return nil
}

func (v *Value) readGroup(g *Group) (err error) {
	if g.Name, err = v.d.kept(&g.Name); err != nil {
		return err
	}
	if g.LastID.Ms, err = v.d.length(); err != nil {
		return err
	}
	if g.LastID.Seq, err = v.d.length(); err != nil {
		return err
	}
	if err := v.readEntriesRead(g); err != nil {
		return err
	}
	n, err := v.d.length()
	if err != nil {
		return err
	}
	g.Pending, g.Consumers = g.Pending[:0], g.Consumers[:0]
	if n > MaxHeldPending {
		g.value, g.left = v, n
		return nil
	}
	return v.readHeld(g, n)
}

func (v *Value) readHeld(g *Group, n uint64) error {
	h := holder{group: g}
	if err := v.readPieces(n, &h); err != nil {
		return err
	}
	return h.end()
}

// readEntriesRead reads how many entries a group has read, or works it out as Redis does.
func (v *Value) readEntriesRead(g *Group) error {
	if v.code == codeStream {
		g.EntriesRead = v.stream.info.distance(g.LastID)
		return nil
	}
	n, err := v.d.length()
	g.EntriesRead = int64(n)
	return err
}

// distance is how many entries were ever added up to an id, -1 if it cannot be told. No entry has been deleted in a
// stream of which it is asked (t_stream.c, streamEstimateDistanceFromFirstEverEntry).
func (s *Stream) distance(id StreamID) int64 {
	last, first := id.Compare(s.LastID), id.Compare(s.FirstID)
	switch {
	case s.EntriesAdded == 0 || s.Length > 0 && last < 0 && first < 0:
		return 0
	case last == 0:
		return int64(s.EntriesAdded)
	case last < 0 && first == 0:
		return 1
	}
	return -1
}

func (v *Value) readMs() (int64, error) {
	b, err := v.d.take(8)
	if err != nil {
		return 0, err
	}
	return int64(binary.LittleEndian.Uint64(b)), nil
}
