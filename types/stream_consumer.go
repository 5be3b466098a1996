package types

import (
	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/persistence"
)

// streamConsumer is a consumer of a group.
type streamConsumer struct {
	name   []byte
	number uint64 // names it in keys of the group
}

var (
	wordCreateConsumer = []byte("CREATECONSUMER")
	wordDelConsumer    = []byte("DELCONSUMER")
)

// consumer looks a consumer up.
func (g *streamGroup) consumer(name []byte) (c streamConsumer, found bool, err error) {
	c.name = name
	var buf [shortName]byte
	e, found, err := g.tree.Get(encoding.AppendStreamNameKey(buf[:0], g.state.Number, name))
	if err != nil || !found {
		return c, false, err
	}
	c.number, err = encoding.ParseStreamNumber(e.Value)
	return c, true, err
}

// member reads what there is to know of a consumer; valid until the next change.
func (g *streamGroup) member(number uint64) (encoding.StreamConsumer, error) {
	var buf [encoding.MaxStreamIDKey]byte
	e, _, err := g.tree.Get(encoding.AppendStreamMemberKey(buf[:0], g.state.Number, number))
	if err != nil {
		return encoding.StreamConsumer{}, err
	}
	return encoding.ParseStreamConsumer(e.Value)
}

// seen looks a consumer up that shows itself now, and creates it if it is
// missing. REQUIRES: store is called afterwards.
func (g *streamGroup) seen(name []byte) (streamConsumer, error) {
	c, found, err := g.consumer(name)
	if err != nil {
		return c, err
	}
	if !found {
		return g.createConsumer(name)
	}
	return c, g.noteSeen(c.number, g.tx.NowMs)
}

// createConsumer creates a consumer, which is seen now. The log gets to know of
// the time by logSeen.
func (g *streamGroup) createConsumer(name []byte) (streamConsumer, error) {
	c := streamConsumer{name: name, number: g.state.Consumers}
	g.state.Consumers++
	if err := g.saveGroup(); err != nil {
		return c, err
	}
	if err := g.addConsumer(c, g.tx.NowMs); err != nil {
		return c, err
	}
	g.head.Front += 2
	if err := g.save(); err != nil {
		return c, err
	}
	g.tx.Log(wordXGroup, wordCreateConsumer, g.key, g.name, name)
	g.tx.Notify(g.key, persistence.EventStream, "xgroup-createconsumer")
	return c, nil
}

// addConsumer puts a consumer without messages into the tree.
func (g *streamGroup) addConsumer(c streamConsumer, seenMs int64) error {
	var keyBuf, buf [shortName]byte
	_, err := g.tree.Put(encoding.AppendStreamNameKey(keyBuf[:0], g.state.Number, c.name),
		encoding.AppendStreamNumber(buf[:0], c.number))
	if err != nil {
		return err
	}
	return g.putMember(c.number, &encoding.StreamConsumer{SeenMs: seenMs, Name: c.name})
}

func (g *streamGroup) putMember(number uint64, c *encoding.StreamConsumer) error {
	var keyBuf, buf [shortName]byte
	_, err := g.tree.Put(encoding.AppendStreamMemberKey(keyBuf[:0], g.state.Number, number), encoding.AppendStreamConsumer(buf[:0], c))
	return err
}

// dues are what has to be written of a consumer.
type dues struct {
	number  uint64
	pending int64 // messages more than before
	seen    bool
	seenMs  int64
}

// maxDues is for how many consumers a group has notes before they are written.
const maxDues = 4

// due is where to note something of a consumer.
func (g *streamGroup) due(number uint64) (*dues, error) {
	for i := range g.owed[:g.owing] {
		if g.owed[i].number == number {
			return &g.owed[i], nil
		}
	}
	if g.owing == maxDues {
		if err := g.settleDues(); err != nil {
			return nil, err
		}
	}
	d := &g.owed[g.owing]
	*d = dues{number: number}
	g.owing++
	return d, nil
}

