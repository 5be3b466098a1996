package wal

import (
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// Log is the store's only log. Life: Open, Replay, Start, then everything else from any goroutine, Close.
type Log struct {
	o         Options
	dir       atomic.Pointer[string]
	policy    atomic.Int32
	keepBytes atomic.Int64
	recovery  Recovery
	// recoveredPos is where in the newest segment that Open has found the records end.
	recoveredPos int64

	// The appending side. end is written under mu and read anywhere.
	mu      sync.Mutex
	tail    tail
	db      int // selected at end; -1 unknown
	namedDB int // database that Append need not name; -1: the next one names its own
	end     atomic.Int64

	// The writing side: who holds ioMu may write to the active file.
	ioMu           sync.Mutex
	active         *segment
	unsynced       []batch // taken from tail, oldest first; the first starts at synced
	writtenBatches int     // how many of unsynced are in the file
	markedAt       int64   // synced offset that the newest mark tells
	lastGeneration uint64
	written        atomic.Int64 // written under ioMu
	synced         atomic.Int64 // written by the syncer, under ioMu
	failure        atomic.Pointer[failure]

	// Segments on disk. A leaf: no other lock is taken under it.
	segMu   sync.Mutex
	table   []SegmentInfo // the chain, oldest first
	spares  []string      // file names ready for reuse
	strays  []string      // files to be removed by the next Trim: segments outside the chain, spares too many
	pins    map[*Pin]struct{}
	history History

	trimMu sync.Mutex // one Trim at a time

	waiters waiterQueue
	moved   bell // rings when readers may find more

	kick      chan struct{}  // wakes the syncer; holds one
	calls     chan func()    // run by the syncer
	done      chan struct{}  // closed when the syncer has ended
	helpers   sync.WaitGroup // preparing spare files
	started   atomic.Bool
	closing   atomic.Bool
	closeOnce sync.Once
	stopped   chan struct{} // closed to end the syncer

	syncer syncState
	counters
}

// failure boxes an error for atomic access.
type failure struct{ err error }

// Open reads the segments of o.Dir and decides where the log ends. It writes nothing. A damaged place that had been
// synced is a *CorruptError; a damaged tail that had not is cut, see Recovery. An error reading the disk is neither,
// and is returned as it is.
//
// Open reads the newest segment whole; damage in an older one is found by whoever reads it, Replay included.
func Open(o Options) (*Log, error) {
	o = o.withDefaults()
	l := &Log{
		o:       o,
		db:      -1,
		namedDB: -1,
		pins:    map[*Pin]struct{}{},
		kick:    make(chan struct{}, 1),
		calls:   make(chan func()),
		done:    make(chan struct{}),
		stopped: make(chan struct{}),
	}
	l.dir.Store(&o.Dir)
	l.policy.Store(int32(o.Policy))
	l.keepBytes.Store(o.KeepBytes)
	l.tail.blockBytes = o.blockBytes
	l.tail.maxFree = int(o.MaxUnsyncedBytes / int64(o.blockBytes))
	if err := l.recover(); err != nil {
		return nil, err
	}
	return l, nil
}

// Recovery tells what Open found.
func (l *Log) Recovery() Recovery { return l.recovery }

// Start makes the log writable: in a new segment of a new generation, synced before Start returns. It begins where
// the old bytes stop being known to be on disk, and those behind are copied into it: after a crash of the process
// alone they may exist in the page cache only, and an fsync of the old file could not tell, should an earlier one
// have failed.
func (l *Log) Start(o StartOptions) error {
	if l.started.Load() {
		panic("wal: started twice")
	}
	if err := l.makeDir(*l.dir.Load()); err != nil {
		return err
	}
	if err := l.adoptSpares(); err != nil {
		return err
	}
	if l.recovery.Empty {
		l.setEnd(o.Offset, o.Offset)
	}
	l.db, l.namedDB = o.DB, o.DB
	l.tail.openStart = l.end.Load()
	l.history = o.History
	seg, err := l.createSegment(l.synced.Load(), l.copyTail)
	if err != nil {
		return err
	}
	l.continueRecovered()
	l.install(seg)
	l.setEnd(l.end.Load(), l.end.Load())
	l.started.Store(true)
	go l.run()
	return nil
}

func (l *Log) setEnd(synced, end int64) {
	l.end.Store(end)
	l.written.Store(end)
	l.synced.Store(synced)
}

// copyTail writes the recovered records behind the synced offset to seg as they were.
func (l *Log) copyTail(seg *segment) error {
	if l.recovery.Empty {
		return nil
	}
	c := newCursor(l, l.synced.Load())
	defer c.close()
	for {
		r, ok, err := c.next(l.end.Load())
		if err != nil || !ok {
			return err
		}
		b := batch{start: r.Start, timeMs: r.TimeMs, db: r.DB, buf: recordBuffer(r.Payload)}
		if err := seg.writeBatch(&b, seg.Start); err != nil {
			return err
		}
	}
}

// continueRecovered marks the segment that was the newest until now.
func (l *Log) continueRecovered() {
	if l.recovery.Empty {
		return
	}
	s := segment{SegmentInfo: l.table[len(l.table)-1], pos: l.recoveredPos}
	s.seed = generationSeed(s.Generation)
	f, err := l.o.FS.OpenReadWrite(l.path(s.Name), vfs.WriteCategoryUnspecified)
	if err != nil {
		return
	}
	s.f = f
	l.markContinued(&s, l.recovery.End)
	s.close()
}

// recordBuffer copies payload between a header gap and the capacity that writeRecord asks for.
func recordBuffer(payload []byte) []byte {
	buf := make([]byte, recordHeaderBytes+len(payload), len(payload)+2*recordHeaderBytes)
	copy(buf[recordHeaderBytes:], payload)
	return buf
}

// makeDir makes sure that dir is there and that its parent knows it on disk, even if another process has made it and
// was killed before it could see to that. Missing parents are made too.
func (l *Log) makeDir(dir string) error {
	parent := l.o.FS.PathDir(dir)
	if _, err := l.o.FS.Stat(parent); err != nil && parent != dir {
		if err := l.makeDir(parent); err != nil {
			return err
		}
	}
	if err := l.o.FS.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("wal: create directory: %w", err)
	}
	return l.syncDir(parent)
}

// Policy returns the policy in force.
func (l *Log) Policy() Policy { return Policy(l.policy.Load()) }

// SetPolicy changes the policy. Under Always everything appended before gets synced too, as soon as anyone awaits.
func (l *Log) SetPolicy(p Policy) {
	l.policy.Store(int32(p))
	l.wake()
}

// SetHistory ends the active segment and gives h to the segments after it. When it returns nil, everything appended
// before is synced and so is h; otherwise the segment that heals the log will have it.
func (l *Log) SetHistory(h History) error {
	return l.call(func() error {
		l.segMu.Lock()
		l.history = h
		l.segMu.Unlock()
		return l.roll()
	})
}

// Close writes and syncs what is pending, marks the log as closed in order and ends the goroutines. Whoever waits gets
// its answer first; from then on everything returns ErrClosed. REQUIRES: no Append runs or follows.
func (l *Log) Close() error {
	if !l.started.Load() {
		return nil
	}
	l.closeOnce.Do(func() {
		l.closing.Store(true)
		close(l.stopped)
	})
	<-l.done
	l.helpers.Wait()
	return l.syncer.closeErr
}
