package wal

import (
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/cockroachdb/pebble/v2/vfs"
)

const (
	readAheadBytes = 64 << 10
	// A buffer larger than this is not kept once a smaller one will do.
	keepBufferBytes = 4 << 20
)

// cutShort is the reason of damage to a record that the file has not got all of.
const cutShort = "record runs past the end of the file"

// noLimit lets a recordScanner read whatever the file holds.
const noLimit = math.MaxInt64

// damage says that the bytes at a place are not what a record must be.
type damage struct {
	filePos int64
	offset  int64
	reason  string
}

func (d *damage) Error() string { return d.reason }

// recordScanner reads the records of one segment file in order. Each step is header, then payload or not, then skip.
type recordScanner struct {
	f    vfs.File
	name string
	seed uint32
	pos  int64 // of the next record in the file
	off  int64 // of the next record in the log

	buf    []byte // file bytes from bufPos
	bufPos int64
	// Records that end at or before fresh were written before buf was read: in a file that is being written, what
	// follows must be read again.
	fresh int64
}

func newScanner(f vfs.File, s SegmentInfo) *recordScanner {
	return &recordScanner{
		f: f, name: s.Name, seed: generationSeed(s.Generation), pos: segmentHeaderBytes, off: s.Start,
	}
}

// header reads the header of the next record, which must lie before limit. io.EOF means that the log ends here in good
// order; a *damage that it does not.
func (s *recordScanner) header(limit int64) (h recordHeader, err error) {
	if s.off >= s.fresh {
		s.buf = s.buf[:0]
	}
	b, err := s.peek(recordHeaderBytes, limit)
	switch {
	case err != nil:
		return h, err
	case allZero(b):
		return h, io.EOF
	case len(b) < recordHeaderBytes:
		return h, s.damage("record header is cut short")
	}
	if wrong := h.decode(b, s.seed); wrong != "" {
		return h, s.damage(wrong)
	}
	if h.start != s.off {
		return h, s.damage(fmt.Sprintf("record header names offset %d", h.start))
	}
	return h, nil
}

// payload reads and checks what follows header h. It is valid until the next call.
func (s *recordScanner) payload(h recordHeader, limit int64) ([]byte, error) {
	n := recordHeaderBytes + int(h.length)
	if h.length > readAheadBytes {
		// Believed only if the file is that long: a forged length must not cost memory.
		info, err := s.f.Stat()
		if err != nil {
			return nil, s.readError(err)
		}
		if info.Size() < s.pos+int64(n) {
			return nil, s.damage(cutShort)
		}
	}
	b, err := s.peek(n, limit)
	if err != nil {
		return nil, err
	}
	if len(b) < n {
		return nil, s.damage(cutShort)
	}
	if payloadCRC(b, b[recordHeaderBytes:], s.seed) != h.payloadCRC {
		return nil, s.damage("record payload checksum mismatch")
	}
	return b[recordHeaderBytes:], nil
}

// skip moves behind the record with header h.
func (s *recordScanner) skip(h recordHeader) {
	s.pos += recordHeaderBytes + int64(h.length)
	s.off = h.end()
}

// peek returns n bytes at the next record, fewer at the end of the file.
func (s *recordScanner) peek(n int, limit int64) ([]byte, error) {
	from := s.pos - s.bufPos
	if from >= 0 && from+int64(n) <= int64(len(s.buf)) {
		return s.buf[from : from+int64(n)], nil
	}
	want := max(n, readAheadBytes)
	if cap(s.buf) < want || cap(s.buf) > keepBufferBytes && want <= keepBufferBytes {
		s.buf = make([]byte, want)
	}
	got, err := readAt(s.f, s.buf[:want], s.pos)
	if err != nil {
		s.buf = s.buf[:0]
		return nil, s.readError(err)
	}
	s.buf, s.bufPos, s.fresh = s.buf[:got], s.pos, limit
	return s.buf[:min(n, got)], nil
}

func (s *recordScanner) damage(reason string) error {
	return &damage{filePos: s.pos, offset: s.off, reason: reason}
}

func (s *recordScanner) readError(err error) error {
	return fmt.Errorf("wal: read %s at byte %d (log offset %d): %w", s.name, s.pos, s.off, err)
}

// readAt reads into b what the file has at pos; the end of the file is no error.
func readAt(f vfs.File, b []byte, pos int64) (n int, err error) {
	n, err = f.ReadAt(b, pos)
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return n, err
}

func allZero(b []byte) bool {
	for _, c := range b {
		if c != 0 {
			return false
		}
	}
	return true
}

// tailScan is what the newest segment holds.
type tailScan struct {
	end    int64
	synced int64   // highest offset that its records prove to be on disk; a record boundary
	flags  uint16  // of the last record
	damage *damage // what ends it; nil if it ends in good order
}

// scanRecords reads s up to where its records end.
func scanRecords(s *recordScanner) (t tailScan, err error) {
	t.synced = s.off
	for {
		var h recordHeader
		h, err = s.header(noLimit)
		if err == nil {
			_, err = s.payload(h, noLimit)
		}
		if err != nil {
			break
		}
		t.synced = max(t.synced, h.synced)
		t.flags = h.flags
		s.skip(h)
	}
	t.end = s.off
	if err == io.EOF || errors.As(err, &t.damage) {
		return t, nil
	}
	return t, err
}

// laterHeaders is what lies behind the place where records end.
type laterHeaders struct {
	seenEnd  int64 // highest offset that a valid header reaches; -1: there is none
	proofPos int64 // position of the first header with a synced offset above the place; 0: none
	proof    recordHeader
}

// findLaterHeaders looks for headers of the same generation at every byte from pos on, where the log has reached off.
// Most bytes cost one comparison: such a header names a start from off on, though not further than the file is long.
// Payloads are not read, so the work is linear in the file, whatever it holds.
func findLaterHeaders(s *recordScanner, pos, off int64) (laterHeaders, error) {
	found := laterHeaders{seenEnd: -1}
	buf := make([]byte, 4*readAheadBytes)
	for {
		n, err := readAt(s.f, buf, pos)
		if err != nil {
			return found, s.readError(err)
		}
		if n < recordHeaderBytes {
			return found, nil
		}
		found.search(buf[:n], pos, off, s.seed)
		pos += int64(n - recordHeaderBytes + 1)
	}
}

func (l *laterHeaders) search(b []byte, pos, off int64, seed uint32) {
	lowest, highest := uint64(off), uint64(off+pos+int64(len(b)))
	for i := 0; i+recordHeaderBytes <= len(b); i++ {
		start := le.Uint64(b[i+8:])
		if start < lowest || start > highest || le.Uint64(b[i:]) == 0 {
			continue
		}
		var h recordHeader
		if h.decode(b[i:], seed) != "" {
			continue
		}
		l.seenEnd = max(l.seenEnd, h.end())
		if h.synced > off && l.proofPos == 0 {
			l.proofPos, l.proof = pos+int64(i), h
		}
	}
}
