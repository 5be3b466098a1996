package wal

import (
	"errors"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// FuzzOpen opens a log whose newest segment holds arbitrary bytes. It is refused for a reason, or used: whatever was
// accepted must be there again after a restart, and what is appended too.
func FuzzOpen(f *testing.F) {
	const start, generation = 40, 2<<32 | 5
	older, newer := fuzzSegments(f)
	f.Add(newer, int64(0))
	f.Add(newer[:len(newer)-50], int64(60))
	f.Add(newer[:segmentHeaderBytes], int64(0))
	f.Add([]byte{}, int64(0))
	f.Fuzz(func(t *testing.T, b []byte, floor int64) {
		o := quiet(testOptions(vfs.NewMem()))
		o.SyncedFloor = floor
		o.FS.MkdirAll(testDir, 0o755)
		writeFile(t, o.FS, o.FS.PathJoin(testDir, segmentName(0, 1<<32|5)), older)
		writeFile(t, o.FS, o.FS.PathJoin(testDir, segmentName(start, generation)), b)
		l, err := Open(o)
		if err != nil {
			return
		}
		r := l.Recovery()
		var ce *CorruptError
		if err := l.Replay(r.First, func(Record) error { return nil }); errors.As(err, &ce) {
			return
		}
		before := replayed(t, l, r.First)
		if int64(len(before)) != r.End-r.First || r.End < floor {
			t.Fatalf("%+v, floor %d, %d bytes", r, floor, len(before))
		}
		if err := l.Start(StartOptions{DB: -1}); err != nil {
			t.Fatal(err)
		}
		m := &model{stream: append(make([]byte, r.First), before...), ends: []int64{r.End}, db: -1}
		m.append(l, 2, []byte("more"))
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
		if err := m.check(mustOpen(t, o), m.end()); err != nil {
			t.Fatal(err)
		}
	})
}

// fuzzSegments returns the bytes of two segments, the second of which starts at 40.
func fuzzSegments(f *testing.F) (older, newer []byte) {
	o := quiet(testOptions(vfs.NewMem()))
	o.SegmentBytes = segmentHeaderBytes + recordHeaderBytes + 40
	o.random = func() uint32 { return 5 }
	l := mustOpen(f, o)
	if err := l.Start(StartOptions{DB: 0}); err != nil {
		f.Fatal(err)
	}
	l.Append(0, make([]byte, 40))
	mustSync(f, l)
	waitFor(f, func() bool { return l.Stats().Segments == 2 })
	for range 3 {
		l.Append(0, make([]byte, 10))
		l.Flush()
	}
	l.Close()
	s := l.Segments()
	return readFile(f, o.FS, l.path(s[0].Name)), readFile(f, o.FS, l.path(s[1].Name))
}
