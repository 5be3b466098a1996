package types

import (
	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/persistence"
)

// A group's pending messages lie in runs (encoding/streamrun.go). A command mostly
// goes from one to the next; so the group holds the run it was at last, and changes
// that. The tree gets to know when another run is wanted, and by store, which ends
// every command that may have changed something: runs and consumers lie in two
// places of it, and each is written once.

// heldRun is the run that a group holds: a copy, in the transaction's room.
type heldRun struct {
	encoding.StreamRun
	base    encoding.StreamID
	held    bool
	last    bool // there is none behind it
	isNew   bool // the tree has none of this base
	changed bool
	way     uint64 // of the tree, when this was found there
}

// lookUp holds the run that has, or would have, a message: where in it, and
// whether it is there. Nothing is held if the message would come before all runs.
func (g *streamGroup) lookUp(id encoding.StreamID) (at int, found bool, err error) {
	h := &g.run
	beyond := id.Compare(g.state.Top) > 0
	if h.held && id.Compare(h.base) >= 0 {
		if beyond && h.last {
			return len(h.StreamRun), false, nil
		}
		if at, found = h.Seek(h.base, id); found || at < len(h.StreamRun) || h.last {
			return at, found, nil
		}
	}
	if err := g.putRun(); err != nil {
		return 0, false, err
	}
	var buf [encoding.MaxStreamIDKey]byte
	e, ok, err := g.tree.Floor(encoding.AppendStreamPendingKey(buf[:0], g.state.Number, id))
	if err != nil || !ok || !encoding.IsStreamPendingKey(e.Key, g.state.Number) {
		return 0, false, err
	}
	if err := g.holdRun(e.Key, e.Value); err != nil {
		return 0, false, err
	}
	if beyond {
		h.last = true
		return len(h.StreamRun), false, nil
	}
	at, found = h.Seek(h.base, id)
	return at, found, nil
}

// holdRun holds the run that the tree has just found.
func (g *streamGroup) holdRun(key, run []byte) error {
	base, err := encoding.ParseStreamIDKey(key)
	if err != nil {
		return err
	}
	room := append(g.tx.Room[:0], run...)
	g.tx.Room = room
	g.run = heldRun{StreamRun: room, base: base, held: true, way: g.tree.Ways()}
	return nil
}

// putRun stores the run that is held, and lets go of it.
func (g *streamGroup) putRun() error {
	h := &g.run
	if !h.held {
		return nil
	}
	h.held = false
	g.tx.Room = h.StreamRun[:0]
	there := h.way == g.tree.Ways() && !h.isNew
	var buf [encoding.MaxStreamIDKey]byte
	switch {
	case !h.changed, h.isNew && h.Count() == 0:
		return nil
	case h.Count() == 0 && there:
		return g.tree.RemoveFound()
	case there:
		return g.tree.SetFound(h.StreamRun)
	case h.Count() == 0:
		_, err := g.tree.Delete(encoding.AppendStreamPendingKey(buf[:0], g.state.Number, h.base))
		return err
	}
	_, err := g.tree.Put(encoding.AppendStreamPendingKey(buf[:0], g.state.Number, h.base), h.StreamRun)
	return err
}

// store stores what commands have changed of pending messages and consumers.
func (g *streamGroup) store() error {
	if err := g.putRun(); err != nil {
		return err
	}
	return g.settleDues()
}

// pending looks a pending message up.
func (g *streamGroup) pending(id encoding.StreamID) (p encoding.StreamPending, found bool, err error) {
	if id.Compare(g.state.Top) > 0 {
		return p, false, nil
	}
	at, found, err := g.lookUp(id)
	if found {
		_, p = g.run.Message(g.run.base, at)
	}
	return p, found, err
}

// pendingFrom finds the first pending message at or behind an ID.
func (g *streamGroup) pendingFrom(from encoding.StreamID) (id encoding.StreamID, p encoding.StreamPending, found bool, err error) {
	at, _, err := g.lookUp(from)
	if err != nil {
		return id, p, false, err
	}
	h := &g.run
	if !h.held || at == len(h.StreamRun) {
		if found, err = g.nextRun(from); err != nil || !found {
			return id, p, false, err
		}
		at = h.Begin()
	}
	id, p = h.Message(h.base, at)
	return id, p, true, nil
}

// nextRun holds the first run whose base is behind an ID, if there is one.
func (g *streamGroup) nextRun(id encoding.StreamID) (bool, error) {
	if err := g.putRun(); err != nil {
		return false, err
	}
	next, ok := id.Next()
	if !ok {
		return false, nil
	}
	var buf [encoding.MaxStreamIDKey]byte
	at, e, found, err := g.tree.Find(encoding.AppendStreamPendingKey(buf[:0], g.state.Number, next))
	if err != nil {
		return false, err
	}
	if !found {
		if at == g.tree.Len() {
			return false, nil
		}
		if e, err = g.tree.At(at); err != nil {
			return false, err
		}
	}
	if !encoding.IsStreamPendingKey(e.Key, g.state.Number) {
		return false, nil
	}
	return true, g.holdRun(e.Key, e.Value)
}

