package wal

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

// recover finds the chain of segments and where it ends.
func (l *Log) recover() error {
	found, err := l.listSegments()
	if err != nil {
		return err
	}
	if err := l.refuseForeign(found); err != nil {
		return err
	}
	newest, err := l.findNewest(found)
	if err != nil {
		return err
	}
	if newest == nil {
		return l.recoverEmpty()
	}
	if err := l.linkChain(found, *newest); err != nil {
		return err
	}
	return l.recoverEnd(*newest)
}

func (l *Log) recoverEmpty() error {
	if l.o.SyncedFloor > 0 && !l.o.AllowEmpty {
		return &CorruptError{
			File: *l.dir.Load(), FilePos: -1, Offset: l.o.SyncedFloor,
			Reason: "there are no segments", Proof: l.floorProof(),
		}
	}
	at := max(0, l.o.SyncedFloor)
	l.recovery.Empty, l.recovery.First, l.recovery.End = true, at, at
	l.setEnd(at, at)
	return nil
}

func (l *Log) floorProof() string {
	return fmt.Sprintf("a checkpoint proves that the log was synced up to %d", l.o.SyncedFloor)
}

// listSegments returns what the names tell, oldest first, and notes spare files. Other names are not ours.
func (l *Log) listSegments() ([]SegmentInfo, error) {
	dir := *l.dir.Load()
	names, err := l.o.FS.List(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("wal: list %s: %w", dir, err)
	}
	var found []SegmentInfo
	for _, name := range names {
		if start, generation, ok := parseSegmentName(name); ok {
			found = append(found, SegmentInfo{Name: name, Start: start, Generation: generation})
			l.lastGeneration = max(l.lastGeneration, generation)
		} else if strings.HasPrefix(name, sparePrefix) {
			l.spares = append(l.spares, name)
		}
	}
	slices.SortFunc(found, func(a, b SegmentInfo) int { return cmp.Compare(a.Generation, b.Generation) })
	return found, nil
}

// refuseForeign refuses a directory that has a segment of another store: it may pass for the newest one, and then those
// that count would be given up. Damaged segments are seen to by whoever needs them.
func (l *Log) refuseForeign(found []SegmentInfo) error {
	for _, named := range found {
		s, wrong, err := l.readHeader(named)
		if err == nil && wrong == "" && l.foreign(s) {
			return &CorruptError{
				File: s.Name, FilePos: ownerPos, Offset: s.Start, Reason: "it is of the log of another store",
				Proof: "move it out of " + *l.dir.Load(),
			}
		}
	}
	return nil
}

func (l *Log) foreign(s SegmentInfo) bool {
	return s.Owner != l.o.Owner && s.Owner != 0 && l.o.Owner != 0
}

// findNewest returns the newest segment. Its header was synced before the file got its name, so no crash damages it.
func (l *Log) findNewest(found []SegmentInfo) (*SegmentInfo, error) {
	if len(found) == 0 {
		return nil, nil
	}
	named := found[len(found)-1]
	s, wrong, err := l.readHeader(named)
	if err != nil {
		return nil, err
	}
	if wrong != "" {
		return nil, &CorruptError{File: named.Name, Offset: named.Start, Reason: wrong,
			Proof: "a segment gets its name when its header is on disk"}
	}
	return &s, nil
}

// readHeader completes what the name of a segment tells. wrong says why its header can't be used.
func (l *Log) readHeader(named SegmentInfo) (s SegmentInfo, wrong string, err error) {
	f, err := l.o.FS.Open(l.path(named.Name))
	if err != nil {
		return s, "", fmt.Errorf("wal: open %s: %w", named.Name, err)
	}
	defer f.Close()
	b := make([]byte, segmentHeaderBytes)
	n, err := readAt(f, b, 0)
	if err != nil {
		return s, "", fmt.Errorf("wal: read %s at byte 0: %w", named.Name, err)
	}
	info, err := f.Stat()
	if err != nil {
		return s, "", fmt.Errorf("wal: stat %s: %w", named.Name, err)
	}
	s, wrong, err = decodeSegmentHeader(named.Name, b[:n])
	s.FileBytes = info.Size()
	return s, wrong, err
}

// linkChain follows the segments back from the newest by the predecessor that each one's header names. What is not on
// the way is no part of the log: left over from a trim that a crash interrupted or from a failed attempt at a new
// segment.
func (l *Log) linkChain(found []SegmentInfo, newest SegmentInfo) error {
	byGeneration := map[uint64]SegmentInfo{}
	for _, s := range found {
		byGeneration[s.Generation] = s
	}
	chain := []SegmentInfo{newest}
	var gap *CorruptError
	for oldest := newest; oldest.Previous != 0; {
		var err error
		oldest, gap, err = l.previous(byGeneration, oldest)
		if err != nil {
			return err
		}
		if gap != nil {
			break
		}
		chain = append(chain, oldest)
	}
	slices.Reverse(chain)
	l.table = chain
	for _, s := range found {
		if !slices.ContainsFunc(chain, func(c SegmentInfo) bool { return c.Generation == s.Generation }) {
			l.strays = append(l.strays, s.Name)
		}
	}
	return l.checkFirst(gap)
}

