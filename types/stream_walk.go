package types

import (
	"bytes"

	"github.com/cairndb/cairn/encoding"
)

// pendingWalk goes through pending messages of a group in the order of their IDs:
// those of one consumer, or all. Between two steps the message that it stands at
// may be given anew to whom it belongs, and no other may change.
type pendingWalk struct {
	group    *streamGroup
	consumer uint64
	all      bool
	from     encoding.StreamID // where it begins
	begun    bool
	at       int // in the run that the group holds
}

func (g *streamGroup) walk(from encoding.StreamID) pendingWalk {
	return pendingWalk{group: g, all: true, from: from}
}

func (g *streamGroup) walkOf(consumer uint64, from encoding.StreamID) pendingWalk {
	return pendingWalk{group: g, consumer: consumer, from: from}
}

// next goes to the next message; found is false at the end.
func (w *pendingWalk) next() (id encoding.StreamID, p encoding.StreamPending, found bool, err error) {
	h := &w.group.run
	if w.begun {
		w.at = h.After(w.at)
	} else if w.at, _, err = w.group.lookUp(w.from); err != nil {
		return id, p, false, err
	}
	w.begun = true
	for {
		for ; h.held && w.at < len(h.StreamRun); w.at = h.After(w.at) {
			if w.all || h.Of(w.at) == w.consumer {
				id, p = h.Message(h.base, w.at)
				return id, p, true, nil
			}
		}
		if found, err = w.nextRun(); err != nil || !found {
			return id, p, false, err
		}
		w.at = h.Begin()
	}
}

// nextRun goes to the next run that has messages to look at.
func (w *pendingWalk) nextRun() (bool, error) {
	behind := w.from
	if g := w.group; g.run.held {
		behind = g.run.base
	}
	if w.all {
		return w.group.nextRun(behind)
	}
	base, found, err := w.group.ownedBehind(w.consumer, behind)
	if err != nil || !found {
		return false, err
	}
	_, _, err = w.group.lookUp(base)
	return true, err
}

// ownedBehind finds the first run behind an ID in which a consumer has messages.
func (g *streamGroup) ownedBehind(consumer uint64, id encoding.StreamID) (base encoding.StreamID, found bool, err error) {
	next, ok := id.Next()
	if !ok {
		return base, false, nil
	}
	var buf [encoding.MaxStreamIDKey]byte
	at, e, found, err := g.tree.Find(encoding.AppendStreamOwnedKey(buf[:0], g.state.Number, consumer, next))
	if err != nil {
		return base, false, err
	}
	if !found {
		if at == g.tree.Len() {
			return base, false, nil
		}
		if e, err = g.tree.At(at); err != nil {
			return base, false, err
		}
	}
	if bytes.Compare(e.Key, encoding.StreamOwnedBy(g.state.Number, consumer).High) >= 0 {
		return base, false, nil
	}
	base, err = encoding.ParseStreamIDKey(e.Key)
	return base, err == nil, err
}
