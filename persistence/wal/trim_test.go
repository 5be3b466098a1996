package wal

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// rolled makes a started log of many small segments.
func rolled(t *testing.T, o Options) (*Log, *model) {
	t.Helper()
	l := openStarted(t, o)
	m := newModel()
	for range 30 {
		m.append(l, 0, make([]byte, 500))
		mustSync(t, l)
	}
	settle(l)
	return l, m
}

func trimOptions() Options {
	o := quiet(testOptions(vfs.NewMem()))
	o.SegmentBytes = 1000
	return o
}

func mustTrim(t *testing.T, l *Log, checkpoint int64) {
	t.Helper()
	if err := l.Trim(checkpoint); err != nil {
		t.Fatal(err)
	}
}

func TestTrimKeepsWhatIsNeeded(t *testing.T) {
	o := trimOptions()
	l, m := rolled(t, o)
	for checkpoint := int64(0); checkpoint <= m.end(); checkpoint += 100 {
		mustTrim(t, l, checkpoint)
		s := l.Segments()
		if s[0].Start > checkpoint || len(s) > 1 && s[1].Start <= checkpoint {
			t.Fatalf("checkpoint %d: the log begins with %+v", checkpoint, s[0])
		}
		r, err := l.NewReader(checkpoint)
		if err != nil {
			t.Fatal(err)
		}
		if got := readAll(t, r, m.end()); !bytes.Equal(got, m.stream[checkpoint:]) {
			t.Fatalf("checkpoint %d: %d bytes", checkpoint, len(got))
		}
		r.Close()
	}
	mustTrim(t, l, 1<<60)
	if len(l.Segments()) != 1 {
		t.Fatal("the active segment alone must stay")
	}
	if _, err := l.NewReader(0); err == nil {
		t.Fatal("offset 0 is still kept")
	}
}

func TestPinsAndKeepBytes(t *testing.T) {
	o := trimOptions()
	l, m := rolled(t, o)
	p, err := l.Pin(700)
	if err != nil {
		t.Fatal(err)
	}
	first := func() int64 { mustTrim(t, l, m.end()); return l.Segments()[0].Start }
	if f := first(); f > 700 {
		t.Fatalf("pinned at 700, kept from %d", f)
	}
	p.Move(5000)
	p.Move(600)
	if f := first(); f > 5000 || f <= 700 {
		t.Fatalf("pinned at 5000, kept from %d", f)
	}
	var oe *OffsetError
	if _, err := l.Pin(700); !errors.As(err, &oe) || oe.First <= 700 {
		t.Fatalf("pin of what is gone: %v", err)
	}
	l.SetKeepBytes(4000)
	p.Release()
	p.Release()
	if f := first(); f > m.end()-4000 || f < m.end()-6000 {
		t.Fatalf("4000 bytes wanted, kept from %d of %d", f, m.end())
	}
	if s := l.Stats(); s.Pins != 0 || s.First != l.Segments()[0].Start {
		t.Fatalf("%+v", s)
	}
}

