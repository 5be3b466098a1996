package types

import (
	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/persistence"
)

// pending looks a pending message up.
func (g *streamGroup) pending(id encoding.StreamID) (p encoding.StreamPending, found bool, err error) {
	if id.Compare(g.state.Top) > 0 {
		return p, false, nil
	}
	var buf [encoding.MaxStreamIDKey]byte
	e, found, err := g.tree.Get(encoding.AppendStreamPendingKey(buf[:0], g.state.Number, id))
	if err != nil || !found {
		return p, false, err
	}
	p, err = encoding.ParseStreamPending(e.Value)
	return p, err == nil, err
}

// pendingFrom finds the first pending message at or behind an ID.
func (g *streamGroup) pendingFrom(from encoding.StreamID) (id encoding.StreamID, p encoding.StreamPending, found bool, err error) {
	var buf [encoding.MaxStreamIDKey]byte
	at, e, found, err := g.tree.Find(encoding.AppendStreamPendingKey(buf[:0], g.state.Number, from))
	if err != nil {
		return id, p, false, err
	}
	if !found && at < g.tree.Len() {
		if e, err = g.tree.At(at); err != nil {
			return id, p, false, err
		}
		found = encoding.IsStreamPendingKey(e.Key, g.state.Number)
	}
	if !found {
		return id, p, false, nil
	}
	if id, err = encoding.ParseStreamIDKey(e.Key); err != nil {
		return id, p, false, err
	}
	p, err = encoding.ParseStreamPending(e.Value)
	return id, p, true, err
}

// give makes a message pending, or changes one that is. The group's state is not
// stored yet.
func (g *streamGroup) give(id encoding.StreamID, p encoding.StreamPending) error {
	old, found, err := g.pending(id)
	if err != nil {
		return err
	}
	if found && old.Consumer != p.Consumer {
		if err := g.deleteOwned(id, old.Consumer); err != nil {
			return err
		}
	}
	if id.Compare(g.state.Top) > 0 {
		g.state.Top = id
	}
	if err := g.putPending(id, p); err != nil || found && old.Consumer == p.Consumer {
		return err
	}
	var buf [encoding.MaxStreamIDKey]byte
	_, err = g.tree.Put(encoding.AppendStreamOwnedKey(buf[:0], g.state.Number, p.Consumer, id), nil)
	return err
}

// putPending stores a message that is its consumer's already, or will be.
func (g *streamGroup) putPending(id encoding.StreamID, p encoding.StreamPending) error {
	var keyBuf [encoding.MaxStreamIDKey]byte
	var buf [encoding.MaxStreamPending]byte
	_, err := g.tree.Put(encoding.AppendStreamPendingKey(keyBuf[:0], g.state.Number, id),
		encoding.AppendStreamPending(buf[:0], &p))
	return err
}

func (g *streamGroup) deleteOwned(id encoding.StreamID, consumer uint64) error {
	var buf [encoding.MaxStreamIDKey]byte
	_, err := g.tree.Delete(encoding.AppendStreamOwnedKey(buf[:0], g.state.Number, consumer, id))
	return err
}

// settle takes a message off the list of pending ones.
func (g *streamGroup) settle(id encoding.StreamID, consumer uint64) error {
	if err := g.deleteOwned(id, consumer); err != nil {
		return err
	}
	var buf [encoding.MaxStreamIDKey]byte
	_, err := g.tree.Delete(encoding.AppendStreamPendingKey(buf[:0], g.state.Number, id))
	return err
}

// disown takes all messages of a consumer off the list of pending ones.
func (g *streamGroup) disown(consumer uint64) (int64, error) {
	low, high, err := g.part(encoding.StreamOwnedBy(g.state.Number, consumer))
	if err != nil || low == high {
		return 0, err
	}
	n := high - low
	if err := longer(g.tx, n); err != nil {
		return 0, err
	}
	var buf [encoding.MaxStreamIDKey]byte
	for range n { // pending messages lie before the owned ones, which move up with each that goes
		e, err := g.tree.At(high - 1)
		if err != nil {
			return 0, err
		}
		id, err := encoding.ParseStreamIDKey(e.Key)
		if err != nil {
			return 0, err
		}
		if _, err := g.tree.Delete(encoding.AppendStreamPendingKey(buf[:0], g.state.Number, id)); err != nil {
			return 0, err
		}
		high -= 2
	}
	return n, g.tree.Remove(low-n, n)
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
		p, found, err := g.pending(id)
		if err != nil {
			return 0, err
		}
		if !found {
			continue
		}
		if err := g.tree.RemoveFound(); err != nil {
			return 0, err
		}
		if err := g.deleteOwned(id, p.Consumer); err != nil {
			return 0, err
		}
		n++
	}
	if n > 0 {
		tx.LogList(texts, wordXAck, key, group)
	}
	return n, nil
}
