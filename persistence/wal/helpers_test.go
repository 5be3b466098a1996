package wal

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
)

const testDir = "store/log"

// testOptions are small and quick, so that a short history rolls, syncs and heals many times.
func testOptions(fs vfs.FS) Options {
	var clock atomic.Int64
	return Options{
		FS: fs, Dir: testDir, SegmentBytes: 16 << 10,
		Now:        func() int64 { return clock.Add(1) },
		tick:       2 * time.Millisecond,
		syncEvery:  5 * time.Millisecond,
		retryEvery: 5 * time.Millisecond,
		blockBytes: 4 << 10,
	}
}

// quiet leaves everything to the test: nothing happens by itself.
func quiet(o Options) Options {
	o.tick, o.syncEvery, o.retryEvery = time.Hour, time.Hour, time.Hour
	return o
}

func mustOpen(t testing.TB, o Options) *Log {
	t.Helper()
	l, err := Open(o)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// openStarted opens and starts a log, and closes it when the test ends.
func openStarted(t testing.TB, o Options) *Log {
	t.Helper()
	l := mustOpen(t, o)
	if err := l.Start(StartOptions{DB: -1}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

func mustSync(t testing.TB, l *Log) {
	t.Helper()
	if err := l.Sync(l.end.Load()); err != nil {
		t.Fatal(err)
	}
}

// settle waits until the syncer has done what was due.
func settle(l *Log) {
	l.call(func() error { l.helpers.Wait(); return nil })
}

// replayed returns the log's bytes from offset from on.
func replayed(t testing.TB, l *Log, from int64) []byte {
	t.Helper()
	var b []byte
	if err := l.Replay(from, func(r Record) error {
		if r.Start != from+int64(len(b)) {
			t.Fatalf("record at %d follows byte %d", r.Start, from+int64(len(b)))
		}
		b = append(b, r.Payload...)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return b
}

// model is what the log must hold: the oracle.
type model struct {
	mu     sync.Mutex
	stream []byte  // from offset 0
	ends   []int64 // where Appends end
	db     int
	acked  atomic.Int64 // someone was told that this much is durable
	floor  atomic.Int64 // a checkpoint was made here
}

func newModel() *model { return &model{ends: []int64{0}, db: -1} }

// append does the same to l and to the model.
func (m *model) append(l *Log, db int, payload []byte) int64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	if db != m.db {
		m.stream = appendSelect(m.stream, db)
		m.db = db
	}
	m.stream = append(m.stream, payload...)
	m.ends = append(m.ends, int64(len(m.stream)))
	return l.Append(db, payload)
}

func (m *model) end() int64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	return int64(len(m.stream))
}

func (m *model) ack(upto int64) {
	for old := m.acked.Load(); upto > old && !m.acked.CompareAndSwap(old, upto); old = m.acked.Load() {
	}
}

// snapshot returns a model of what was appended so far. Later appends to m don't show.
func (m *model) snapshot() *model {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := &model{stream: m.stream, ends: m.ends, db: -1}
	s.acked.Store(m.acked.Load())
	s.floor.Store(m.floor.Load())
	return s
}

// prefix returns a model of the first end bytes.
func (m *model) prefix(end int64) *model {
	m.mu.Lock()
	defer m.mu.Unlock()
	p := &model{stream: slices.Clone(m.stream[:end]), db: -1}
	for _, e := range m.ends {
		if e <= end {
			p.ends = append(p.ends, e)
		}
	}
	p.floor.Store(m.floor.Load())
	return p
}

// check compares what an opened log holds with the model; at least acked bytes must be there.
func (m *model) check(l *Log, acked int64) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	r := l.Recovery()
	if r.Empty {
		if acked > 0 {
			return fmt.Errorf("log is empty, %d acked", acked)
		}
		return nil
	}
	if r.End < acked {
		return fmt.Errorf("log ends at %d, %d were acked", r.End, acked)
	}
	if _, ok := slices.BinarySearch(m.ends, r.End); !ok {
		return fmt.Errorf("log ends at %d, inside an append", r.End)
	}
	at := r.First
	err := l.Replay(at, func(rec Record) error {
		if rec.Start != at || !bytes.Equal(rec.Payload, m.stream[at:rec.End()]) {
			return fmt.Errorf("record [%d,%d) has other bytes than were appended", rec.Start, rec.End())
		}
		at = rec.End()
		return nil
	})
	if err == nil && at != r.End {
		return fmt.Errorf("replay ends at %d, not %d", at, r.End)
	}
	return err
}

// op is a kind of call that changes a file system.
type op int

const (
	opCreate op = iota
	opWrite
	opSync
	opRename
	opRemove
	opSyncDir
)

// hookFS calls before ahead of each change; an error from it is the change's result, and the change is not made. A write
// that fails may have been made in part.
type hookFS struct {
	vfs.FS
	before func(o op, name string) error
	gate   sync.RWMutex // held while a change is made
}

var errKilled = errors.New("this process is dead")

// change makes a change unless before objects.
func (h *hookFS) change(o op, name string, do func() error) error {
	h.gate.RLock()
	defer h.gate.RUnlock()
	if err := h.before(o, name); err != nil {
		return err
	}
	return do()
}

func (h *hookFS) OpenReadWrite(n string, c vfs.DiskWriteCategory, o ...vfs.OpenOption) (f vfs.File, err error) {
	if err := h.change(opCreate, n, func() error { f, err = h.FS.OpenReadWrite(n, c, o...); return err }); err != nil {
		return nil, err
	}
	return &hookFile{File: f, h: h, name: n, sync: opSync}, nil
}

func (h *hookFS) OpenDir(n string) (vfs.File, error) {
	f, err := h.FS.OpenDir(n)
	return &hookFile{File: f, h: h, name: n, sync: opSyncDir}, err
}

func (h *hookFS) Rename(from, to string) error {
	return h.change(opRename, from, func() error { return h.FS.Rename(from, to) })
}

func (h *hookFS) Remove(n string) error {
	return h.change(opRemove, n, func() error { return h.FS.Remove(n) })
}

type hookFile struct {
	vfs.File
	h    *hookFS
	name string
	sync op
}

func (f *hookFile) WriteAt(b []byte, pos int64) (int, error) {
	f.h.gate.RLock()
	defer f.h.gate.RUnlock()
	err := f.h.before(opWrite, f.name)
	switch err {
	case nil:
		return f.File.WriteAt(b, pos)
	case errKilled:
		return 0, err
	}
	n, _ := f.File.WriteAt(b[:rand.IntN(len(b))], pos)
	return n, err
}

func (f *hookFile) SyncData() error {
	return f.h.change(f.sync, f.name, f.File.SyncData)
}

func (f *hookFile) Sync() error {
	return f.h.change(f.sync, f.name, f.File.Sync)
}

// readFile and writeFile are for tests that damage files by hand.
func readFile(t testing.TB, fs vfs.FS, name string) []byte {
	t.Helper()
	f, err := fs.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	b := make([]byte, info.Size())
	if _, err := readAt(f, b, 0); err != nil {
		t.Fatal(err)
	}
	return b
}

func writeFile(t testing.TB, fs vfs.FS, name string, b []byte) {
	t.Helper()
	f, err := fs.Create(name, vfs.WriteCategoryUnspecified)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.Write(slices.Clone(b)); err != nil { // Write may change what it is given
		t.Fatal(err)
	}
}

// copyDir returns a new file system with the log's files.
func copyDir(t testing.TB, from vfs.FS) *vfs.MemFS {
	t.Helper()
	to := vfs.NewMem()
	if err := to.MkdirAll(testDir, 0o755); err != nil {
		t.Fatal(err)
	}
	names, err := from.List(testDir)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		p := from.PathJoin(testDir, name)
		writeFile(t, to, p, readFile(t, from, p))
	}
	return to
}

func randomPayload(rng *rand.Rand, maxBytes int) []byte {
	b := make([]byte, 1+rng.IntN(maxBytes))
	for i := range b {
		b[i] = byte(rng.Uint32())
	}
	return b
}