// Trimmed files come back as segments, with old bytes behind the new ones.
func TestRecycling(t *testing.T) {
	o := trimOptions()
	l, m := rolled(t, o)
	mustTrim(t, l, m.end())
	if s := l.Stats(); s.Spares != maxSpares {
		t.Fatalf("%d spares", s.Spares)
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for range 40 {
		m.append(l, 0, randomPayload(rng, 700))
		mustSync(t, l)
		settle(l)
		o.FS = copyDir(t, l.o.FS)
		o.SyncedFloor = l.first()
		opened := mustOpen(t, o)
		if err := m.check(opened, m.end()); err != nil {
			t.Fatal(err)
		}
		if c := opened.Recovery().Cut; c != nil {
			t.Fatalf("old bytes pass for a torn record: %+v", c)
		}
		if rng.IntN(4) == 0 {
			mustTrim(t, l, m.end())
		}
	}
}

func TestNoSparesUnlessAlways(t *testing.T) {
	o := trimOptions()
	o.Policy = EverySec
	l, m := rolled(t, o)
	mustTrim(t, l, m.end())
	names, _ := o.FS.List(testDir)
	if len(names) != 1 || !strings.HasSuffix(names[0], segmentSuffix) {
		t.Fatalf("%q", names)
	}
}

func TestSpareIsReadyBeforeTheSegmentIsFull(t *testing.T) {
	o := quiet(testOptions(vfs.NewMem()))
	l := openStarted(t, o)
	l.Append(0, make([]byte, o.SegmentBytes*3/4))
	mustSync(t, l)
	settle(l)
	if s := l.Stats(); s.Spares != 1 {
		t.Fatalf("%+v", s)
	}
	name := l.nextSpare()
	if b := readFile(t, o.FS, l.path(name)); int64(len(b)) != o.SegmentBytes || !allZero(b) {
		t.Fatalf("spare of %d bytes", len(b))
	}
	l.Append(0, make([]byte, o.SegmentBytes))
	mustSync(t, l)
	waitFor(t, func() bool { return l.Stats().Rolls == 1 })
	if _, err := o.FS.Stat(l.path(name)); err == nil {
		t.Fatal("the spare is not used")
	}
}

// A reader whose segment is trimmed under it learns that, whatever the file holds by then.
func TestTrimUnderReader(t *testing.T) {
	o := trimOptions()
	l, m := rolled(t, o)
	r, err := l.NewReader(0)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if _, err := r.Next(context.Background()); err != nil {
		t.Fatal(err)
	}
	mustTrim(t, l, m.end())
	for range 20 { // overwrites the recycled files
		m.append(l, 0, make([]byte, 500))
		mustSync(t, l)
	}
	var oe *OffsetError
	for err == nil {
		var rec Record
		rec, err = r.Next(context.Background())
		if err == nil && !bytes.Equal(rec.Payload, m.stream[rec.Start:rec.End()]) {
			t.Fatal("reader got bytes of another life of its file")
		}
	}
	if !errors.As(err, &oe) {
		t.Fatal(err)
	}
}

func TestTrimTriesAgain(t *testing.T) {
	o := trimOptions()
	f := newFailing(o.FS, opRemove)
	o.FS, o.Policy = f, No
	l, m := rolled(t, o)
	f.breakWith(errInjected)
	if err := l.Trim(m.end()); !errors.Is(err, errInjected) {
		t.Fatal(err)
	}
	if len(l.Segments()) != 1 {
		t.Fatal("a segment that can't be removed is still in use")
	}
	f.repair()
	mustTrim(t, l, m.end())
	if names, _ := o.FS.List(testDir); len(names) != 1 {
		t.Fatalf("%q", names)
	}
}

// A process that dies between renaming a segment to a spare and syncing the directory leaves a spare whose old name the
// disk still has. The next process must not write it before that is settled.
func TestSpareOfAKilledTrim(t *testing.T) {
	for range 200 { // whether Trim leaves a spare depends on what the syncer has prepared by then
		if spareOfAKilledTrim(t) {
			return
		}
	}
	t.Fatal("the test does not do what it says")
}

// spareOfAKilledTrim tells whether a power cut right after the kill would lose
// a spare.
func spareOfAKilledTrim(t *testing.T) bool {
	mem := vfs.NewCrashableMem()
	f := newFailing(mem, opSyncDir)
	o := trimOptions()
	o.FS = f
	l, m := rolled(t, o)
	f.breakWith(errInjected)
	if err := l.Trim(m.end()); !errors.Is(err, errInjected) {
		t.Fatal(err)
	}
	f.before = func(op, string) error { return errKilled }
	before := mem.CrashClone(vfs.CrashCloneCfg{})
	o.FS = mem
	o.SyncedFloor = m.end()
	spares := func(fs vfs.FS) (n int) {
		names, _ := fs.List(testDir)
		for _, name := range names {
			if strings.HasPrefix(name, sparePrefix) {
				n++
			}
		}
		return n
	}
	if spares(before) >= spares(mem) {
		return false
	}
	created := &hookFS{FS: mem}
	created.before = func(o op, name string) error {
		// The power fails when the new segment is about to get its name.
		if o == opRename {
			opts := quiet(testOptions(mem.CrashClone(vfs.CrashCloneCfg{})))
			opts.SyncedFloor = m.end()
			if err := m.check(mustOpen(t, opts), m.end()); err != nil {
				t.Error(err)
			}
		}
		return nil
	}
	o.FS = created
	openStarted(t, o)
	return true
}
