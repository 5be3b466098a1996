package rdb

import (
	"bytes"
	"encoding/binary"
	"slices"
)

// GroupPieces gets a group that is not held, piece by piece: all pending entries, of which it is not known whose they
// are (their Consumer is -1), then each consumer, followed by the ids of the entries that are pending for it. What it
// gets is valid until it returns. That no entry comes twice, and each is somebody's, is for it to see to.
type GroupPieces interface {
	Pending(p *Pending) error
	Consumer(c *Consumer) error
	Owned(id StreamID) error
}

// IsHeld tells whether the group has its pending entries and consumers. If not, they are had by Pieces or by Hold.
func (g *Group) IsHeld() bool { return g.value == nil }

// Pieces reads a group that is not held. It may be called once, while Groups is at this group, and does nothing for one
// that is held. An error is the first one; all is read nevertheless.
func (g *Group) Pieces(to GroupPieces) error {
	v := g.value
	if v == nil {
		return nil
	}
	g.value = nil
	u := untilError{to: to}
	if err := v.readPieces(g.left, &u); err != nil {
		return err
	}
	return u.err
}

// untilError passes pieces on until there is an error.
type untilError struct {
	to  GroupPieces
	err error
}

func (u *untilError) Pending(p *Pending) error {
	if u.err == nil {
		u.err = u.to.Pending(p)
	}
	return nil
}

func (u *untilError) Consumer(c *Consumer) error {
	if u.err == nil {
		u.err = u.to.Consumer(c)
	}
	return nil
}

func (u *untilError) Owned(id StreamID) error {
	if u.err == nil {
		u.err = u.to.Owned(id)
	}
	return nil
}

// Hold reads a group into memory, however large it is.
func (g *Group) Hold() error {
	v := g.value
	if v == nil {
		return nil
	}
	g.value = nil
	return v.readHeld(g, g.left)
}

func (v *Value) readPieces(pending uint64, to GroupPieces) error {
	for range pending {
		if err := v.readPending(to); err != nil {
			return err
		}
	}
	n, err := v.d.length()
	if err != nil {
		return err
	}
	names := &v.stream.consumers
	names.reset(0)
	for range n {
		if err := v.readConsumer(to, names); err != nil {
			return err
		}
	}
	return nil
}

func (v *Value) readPending(to GroupPieces) error {
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
	return to.Pending(&p)
}

func (v *Value) readConsumer(to GroupPieces, names *duplicates) error {
	name, err := v.d.string()
	if err != nil {
		return err
	}
	c := Consumer{Name: bytes.Clone(name)}
	if !names.add(c.Name) {
		return malformed("a group has a consumer twice: %s", quoteKey(c.Name))
	}
	if c.SeenMs, err = v.readMs(); err != nil {
		return err
	}
	c.ActiveMs = c.SeenMs
	if v.code == codeStream3 {
		if c.ActiveMs, err = v.readMs(); err != nil {
			return err
		}
	}
	if err := to.Consumer(&c); err != nil {
		return err
	}
	n, err := v.d.length()
	if err != nil {
		return err
	}
	for range n {
		b, err := v.d.take(streamIDBytes)
		if err != nil {
			return err
		}
		if err := to.Owned(parseStreamID(b)); err != nil {
			return err
		}
	}
	return nil
}

// nobody passes over a group.
type nobody struct{}

func (nobody) Pending(*Pending) error   { return nil }
func (nobody) Consumer(*Consumer) error { return nil }
func (nobody) Owned(StreamID) error     { return nil }

// holder gathers a group.
type holder struct{ group *Group }

func (h *holder) Pending(p *Pending) error {
	h.group.Pending = append(h.group.Pending, *p)
	return nil
}

func (h *holder) Consumer(c *Consumer) error {
	g := h.group
	if len(g.Consumers) == 0 {
		if err := g.order(); err != nil {
			return err
		}
	}
	g.Consumers = append(g.Consumers, *c)
	return nil
}

// order sorts the pending entries, which Redis writes in order but reads in any.
func (g *Group) order() error {
	byID := func(a, b Pending) int { return a.ID.Compare(b.ID) }
	if !slices.IsSortedFunc(g.Pending, byID) {
		slices.SortFunc(g.Pending, byID)
	}
	for i := 1; i < len(g.Pending); i++ {
		if g.Pending[i].ID == g.Pending[i-1].ID {
			return PendingTwice(g.Pending[i].ID)
		}
	}
	return nil
}

func (h *holder) Owned(id StreamID) error {
	g := h.group
	i, found := slices.BinarySearchFunc(g.Pending, id, func(p Pending, id StreamID) int { return p.ID.Compare(id) })
	if !found || g.Pending[i].Consumer >= 0 {
		return NotPending(id)
	}
	g.Pending[i].Consumer = len(g.Consumers) - 1
	return nil
}

func (h *holder) end() error {
	for i := range h.group.Pending {
		if h.group.Pending[i].Consumer < 0 {
			return PendingForNobody(h.group.Pending[i].ID)
		}
	}
	return nil
}

// PendingTwice is the error of a group in which an entry is pending twice.
func PendingTwice(id StreamID) error { return malformed("an entry is pending twice: %v", id) }

// NotPending is the error of a consumer's entry that is not pending in the group, or is another's too.
func NotPending(id StreamID) error {
	return malformed("a consumer's pending entry is not the group's, or another's too: %v", id)
}

// PendingForNobody is the error of an entry that is no consumer's.
func PendingForNobody(id StreamID) error { return malformed("a pending entry is nobody's: %v", id) }
