package wal

import (
	"bytes"
	"errors"
	"fmt"
	"hash/crc32"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// damageRig holds the files of a short log, to be damaged by hand.
type damageRig struct {
	t       *testing.T
	o       Options
	m       *model
	name    string  // of the only segment
	bytes   []byte  // what it holds, without the preallocated rest
	starts  []int64 // file position of each record, then of their end
	offsets []int64 // log offset of each record, then of their end
}

// newDamageRig writes records, one for each sync. Under No nothing in the file proves that they were synced.
func newDamageRig(t *testing.T, policy Policy, closed bool) *damageRig {
	mem := vfs.NewMem()
	o := quiet(testOptions(mem))
	o.Policy = policy
	l := openStarted(t, o)
	r := &damageRig{t: t, o: o, m: newModel(), starts: []int64{segmentHeaderBytes}, offsets: []int64{0}}
	for i := range 6 {
		r.m.append(l, 0, []byte(strings.Repeat(string(rune('a'+i)), 5+i*13)))
		if policy == No {
			l.Flush()
		} else {
			mustSync(t, l)
		}
		r.starts = append(r.starts, l.active.pos)
		r.offsets = append(r.offsets, r.m.end())
	}
	r.name = l.active.Name
	killed := copyDir(t, mem)
	end := l.active.pos
	l.Close()
	r.o.FS = killed
	if closed {
		r.o.FS = mem
		end += recordHeaderBytes
	}
	r.bytes = readFile(t, r.o.FS, r.path())[:end]
	return r
}

func (r *damageRig) path() string { return r.o.FS.PathJoin(testDir, r.name) }

// with returns options for the log with b as its segment file, followed by zeros.
func (r *damageRig) with(b []byte) Options {
	o := r.o
	mem := vfs.NewMem()
	mem.MkdirAll(testDir, 0o755)
	writeFile(r.t, mem, r.path(), b)
	o.FS = mem
	return o
}

// record returns the index of the record that holds file position pos.
func (r *damageRig) record(pos int64) int {
	i, exact := slices.BinarySearch(r.starts, pos)
	if exact {
		return i
	}
	return i - 1
}

// expectCut opens b: it must be cut at offset, and go on from there.
func (r *damageRig) expectCut(what string, b []byte, offset int64) {
	r.t.Helper()
	o := r.with(b)
	l, err := Open(o)
	if err != nil {
		r.t.Fatalf("%s: %v", what, err)
	}
	if got := l.Recovery().End; got != offset {
		r.t.Fatalf("%s: cut at %d, want %d", what, got, offset)
	}
	m := r.m.prefix(offset)
	if err := l.Start(StartOptions{DB: -1}); err != nil {
		r.t.Fatalf("%s: %v", what, err)
	}
	m.append(l, 1, []byte("after the cut"))
	if err := l.Close(); err != nil {
		r.t.Fatalf("%s: %v", what, err)
	}
	if err := m.check(mustOpen(r.t, o), m.end()); err != nil {
		r.t.Fatalf("%s: %v", what, err)
	}
}

// expectCorrupt opens b: it must be refused with the place of record i.
func (r *damageRig) expectCorrupt(what string, o Options, i int) {
	r.t.Helper()
	_, err := Open(o)
	var ce *CorruptError
	if !errors.As(err, &ce) {
		r.t.Fatalf("%s: %v, want corruption", what, err)
	}
	if ce.File != r.name || ce.FilePos != r.starts[i] || ce.Offset != r.offsets[i] || ce.Reason == "" || ce.Proof == "" {
		r.t.Fatalf("%s: %v; want byte %d, offset %d", what, err, r.starts[i], r.offsets[i])
	}
}

// tails are what a crash may leave behind position pos.
func tails(b []byte, pos int64) map[string][]byte {
	zero, garbage := slices.Clone(b), slices.Clone(b)
	clear(zero[pos:])
	for i := range garbage[pos:] {
		garbage[pos+int64(i)] = byte(i*i*31 + 7)
	}
	return map[string][]byte{
		"torn": b[:pos], "zero": append(zero, make([]byte, 999)...), "garbage": append(garbage, zero...),
	}
}

func TestTailsAtEveryByte(t *testing.T) {
	for _, policy := range []Policy{Always, No} {
		r := newDamageRig(t, policy, false)
		for pos := int64(segmentHeaderBytes); pos <= int64(len(r.bytes)); pos++ {
			i := r.record(pos)
			for name, b := range tails(r.bytes, pos) {
				what := fmt.Sprintf("%s: %s at %d", policy, name, pos)
				r.expectCut(what, b, r.offsets[i])
				o := r.with(b)
				o.SyncedFloor = r.offsets[i]
				mustOpen(t, o)
				if pos < int64(len(r.bytes)) {
					o.SyncedFloor++
					r.expectCorrupt(what, o, i)
				}
			}
		}
	}
}

// A flipped bit is a torn tail as long as nothing says that the record had been synced, and corruption after.
func TestBitFlips(t *testing.T) {
	unproven, proven, closed := newDamageRig(t, No, false), newDamageRig(t, Always, false), newDamageRig(t, Always, true)
	for _, r := range []*damageRig{unproven, proven, closed} {
		last := len(r.offsets) - 2
		for pos := int64(segmentHeaderBytes); pos < r.starts[last+1]; pos++ {
			b := slices.Clone(r.bytes)
			b[pos] ^= 1 << (pos % 8)
			i := r.record(pos)
			what := fmt.Sprintf("byte %d of record %d", pos, i)
			if r == closed || r == proven && i < last {
				r.expectCorrupt(what, r.with(b), i)
			} else {
				r.expectCut(what, b, r.offsets[i])
			}
		}
	}
}

// The same for pages: bad and then good.
func TestLostPages(t *testing.T) {
	unproven, proven := newDamageRig(t, No, false), newDamageRig(t, Always, false)
	const pageBytes = 64
	for _, r := range []*damageRig{unproven, proven} {
		last := len(r.offsets) - 2
		for pos := int64(segmentHeaderBytes); pos+pageBytes < int64(len(r.bytes)); pos += pageBytes {
			b := slices.Clone(r.bytes)
			clear(b[pos : pos+pageBytes])
			i := r.record(pos)
			what := fmt.Sprintf("page at %d", pos)
			switch {
			case r == unproven:
				r.expectCut(what, b, r.offsets[i])
			case pos+pageBytes < r.starts[last]:
				r.expectCorrupt(what, r.with(b), i)
			}
		}
	}
}

func TestDamagedSegmentHeader(t *testing.T) {
	r := newDamageRig(t, No, false)
	refused := func(b []byte, what string) {
		t.Helper()
		_, err := Open(r.with(b))
		var ce *CorruptError
		if !errors.As(err, &ce) || ce.FilePos != 0 || ce.Offset != 0 || ce.File != r.name {
			t.Fatalf("%s: %v", what, err)
		}
	}
	for pos := range int64(segmentHeaderBytes) {
		b := slices.Clone(r.bytes)
		b[pos] ^= 0x10
		refused(b, fmt.Sprintf("byte %d", pos))
		refused(b[:segmentHeaderBytes], fmt.Sprintf("byte %d, no records", pos))
		refused(r.bytes[:pos], fmt.Sprintf("cut at %d", pos))
	}
}

func TestOtherVersionOrNameIsRefused(t *testing.T) {
	r := newDamageRig(t, No, false)
	s, _, _ := decodeSegmentHeader(r.name, r.bytes)
	newer := slices.Clone(r.bytes)
	newer[8]++
	reseal(newer)
	if _, err := Open(r.with(newer)); err == nil || !strings.Contains(err.Error(), "version 2") {
		t.Fatalf("newer version: %v", err)
	}
	r.name = segmentName(s.Start, s.Generation+1)
	if _, err := Open(r.with(r.bytes)); err == nil || !strings.Contains(err.Error(), "renamed") {
		t.Fatalf("renamed: %v", err)
	}
}

// reseal makes the checksum of a segment header right again.
func reseal(b []byte) { le.PutUint32(b[508:], crc32.Checksum(b[:508], castagnoli)) }

// segments makes a log of several segments, and returns its options and model.
func segments(t *testing.T) (Options, *model, []SegmentInfo) {
	t.Helper()
	o := quiet(testOptions(vfs.NewMem()))
	o.SegmentBytes = 1000
	l := openStarted(t, o)
	m := newModel()
	for range 12 {
		m.append(l, 0, make([]byte, 400))
		mustSync(t, l)
	}
	settle(l)
	m.append(l, 0, []byte("last"))
	l.Close()
	s := l.Segments()
	if len(s) < 5 {
		t.Fatalf("%d segments", len(s))
	}
	return o, m, s
}

func TestMissingSegment(t *testing.T) {
	for i := range 4 {
		o, m, s := segments(t)
		o.FS.Remove(o.FS.PathJoin(testDir, s[i].Name))
		_, err := Open(o)
		var ce *CorruptError
		if !errors.As(err, &ce) || ce.Offset != 0 || !strings.Contains(ce.File, s[i].Name[21:]) ||
			!strings.Contains(ce.Reason, s[i+1].Name) {
			t.Fatalf("segment %d: %v", i, err)
		}
		// What lies before the checkpoint may be missing.
		o.SyncedFloor = s[i+1].Start + 1
		l := mustOpen(t, o)
		if r := l.Recovery(); r.First != s[i+1].Start || r.End != m.end() {
			t.Fatalf("segment %d: %+v", i, r)
		}
		o.SyncedFloor = -1 // whoever reads what history there is
		if r := mustOpen(t, o).Recovery(); r.First != s[i+1].Start {
			t.Fatalf("segment %d: %+v", i, r)
		}
		if err := l.Start(StartOptions{DB: -1}); err != nil {
			t.Fatal(err)
		}
		if err := l.Trim(0); err != nil {
			t.Fatal(err)
		}
		l.Close()
		if names, _ := o.FS.List(testDir); i > 0 && slices.Contains(names, s[0].Name) {
			t.Fatal("unreachable segment is not trimmed")
		}
	}
}

func TestMissingNewestSegment(t *testing.T) {
	o, m, s := segments(t)
	newest := s[len(s)-1]
	o.FS.Remove(o.FS.PathJoin(testDir, newest.Name))
	before := s[len(s)-2]
	for _, floor := range []int64{0, m.end()} {
		o.SyncedFloor = floor
		var ce *CorruptError
		if _, err := Open(o); !errors.As(err, &ce) || ce.Offset != newest.Start || ce.File != before.Name {
			t.Fatalf("%v", err)
		}
	}
	o.SyncedFloor = -1 // whoever reads what history there is
	if r := mustOpen(t, o).Recovery(); r.End != newest.Start {
		t.Fatalf("%+v", r)
	}
}

// The same after a restart, which always begins a new segment, be it after a crash or not.
func TestMissingNewestSegmentAfterARestart(t *testing.T) {
	for _, closed := range []bool{false, true} {
		o := quiet(testOptions(vfs.NewMem()))
		l := openStarted(t, o)
		l.Append(0, []byte("one"))
		if mustSync(t, l); closed {
			l.Close()
		} else {
			o.FS = copyDir(t, o.FS)
		}
		l = openStarted(t, o)
		l.Append(0, []byte("two"))
		mustSync(t, l)
		s := l.Segments()
		l.Close()
		again := o
		again.FS = copyDir(t, o.FS)
		again = quiet(again)
		if got := replayed(t, mustOpen(t, again), 0); !bytes.Contains(got, []byte("one")) || !bytes.HasSuffix(got, []byte("two")) {
			t.Fatalf("%q", got)
		}
		o.FS.Remove(o.FS.PathJoin(testDir, s[1].Name))
		var ce *CorruptError
		if _, err := Open(o); !errors.As(err, &ce) || ce.File != s[0].Name {
			t.Fatalf("closed %v: %v", closed, err)
		}
	}
}

// A segment of another store may look newer than all others.
func TestForeignSegment(t *testing.T) {
	o, m, _ := segments(t)
	o.Owner = 1
	l := openStarted(t, o)
	l.AppendAside([]byte("owned"))
	l.Close()
	want := append(m.stream, "owned"...)
	foreign := SegmentInfo{Start: 0, Generation: 99 << 32, Owner: 2}
	foreign.Name = segmentName(foreign.Start, foreign.Generation)
	path := o.FS.PathJoin(testDir, foreign.Name)
	writeFile(t, o.FS, path, encodeSegmentHeader(foreign))
	var ce *CorruptError
	if _, err := Open(o); !errors.As(err, &ce) || ce.File != foreign.Name || !strings.Contains(ce.Proof, testDir) {
		t.Fatalf("%v", err)
	}
	s, err := Salvage(o, 0, math.MaxInt64, nil)
	if err != nil || s.End != int64(len(want)) || len(s.Losses) != 1 || s.Losses[0].File != foreign.Name {
		t.Fatalf("%+v, %v", s, err)
	}
	o.FS.Remove(path)
	if got := replayed(t, mustOpen(t, o), 0); !bytes.Equal(got, want) {
		t.Fatalf("%d bytes, not %d", len(got), len(want))
	}
}

func TestDamageInAnOlderSegment(t *testing.T) {
	o, m, s := segments(t)
	p := o.FS.PathJoin(testDir, s[1].Name)
	b := readFile(t, o.FS, p)
	b[segmentHeaderBytes+recordHeaderBytes+7] ^= 1
	writeFile(t, o.FS, p, b)
	l := mustOpen(t, o)
	err := l.Replay(0, func(Record) error { return nil })
	var ce *CorruptError
	if !errors.As(err, &ce) || ce.File != s[1].Name || ce.Offset != s[1].Start || ce.FilePos != segmentHeaderBytes {
		t.Fatalf("%v", err)
	}
	if got := replayed(t, l, s[2].Start); len(got) != int(m.end()-s[2].Start) {
		t.Fatalf("%d bytes", len(got))
	}
	b[20] ^= 1 // and its header
	writeFile(t, o.FS, p, b)
	if _, err := Open(o); !errors.As(err, &ce) || ce.File != s[1].Name || ce.FilePos != 0 {
		t.Fatalf("%v", err)
	}
}

func TestEmptyDirectory(t *testing.T) {
	o := quiet(testOptions(vfs.NewMem()))
	if r := mustOpen(t, o).Recovery(); !r.Empty {
		t.Fatalf("%+v", r)
	}
	o.SyncedFloor = 5000
	var ce *CorruptError
	if _, err := Open(o); !errors.As(err, &ce) || ce.Offset != 5000 {
		t.Fatalf("%v", err)
	}
	o.AllowEmpty = true
	l := mustOpen(t, o)
	if got := replayed(t, l, 5000); len(got) != 0 {
		t.Fatalf("%q", got)
	}
	if err := l.Start(StartOptions{Offset: 5000}); err != nil {
		t.Fatal(err)
	}
	if end := l.Append(0, []byte("x")); end != 5001 {
		t.Fatal(end)
	}
	l.Close()
	o.AllowEmpty = false
	if got := replayed(t, mustOpen(t, o), 5000); string(got) != "x" {
		t.Fatalf("%q", got)
	}
}

// A segment begins where a record of its predecessor ends, or somebody has mixed two logs.
func TestSegmentBeginsInsideARecord(t *testing.T) {
	r := newDamageRig(t, No, false)
	o := r.with(r.bytes)
	s, _, _ := decodeSegmentHeader(r.name, r.bytes)
	next := SegmentInfo{Start: r.offsets[2] + 1, Generation: s.Generation + 1, Previous: s.Generation}
	next.Name = segmentName(next.Start, next.Generation)
	writeFile(t, o.FS, o.FS.PathJoin(testDir, next.Name), encodeSegmentHeader(next))
	err := mustOpen(t, o).Replay(0, func(Record) error { return nil })
	var ce *CorruptError
	if !errors.As(err, &ce) || ce.FilePos != r.starts[2] || ce.Offset != r.offsets[2] || ce.File != r.name {
		t.Fatalf("%v", err)
	}
}

// A crash while a segment is being made leaves a file that is none yet.
func TestHalfMadeSegmentIsRemoved(t *testing.T) {
	o := quiet(testOptions(vfs.NewMem()))
	o.FS.MkdirAll(testDir, 0o755)
	p := o.FS.PathJoin(testDir, spareName(7))
	writeFile(t, o.FS, p, make([]byte, 100))
	writeFile(t, o.FS, o.FS.PathJoin(testDir, "README"), []byte("not ours"))
	l := openStarted(t, o)
	if _, err := o.FS.Stat(p); err == nil || l.Stats().Spares != 0 {
		t.Fatal("still there")
	}
	if _, err := o.FS.Stat(o.FS.PathJoin(testDir, "README")); err != nil {
		t.Fatal(err)
	}
}

// Bytes of a value that look like a record are not one: its author can't know the generation.
func TestForgedRecords(t *testing.T) {
	o := quiet(testOptions(vfs.NewMem()))
	o.Policy = No
	l := openStarted(t, o)
	m := newModel()
	m.append(l, 0, []byte("honest"))
	l.Flush()
	var forged []byte
	for i := range 200 {
		record := recordBuffer([]byte("evil"))
		h := recordHeader{start: 29 + int64(i), synced: 29 + int64(i)}
		h.encode(record, generationSeed(1<<32))
		forged = append(forged, record...)
	}
	at := l.active.pos
	m.append(l, 0, forged)
	l.Flush()
	name := l.active.Name
	killed := copyDir(t, o.FS)
	b := readFile(t, killed, o.FS.PathJoin(testDir, name))
	b[at] ^= 1
	writeFile(t, killed, o.FS.PathJoin(testDir, name), b)
	o.FS = killed
	if r := mustOpen(t, o).Recovery(); r.End != 29 || r.Cut == nil {
		t.Fatalf("%+v", r)
	}
}

// A copy of a segment under another name is found out when it would count, and nothing is lost by it.
func TestDuplicateSegment(t *testing.T) {
	for i := range 4 {
		for what, name := range map[string]func(s SegmentInfo) string{
			"another start":      func(s SegmentInfo) string { return segmentName(s.Start+1, s.Generation) },
			"a later generation": func(s SegmentInfo) string { return segmentName(s.Start, s.Generation+99<<32) },
			"no segment's name":  func(s SegmentInfo) string { return s.Name + ".bak" },
		} {
			o, m, s := segments(t)
			copied := o.FS.PathJoin(testDir, name(s[i]))
			writeFile(t, o.FS, copied, readFile(t, o.FS, o.FS.PathJoin(testDir, s[i].Name)))
			l, err := Open(o)
			if err != nil {
				if !strings.Contains(err.Error(), "renamed") || !strings.Contains(err.Error(), name(s[i])) {
					t.Fatalf("segment %d, %s: %v", i, what, err)
				}
				o.FS.Remove(copied)
				l = mustOpen(t, o)
			}
			if got := replayed(t, l, 0); !bytes.Equal(got, m.stream) {
				t.Fatalf("segment %d, %s: %d bytes, not %d", i, what, len(got), len(m.stream))
			}
		}
	}
}
