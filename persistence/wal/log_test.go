package wal

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
)

func TestRoundTrip(t *testing.T) {
	for _, policy := range []Policy{Always, EverySec, No} {
		t.Run(policy.String(), func(t *testing.T) {
			o := testOptions(vfs.NewMem())
			o.Policy = policy
			m := newModel()
			rng := rand.New(rand.NewPCG(1, uint64(policy)))
			for range 5 {
				l := mustOpen(t, o)
				if err := m.check(l, m.end()); err != nil {
					t.Fatal(err)
				}
				m.db = -1
				if err := l.Start(StartOptions{DB: -1}); err != nil {
					t.Fatal(err)
				}
				for range 100 {
					m.append(l, rng.IntN(4), randomPayload(rng, 900))
					if rng.IntN(3) == 0 {
						l.Flush()
					}
				}
				settle(l)
				if err := l.Close(); err != nil {
					t.Fatal(err)
				}
				if s := l.Stats(); s.Synced != m.end() || s.Rolls == 0 {
					t.Fatalf("%+v", s)
				}
			}
			l := mustOpen(t, o)
			if r := l.Recovery(); !r.Clean || r.Cut != nil || r.First != 0 {
				t.Fatalf("%+v", r)
			}
		})
	}
}

// The same on real files, where renames, preallocation and reuse are the operating system's.
func TestRealFiles(t *testing.T) {
	o := testOptions(vfs.Default)
	o.Dir = filepath.Join(t.TempDir(), "store", "log")
	m := newModel()
	rng := rand.New(rand.NewPCG(8, 8))
	for range 4 {
		l := mustOpen(t, o)
		if err := m.check(l, m.end()); err != nil {
			t.Fatal(err)
		}
		m.db = -1
		if err := l.Start(StartOptions{DB: -1}); err != nil {
			t.Fatal(err)
		}
		for range 60 {
			m.append(l, 0, randomPayload(rng, 3000))
			mustSync(t, l)
		}
		settle(l)
		o.SyncedFloor = m.end() - 10000
		mustTrim(t, l, o.SyncedFloor)
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if r := mustOpen(t, o).Recovery(); !r.Clean || r.First == 0 {
		t.Fatalf("%+v", r)
	}
}

// Replay may begin anywhere; inside a record the database is unknown.
func TestReplayFromEveryOffset(t *testing.T) {
	o := quiet(testOptions(vfs.NewMem()))
	o.SegmentBytes = 700
	l := openStarted(t, o)
	m := newModel()
	starts := map[int64]int{} // of records: the database selected there
	for i := range 30 {
		_, db := l.Position()
		starts[m.end()] = db
		for j := range 3 {
			m.append(l, (i+j)/4%3, bytes.Repeat([]byte{byte(i)}, 10+i))
		}
		mustSync(t, l)
		settle(l)
	}
	l.Close()
	l = mustOpen(t, o)
	for from := int64(0); from <= m.end(); from++ {
		if got := replayed(t, l, from); !bytes.Equal(got, m.stream[from:]) {
			t.Fatalf("from %d: %d bytes, want %d", from, len(got), len(m.stream[from:]))
		}
		l.Replay(from, func(r Record) error {
			if db, ok := starts[r.Start]; ok && db != r.DB || !ok && r.DB != -1 {
				t.Fatalf("from %d: record at %d has db %d, want %d", from, r.Start, r.DB, db)
			}
			return nil
		})
	}
	var oe *OffsetError
	if err := l.Replay(m.end()+1, nil); !errors.As(err, &oe) || oe.End != m.end() {
		t.Fatalf("beyond the end: %v", err)
	}
}

func TestSelectOnlyWhenTheDatabaseChanges(t *testing.T) {
	o := quiet(testOptions(vfs.NewMem()))
	l := mustOpen(t, o)
	if err := l.Start(StartOptions{DB: 0, Offset: 1000}); err != nil {
		t.Fatal(err)
	}
	l.Append(0, []byte("a"))
	l.Append(12, []byte("b"))
	l.Append(12, []byte("c"))
	if end, db := l.Position(); end != 1000+27 || db != 12 {
		t.Fatalf("position %d, %d", end, db)
	}
	l.AppendRaw([]byte("raw"), 3)
	l.Append(3, []byte("d"))
	l.Reselect()
	if _, db := l.Position(); db != 3 {
		t.Fatalf("db %d after Reselect", db)
	}
	l.Append(3, []byte("e"))
	l.Close()
	want := "a*2\r\n$6\r\nSELECT\r\n$2\r\n12\r\nbcrawd*2\r\n$6\r\nSELECT\r\n$1\r\n3\r\ne"
	l = mustOpen(t, o)
	if got := replayed(t, l, 1000); string(got) != want {
		t.Fatalf("%q", got)
	}
}

// A record is bigger than a segment if an Append is.
func TestGiantAppend(t *testing.T) {
	o := testOptions(vfs.NewMem())
	m := newModel()
	l := openStarted(t, o)
	rng := rand.New(rand.NewPCG(3, 3))
	for _, n := range []int{1, 100_000, 3, 50_000, 70_000} {
		m.append(l, 1, randomPayload(rng, n))
		mustSync(t, l)
	}
	l.Close()
	if err := m.check(mustOpen(t, o), m.end()); err != nil {
		t.Fatal(err)
	}
}

// What a quiet restart reads again is not copied again.
func TestRestartCopiesOnlyWhatIsNotProvenSynced(t *testing.T) {
	mem := vfs.NewMem()
	o := quiet(testOptions(mem))
	o.Policy = No
	l := openStarted(t, o)
	l.Append(0, []byte("first"))
	mustSync(t, l)
	l.Append(0, []byte("second"))
	mustSync(t, l)
	killed := copyDir(t, mem)
	l.Close()
	for _, c := range []struct {
		fs   vfs.FS
		want int64
	}{{killed, 23 + 5}, {mem, 23 + 11}} {
		o.FS = c.fs
		l := openStarted(t, o)
		segs := l.Segments()
		if len(segs) != 2 || segs[1].Start != c.want || segs[1].Previous != segs[0].Generation {
			t.Fatalf("segments %+v, want the second at %d", segs, c.want)
		}
		if got := replayed(t, l, 23); string(got) != "firstsecond" {
			t.Fatalf("%q", got)
		}
	}
}

// RAM for appended bytes is given back when they are synced.
func TestBlocksAreReleased(t *testing.T) {
	l := openStarted(t, quiet(testOptions(vfs.NewMem())))
	for range 100 {
		l.Append(0, make([]byte, 3000))
		l.Flush()
	}
	mustSync(t, l)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.tail.blk.refs != 1 || len(l.tail.free) < 10 || len(l.unsynced) != 0 {
		t.Fatalf("%d references, %d free blocks", l.tail.blk.refs, len(l.tail.free))
	}
}

func TestFlushSurvivesTheProcess(t *testing.T) {
	for _, policy := range []Policy{EverySec, No} {
		mem := vfs.NewMem()
		o := quiet(testOptions(mem))
		o.Policy = policy
		l := openStarted(t, o)
		m := newModel()
		for i := range 100 {
			m.append(l, i%2, bytes.Repeat([]byte{1}, i*10))
			if err := l.Flush(); err != nil {
				t.Fatal(err)
			}
			if l.Written() != m.end() {
				t.Fatal("flush has not written")
			}
		}
		settle(l) // a copy takes longer than a kill: no segment may begin meanwhile
		o.FS = copyDir(t, mem)
		if err := m.check(mustOpen(t, o), m.end()); err != nil {
			t.Fatal(err)
		}
	}
}

func TestBackgroundWritesWhatNobodyAwaits(t *testing.T) {
	for policy, reached := range map[Policy]func(*Log) int64{
		Always: (*Log).Synced, EverySec: (*Log).Synced, No: (*Log).Written,
	} {
		o := testOptions(vfs.NewMem())
		o.Policy = policy
		l := openStarted(t, o)
		end := l.Append(0, []byte("expired"))
		waitFor(t, func() bool { return reached(l) == end })
		// A quiet log says on disk that it is synced, so that damage to its last record is noticed.
		if policy != No {
			waitFor(t, func() bool { l.ioMu.Lock(); defer l.ioMu.Unlock(); return l.markedAt == end })
		}
	}
}

// A mark stands behind all records, so it has to wait while some are not synced.
func TestNoMarkWhileRecordsAreUnsynced(t *testing.T) {
	o := quiet(testOptions(vfs.NewMem()))
	o.Policy = No
	l := openStarted(t, o)
	m := newModel()
	m.append(l, 0, []byte("synced"))
	mustSync(t, l)
	m.append(l, 0, []byte("not synced"))
	l.idle()
	checkKilled(t, o.FS, o, m, m.end())
	mustSync(t, l)
	l.idle()
	m.append(l, 0, []byte("behind the mark"))
	l.Flush()
	checkKilled(t, o.FS, o, m, m.end())
}

func waitFor(t testing.TB, cond func() bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !cond(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("it does not happen")
		}
	}
}

