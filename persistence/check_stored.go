package persistence

import (
	"bytes"
	"errors"
	"slices"

	"github.com/cockroachdb/pebble/v2"

	"github.com/cairndb/cairn/encoding"
)

// stored walks all that the tables hold.
func (c *checker) stored() error {
	it, err := c.store.tables.NewIter(nil)
	if err != nil {
		return err
	}
	defer func() { _ = it.Close() }()
	for ok := it.First(); ok; ok = it.Next() {
		value, err := it.ValueAndErr()
		if err != nil {
			return err
		}
		c.storedRow(it.Key(), value)
	}
	return it.Error()
}

func (c *checker) storedRow(key, value []byte) {
	var err error
	if physical, place, name, e := encoding.ParseRecordKey(key); e == nil {
		err = c.storedRecord(physical, place, name, value)
	} else if physical, object, node, e := encoding.ParseNodeKey(key); e == nil {
		c.storedNode(physical, object, node, value)
	} else if atMs, _, place, name, e := encoding.ParseExpiryKey(key); e == nil {
		// A hint may be left over, but not misplaced.
		if place != c.store.spotOfKey(name).place() || atMs <= 0 || len(value) != 0 {
			c.fail("the hint of %q for %d has place %x, value % x", name, atMs, place, value)
		}
	} else if !bytes.Equal(key, encoding.AppendMetaKey(nil)) {
		c.fail("the tables have the key %q, which means nothing", key)
	}
	if err != nil {
		c.fail("stored key %q: %w", key, err)
	}
}

// owner finds the database that a row belongs to; nil if it is dead and its
// rows are about to go.
func (c *checker) owner(physical uint32, key []byte) *dbCheck {
	d := c.dbs[physical]
	if (d == nil || d.dropped) && !slices.Contains(c.store.deadDBs, physical) {
		c.fail("the tables have %q of physical database %d, which is dead, and nothing will delete it", key, physical)
	}
	return d
}

func (c *checker) storedRecord(physical uint32, place encoding.Place, name, value []byte) error {
	rec, err := encoding.ParseRecord(value)
	if err != nil {
		return err
	}
	at := c.store.spotOfKey(name)
	if place != at.place() {
		c.fail("stored key %q lies at place %x, belongs to %x", name, place, at.place())
	}
	d := c.owner(physical, name)
	if d == nil {
		return nil
	}
	d.stored[at.shard].keys++
	if rec.ExpireAtMs != 0 {
		d.stored[at.shard].expires++
		if err := c.storedHint(physical, place, name, rec.ExpireAtMs); err != nil {
			return err
		}
	}
	c.resident(d, at, name, rec)
	return nil
}

// storedHint checks that a record's time has its hint.
func (c *checker) storedHint(physical uint32, place encoding.Place, name []byte, atMs int64) error {
	_, closer, err := c.store.tables.Get(encoding.AppendExpiryKey(nil, atMs, physical, place, name))
	if errors.Is(err, pebble.ErrNotFound) {
		c.fail("stored key %q expires at %d and has no hint", name, atMs)
		return nil
	}
	if err != nil {
		return err
	}
	return closer.Close()
}

// resident compares a stored record with what RAM has for the key, and counts
// the key if RAM has nothing.
func (c *checker) resident(d *dbCheck, at spot, name []byte, rec encoding.Record) {
	sh := &c.store.shards[at.shard]
	want := &d.want[at.shard]
	s, i := sh.find(&d.keys[at.shard], at, name)
	if i < 0 || sh.at(s.words()[i].ref()).has(flagLoading) {
		want.live++
		if rec.ExpireAtMs != 0 {
			want.expires++
		}
		d.objects.owns(c, name, rec.Kind, rec.Payload)
		return
	}
	w := s.words()[i]
	b := sh.at(w.ref())
	switch {
	case w.state() == clean:
		want.clean--
		if w&bitDead != 0 || b.kind() != rec.Kind || b.expireAt() != rec.ExpireAtMs || !bytes.Equal(b.value(), rec.Payload) {
			c.fail("%q is clean and not what the tables have", name)
		}
	case b.has(flagNotStored):
		c.fail("%q is in the tables, and its block says that it is not", name)
	case b.has(flagUnknown): // counted twice, until somebody looks
		d.objects.dooms(objectOfPayload(rec.Kind, rec.Payload))
		want.live++
		if rec.ExpireAtMs != 0 {
			want.expires++
		}
	case b.storedExpire() != rec.ExpireAtMs && !sh.isStale(d.physical, at, name, rec.ExpireAtMs):
		c.fail("%q: the tables have a hint for %d, the block says %d", name, rec.ExpireAtMs, b.storedExpire())
	}
}

func (sh *shard) isStale(physical uint32, at spot, name []byte, atMs int64) bool {
	return slices.ContainsFunc(sh.stale, func(h staleHint) bool {
		return h.physical == physical && h.place == at.place() && h.atMs == atMs && bytes.Equal(h.name, name)
	})
}

func (c *checker) storedNode(physical uint32, object, node uint64, value []byte) {
	name := nodeName(nil, object, node)
	d := c.owner(physical, name)
	if d == nil {
		return
	}
	d.objects.node(name, true)
	at := spotOfNode(object, node)
	sh := &c.store.shards[at.shard]
	s, i := sh.find(&d.db.nodes[at.shard], at, name)
	if i < 0 {
		return
	}
	w := s.words()[i]
	b := sh.at(w.ref())
	switch {
	case b.has(flagLoading):
	case w.state() != clean:
		if b.has(flagNotStored) {
			c.fail("node %x is in the tables, and its block says that it is not", name)
		}
	default:
		d.nodes[at.shard].clean--
		if w&bitDead != 0 || !bytes.Equal(b.value(), value) {
			c.fail("node %x is clean and not what the tables have", name)
		}
	}
}
