package types

import (
	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/encoding/rdb"
	"github.com/cairndb/cairn/persistence"
	"github.com/cairndb/cairn/persistence/tree"
)

// dumpStream writes the entries in the macro nodes that Redis would have, less
// what is deleted in them.
func dumpStream(tx *persistence.Tx, key []byte, w *rdb.ValueWriter) error {
	s, err := openStream(tx, key)
	if err != nil {
		return err
	}
	if err := longer(tx, s.len()); err != nil {
		return err
	}
	d := streamDump{stream: &s, w: w}
	if err := d.begin(); err != nil {
		return err
	}
	if err := d.entries(); err != nil {
		return err
	}
	groups, err := StreamGroupsOf(tx, key)
	if err != nil {
		return err
	}
	for i := range groups {
		if err := d.group(&groups[i]); err != nil {
			return err
		}
	}
	return w.End()
}

// streamDump is a stream that is being written.
type streamDump struct {
	*stream
	w     *rdb.ValueWriter
	nodes tree.Iter // macro nodes that are still to come, without the last one
	left  int64     // how many those are, with it
	more  bool      // there is another one, which begins at next
	next  encoding.StreamID
}

func (d *streamDump) begin() error {
	low, high, err := d.part(encoding.StreamNodes())
	if err != nil {
		return err
	}
	d.nodes, d.left = d.tree.Iter(low), high-low
	if d.head.Tail.Live > 0 {
		d.left++
	}
	nodes := d.left
	if err := d.nextNode(); err != nil {
		return err
	}
	groups, err := d.count(encoding.StreamGroups())
	if err != nil {
		return err
	}
	return d.w.BeginStreamOfNodes(rdb.Stream{
		Length: d.len(), Groups: groups,
		LastID: rdb.StreamID(d.head.Last), MaxDeletedID: rdb.StreamID(d.head.MaxDeleted), EntriesAdded: d.head.Added,
	}, nodes)
}

// nextNode finds where the next macro node begins.
func (d *streamDump) nextNode() (err error) {
	d.more = d.left > 0
	switch {
	case !d.more:
		return nil
	case d.left == 1 && d.head.Tail.Live > 0:
		d.next = d.head.TailFirst
	case d.nodes.Next():
		d.next, err = encoding.ParseStreamIDKey(d.nodes.Entry().Key)
	default:
		err = d.nodes.Err()
	}
	d.left--
	return err
}

func (d *streamDump) entries() error {
	var pairs [][]byte
	entries := d.stream.entries(0, d.len(), false)
	for entries.Next() {
		id := entries.ID()
		if d.more && id.Compare(d.next) >= 0 {
			if err := d.w.NextNode(rdb.StreamID(d.next)); err != nil {
				return err
			}
			if err := d.nextNode(); err != nil {
				return err
			}
		}
		pairs = fieldPairs(pairs[:0], entries.Fields())
		if err := d.w.Entry(rdb.StreamID(id), pairs); err != nil {
			return err
		}
	}
	return entries.Err()
}

// fieldPairs are names and values in turn.
func fieldPairs(dst [][]byte, fields encoding.StreamFields) [][]byte {
	n, fields := fields.Pairs()
	for range 2 * n {
		var b []byte
		b, fields = fields.Cut()
		dst = append(dst, b)
	}
	return dst
}

// group writes a group and what is pending in it, without ever having that in
// memory.
func (d *streamDump) group(st *StreamGroupStatus) error {
	consumers, err := st.Members()
	if err != nil {
		return err
	}
	if err := d.w.BeginGroup(st.Name, rdb.StreamID(st.Last), st.EntriesRead, st.Pending); err != nil {
		return err
	}
	err = eachPending(st.group.walk(encoding.StreamID{}), func(id rdb.StreamID, p *encoding.StreamPending) error {
		return d.w.Pending(&rdb.Pending{ID: id, DeliveredAtMs: p.DeliveredMs, Deliveries: p.Count})
	})
	if err != nil {
		return err
	}
	if err := d.w.BeginConsumers(int64(len(consumers))); err != nil {
		return err
	}
	for i := range consumers {
		if err := d.consumer(st, &consumers[i]); err != nil {
			return err
		}
	}
	return nil
}

func (d *streamDump) consumer(st *StreamGroupStatus, c *StreamConsumerStatus) error {
	if err := d.w.Consumer(&rdb.Consumer{Name: c.Name, SeenMs: c.SeenMs, ActiveMs: c.SeenMs}, c.Pending); err != nil {
		return err
	}
	return eachPending(st.group.walkOf(c.number, encoding.StreamID{}), func(id rdb.StreamID, _ *encoding.StreamPending) error {
		return d.w.Owned(id)
	})
}

func eachPending(w pendingWalk, fn func(id rdb.StreamID, p *encoding.StreamPending) error) error {
	for {
		id, p, found, err := w.next()
		if err != nil || !found {
			return err
		}
		if err := fn(rdb.StreamID(id), &p); err != nil {
			return err
		}
	}
}
