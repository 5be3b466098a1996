package persistence

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/persistence/sorter"
)

// Much that comes from outside at once (an import, a full sync) would go through
// the hot tier in many checkpoints, each of which spreads over all keys, and the
// tables would be compacted again and again. A bulk goes past the hot tier: its
// rows are sorted beside the store, written to tables once, and ingested by one
// checkpoint that says so. Until then nothing of it is part of the store, and a
// crash leaves files that the next start removes.

// Bulk is keys on their way into the store, past the hot tier and the log. Its
// writers gather them. End it with Commit or Abort.
type Bulk struct {
	store     *Store
	name      string          // that all its files begin with
	physicals []uint32        // of the logical databases
	settled   map[uint32]bool // the physical databases that have keys already
	rows      *sorter.Sorter
	sorters   atomic.Int64 // so far
	counts    map[uint32]*bulkCounts
	twice     int64
	built     *builtTables // nil: not built yet
}

// bulkCounts are what is added to the counts of a database.
type bulkCounts struct{ keys, expires [shardCount]int64 }

// NewBulk begins to gather keys for the logical databases, in place of those of
// the same names. Nobody else may use the store until it ends.
func (s *Store) NewBulk() (*Bulk, error) {
	b := s.newBulk()
	for n, d := range s.logicals {
		keys, _, err := s.Keys(n)
		if err != nil {
			return nil, errors.Join(err, b.Abort())
		}
		b.physicals = append(b.physicals, d.physical)
		b.settled[d.physical] = keys > 0
	}
	return b, nil
}

func (s *Store) newBulk() *Bulk {
	b := &Bulk{store: s, counts: map[uint32]*bulkCounts{}, settled: map[uint32]bool{}}
	b.name = fmt.Sprintf("%sbulk-%d", unfinished, s.bulks.Add(1))
	b.rows = b.Sorter()
	return b
}

// Tests change these.
var (
	batchBytesOf = (*Store).batchBytes
	builtBytesOf = (*Store).builtBytes
)

// batchBytes is how much a writer gathers in memory: it has two of these.
func (s *Store) batchBytes() int {
	return int(min(max(s.opts.MemoryBytes/24, 2<<20), 32<<20))
}

// Sorter sorts rows in files beside the bulk's.
func (b *Bulk) Sorter() *sorter.Sorter {
	s, number := b.store, b.sorters.Add(1)
	return sorter.New(sorter.Options{FS: s.opts.FS, BatchBytes: batchBytesOf(s), Path: func(n int) string {
		return s.opts.FS.PathJoin(s.opts.Dir, tablesDir, fmt.Sprintf("%s-%d-%d.tmp", b.name, number, n))
	}})
}

// Databases is how many logical databases there are.
func (b *Bulk) Databases() int { return len(b.physicals) }

// Hash is Tx.Hash.
func (b *Bulk) Hash(of []byte) uint64 { return b.store.hash(of) }

// Exists tells whether the store has a key. What the bulk has got is not looked
// at. It may read from disk.
func (b *Bulk) Exists(database int, name []byte) (bool, error) {
	if !b.settled[b.physicals[database]] {
		return false, nil
	}
	found := false
	tx := b.store.Tx()
	tx.Select(database)
	tx.Replay = true
	err := b.store.View(tx, Keys{Names: [][]byte{name}}, func(tx *Tx) error {
		r, err := tx.Peek(name)
		found = err == nil && r.Exists()
		return err
	})
	return found, err
}

// Twice counts the keys that have come twice, once the bulk is committed.
func (b *Bulk) Twice() int64 { return b.twice }

// Abort gives everything up.
func (b *Bulk) Abort() error {
	err := b.rows.Close()
	if b.built != nil {
		err = errors.Join(err, b.built.remove())
	}
	return err
}

// Commit makes the keys part of the store, durably and in one step. If it fails
// the store is as it was.
func (b *Bulk) Commit() error {
	s := b.store
	if _, err := s.Checkpoint("bulk"); err != nil {
		return err
	}
	if err := b.build(); err != nil {
		return err
	}
	s.checkpoints.mu.Lock()
	defer s.checkpoints.mu.Unlock()
	s.reap()
	j, old := b.exchange()
	j.built = b.built
	if err := j.run(); err != nil {
		b.exchangeBack(j, old)
		_, err = s.checkpointFailed(err)
		return err
	}
	j.finish()
	s.reap()
	b.built = nil
	return b.Abort()
}

// exchange puts databases with other counts, and with nothing in RAM, in the
// place of those that get keys, and seals, in one.
func (b *Bulk) exchange() (j *job, old []*db) {
	s := b.store
	s.lockAll()
	defer s.unlockAll()
	old = append(old, s.logicals...)
	for i, d := range s.logicals {
		if n := b.counts[d.physical]; n != nil {
			s.logicals[i] = d.grown(s, n)
			d.dropped = true
			s.dropped = append(s.dropped, d)
		}
	}
	return s.sealLocked(), old
}

// grown is the same physical database with more keys, none of them in RAM.
func (d *db) grown(s *Store, by *bulkCounts) *db {
	g := &db{physical: d.physical}
	s.addDB(g)
	if by == nil {
		by = &bulkCounts{}
	}
	for i := range g.keys {
		g.keys[i].live, g.keys[i].expires = d.keys[i].live+by.keys[i], d.keys[i].expires+by.expires[i]
	}
	return g
}

// exchangeBack undoes what exchange has done.
func (b *Bulk) exchangeBack(j *job, old []*db) {
	s := b.store
	j.unseal()
	s.lockAll()
	defer s.unlockAll()
	for i, d := range old {
		if now := s.logicals[i]; now != d {
			s.logicals[i] = d
			s.physicals[now.index] = nil
			d.dropped = false
			s.dropped = slices.DeleteFunc(s.dropped, func(x *db) bool { return x == d })
		}
	}
}

// isRecordKey tells whether a key of the store is that of a record.
func isRecordKey(key []byte) bool { return bytes.HasPrefix(key, recordPrefix) }

var recordPrefix = encoding.AppendRecordPlace(nil, 0, 0)[:1]