func TestHistoryOfSegments(t *testing.T) {
	o := quiet(testOptions(vfs.NewMem()))
	l := mustOpen(t, o)
	first := History{ID: "0123456789abcdef0123456789abcdef01234567"}
	if err := l.Start(StartOptions{History: first}); err != nil {
		t.Fatal(err)
	}
	end := l.Append(0, []byte("x"))
	second := History{ID: "76543210fedcba9876543210fedcba9876543210", PrevID: first.ID, PrevEnd: end}
	if err := l.SetHistory(second); err != nil {
		t.Fatal(err)
	}
	if l.Synced() != end {
		t.Fatal("SetHistory has not synced")
	}
	l.Close()
	l = mustOpen(t, o)
	if r := l.Recovery(); r.History != second || r.End != end {
		t.Fatalf("%+v", r)
	}
	if s := l.Segments(); s[0].History != first || s[1].Start != end {
		t.Fatalf("%+v", s)
	}
}

func TestAfterClose(t *testing.T) {
	l := openStarted(t, quiet(testOptions(vfs.NewMem())))
	end := l.Append(0, []byte("x"))
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if err := l.Sync(end); err != nil {
		t.Fatalf("synced by Close: %v", err)
	}
	for name, err := range map[string]error{
		"Flush": l.Flush(), "Sync": l.Sync(end + 1), "Throttle": l.Throttle(context.Background()), "Retry": l.Retry(),
	} {
		if err != ErrClosed {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := l.Await(end+1, nil); err != ErrClosed {
		t.Errorf("Await: %v", err)
	}
}

func TestThrottle(t *testing.T) {
	o := quiet(testOptions(vfs.NewMem()))
	o.Policy, o.MaxUnsyncedBytes = No, 1000
	l := openStarted(t, o)
	l.Append(0, make([]byte, 900))
	if err := l.Throttle(context.Background()); err != nil || l.Synced() != 0 {
		t.Fatalf("throttled below the bound: %v, synced %d", err, l.Synced())
	}
	end := l.Append(0, make([]byte, 900))
	if err := l.Throttle(context.Background()); err != nil || end-l.Synced() > 1000 {
		t.Fatalf("not throttled above the bound: %v, synced %d of %d", err, l.Synced(), end)
	}
}
