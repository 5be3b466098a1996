package types

import (
	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/persistence"
)

// streamGroup is a group of consumers of a stream. Its consumers and pending
// messages lie in the stream's tree.
type streamGroup struct {
	stream
	name  []byte
	state encoding.StreamGroup
	run   heldRun
	owed  [maxDues]dues // the first ones, owing of them, are to be written
	owing int
}

var (
	wordXGroup      = []byte("XGROUP")
	wordCreate      = []byte("CREATE")
	wordDestroy     = []byte("DESTROY")
	wordSetID       = []byte("SETID")
	wordMkStream    = []byte("MKSTREAM")
	wordEntriesRead = []byte("ENTRIESREAD")
)

// openGroup looks a group up: ErrNoSuchKey or ErrNoSuchGroup if it is missing.
func openGroup(tx *persistence.Tx, key, name []byte) (g streamGroup, err error) {
	g.name = name
	if g.stream, err = openStream(tx, key); err != nil {
		return g, err
	}
	if !g.exists() {
		return g, ErrNoSuchKey
	}
	var buf [shortName]byte
	e, found, err := g.tree.Get(encoding.AppendStreamGroupKey(buf[:0], name))
	if err != nil {
		return g, err
	}
	if !found {
		return g, ErrNoSuchGroup
	}
	g.state, err = encoding.ParseStreamGroup(e.Value)
	return g, err
}

// StreamGroupExists is nil if there is such a group, else it is ErrNoSuchKey or
// ErrNoSuchGroup.
func StreamGroupExists(tx *persistence.Tx, key, name []byte) error {
	_, err := openGroup(tx, key, name)
	return err
}

// shortName is the room for keys with names that are not too long.
const shortName = 96

// saveGroup stores the group's state after it was changed.
func (g *streamGroup) saveGroup() error {
	var keyBuf [shortName]byte
	var buf [encoding.StreamGroupBytes]byte
	_, err := g.tree.Put(encoding.AppendStreamGroupKey(keyBuf[:0], g.name), encoding.AppendStreamGroup(buf[:0], &g.state))
	return err
}

// StreamGroupStart says where a group reads on: after ID, or, with Last, after
// the last entry that there is; and how many entries it is said to have read.
type StreamGroupStart struct {
	ID          encoding.StreamID
	Last        bool
	EntriesRead int64 // or encoding.NotRead
}

func (s *stream) start(at StreamGroupStart) encoding.StreamID {
	if at.Last {
		return s.head.Last
	}
	return at.ID
}

// StreamGroupCreate creates a group. If the key is missing, it is ErrNoSuchKey
// or, with mkStream, an empty stream is made. A group that exists is
// ErrGroupExists.
func StreamGroupCreate(tx *persistence.Tx, key, name []byte, at StreamGroupStart, mkStream bool) error {
	s, err := openStream(tx, key)
	if err != nil {
		return err
	}
	if !s.exists() && !mkStream {
		return ErrNoSuchKey
	}
	_, taken, err := s.tree.Get(encoding.AppendStreamGroupKey(nil, name))
	if err != nil {
		return err
	}
	if taken {
		return ErrGroupExists
	}
	made := !s.exists()
	if made {
		if err := s.create(); err != nil {
			return err
		}
	}
	g := streamGroup{stream: s, name: name}
	g.state = encoding.StreamGroup{Number: s.head.Groups, Last: s.start(at), EntriesRead: at.EntriesRead}
	g.head.Groups++
	g.head.Front++
	if err := g.save(); err != nil {
		return err
	}
	if err := g.saveGroup(); err != nil {
		return err
	}
	g.logPlace(wordCreate, made)
	if made {
		tx.Modified(key, persistence.EventStream, "")
	}
	tx.Notify(key, persistence.EventStream, "xgroup-create")
	return nil
}

// logPlace logs where the group reads on.
func (g *streamGroup) logPlace(verb []byte, mkStream bool) {
	var text [encoding.MaxStreamIDText]byte
	var digits [20]byte
	words := [8][]byte{wordXGroup, verb, g.key, g.name, encoding.AppendStreamID(text[:0], g.state.Last),
		wordEntriesRead, encoding.AppendInt(digits[:0], g.state.EntriesRead), wordMkStream}
	if mkStream {
		g.tx.Log(words[:]...)
	} else {
		g.tx.Log(words[:7]...)
	}
}

// StreamGroupSetID changes where a group reads on.
func StreamGroupSetID(tx *persistence.Tx, key, name []byte, at StreamGroupStart) error {
	g, err := openGroup(tx, key, name)
	if err != nil {
		return err
	}
	g.state.Last, g.state.EntriesRead = g.start(at), at.EntriesRead
	if err := g.saveGroup(); err != nil {
		return err
	}
	g.logPlace(wordSetID, false)
	tx.Notify(key, persistence.EventStream, "xgroup-setid")
	return nil
}

// StreamGroupDestroy deletes a group with all that belongs to it, and tells
// whether there was one. The key must exist, else it is ErrNoSuchKey.
func StreamGroupDestroy(tx *persistence.Tx, key, name []byte) (bool, error) {
	g, err := openGroup(tx, key, name)
	if err == ErrNoSuchGroup {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if err := g.remove(); err != nil {
		return false, err
	}
	tx.Log(wordXGroup, wordDestroy, key, name)
	tx.Notify(key, persistence.EventStream, StreamGroupDestroyed)
	return true, nil
}

// remove removes the group and all that belongs to it.
func (g *streamGroup) remove() error {
	no := g.state.Number
	consumers, err := g.count(encoding.StreamMembers(no))
	if err != nil {
		return err
	}
	for _, p := range []encoding.StreamPart{encoding.StreamOwned(no), encoding.StreamPendings(no),
		encoding.StreamMembers(no), encoding.StreamNames(no)} {
		if err := g.removePart(p); err != nil {
			return err
		}
	}
	if _, err := g.tree.Delete(encoding.AppendStreamGroupKey(nil, g.name)); err != nil {
		return err
	}
	g.head.Front -= 1 + 2*uint64(consumers)
	return g.save()
}

// StreamGroupDestroyed is the event of StreamGroupDestroy. It changes no value
// that a client could watch, but whoever waits for the group's messages waits in
// vain.
const StreamGroupDestroyed = "xgroup-destroy"