// give makes a message pending, or changes one that is.
func (g *streamGroup) give(id encoding.StreamID, p encoding.StreamPending) error {
	at, found, err := g.lookUp(id)
	if err != nil {
		return err
	}
	if found {
		old := g.run.Of(at)
		g.run.cut(at)
		if old == p.Consumer {
			g.run.put(at, id, p)
			return nil
		}
		err = g.lost(old)
	} else {
		at, err = g.makeRoom(at, id, p)
	}
	if err != nil {
		return err
	}
	if id.Compare(g.state.Top) > 0 {
		g.state.Top = id
	}
	if err := g.won(p.Consumer); err != nil {
		return err
	}
	g.run.put(at, id, p)
	return nil
}

// settle takes a message off the list of pending ones, and tells whether it was
// there.
func (g *streamGroup) settle(id encoding.StreamID) (bool, error) {
	if id.Compare(g.state.Top) > 0 {
		return false, nil
	}
	at, found, err := g.lookUp(id)
	if err != nil || !found {
		return false, err
	}
	old := g.run.Of(at)
	g.run.cut(at)
	return true, g.lost(old)
}

func (h *heldRun) cut(at int) {
	h.StreamRun = h.Cut(at)
	h.changed = true
}

func (h *heldRun) put(at int, id encoding.StreamID, p encoding.StreamPending) {
	h.StreamRun = h.Put(h.base, at, id, p)
	h.changed = true
}

// won notes that a consumer is about to get a message in the run that is held,
// lost that it has one less there.
func (g *streamGroup) won(consumer uint64) error {
	if !g.run.Has(consumer) {
		if err := g.own(consumer, g.run.base); err != nil {
			return err
		}
	}
	return g.note(consumer, 1)
}

func (g *streamGroup) lost(consumer uint64) error {
	if !g.run.Has(consumer) {
		if err := g.disown(consumer, g.run.base); err != nil {
			return err
		}
	}
	return g.note(consumer, -1)
}

// own notes that a consumer has messages in a run, disown that it has none.
func (g *streamGroup) own(consumer uint64, base encoding.StreamID) error {
	var buf [encoding.MaxStreamIDKey]byte
	_, err := g.tree.Put(encoding.AppendStreamOwnedKey(buf[:0], g.state.Number, consumer, base), nil)
	return err
}

func (g *streamGroup) disown(consumer uint64, base encoding.StreamID) error {
	var buf [encoding.MaxStreamIDKey]byte
	_, err := g.tree.Delete(encoding.AppendStreamOwnedKey(buf[:0], g.state.Number, consumer, base))
	return err
}

// makeRoom holds a run that can take a new message, and tells where in it. The
// run that is held now would have it there, if there is one.
func (g *streamGroup) makeRoom(at int, id encoding.StreamID, p encoding.StreamPending) (int, error) {
	h := &g.run
	switch {
	case h.held && h.Count() < encoding.StreamRunMessages:
		return at, nil
	case h.held && at < len(h.StreamRun):
		if err := g.splitRun(); err != nil {
			return 0, err
		}
		at, _, err := g.lookUp(id)
		return at, err
	}
	last := h.held && h.last || id.Compare(g.state.Top) > 0
	if err := g.putRun(); err != nil {
		return 0, err
	}
	run := encoding.NewStreamRun(g.tx.Room[:0], p.Consumer, p.DeliveredMs)
	g.run = heldRun{StreamRun: run, base: id, held: true, last: last, isNew: true}
	return run.Begin(), nil
}

// splitRun moves the second half of the run that is held into a new one, and
// holds that.
func (g *streamGroup) splitRun() error {
	h := &g.run
	half, base := h.Half(), h.base
	newBase, first := h.Message(base, half)
	right := encoding.NewStreamRun(nil, first.Consumer, first.DeliveredMs)
	var moved []uint64
	for half < len(h.StreamRun) {
		id, p := h.Message(base, half)
		if !right.Has(p.Consumer) {
			moved = append(moved, p.Consumer)
		}
		right = right.Put(newBase, len(right), id, p)
		h.cut(half)
	}
	for _, consumer := range moved {
		if err := g.own(consumer, newBase); err != nil {
			return err
		}
		if h.Has(consumer) {
			continue
		}
		if err := g.disown(consumer, base); err != nil {
			return err
		}
	}
	last := h.last
	if err := g.putRun(); err != nil {
		return err
	}
	g.run = heldRun{StreamRun: right, base: newBase, held: true, last: last, isNew: true, changed: true}
	return nil
}

var wordXAck = []byte("XACK")

// StreamAck acknowledges messages and returns how many of them were pending. A
// missing key or group has none. texts spell the IDs for the log.
func StreamAck(tx *persistence.Tx, key, group []byte, ids []encoding.StreamID, texts [][]byte) (n int64, err error) {
	g, err := openGroup(tx, key, group)
	missed(tx, key, err != ErrNoSuchKey)
	if err != nil {
		return 0, err
	}
	for _, id := range ids {
		found, err := g.settle(id)
		if err != nil {
			return 0, err
		}
		if found {
			n++
		}
	}
	if n == 0 {
		return 0, nil
	}
	tx.LogList(texts, wordXAck, key, group)
	return n, g.store()
}
