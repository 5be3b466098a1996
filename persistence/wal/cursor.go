package wal

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"slices"
)

// cursor reads the log in order across segments. At an offset it reads the newest segment that starts at or before it:
// so a segment supersedes the rest of the one before. Not safe for concurrent use.
type cursor struct {
	l          *Log
	off        int64 // next offset to deliver
	generation uint64
	scan       *recordScanner // nil: no file is open
}

func newCursor(l *Log, from int64) *cursor { return &cursor{l: l, off: from} }

// next returns the record at the cursor's offset, or false when that offset has reached limit. REQUIRES: limit is the
// end of a record that has been written. The payload is valid until the next call.
func (c *cursor) next(limit int64) (r Record, ok bool, err error) {
	for c.off < limit {
		segEnd, err := c.enter()
		if err != nil {
			return r, false, err
		}
		r, ok, err = c.read(limit, segEnd)
		if err != nil {
			return r, false, c.explain(err, segEnd)
		}
		if ok {
			c.off = r.End()
			return r, true, nil
		}
	}
	return r, false, nil
}

// enter opens the segment that holds the cursor's offset, and returns where the next one takes over.
func (c *cursor) enter() (segEnd int64, err error) {
	s, segEnd, ok := c.l.segmentAt(c.off)
	if !ok {
		return 0, c.l.offsetError(c.off)
	}
	if c.scan != nil && c.generation == s.Generation {
		return segEnd, nil
	}
	c.close()
	f, err := c.l.o.FS.Open(c.l.path(s.Name))
	if errors.Is(err, fs.ErrNotExist) {
		if _, _, kept := c.l.segmentAt(c.off); !kept {
			return 0, c.l.offsetError(c.off) // trimmed since
		}
	}
	if err != nil {
		return 0, fmt.Errorf("wal: open %s: %w", s.Name, err)
	}
	c.scan, c.generation = newScanner(f, s), s.Generation
	return segEnd, nil
}

// read reads the next record of the file; false if it lies before the cursor's offset.
func (c *cursor) read(limit, segEnd int64) (r Record, ok bool, err error) {
	h, err := c.scan.header(limit)
	if err != nil {
		return r, false, err
	}
	if h.end() > segEnd {
		return r, false, c.scan.damage("record reaches into the next segment")
	}
	if h.end() <= c.off {
		c.scan.skip(h)
		return r, false, nil
	}
	payload, err := c.scan.payload(h, limit)
	if err != nil {
		return r, false, err
	}
	c.scan.skip(h)
	r = Record{Start: h.start, TimeMs: h.timeMs, DB: h.db, Payload: payload}
	if skip := c.off - h.start; skip > 0 {
		// Entered in the middle: a SELECT may lie in what is left out.
		r.Start, r.Payload, r.DB = c.off, payload[skip:], -1
	}
	return r, true, nil
}

// explain turns damage into what it means here: below limit everything had been written.
func (c *cursor) explain(err error, segEnd int64) error {
	var d *damage
	if err == io.EOF {
		d = &damage{filePos: c.scan.pos, offset: c.scan.off, reason: "the records end"}
	} else if !errors.As(err, &d) {
		return err
	}
	if !c.l.hasSegment(c.generation) {
		return c.l.offsetError(c.off) // trimmed, and the file used for something else
	}
	proof := "this process has written it"
	if segEnd < math.MaxInt64 {
		proof = fmt.Sprintf("the next segment starts at %d", segEnd)
	}
	return &CorruptError{File: c.scan.name, FilePos: d.filePos, Offset: d.offset, Reason: d.reason, Proof: proof}
}

func (c *cursor) close() {
	if c.scan != nil {
		c.scan.f.Close()
		c.scan = nil
	}
}

// segmentAt returns the segment to read offset off from, and the start of its successor (MaxInt64: none).
func (l *Log) segmentAt(off int64) (s SegmentInfo, segEnd int64, ok bool) {
	l.segMu.Lock()
	defer l.segMu.Unlock()
	i, _ := slices.BinarySearchFunc(l.table, off, func(s SegmentInfo, off int64) int {
		if s.Start <= off {
			return -1
		}
		return 1
	})
	if i == 0 {
		return s, 0, false
	}
	segEnd = math.MaxInt64
	if i < len(l.table) {
		segEnd = l.table[i].Start
	}
	return l.table[i-1], segEnd, true
}

func (l *Log) hasSegment(generation uint64) bool {
	l.segMu.Lock()
	defer l.segMu.Unlock()
	return slices.ContainsFunc(l.table, func(s SegmentInfo) bool { return s.Generation == generation })
}

func (l *Log) offsetError(off int64) error {
	return &OffsetError{Offset: off, First: l.first(), End: l.end.Load()}
}

// first returns the oldest offset kept; the end if there are no segments.
func (l *Log) first() int64 {
	l.segMu.Lock()
	defer l.segMu.Unlock()
	if len(l.table) == 0 {
		return l.end.Load()
	}
	return l.table[0].Start
}
