package wal

import (
	"fmt"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// segment is a file being written. Guarded by Log.ioMu; SyncData alone may run beside.
type segment struct {
	SegmentInfo
	f         vfs.File
	seed      uint32
	pos       int64 // where the next record goes
	fullBytes int64 // at this position the log moves on to another segment
	// spareAsked: a file for the segment after this one is being seen to. Of the syncer.
	spareAsked bool
}

func (s *segment) full() bool { return s.pos >= s.fullBytes }

// writeBatch writes b as the next record, and behind it the zeros that end the log.
func (s *segment) writeBatch(b *batch, synced int64) error {
	return s.writeRecord(recordHeader{start: b.start, timeMs: b.timeMs, synced: synced, db: b.db}, b.buf)
}

// writeMark writes a record without payload: it tells how far the log was synced. Without it damage to the last
// acknowledged record of a quiet log would pass for a torn tail.
func (s *segment) writeMark(synced, timeMs int64, flags uint16) error {
	h := recordHeader{start: synced, synced: synced, timeMs: timeMs, db: -1, flags: flags}
	return s.writeRecord(h, make([]byte, recordHeaderBytes, 2*recordHeaderBytes))
}

// markContinued writes a mark at the end of the segment before a new one, which is on disk: should the new one be lost,
// the log must not seem to end here. Nothing else depends on it, so it is not synced, and may fail.
func (l *Log) markContinued(s *segment, end int64) {
	_ = s.writeMark(end, l.o.Now(), flagContinued)
}

// writeRecord puts h into the gap at the front of buf and writes buf. REQUIRES: buf has recordHeaderBytes of capacity
// behind it.
func (s *segment) writeRecord(h recordHeader, buf []byte) error {
	if h.synced > h.start || h.start < s.Start {
		panic(fmt.Sprintf("wal: record at %d, synced %d, in segment from %d", h.start, h.synced, s.Start))
	}
	h.encode(buf, s.seed)
	if _, err := s.f.WriteAt(buf[:len(buf)+recordHeaderBytes], s.pos); err != nil {
		return fmt.Errorf("wal: write %s: %w", s.Name, err)
	}
	s.pos += int64(len(buf))
	return nil
}

func (s *segment) sync() error {
	if err := s.f.SyncData(); err != nil {
		return fmt.Errorf("wal: fsync %s: %w", s.Name, err)
	}
	return nil
}

func (s *segment) close() {
	if s.f != nil {
		s.f.Close()
		s.f = nil
	}
}

// createSegment makes the segment that continues the log at start. fill writes the records that it must hold from the
// beginning.
//
// Under its own name a segment is complete: header and first records are synced before the file is renamed, the rename
// before this returns. So a crash on the way leaves the log as it was, and the mere presence of the new segment proves
// that everything before start was synced. REQUIRES: that it was; ioMu, once started.
func (l *Log) createSegment(start int64, fill func(*segment) error) (*segment, error) {
	seg := l.newSegment(start)
	tmp, err := l.openForWrite(seg)
	if err == nil {
		err = l.completeSegment(seg, tmp, fill)
	}
	if err != nil {
		// After a failure nobody knows which of the names the disk has. Neither may be used, and neither does harm: what
		// seg holds is true, and the next attempt has a higher generation.
		seg.close()
		l.o.FS.Remove(l.path(tmp))
		l.o.FS.Remove(l.path(seg.Name))
		return nil, err
	}
	return seg, nil
}

func (l *Log) newSegment(start int64) *segment {
	// The low half makes a generation unique beyond this directory's memory: a file that an abandoned attempt or another
	// copy of the store has written can be reused, and no client can forge a record inside a value.
	l.lastGeneration = (l.lastGeneration>>32+1)<<32 | uint64(l.o.random())
	s := &segment{seed: generationSeed(l.lastGeneration), fullBytes: l.o.SegmentBytes}
	s.Name = segmentName(start, l.lastGeneration)
	s.Generation = l.lastGeneration
	s.Start = start
	s.CreatedMs = l.o.Now()
	s.Owner = l.o.Owner
	l.segMu.Lock()
	defer l.segMu.Unlock()
	s.History = l.history
	if n := len(l.table); n > 0 {
		s.Previous = l.table[n-1].Generation
	}
	return s
}

func (l *Log) completeSegment(seg *segment, tmp string, fill func(*segment) error) error {
	header := encodeSegmentHeader(seg.SegmentInfo)
	if _, err := seg.f.WriteAt(header, 0); err != nil {
		return fmt.Errorf("wal: write %s: %w", seg.Name, err)
	}
	seg.pos = segmentHeaderBytes
	if fill != nil {
		if err := fill(seg); err != nil {
			return err
		}
	}
	if err := seg.f.Sync(); err != nil {
		return fmt.Errorf("wal: fsync %s: %w", seg.Name, err)
	}
	if err := l.o.FS.Rename(l.path(tmp), l.path(seg.Name)); err != nil {
		return fmt.Errorf("wal: rename to %s: %w", seg.Name, err)
	}
	return l.syncDir(*l.dir.Load())
}

// openForWrite opens the file that becomes seg, under another name for now.
func (l *Log) openForWrite(seg *segment) (name string, err error) {
	name = l.takeSpare()
	reused := name != ""
	atStart := l.active == nil
	if !reused {
		name = spareName(seg.Generation)
		if atStart {
			seg.fullBytes = min(seg.fullBytes, firstSegmentBytes)
		}
	}
	f, err := l.o.FS.OpenReadWrite(l.path(name), vfs.WriteCategoryUnspecified)
	if err != nil {
		return name, fmt.Errorf("wal: open %s: %w", name, err)
	}
	seg.f = f
	switch {
	case reused && atStart:
		prefetch(seg.f, seg.fullBytes)
	case !reused:
		// Preallocation saves time, nothing depends on it.
		_ = seg.f.Preallocate(0, seg.fullBytes)
		if atStart && l.Policy() == Always {
			return name, l.zeroFill(seg.f, seg.fullBytes)
		}
	}
	return name, nil
}

// install makes seg the one that is written. Readers find it from here on. REQUIRES: ioMu.
func (l *Log) install(seg *segment) {
	if l.active != nil {
		l.active.close()
	}
	l.active = seg
	l.markedAt = seg.Start // its presence says as much
	l.segMu.Lock()
	defer l.segMu.Unlock()
	l.table = append(l.table, seg.SegmentInfo)
}

func (l *Log) syncDir(dir string) error {
	d, err := l.o.FS.OpenDir(dir)
	if err != nil {
		return fmt.Errorf("wal: open directory: %w", err)
	}
	defer d.Close()
	if err := d.Sync(); err != nil {
		return fmt.Errorf("wal: fsync directory: %w", err)
	}
	return nil
}

func (l *Log) path(name string) string { return l.o.FS.PathJoin(*l.dir.Load(), name) }
