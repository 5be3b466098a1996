package persistence

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/cairndb/cairn/persistence/slab"
	"github.com/cairndb/cairn/persistence/wal"
)

// ErrLogFailed: the log cannot be written at present, so no change is taken.
var ErrLogFailed = errors.New("the log cannot be written")

// Options of a store.
type Options struct {
	FS           vfs.FS
	Dir          string
	Databases    int
	MemoryBytes  int64 // what the process may hold: hot tier, block cache, buffers
	Policy       wal.Policy
	SegmentBytes int64
	// DirtyBytes of changed blocks start a checkpoint; 0 is a share of memory.
	DirtyBytes int64
	// LogBytes since the last checkpoint start one; 0 is 1 GiB.
	LogBytes int64
	// KeepBytes of log are kept beyond what recovery needs.
	KeepBytes int64
	// BackupLogBytes of log at most are kept after a backup for the next one.
	BackupLogBytes int64
	Now            func() time.Time
	Logf           func(format string, args ...any)
	// Fatal hears why the store cannot go on, and must not return: the set of
	// tables could not be written down. Nothing that was acknowledged is lost; the
	// next start goes on from there. Default: a panic.
	Fatal func(why string)
	// HashSeed fixes the order of keys in a new store; 0 draws one.
	HashSeed uint64
	// Follows opens a store that follows another one.
	Follows bool
	// Background starts the goroutines that checkpoint, sweep and reap;
	// without it the caller does that by hand (tests).
	Background bool
}

// Store is the engine: see doc.go.
type Store struct {
	opts     Options
	arena    *slab.Arena
	evictor  evictor
	tables   *pebble.DB
	cache    *pebble.Cache
	tableOpt *pebble.Options
	log      *wal.Log
	lock     dirLock

	shards   [shardCount]shard
	hashSeed uint64
	storeID  string // of this directory: see storeid.go
	created  int64
	openedMs int64
	history  atomic.Pointer[wal.History] // of the log: who may resume from it

	// The maps of databases change under all shard locks and are read under
	// any one.
	logicals     []*db
	physicals    []*db // by index; nil where one has been reaped
	nextPhysical uint32
	logEpoch     uint64   // how often the log was replaced by another one
	dropped      []*db    // flushed, not reaped yet
	deadDBs      []uint32 // physical ids whose rows the next checkpoint deletes

	functions atomic.Pointer[Functions] // changes under all shard locks

	hotBytes    atomic.Int64
	dirtyBytes  atomic.Int64                // Options.DirtyBytes
	follows     atomic.Bool                 // changes under all shard locks
	hideExpired atomic.Int32                // reasons to: a replica waits for its master's DEL
	useCounting atomic.Pointer[UseCounting] // see CountUses

	bulks     atomic.Int64 // so far
	replacing atomic.Bool

	graves    graves
	observer  Observer
	attention atomic.Int64
	wanted    atomic.Uint32 // an EventClass

	checkpoints checkpointer
	backups     backups
	holds       holds
	sweep       sweeper
	windows     windows

	loadCount, evictCount atomic.Int64

	recovered     bool  // the log has been replayed to its end
	recoveredFrom int64 // offset of the tables when it was
	stop          chan struct{}
	done          sync.WaitGroup
}

func (s *Store) logical(n int) *db  { return s.logicals[n] }
func (s *Store) physical() []*db    { return s.physicals }
func (s *Store) now() int64         { return s.opts.Now().UnixMilli() }
func (s *Store) Databases() int     { return len(s.logicals) }
func (s *Store) Log() *wal.Log      { return s.log }
func (s *Store) Tables() *pebble.DB { return s.tables }

// SetMemory changes what the process may hold, in bytes.
func (s *Store) SetMemory(bytes int64) {
	s.opts.MemoryBytes = bytes
	s.hotBytes.Store(hotShare(bytes))
}

// The memory allowance is split: most of it is the hot tier; the rest serves
// the block cache, the log's buffers and what the program itself needs.
func hotShare(bytes int64) int64   { return bytes * 6 / 10 }
func cacheShare(bytes int64) int64 { return max(8<<20, bytes/8) }

// newDB makes a database with a new physical id. Needs all locks, or to be
// alone.
func (s *Store) newDB() *db {
	d := &db{physical: s.nextPhysical}
	s.nextPhysical++
	s.addDB(d)
	return d
}

// addDB gives a database its place among the physical ones. Needs what newDB
// does.
func (s *Store) addDB(d *db) {
	for i, p := range s.physicals {
		if p == nil {
			d.index = i
			s.physicals[i] = d
			return
		}
	}
	d.index = len(s.physicals)
	s.physicals = append(s.physicals, d)
}

// Keys counts the keys of a logical database, and those of them that have an
// expire time. It may read from disk, to learn which blind writes made a new
// key.
func (s *Store) Keys(database int) (keys, expires int64, err error) {
	if err := s.resolve(database); err != nil {
		return 0, 0, err
	}
	s.lockAll()
	d := s.logical(database)
	keys, expires = d.counts()
	open := s.listOpen(d)
	s.unlockAll()
	if open == nil {
		return keys, expires, nil
	}
	twice, expired, err := open.count()
	return keys - twice, expires - expired, err
}

func (d *db) counts() (keys, expires int64) {
	for i := range d.keys {
		keys += d.keys[i].live
		expires += d.keys[i].expires
	}
	return keys, expires
}

// Close checkpoints, so that the next start replays nothing, and gives the
// directory back. Before Recover has succeeded it only does the latter.
func (s *Store) Close() error {
	if !s.recovered {
		return s.Abandon()
	}
	_, err := s.Checkpoint("shutdown")
	return errors.Join(err, s.Abandon())
}

// Abandon closes without a checkpoint.
func (s *Store) Abandon() error {
	close(s.stop)
	s.done.Wait()
	return errors.Join(s.log.Close(), s.closeTables(), s.arena.Close(), s.lock.release())
}

func (s *Store) closeTables() error {
	err := s.tables.Close()
	s.cache.Unref()
	if err != nil {
		return fmt.Errorf("closing the tables: %w", err)
	}
	return nil
}
