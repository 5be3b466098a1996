package salvage

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"

	"github.com/zeebo/xxh3"

	"github.com/cairndb/cairn/encoding"
)

// shardCount is how many counters Meta has for a database; a shard is a range
// of slots.
const shardCount = 128

func shardOf(p encoding.Place) int { return int(p.Slot()) / (encoding.Slots / shardCount) }

// Check compares the rows of the tables with one another.
func (d *Directory) Check() error {
	if d.meta == nil {
		return nil // nothing can be said of rows
	}
	before := d.count
	defer func() { d.tablesDamaged = d.tablesDamaged || d.count > before }()
	c := &checker{Directory: d, dbs: map[uint32]*dbCounts{}}
	for i := range d.meta.Databases {
		md := &d.meta.Databases[i]
		c.dbs[md.Physical] = &dbCounts{meta: md}
	}
	for _, part := range []func() error{c.records, c.nodes, c.hints, c.others} {
		if err := part(); err != nil {
			return err
		}
	}
	c.counts()
	return nil
}

type checker struct {
	*Directory
	dbs    map[uint32]*dbCounts
	owners []owner
	strays map[uint32]int64 // rows of databases that Meta does not name
}

// dbCounts is what was found of a database.
type dbCounts struct {
	meta          *encoding.MetaDatabase
	keys, expires [shardCount]int64
}

// owner is an object that a key has.
type owner struct {
	db     uint32
	object uint64
}

func compareOwners(a, b owner) int {
	return cmp.Or(cmp.Compare(a.db, b.db), cmp.Compare(a.object, b.object))
}

// kinds are the ranges of rows of one kind.
func kindSpan(prefix byte) (from, to []byte) { return []byte{prefix}, []byte{prefix + 1} }

// Prefixes of rows, in their order.
const (
	prefixRecord = 'k'
	prefixMeta   = 'm'
	prefixNode   = 'n'
	prefixExpiry = 'x'
)

// placeOf is where a key belongs.
func (d *Directory) placeOf(name []byte) encoding.Place {
	return encoding.MakePlace(encoding.Slot(name), xxh3.HashSeed(name, d.meta.HashSeed))
}

func (c *checker) records() error {
	from, to := kindSpan(prefixRecord)
	return c.src.scan(from, to, func(r *row) error {
		if c.Report.Keys++; c.Report.Keys%(1<<16) == 0 {
			c.step("keys", c.Report.Keys, 0)
		}
		return c.record(r)
	})
}

func (c *checker) record(r *row) error {
	k, text := c.parseRecord(r)
	if text != "" {
		c.fail("%s", text)
		return nil
	}
	if k == nil {
		return nil
	}
	if r.old {
		c.fail("%s may be older than what was written last: a damaged block may have had it too", k)
	}
	return c.found(k)
}

// key is a key's record.
type key struct {
	db    uint32
	place encoding.Place
	name  []byte
	rec   encoding.Record
}

func (k *key) String() string { return fmt.Sprintf("key %.100q (database id %d)", k.name, k.db) }

// parseRecord reads a row of a key. It is nil if nothing is to be said of it:
// the database is dead, and its rows are about to go.
func (c *checker) parseRecord(r *row) (*key, string) {
	db, place, name, err := encoding.ParseRecordKey(r.key)
	if err != nil {
		return nil, err.Error()
	}
	if c.dbs[db] == nil {
		c.stray(db)
		return nil, ""
	}
	k := &key{db: db, place: place, name: name}
	if place != c.placeOf(name) {
		return nil, fmt.Sprintf("%s lies at place %x, where it cannot be found", k, place)
	}
	if k.rec, err = encoding.ParseRecord(r.value); err != nil {
		return nil, fmt.Sprintf("%s: %v", k, err)
	}
	return k, ""
}

func (c *checker) stray(db uint32) {
	if c.strays == nil {
		c.strays = map[uint32]int64{}
	}
	c.strays[db]++
}

// found counts a key and checks its value.
func (c *checker) found(k *key) error {
	counts, shard := c.dbs[k.db], shardOf(k.place)
	counts.keys[shard]++
	if k.rec.ExpireAtMs != 0 {
		counts.expires[shard]++
		c.Report.Expires++
		_, ok, err := c.src.get(encoding.AppendExpiryKey(nil, k.rec.ExpireAtMs, k.db, k.place, k.name))
		if err != nil {
			return err
		}
		if !ok {
			c.fail("%s expires at %d, and the index of expire times does not have it", k, k.rec.ExpireAtMs)
		}
	}
	v := newValue(&c.src, k)
	text, err := v.check()
	if err != nil {
		return err
	}
	if text != "" {
		c.fail("%s: %s", k, text)
	}
	if v.object != 0 {
		c.owners = append(c.owners, owner{k.db, v.object})
	}
	return nil
}

