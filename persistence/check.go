package persistence

import (
	"errors"
	"fmt"
	"slices"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/persistence/slab"
)

// Check compares index, blocks, counters, tables and Meta with one another and
// reports everything that does not fit, up to a bound. It waits for a running
// checkpoint, and everybody waits for it: it reads the whole store under all
// locks.
func (s *Store) Check() error {
	s.checkpoints.mu.Lock()
	defer s.checkpoints.mu.Unlock()
	s.lockAll()
	defer s.unlockAll()
	c := &checker{store: s, held: make([]slab.Held, shardCount), dbs: map[uint32]*dbCheck{}}
	c.databases()
	for i := range s.shards {
		c.held[i] = slab.Held{}
		c.shard(&s.shards[i])
	}
	c.heaps()
	if err := c.stored(); err != nil {
		c.errs = append(c.errs, err)
	}
	c.objects()
	c.meta()
	c.counters()
	return errors.Join(c.errs...)
}

// maxCheckErrors bounds a report: what is broken in one place is mostly broken
// in many.
const maxCheckErrors = 20

type checker struct {
	store *Store
	errs  []error
	held  []slab.Held         // blocks found, a shard each
	dbs   map[uint32]*dbCheck // by physical id
}

// dbCheck is what was found of one physical database.
type dbCheck struct {
	*db
	stored [shardCount]storedCounts // rows in the tables
	want   [shardCount]tableCounts  // what the counters of keys should be
	nodes  [shardCount]tableCounts  // and of nodes

	objects objectCheck
}

type storedCounts struct{ keys, expires int64 }

// tableCounts are a table's counters as they should be.
type tableCounts struct {
	live, resident, expires, unresolved, main int64
	clean                                     int64 // live words that the tables must have too
}

func (c *checker) fail(format string, args ...any) {
	if len(c.errs) < maxCheckErrors {
		c.errs = append(c.errs, fmt.Errorf(format, args...))
	}
}

// databases checks the maps of databases.
func (c *checker) databases() {
	s := c.store
	for i, d := range s.physicals {
		if d == nil {
			continue
		}
		if d.index != i {
			c.fail("physical database %d stands at %d and says %d", d.physical, i, d.index)
		}
		if c.dbs[d.physical] != nil {
			c.fail("two databases have the physical id %d", d.physical)
		}
		if d.physical >= s.nextPhysical {
			c.fail("physical id %d is in use, the next one is %d", d.physical, s.nextPhysical)
		}
		if d.dropped == slices.Contains(s.logicals, d) || d.dropped != slices.Contains(s.dropped, d) {
			c.fail("physical database %d: dropped is %v, a logical one %v, to be reaped %v",
				d.physical, d.dropped, slices.Contains(s.logicals, d), slices.Contains(s.dropped, d))
		}
		c.dbs[d.physical] = &dbCheck{db: d}
	}
	for n, d := range s.logicals {
		if d == nil || d.index >= len(s.physicals) || s.physicals[d.index] != d || slices.Index(s.logicals, d) != n {
			c.fail("logical database %d has no physical one of its own", n)
		}
	}
}

// shard checks a shard's tables and what belongs to no table.
func (c *checker) shard(sh *shard) {
	if sh.sealing || len(sh.sealedHints) != 0 {
		c.fail("shard %d is sealed, and no checkpoint runs", sh.no)
	}
	hints := c.hints(sh)
	dirty := int64(0)
	for _, d := range c.dbs {
		dirty += c.table(sh, d, &d.keys[sh.no], isRecord, hints)
		dirty += c.table(sh, d, &d.db.nodes[sh.no], isNode, hints)
	}
	if dirty != sh.dirtyBytes {
		c.fail("shard %d counts %d dirty bytes, has %d", sh.no, sh.dirtyBytes, dirty)
	}
}

// hintName is what a hint knows of a key.
type hintName struct {
	db    int32
	order uint64
	tag   uint32
}

