package wal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// failing is a file system on which one kind of change fails while err is set.
type failing struct {
	hookFS
	op  op
	err atomic.Pointer[error]
}

func newFailing(fs vfs.FS, o op) *failing {
	f := &failing{op: o}
	f.FS = fs
	f.before = func(o op, name string) error {
		if err := f.err.Load(); err != nil && o == f.op {
			return *err
		}
		return nil
	}
	return f
}

func (f *failing) breakWith(err error) { f.err.Store(&err) }
func (f *failing) repair()             { f.err.Store(nil) }

// Whatever fails, and whenever: waiters are told, the log says so, nothing is lost or doubled once it heals.
func TestFailAndHeal(t *testing.T) {
	for name, o := range map[string]op{
		"write": opWrite, "sync": opSync, "create": opCreate, "rename": opRename, "syncdir": opSyncDir,
	} {
		for _, policy := range []Policy{Always, EverySec, No} {
			t.Run(fmt.Sprint(name, "/", policy), func(t *testing.T) { failAndHeal(t, o, policy) })
		}
	}
}

func failAndHeal(t *testing.T, broken op, policy Policy) {
	mem := vfs.NewMem()
	f := newFailing(mem, broken)
	o := quiet(testOptions(f))
	o.Policy = policy
	o.SegmentBytes = 3000
	l := openStarted(t, o)
	m := newModel()
	rng := rand.New(rand.NewPCG(uint64(broken), uint64(policy)))
	for range 20 {
		m.append(l, 0, randomPayload(rng, 100))
		mustSync(t, l)
		f.breakWith(syscall.ENOSPC)
		for i := 0; l.Err() == nil; i++ {
			m.append(l, rng.IntN(2), randomPayload(rng, 500))
			if err := l.Sync(m.end()); err != nil && !errors.Is(err, syscall.ENOSPC) {
				t.Fatal(err)
			}
		}
		synced := l.Synced()
		m.append(l, 0, []byte("while it fails"))
		expectRefusal(t, l, m.end())
		if err := l.Retry(); !errors.Is(err, syscall.ENOSPC) {
			t.Fatalf("retry: %v", err)
		}
		if l.Synced() != synced {
			t.Fatal("synced moved while the log failed")
		}
		checkKilled(t, mem, o, m, synced)
		f.repair()
		if err := l.Retry(); err != nil {
			t.Fatal(err)
		}
		if l.Err() != nil || l.Synced() != m.end() {
			t.Fatalf("after heal: %v, synced %d of %d", l.Err(), l.Synced(), m.end())
		}
	}
	r, _ := l.NewReader(0)
	defer r.Close()
	if got := readAll(t, r, m.end()); !bytes.Equal(got, m.stream) {
		t.Fatal("reader sees other bytes")
	}
	checkKilled(t, mem, o, m, m.end())
	l.Close()
	o.FS = mem
	if err := m.check(mustOpen(t, o), m.end()); err != nil {
		t.Fatal(err)
	}
}

func expectRefusal(t *testing.T, l *Log, end int64) {
	t.Helper()
	for name, err := range map[string]error{
		"Flush": l.Flush(), "Sync": l.Sync(end), "Throttle": l.Throttle(context.Background()),
	} {
		if !errors.Is(err, syscall.ENOSPC) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if durable, err := l.Await(end, nil); durable || !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("Await: %v, %v", durable, err)
	}
	if durable, err := l.Await(l.Synced(), nil); !durable || err != nil {
		t.Errorf("Await of what is synced: %v, %v", durable, err)
	}
}

// checkKilled opens what the process would leave if it died now.
func checkKilled(t *testing.T, mem vfs.FS, o Options, m *model, acked int64) {
	t.Helper()
	o.FS = copyDir(t, mem)
	if err := m.check(mustOpen(t, o), acked); err != nil {
		t.Fatal(err)
	}
}

func readAll(t *testing.T, r *Reader, end int64) (b []byte) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	for r.Offset() < end {
		rec, err := r.Next(ctx)
		if err != nil {
			t.Fatal(err)
		}
		b = append(b, rec.Payload...)
	}
	return b
}

