package types

import (
	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/persistence"
)

// streamConsumer is a consumer of a group.
type streamConsumer struct {
	name  []byte
	state encoding.StreamConsumer
	isNew bool // this transaction has created it
}

var (
	wordCreateConsumer = []byte("CREATECONSUMER")
	wordDelConsumer    = []byte("DELCONSUMER")
)

// consumer looks a consumer up.
func (g *streamGroup) consumer(name []byte) (c streamConsumer, found bool, err error) {
	c.name = name
	var buf [shortName]byte
	e, found, err := g.tree.Get(encoding.AppendStreamConsumerKey(buf[:0], g.state.Number, name))
	if err != nil || !found {
		return c, false, err
	}
	c.state, err = encoding.ParseStreamConsumer(e.Value)
	return c, true, err
}

// seen looks a consumer up that shows itself now, and creates it if it is
// missing.
func (g *streamGroup) seen(name []byte) (streamConsumer, error) {
	c, found, err := g.consumer(name)
	if err != nil {
		return c, err
	}
	if !found {
		return g.createConsumer(name)
	}
	if c.state.SeenMs == g.tx.NowMs {
		return c, nil
	}
	c.state.SeenMs = g.tx.NowMs
	var buf [encoding.StreamConsumerBytes]byte
	return c, g.tree.SetFound(encoding.AppendStreamConsumer(buf[:0], &c.state))
}

// see notes when a consumer was seen.
func (g *streamGroup) see(c *streamConsumer, atMs int64) error {
	if c.state.SeenMs == atMs && !c.isNew {
		return nil
	}
	c.state.SeenMs = atMs
	var keyBuf [shortName]byte
	var buf [encoding.StreamConsumerBytes]byte
	_, err := g.tree.Put(encoding.AppendStreamConsumerKey(keyBuf[:0], g.state.Number, c.name),
		encoding.AppendStreamConsumer(buf[:0], &c.state))
	return err
}

// createConsumer creates a consumer, which is seen now. The log gets to know of
// the time by logSeen.
func (g *streamGroup) createConsumer(name []byte) (streamConsumer, error) {
	c := streamConsumer{name: name, state: encoding.StreamConsumer{Number: g.state.Consumers}, isNew: true}
	g.state.Consumers++
	if err := g.saveGroup(); err != nil {
		return c, err
	}
	if err := g.see(&c, g.tx.NowMs); err != nil {
		return c, err
	}
	if _, err := g.tree.Put(encoding.AppendStreamNameKey(nil, g.state.Number, c.state.Number), name); err != nil {
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

// consumerName is the name of a consumer by its number; valid until the next
// change.
func (g *streamGroup) consumerName(number uint64) ([]byte, error) {
	var buf [encoding.MaxStreamIDKey]byte
	e, _, err := g.tree.Get(encoding.AppendStreamNameKey(buf[:0], g.state.Number, number))
	return e.Value, err
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
	n, err := g.disown(c.state.Number)
	if err != nil {
		return 0, err
	}
	if _, err := g.tree.Delete(encoding.AppendStreamConsumerKey(nil, g.state.Number, name)); err != nil {
		return 0, err
	}
	if _, err := g.tree.Delete(encoding.AppendStreamNameKey(nil, g.state.Number, c.state.Number)); err != nil {
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
