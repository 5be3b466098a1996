package rdb

import (
	"bytes"
	"encoding/binary"
	"iter"
	"slices"

	"github.com/cairndb/cairn/encoding"
)

// Group is a consumer group. It is held in memory whole, with 48 bytes for each pending entry: the file has the pending
// entries first, and only then whose they are.
type Group struct {
	Name        []byte
	LastID      StreamID
	EntriesRead int64     // -1: not known
	Pending     []Pending // in order of their ids
	Consumers   []Consumer
}

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
	if err := v.readPending(g); err != nil {
		return err
	}
	return v.readConsumers(g)
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

func (v *Value) readPending(g *Group) error {
	n, err := v.d.length()
	if err != nil {
		return err
	}
	g.Pending = g.Pending[:0]
	for range n {
		b, err := v.d.take(streamIDBytes + 8)
		if err != nil {
			return err
		}
		p := Pending{
			ID:            parseStreamID(b),
			DeliveredAtMs: int64(binary.LittleEndian.Uint64(b[streamIDBytes:])),
			Consumer:      -1,
		}
		if p.Deliveries, err = v.d.length(); err != nil {
			return err
		}
		g.Pending = append(g.Pending, p)
	}
	return g.order()
}

// order sorts the pending entries, which Redis writes in order but reads in any.
func (g *Group) order() error {
	byID := func(a, b Pending) int { return a.ID.Compare(b.ID) }
	if !slices.IsSortedFunc(g.Pending, byID) {
		slices.SortFunc(g.Pending, byID)
	}
	for i := 1; i < len(g.Pending); i++ {
		if g.Pending[i].ID == g.Pending[i-1].ID {
			return malformed("an entry is pending twice: %v", g.Pending[i].ID)
		}
	}
	return nil
}

func (v *Value) readConsumers(g *Group) error {
	n, err := v.d.length()
	if err != nil {
		return err
	}
	names := &v.stream.consumers
	names.reset(0)
	g.Consumers = g.Consumers[:0]
	for range n {
		if err := v.readConsumer(g); err != nil {
			return err
		}
		if name := g.Consumers[len(g.Consumers)-1].Name; !names.add(name) {
			return malformed("a group has a consumer twice: %s", quoteKey(name))
		}
	}
	for i := range g.Pending {
		if g.Pending[i].Consumer < 0 {
			return malformed("a pending entry is nobody's: %v", g.Pending[i].ID)
		}
	}
	return nil
}

func (v *Value) readConsumer(g *Group) error {
	name, err := v.d.string()
	if err != nil {
		return err
	}
	c := Consumer{Name: bytes.Clone(name)}
	if c.SeenMs, err = v.readMs(); err != nil {
		return err
	}
	c.ActiveMs = c.SeenMs
	if v.code == codeStream3 {
		if c.ActiveMs, err = v.readMs(); err != nil {
			return err
		}
	}
	g.Consumers = append(g.Consumers, c)
	return v.readOwned(g)
}

func (v *Value) readMs() (int64, error) {
	b, err := v.d.take(8)
	if err != nil {
		return 0, err
	}
	return int64(binary.LittleEndian.Uint64(b)), nil
}

// readOwned reads which pending entries are the last consumer's.
func (v *Value) readOwned(g *Group) error {
	n, err := v.d.length()
	if err != nil {
		return err
	}
	for range n {
		b, err := v.d.take(streamIDBytes)
		if err != nil {
			return err
		}
		id := parseStreamID(b)
		i, found := slices.BinarySearchFunc(g.Pending, id, func(p Pending, id StreamID) int { return p.ID.Compare(id) })
		if !found || g.Pending[i].Consumer >= 0 {
			return malformed("a consumer's pending entry is not the group's, or another's too: %v", id)
		}
		g.Pending[i].Consumer = len(g.Consumers) - 1
	}
	return nil
}