// After a failed fsync the kernel calls the pages clean: the file must not be trusted, though its reads look well.
func TestFailedSyncIsFinal(t *testing.T) {
	mem := vfs.NewCrashableMem()
	f := newFailing(mem, opSync)
	l := openStarted(t, quiet(testOptions(f)))
	end := l.Append(0, []byte("lost in the page cache"))
	f.breakWith(syscall.EIO)
	if err := l.Sync(end); !errors.Is(err, syscall.EIO) {
		t.Fatal(err)
	}
	failed := l.active.Name
	f.repair()
	if err := l.Retry(); err != nil {
		t.Fatal(err)
	}
	if l.active.Name == failed {
		t.Fatal("the failed file is used again")
	}
	// The old file could have lost its bytes: the new one must have them by itself.
	mem.Remove(mem.PathJoin(testDir, failed))
	o := quiet(testOptions(mem.CrashClone(vfs.CrashCloneCfg{})))
	o.SyncedFloor = -1
	if got := replayed(t, mustOpen(t, o), 0); !strings.HasSuffix(string(got), "lost in the page cache") {
		t.Fatalf("%q", got)
	}
}

func TestHealsByItself(t *testing.T) {
	f := newFailing(vfs.NewMem(), opWrite)
	o := testOptions(f)
	var lines atomic.Int32
	o.Logf = func(format string, args ...any) { lines.Add(1); t.Logf(format, args...) }
	l := openStarted(t, o)
	f.breakWith(syscall.ENOSPC)
	end := l.Append(0, []byte("x"))
	waitFor(t, func() bool { return l.Err() != nil })
	time.Sleep(5 * o.retryEvery)
	f.repair()
	waitFor(t, func() bool { return l.Err() == nil && l.Synced() == end })
	if s := l.Stats(); s.Failures != 1 || s.Heals != 1 || lines.Load() != 2 {
		t.Fatalf("%+v, %d lines", s, lines.Load())
	}
}

// What Close can't write it reports, and it does not say that the log was closed in order.
func TestCloseWhileFailing(t *testing.T) {
	for _, broken := range []op{opWrite, opSync} {
		mem := vfs.NewMem()
		f := newFailing(mem, broken)
		o := quiet(testOptions(f))
		l := openStarted(t, o)
		m := newModel()
		m.append(l, 0, []byte("kept"))
		mustSync(t, l)
		kept := m.end()
		m.append(l, 0, []byte("lost"))
		f.breakWith(syscall.ENOSPC)
		if err := l.Close(); !errors.Is(err, syscall.ENOSPC) {
			t.Fatal(err)
		}
		o.FS = mem
		l = mustOpen(t, o)
		if err := m.check(l, kept); err != nil || l.Recovery().Clean {
			t.Fatalf("%v %+v", err, l.Recovery())
		}
	}
}

func TestStartFails(t *testing.T) {
	for _, broken := range []op{opWrite, opSync, opCreate, opRename, opSyncDir} {
		mem := vfs.NewMem()
		f := newFailing(mem, broken)
		o := quiet(testOptions(f))
		f.breakWith(syscall.EIO)
		l := mustOpen(t, o)
		if err := l.Start(StartOptions{}); !errors.Is(err, syscall.EIO) {
			t.Fatalf("op %d: %v", broken, err)
		}
		f.repair()
		if err := l.Start(StartOptions{}); err != nil {
			t.Fatalf("op %d: again: %v", broken, err)
		}
		l.Close()
	}
}

// An fsync that hangs holds Flush back under EverySec: the bytes at risk must stay few.
func TestStalledSync(t *testing.T) {
	for _, policy := range []Policy{EverySec, No} {
		release := make(chan struct{})
		stalled := make(chan struct{}, 1)
		var stall atomic.Bool
		fs := &hookFS{FS: vfs.NewMem(), before: func(o op, name string) error {
			if o == opSync && stall.CompareAndSwap(true, false) {
				stalled <- struct{}{}
				<-release
			}
			return nil
		}}
		o := quiet(testOptions(fs))
		o.Policy, o.stallAfter = policy, 150*time.Millisecond
		l := openStarted(t, o)
		stall.Store(true)
		go l.Sync(l.Append(0, []byte("a")))
		<-stalled
		l.Append(0, []byte("b"))
		if err := l.Flush(); err != nil {
			t.Fatal(err) // young enough
		}
		time.Sleep(2 * o.stallAfter)
		l.Append(0, []byte("c"))
		done := make(chan struct{})
		go func() { l.Flush(); close(done) }()
		select {
		case <-done:
			if policy == EverySec {
				t.Error("Flush did not wait")
			}
		case <-time.After(3 * o.stallAfter):
			if policy != EverySec {
				t.Error("Flush waits")
			}
		}
		close(release)
		<-done
	}
}
