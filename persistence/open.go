package persistence

import (
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/bloom"
	sstblock "github.com/cockroachdb/pebble/v2/sstable/block"
	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/persistence/sched"
	"github.com/cairndb/cairn/persistence/slab"
	"github.com/cairndb/cairn/persistence/wal"
)

// Files of a data directory.
const (
	lockFile  = "LOCK"
	tablesDir = "tables"
	logDir    = "log"
)

// RepairedDir is in a data directory while a repair brings what it has made into
// the place of what was there.
const RepairedDir = "repaired"

// refuseHalfRepaired refuses a directory that is half of what was there and half
// of what was made.
func refuseHalfRepaired(fs vfs.FS, dir string) error {
	there, err := exists(fs, fs.PathJoin(dir, RepairedDir))
	if err == nil && there {
		err = errors.New("a repair of this directory was interrupted: cairn check --repair finishes it")
	}
	return err
}

// exists tells whether there is a file. Not to know is an error.
func exists(fsys vfs.FS, path string) (bool, error) {
	_, err := fsys.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

// Open opens the data directory, or makes one. The store serves after Recover.
func Open(o Options) (*Store, error) {
	s := &Store{opts: o, stop: make(chan struct{})}
	s.openedMs = s.now()
	s.checkpoints.want = make(chan string, 1)
	if o.Follows {
		s.followLocked()
	}
	if err := o.FS.MkdirAll(o.Dir, 0o755); err != nil {
		return nil, err
	}
	var err error
	if s.lock, err = lockDirectory(o.FS, o.FS.PathJoin(o.Dir, lockFile)); err != nil {
		return nil, err
	}
	if err := errors.Join(refuseUnfinished(o.FS, o.Dir), refuseHalfRepaired(o.FS, o.Dir), s.loadStoreID()); err != nil {
		return nil, errors.Join(err, s.lock.release())
	}
	if err := s.openHot(); err != nil {
		return nil, errors.Join(err, s.lock.release())
	}
	if err := s.openFiles(); err != nil {
		return nil, errors.Join(err, s.arena.Close(), s.lock.release())
	}
	return s, nil
}

// openHot makes the hot tier, empty.
func (s *Store) openHot() (err error) {
	if s.arena, err = slab.NewArena(); err != nil {
		return err
	}
	s.SetMemory(s.opts.MemoryBytes)
	s.SetDirtyBytes(s.opts.DirtyBytes)
	for i := range s.shards {
		sh := &s.shards[i]
		sh.store, sh.no, sh.heap, sh.current = s, uint8(i), slab.NewHeap(s.arena, i), dirty0
	}
	return nil
}

func (s *Store) openFiles() error {
	if err := s.openTables(); err != nil {
		return err
	}
	s.removeLeftovers()
	s.removeOldBackups()
	meta, err := s.readMeta()
	if err != nil {
		return errors.Join(err, s.closeTables())
	}
	s.adopt(meta)
	if err := s.findStrays(meta); err != nil {
		return errors.Join(err, s.closeTables())
	}
	if s.log, err = s.openLog(meta); err != nil {
		return errors.Join(err, s.closeTables())
	}
	return nil
}

// openLog opens the log that goes with Meta.
func (s *Store) openLog(m *encoding.Meta) (*wal.Log, error) {
	path := s.opts.FS.PathJoin(s.opts.Dir, logName(m.LogEpoch))
	log, err := wal.Open(wal.Options{
		FS: s.opts.FS, Dir: path, Owner: m.HashSeed,
		Policy: s.opts.Policy, SegmentBytes: s.opts.SegmentBytes, KeepBytes: s.opts.KeepBytes,
		SyncedFloor: m.Offset, Now: s.now, Logf: s.opts.Logf,
	})
	if err == nil && log.Recovery().Empty && s.inUse() {
		return nil, fmt.Errorf("%s has no segments: the log is missing, and all that it held beyond offset %d: "+
			"bring it back, or see cairn check --repair", path, m.Offset)
	}
	return log, err
}

func (s *Store) openTables() (err error) {
	dir := s.opts.FS.PathJoin(s.opts.Dir, tablesDir)
	s.cache = pebble.NewCache(cacheShare(s.opts.MemoryBytes))
	s.tableOpt = s.tableOptions()
	if err = s.checkTables(dir); err == nil {
		s.tables, err = pebble.Open(dir, s.tableOpt)
	}
	if err != nil {
		s.cache.Unref()
		return fmt.Errorf("opening the tables: %w", err)
	}
	return nil
}

// tableBlockBytes is the unit in which tables are read from disk.
const tableBlockBytes = 4 << 10

// tableOptions: nothing is ever written to a memtable, so there is no WAL
// beneath; ingested tables become durable with the manifest.
func (s *Store) tableOptions() *pebble.Options {
	o := &pebble.Options{
		FS:                         markerFS{s.opts.FS},
		Cache:                      s.cache,
		DisableWAL:                 true,
		MemTableSize:               256 << 10,
		FormatMajorVersion:         pebble.FormatNewest,
		L0CompactionThreshold:      4,
		L0StopWritesThreshold:      1000,
		LBaseMaxBytes:              256 << 20,
		MaxOpenFiles:               1000,
		CompactionConcurrencyRange: func() (int, int) { return 1, 1 },
		Logger:                     tableLogger{s.opts.Logf, s.opts.Fatal},
	}
	for i := range o.Levels {
		l := &o.Levels[i]
		l.BlockSize = tableBlockBytes
		l.IndexBlockSize = 16 << 10
		l.FilterPolicy = bloom.FilterPolicy(10)
		l.FilterType = pebble.TableFilter
		l.Compression = func() *sstblock.CompressionProfile { return sstblock.FastestCompression }
	}
	o.Levels[0].Compression = func() *sstblock.CompressionProfile { return sstblock.NoCompression }
	compacting := map[int]func(){}
	o.EventListener = &pebble.EventListener{
		// Without it, Pebble ends the process.
		DataCorruption: func(i pebble.DataCorruptionInfo) { s.opts.Logf("tables: damage in %s: %v", i.Path, i.Details) },
		// Both are called by the goroutine that compacts, under Pebble's lock.
		CompactionBegin: func(i pebble.CompactionInfo) { compacting[i.JobID] = sched.Patient() },
		CompactionEnd: func(i pebble.CompactionInfo) {
			compacting[i.JobID]()
			delete(compacting, i.JobID)
		},
	}
	o.Experimental.DisableIngestAsFlushable = func() bool { return true }
	o.Experimental.ReadSamplingMultiplier = -1 // what is read often is in the hot tier: no rewriting for it
	o.EnsureDefaults()
	return o
}

type tableLogger struct {
	logf  func(string, ...any)
	fatal func(string)
}

func (l tableLogger) Infof(string, ...any) {}

func (l tableLogger) Errorf(format string, args ...any) { l.logf("tables: "+format, args...) }

func (l tableLogger) Fatalf(format string, args ...any) {
	why := fmt.Sprintf("tables: "+format, args...)
	if l.fatal != nil {
		l.fatal(why)
	}
	panic(why)
}

// readMeta reads Meta, and gives a new store its first.
func (s *Store) readMeta() (*encoding.Meta, error) {
	m, err := readMetaOf(s.tables)
	if errors.Is(err, pebble.ErrNotFound) {
		return s.firstMeta()
	}
	return m, err
}

func readMetaOf(tables pebble.Reader) (*encoding.Meta, error) {
	value, closer, err := tables.Get(encoding.AppendMetaKey(nil))
	if err != nil {
		return nil, fmt.Errorf("reading the store's Meta: %w", err)
	}
	defer func() { _ = closer.Close() }()
	return encoding.ParseMeta(value)
}

// firstMeta makes a store of an empty directory: its hash seed is on disk
// before anything depends on it.
func (s *Store) firstMeta() (*encoding.Meta, error) {
	used, err := s.wasUsed()
	if err == nil && used {
		err = fmt.Errorf("%s has been in use, but its tables hold nothing, not even Meta: restore a backup", s.opts.Dir)
	}
	if err != nil {
		return nil, err
	}
	if err := syncPath(s.opts.FS, s.opts.Dir); err != nil {
		return nil, err
	}
	m := &encoding.Meta{HashSeed: s.opts.HashSeed, CreatedMs: s.now(), NextObject: make([]uint64, shardCount)}
	if m.HashSeed == 0 {
		var b [8]byte
		if _, err := rand.Read(b[:]); err != nil {
			return nil, err
		}
		m.HashSeed = binary.LittleEndian.Uint64(b[:])
	}
	j := &job{store: s, meta: *m, out: newTableWriter(s)}
	if err := j.out.set(encoding.AppendMetaKey(nil), encoding.AppendMeta(nil, m)); err != nil {
		return nil, err
	}
	return m, j.ingest()
}

// adopt makes the store what Meta says.
func (s *Store) adopt(m *encoding.Meta) {
	s.hashSeed, s.created, s.nextPhysical = m.HashSeed, m.CreatedMs, m.NextPhysical
	s.logEpoch = m.LogEpoch
	s.functions.Store(&Functions{Codes: m.Functions})
	for i := range s.shards {
		if i < len(m.NextObject) {
			s.shards[i].nextObject, s.shards[i].sealedObject = m.NextObject[i], m.NextObject[i]
		}
	}
	n := s.opts.Databases
	for _, d := range m.Databases {
		n = max(n, int(d.Logical)+1)
	}
	s.logicals = make([]*db, n)
	for _, d := range m.Databases {
		s.logicals[d.Logical] = s.adoptDB(d)
	}
	for i := range s.logicals {
		if s.logicals[i] == nil {
			s.logicals[i] = s.newDB()
		}
	}
}

func (s *Store) adoptDB(m encoding.MetaDatabase) *db {
	d := &db{index: len(s.physicals), physical: m.Physical}
	s.physicals = append(s.physicals, d)
	for i := range min(len(m.Keys), shardCount) {
		d.keys[i].live, d.keys[i].expires = m.Keys[i], m.Expires[i]
	}
	return d
}
