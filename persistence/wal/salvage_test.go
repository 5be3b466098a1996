package wal

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// salvageRig holds the files of a log of several segments, and the bytes that it is of.
type salvageRig struct {
	o      Options
	fs     *vfs.MemFS
	stream []byte
	names  []string
}

func newSalvageRig(t *testing.T) *salvageRig {
	mem := vfs.NewMem()
	o := quiet(testOptions(mem))
	o.SegmentBytes = 4 << 10
	l := openStarted(t, o)
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range 120 {
		l.Append(i/20, randomPayload(rng, 300))
		if i%3 == 0 {
			mustSync(t, l)
		}
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	r := &salvageRig{o: o, fs: mem, stream: replayed(t, mustOpen(t, o), 0)}
	names, err := mem.List(testDir)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if _, _, ok := parseSegmentName(name); ok {
			r.names = append(r.names, name)
		}
	}
	slices.Sort(r.names)
	if len(r.names) < 3 {
		t.Fatalf("only %d segments", len(r.names))
	}
	return r
}

// salvage reads the log and checks that what was found and what is said to be lost is all there was. It returns how
// many bytes are lost.
func (r *salvageRig) salvage(t *testing.T, fs vfs.FS, what string) (lost int64, s *Salvaged) {
	t.Helper()
	o := r.o
	o.FS = fs
	known := make([]bool, len(r.stream))
	s, err := Salvage(o, 0, math.MaxInt64, func(rec Record) error {
		if !bytes.Equal(rec.Payload, r.stream[rec.Start:rec.End()]) {
			return fmt.Errorf("the record at %d is not what was written", rec.Start)
		}
		for i := rec.Start; i < rec.End(); i++ {
			known[i] = true
		}
		return nil
	})
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	for _, l := range s.Losses {
		to := l.To
		if to < 0 || to > int64(len(r.stream)) {
			to = int64(len(r.stream))
		}
		for i := l.From; i < to; i++ {
			if !known[i] {
				lost++
			}
			known[i] = true
		}
	}
	for i, k := range known {
		if !k {
			t.Fatalf("%s: offset %d is neither there nor said to be lost: %v", what, i, s.Losses)
		}
	}
	return lost, s
}

func TestSalvageOfADamagedLog(t *testing.T) {
	r := newSalvageRig(t)
	if lost, s := r.salvage(t, r.fs, "whole"); lost != 0 || len(s.Losses) != 0 || s.End != int64(len(r.stream)) {
		t.Fatalf("a whole log: %+v", s)
	}
	rng := rand.New(rand.NewPCG(3, 4))
	for i := range 400 {
		name := r.names[rng.IntN(len(r.names)-1)] // what is lost of the last one's end cannot be told
		fs := copyDir(t, r.fs)
		b := readFile(t, fs, fs.PathJoin(testDir, name))
		used := len(bytes.TrimRight(b, "\x00"))
		at := rng.IntN(used)
		switch i % 4 {
		case 0:
			b[at] ^= 1 << rng.IntN(8)
		case 1:
			clear(b[at:min(len(b), at+1+rng.IntN(600))])
		case 2:
			for j := at; j < min(used, at+1+rng.IntN(100)); j++ {
				b[j] = byte(rng.Uint32())
			}
		case 3:
			b = b[:at]
		}
		writeFile(t, fs, fs.PathJoin(testDir, name), b)
		lost, s := r.salvage(t, fs, fmt.Sprintf("%d: %s at %d of %d", i, name, at, used))
		if i%4 == 0 && lost != 0 {
			t.Errorf("%d: a bit at %d of %s has cost %d bytes: %v", i, at, name, lost, s.Losses)
		}
	}
}

// A segment that is missing is a loss of what it held.
func TestSalvageWithoutASegment(t *testing.T) {
	r := newSalvageRig(t)
	fs := copyDir(t, r.fs)
	if err := fs.Remove(fs.PathJoin(testDir, r.names[1])); err != nil {
		t.Fatal(err)
	}
	start, _, _ := parseSegmentName(r.names[1])
	end, _, _ := parseSegmentName(r.names[2])
	if lost, s := r.salvage(t, fs, "missing"); lost != end-start || len(s.Losses) != 1 {
		t.Errorf("lost %d bytes of %d: %v", lost, end-start, s.Losses)
	}
}

// What Open takes for a torn tail is no loss for who asks up to where it found the log to end.
func TestSalvageUpToATornTail(t *testing.T) {
	rig := newDamageRig(t, No, false)
	o := rig.with(rig.bytes[:len(rig.bytes)-3])
	l := mustOpen(t, o)
	end := l.Recovery().End
	s, err := Salvage(o, 0, end, nil)
	if err != nil || len(s.Losses) != 0 || s.End != end || s.Records == 0 {
		t.Errorf("%+v, %v; the log ends at %d", s, err, end)
	}
	s, err = Salvage(o, 0, math.MaxInt64, nil)
	if err != nil || len(s.Losses) != 1 || s.Losses[0].From != end {
		t.Errorf("%+v, %v", s, err)
	}
}