// hints checks the order of a heap and collects whom it names.
func (c *checker) hints(sh *shard) map[hintName]bool {
	names := map[hintName]bool{}
	for i, h := range sh.hints {
		if i > 0 && h.atMs < sh.hints[(i-1)/2].atMs {
			c.fail("shard %d: the heap of expire times is out of order at %d", sh.no, i)
		}
		names[hintName{h.db, h.order, h.tag}] = true
	}
	return names
}

func (c *checker) heaps() {
	heaps := make([]*slab.Heap, shardCount)
	for i := range c.store.shards {
		heaps[i] = c.store.shards[i].heap
	}
	if err := c.store.arena.Check(heaps, c.held); err != nil {
		c.fail("%w", err)
	}
}

// counters compares each table's counters with what was found.
func (c *checker) counters() {
	for _, d := range c.dbs {
		if d.dropped {
			continue // nobody asks any more
		}
		for i := range d.keys {
			c.compare(d, i, "keys", &d.keys[i], &d.want[i])
			c.compare(d, i, "nodes", &d.db.nodes[i], &d.nodes[i])
		}
	}
}

func (c *checker) compare(d *dbCheck, shard int, what string, t *table, want *tableCounts) {
	have := tableCounts{live: t.live, resident: t.resident, expires: t.expires, unresolved: t.unresolved, main: t.main}
	missing := want.clean
	want.clean = 0
	if have != *want {
		c.fail("database %d, shard %d, %s: counters are %+v, should be %+v", d.physical, shard, what, have, *want)
	}
	if missing != 0 {
		c.fail("database %d, shard %d: %d clean %s are not in the tables", d.physical, shard, missing, what)
	}
}

// meta compares the last checkpoint's counts with the rows that it left.
func (c *checker) meta() {
	s := c.store
	m, err := s.readMeta()
	if err != nil {
		c.fail("%w", err)
		return
	}
	if m.HashSeed != s.hashSeed || m.NextPhysical > s.nextPhysical {
		c.fail("Meta has hash seed %x and next physical id %d, the store %x and %d",
			m.HashSeed, m.NextPhysical, s.hashSeed, s.nextPhysical)
	}
	if synced := s.log.Synced(); m.Offset > synced {
		c.fail("the checkpoint is at offset %d, the log is synced up to %d", m.Offset, synced)
	}
	if dirty := s.log.Err() == nil && m.Offset > s.LogEnd(); dirty {
		c.fail("the checkpoint is at offset %d, the log ends at %d", m.Offset, s.LogEnd())
	}
	for i, next := range m.NextObject {
		if next > s.shards[i].nextObject {
			c.fail("shard %d: Meta's next object id is %d, the shard's %d", i, next, s.shards[i].nextObject)
		}
	}
	known := map[uint32]bool{}
	for i := range m.Databases {
		known[m.Databases[i].Physical] = true
		c.metaDatabase(m, &m.Databases[i])
	}
	for id, d := range c.dbs {
		if !known[id] && !d.dropped && d.stored != [shardCount]storedCounts{} {
			c.fail("the tables have keys of physical database %d, which Meta does not name", id)
		}
	}
}

func (c *checker) metaDatabase(m *encoding.Meta, md *encoding.MetaDatabase) {
	if md.Physical >= m.NextPhysical {
		c.fail("Meta names physical database %d, the next one is %d", md.Physical, m.NextPhysical)
	}
	d := c.dbs[md.Physical]
	if d == nil {
		if !slices.Contains(c.store.deadDBs, md.Physical) {
			c.fail("Meta names physical database %d, which is neither there nor to be deleted", md.Physical)
		}
		return
	}
	for i, stored := range d.stored {
		if md.Keys[i] != stored.keys || md.Expires[i] != stored.expires {
			c.fail("database %d, shard %d: Meta counts %d keys, %d of them expire; the tables have %d and %d",
				md.Physical, i, md.Keys[i], md.Expires[i], stored.keys, stored.expires)
		}
	}
}