// nodes finds those that belong to no key. Nodes and owners come in the same
// order.
func (c *checker) nodes() error {
	slices.SortFunc(c.owners, compareOwners)
	for i := 1; i < len(c.owners); i++ {
		if c.owners[i] == c.owners[i-1] {
			c.fail("object %x of database id %d belongs to more than one key", c.owners[i].object, c.owners[i].db)
		}
	}
	orphans := orphanCount{c: c}
	at := 0
	from, to := kindSpan(prefixNode)
	err := c.src.scan(from, to, func(r *row) error {
		db, object, _, err := encoding.ParseNodeKey(r.key)
		if err != nil {
			c.fail("%v", err)
			return nil
		}
		c.Report.Nodes++
		o := owner{db, object}
		for at < len(c.owners) && compareOwners(c.owners[at], o) < 0 {
			at++
		}
		switch {
		case c.dbs[db] == nil:
			c.stray(db)
		case at == len(c.owners) || c.owners[at] != o:
			orphans.add(o)
		}
		return nil
	})
	orphans.flush()
	return err
}

// orphanCount tells of orphans an object at a time.
type orphanCount struct {
	c    *checker
	last owner
	n    int64
}

func (n *orphanCount) add(o owner) {
	if n.n > 0 && n.last != o {
		n.flush()
	}
	n.last = o
	n.n++
}

func (n *orphanCount) flush() {
	if n.n > 0 {
		n.c.fail("%d nodes of object %x of database id %d belong to no key", n.n, n.last.object, n.last.db)
	}
	n.n = 0
}

// hints checks the index of expire times. A hint may be left over, but not
// misplaced.
func (c *checker) hints() error {
	left := int64(0)
	from, to := kindSpan(prefixExpiry)
	err := c.src.scan(from, to, func(r *row) error {
		at, db, place, name, err := encoding.ParseExpiryKey(r.key)
		switch {
		case err != nil:
			c.fail("%v", err)
			return nil
		case at <= 0 || place != c.placeOf(name) || len(r.value) != 0:
			c.fail("the index of expire times has %.100q for %d at place %x, where it does not belong", name, at, place)
			return nil
		}
		value, ok, err := c.src.get(encoding.AppendRecordKey(nil, db, place, name))
		if err != nil {
			return err
		}
		rec, err := encoding.ParseRecord(value)
		if ok && err == nil && rec.ExpireAtMs == at {
			return nil
		}
		left++
		recordKey := encoding.AppendRecordKey(nil, db, place, name)
		if !ok && c.dbs[db] != nil && c.src.inHole(recordKey, append(recordKey, 0)) {
			c.fail("key %.100q (database id %d), which was to expire at %d, is lost, or had been deleted", name, db, at)
		}
		return nil
	})
	if left > 0 {
		c.note("%d expire times are left over from keys that have changed; they are dropped when they come", left)
	}
	return err
}

// others looks for rows that mean nothing.
func (c *checker) others() error {
	meta := encoding.AppendMetaKey(nil)
	for _, gap := range [][2][]byte{{nil, {prefixRecord}}, {{prefixRecord + 1}, {prefixNode}}, {{prefixNode + 1}, {prefixExpiry}}, {{prefixExpiry + 1}, nil}} {
		err := c.src.scan(gap[0], gap[1], func(r *row) error {
			if !bytes.Equal(r.key, meta) {
				c.fail("the tables have the key %.100q, which means nothing", r.key)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// counts compares Meta with what was found.
func (c *checker) counts() {
	for id, n := range c.strays {
		c.note("%d rows of database id %d, which is no longer in use; the next checkpoint deletes them", n, id)
	}
	for _, md := range c.meta.Databases {
		n := c.dbs[md.Physical]
		var keys, expires, found, foundExpires int64
		differ := false
		for i := range shardCount {
			keys, expires = keys+at(md.Keys, i), expires+at(md.Expires, i)
			found, foundExpires = found+n.keys[i], foundExpires+n.expires[i]
			differ = differ || at(md.Keys, i) != n.keys[i] || at(md.Expires, i) != n.expires[i]
			c.Report.LostKeys += max(0, at(md.Keys, i)-n.keys[i])
		}
		if differ {
			c.fail("database %d counts %d keys, %d of them expire; there are %d and %d",
				md.Logical, keys, expires, found, foundExpires)
		}
	}
}

func at(list []int64, i int) int64 {
	if i < len(list) {
		return list[i]
	}
	return 0
}