// note notes that a consumer has more messages pending than before.
func (g *streamGroup) note(number uint64, more int64) error {
	d, err := g.due(number)
	if err == nil {
		d.pending += more
	}
	return err
}

// noteSeen notes when a consumer was seen.
func (g *streamGroup) noteSeen(number uint64, atMs int64) error {
	d, err := g.due(number)
	if err == nil {
		d.seen, d.seenMs = true, atMs
	}
	return err
}

// settleDues writes what was noted of consumers.
func (g *streamGroup) settleDues() error {
	for ; g.owing > 0; g.owing-- {
		if err := g.settleDue(&g.owed[g.owing-1]); err != nil {
			return err
		}
	}
	return nil
}

func (g *streamGroup) settleDue(d *dues) error {
	c, err := g.member(d.number)
	if err != nil {
		return err
	}
	if d.pending == 0 && (!d.seen || d.seenMs == c.SeenMs) {
		return nil
	}
	c.Pending += uint64(d.pending)
	if d.seen {
		c.SeenMs = d.seenMs
	}
	var buf [shortName]byte
	return g.tree.SetFound(encoding.AppendStreamConsumer(buf[:0], &c))
}

// StreamConsumerCreate creates a consumer and tells whether it was missing.
func StreamConsumerCreate(tx *persistence.Tx, key, group, name []byte) (bool, error) {
	g, err := openGroup(tx, key, group)
	if err != nil {
		return false, err
	}
	_, found, err := g.consumer(name)
	if err != nil || found {
		return false, err
	}
	if _, err := g.createConsumer(name); err != nil {
		return false, err
	}
	g.logSeen(name)
	return true, nil
}

// StreamConsumerDelete deletes a consumer with the messages that are pending for
// it, and returns how many those were.
func StreamConsumerDelete(tx *persistence.Tx, key, group, name []byte) (int64, error) {
	g, err := openGroup(tx, key, group)
	if err != nil {
		return 0, err
	}
	c, found, err := g.consumer(name)
	if err != nil || !found {
		return 0, err
	}
	n, err := g.dismiss(c.number)
	if err != nil {
		return 0, err
	}
	if _, err := g.tree.Delete(encoding.AppendStreamNameKey(nil, g.state.Number, name)); err != nil {
		return 0, err
	}
	if _, err := g.tree.Delete(encoding.AppendStreamMemberKey(nil, g.state.Number, c.number)); err != nil {
		return 0, err
	}
	g.head.Front -= 2
	if err := g.save(); err != nil {
		return 0, err
	}
	tx.Log(wordXGroup, wordDelConsumer, key, group, name)
	tx.Notify(key, persistence.EventStream, "xgroup-delconsumer")
	return n, nil
}

// dismiss takes all messages of a consumer off the list of pending ones, and
// returns how many those were.
func (g *streamGroup) dismiss(consumer uint64) (int64, error) {
	member, err := g.member(consumer)
	if err != nil || member.Pending == 0 {
		return 0, err
	}
	n := int64(member.Pending)
	if err := longer(g.tx, n); err != nil {
		return 0, err
	}
	var base encoding.StreamID
	for {
		var found bool
		if base, found, err = g.ownedBehind(consumer, base); err != nil {
			return 0, err
		}
		if !found {
			break
		}
		if _, _, err := g.lookUp(base); err != nil {
			return 0, err
		}
		g.run.cutOf(consumer)
	}
	if err := g.putRun(); err != nil {
		return 0, err
	}
	return n, g.removePart(encoding.StreamOwnedBy(g.state.Number, consumer))
}

// cutOf cuts all messages of a consumer out.
func (h *heldRun) cutOf(consumer uint64) {
	for at := h.Begin(); at < len(h.StreamRun); {
		if h.Of(at) == consumer {
			h.cut(at)
		} else {
			at = h.After(at)
		}
	}
}
