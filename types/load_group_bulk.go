package types

import (
	"encoding/binary"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/encoding/rdb"
)

// largeGroupLoad is a group of which too much is pending to be held in memory.
// Whose a message is comes after all messages: both are sorted by the message.
type largeGroupLoad struct {
	list      manyGathered
	count     uint64 // rows so far
	consumers []rdb.Consumer
	key       []byte // scratch
}

// A row is either a message, or whose it is:
//
//	ms:u64 seq:u64 what:u8 count:u64      deliveredMs:i64 deliveries:u64, or the consumer's number:u64
//
// big-endian, so that a message comes before whose it is.
const (
	rowPending = iota
	rowOwned
)

func (l *largeGroupLoad) add(id rdb.StreamID, what byte, value []byte) error {
	l.count++
	l.key = binary.BigEndian.AppendUint64(l.key[:0], id.Ms)
	l.key = binary.BigEndian.AppendUint64(l.key, id.Seq)
	l.key = binary.BigEndian.AppendUint64(append(l.key, what), l.count)
	return l.list.add(l.key, value)
}

// Pending implements rdb.GroupPieces, as do the others.
func (l *largeGroupLoad) Pending(p *rdb.Pending) error {
	var room [16]byte
	value := binary.BigEndian.AppendUint64(room[:0], uint64(p.DeliveredAtMs))
	return l.add(p.ID, rowPending, binary.BigEndian.AppendUint64(value, p.Deliveries))
}

func (l *largeGroupLoad) Consumer(c *rdb.Consumer) error {
	l.consumers = append(l.consumers, rdb.Consumer{Name: append([]byte(nil), c.Name...), SeenMs: c.SeenMs})
	return nil
}

func (l *largeGroupLoad) Owned(id rdb.StreamID) error {
	var room [8]byte
	return l.add(id, rowOwned, binary.BigEndian.AppendUint64(room[:0], uint64(len(l.consumers)-1)))
}

// messages hands out the messages in order, with whose they are.
func (l *largeGroupLoad) messages(fn func(p rdb.Pending) error) error {
	var p rdb.Pending
	open, any := false, false // p has no owner yet; there is a p
	err := l.list.sorted(func(key, value []byte) error {
		id := rdb.StreamID{Ms: binary.BigEndian.Uint64(key), Seq: binary.BigEndian.Uint64(key[8:])}
		same := any && id == p.ID
		switch pending := key[16] == rowPending; {
		case pending && same:
			return rdb.PendingTwice(id)
		case pending && open:
			return rdb.PendingForNobody(p.ID)
		case pending:
			p = rdb.Pending{ID: id, DeliveredAtMs: int64(binary.BigEndian.Uint64(value)), Deliveries: binary.BigEndian.Uint64(value[8:])}
			open, any = true, true
			return nil
		case !same || !open:
			return rdb.NotPending(id)
		}
		open, p.Consumer = false, int(binary.BigEndian.Uint64(value))
		return fn(p)
	})
	if err == nil && open {
		err = rdb.PendingForNobody(p.ID)
	}
	return err
}

// largeGroup adds a group of which much is pending.
func (b *streamLoad) largeGroup(g *encoding.StreamGroup, from *rdb.Group) (err error) {
	if b.bulk == nil { // the file is looked at all the same
		return nil
	}
	l := &largeGroupLoad{list: manyGathered{bulk: b.bulk}}
	defer func() {
		if e := l.list.reset(); err == nil {
			err = e
		}
	}()
	if err := from.Pieces(l); err != nil {
		return err
	}
	pending := make([]uint64, len(l.consumers))
	var run []rdb.Pending
	flush := func() error {
		if len(run) == 0 {
			return nil
		}
		g.Top = encoding.StreamID(run[len(run)-1].ID)
		err := b.pendingRun(g.Number, run, pending)
		run = run[:0]
		return err
	}
	err = l.messages(func(p rdb.Pending) error {
		if run = append(run, p); len(run) < encoding.StreamRunMessages {
			return nil
		}
		return flush()
	})
	if err == nil {
		err = flush()
	}
	if err != nil {
		return err
	}
	g.Consumers = uint64(len(l.consumers))
	b.head.Front += 1 + 2*g.Consumers
	for i, c := range l.consumers {
		if err := b.consumer(g.Number, uint64(i), encoding.StreamConsumer{SeenMs: c.SeenMs, Pending: pending[i], Name: c.Name}); err != nil {
			return err
		}
	}
	return b.putGroup(g, from.Name)
}