// previous returns the segment before s, or what is in its place.
func (l *Log) previous(byGeneration map[uint64]SegmentInfo, s SegmentInfo) (SegmentInfo, *CorruptError, error) {
	named, ok := byGeneration[s.Previous]
	if !ok {
		return s, &CorruptError{
			File:    fmt.Sprintf("*-%016x%s", s.Previous, segmentSuffix),
			FilePos: -1,
			Reason:  "the segment before " + s.Name + " is missing",
		}, nil
	}
	p, wrong, err := l.readHeader(named)
	if err != nil {
		return s, nil, err
	}
	if wrong == "" && p.Generation >= s.Generation {
		wrong = "segment names itself or a later one as its predecessor"
	}
	if wrong == "" && p.Start > s.Start {
		wrong = fmt.Sprintf("segment starts behind its successor, at %d", s.Start)
	}
	if wrong != "" {
		return s, &CorruptError{File: named.Name, Reason: wrong}, nil
	}
	return p, nil, nil
}

// checkFirst refuses a chain that begins too late for the checkpoint. gap is what lies before it, if anything does.
func (l *Log) checkFirst(gap *CorruptError) error {
	first := l.table[0]
	switch {
	case l.o.SyncedFloor < 0, first.Start <= l.o.SyncedFloor:
		return nil
	case gap == nil && l.o.SyncedFloor == 0:
		return nil // the log's first segment, begun at an offset of the caller's choice
	case gap == nil:
		gap = &CorruptError{File: first.Name, Reason: fmt.Sprintf("the log begins at %d", first.Start)}
	}
	gap.Offset = l.o.SyncedFloor
	gap.Proof = fmt.Sprintf("the log is needed from offset %d on, %s begins at %d",
		l.o.SyncedFloor, first.Name, first.Start)
	return gap
}

// recoverEnd scans the newest segment and decides whether damage in it is a torn tail or corruption.
func (l *Log) recoverEnd(s SegmentInfo) error {
	f, err := l.o.FS.Open(l.path(s.Name))
	if err != nil {
		return fmt.Errorf("wal: open %s: %w", s.Name, err)
	}
	defer f.Close()
	scanner := newScanner(f, s)
	scan, err := scanRecords(scanner)
	if err != nil {
		return err
	}
	later, err := findLaterHeaders(scanner, scanner.pos, scan.end)
	if err != nil {
		return err
	}
	at := damage{filePos: scanner.pos, offset: scan.end, reason: "the log ends"}
	if scan.damage != nil {
		at = *scan.damage
	}
	if proof := l.proofBeyond(scan.end, later); proof != "" {
		return &CorruptError{File: s.Name, FilePos: at.filePos, Offset: at.offset, Reason: at.reason, Proof: proof}
	}
	if scan.flags&flagContinued != 0 && l.o.SyncedFloor >= 0 {
		return &CorruptError{File: s.Name, FilePos: at.filePos, Offset: at.offset,
			Reason: "the segment that goes on from here is missing", Proof: "a mark says that there was one"}
	}
	if scan.damage != nil || later.seenEnd >= 0 {
		seenEnd := max(scan.end, later.seenEnd)
		l.cut(Cut{File: s.Name, FilePos: at.filePos, Offset: scan.end, SeenEnd: seenEnd, Reason: at.reason})
	}
	l.recovery.First, l.recovery.End = l.table[0].Start, scan.end
	l.recovery.Clean = scan.flags&flagClosed != 0 && l.recovery.Cut == nil
	l.recovery.History = s.History
	l.recoveredPos = scanner.pos
	l.setEnd(scan.synced, scan.end)
	return nil
}

// proofBeyond says what shows that the log once reached beyond end, on disk; "" if nothing does.
func (l *Log) proofBeyond(end int64, later laterHeaders) string {
	if later.proofPos != 0 {
		return fmt.Sprintf("the record header at byte %d, for offset %d, says that the log was synced up to %d",
			later.proofPos, later.proof.start, later.proof.synced)
	}
	if l.o.SyncedFloor > end {
		return l.floorProof()
	}
	return ""
}

func (l *Log) cut(c Cut) {
	l.recovery.Cut = &c
	l.o.Logf("wal: cut at offset %d: %s at byte %d of %s; what is dropped reaches offset %d at least, and was not synced",
		c.Offset, c.Reason, c.FilePos, c.File, c.SeenEnd)
}
