package wal

import (
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"slices"

	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/cairndb/cairn/encoding"
)

// Loss is a place of the log that is not what was written.
type Loss struct {
	File    string
	FilePos int64
	// The log's bytes from From up to To are lost; none if they are equal, because
	// the place could be mended or held none. To is -1 if nobody knows how many.
	From, To int64
	Reason   string
}

func (l Loss) String() string {
	at := fmt.Sprintf("%s at byte %d: %s; ", l.File, l.FilePos, l.Reason)
	switch {
	case l.To < 0:
		return at + fmt.Sprintf("the log is lost from offset %d on", l.From)
	case l.To == l.From:
		return at + fmt.Sprintf("nothing is lost (log offset %d)", l.From)
	}
	return at + fmt.Sprintf("the log is lost from offset %d to %d", l.From, l.To)
}

// Salvaged is what a damaged log still tells.
type Salvaged struct {
	First, End int64 // what was found lies between
	Records    int64
	Bytes      int64 // of payload
	Losses     []Loss
	History    History // of the newest segment that tells
	Segments   []SegmentInfo
}

// Salvage reads a log in whatever state it is, and changes nothing. It calls take for every record between from and
// limit that is whole, in order, and tells what lies between them. Damage that is one bit is mended on the way. Who
// wants to know whether the end of the log is a torn tail asks Open first, and gives its Recovery.End as the limit; a
// limit of math.MaxInt64 takes all there is.
func Salvage(o Options, from, limit int64, take func(Record) error) (*Salvaged, error) {
	l := &Log{o: o.withDefaults()}
	l.dir.Store(&o.Dir)
	found, err := l.listSegments()
	if err != nil {
		return nil, err
	}
	s := &salvage{log: l, from: from, limit: limit, take: take, off: -1}
	s.First = -1
	found = slices.DeleteFunc(found, s.foreign)
	for i, seg := range found {
		end := int64(math.MaxInt64)
		for _, later := range found[i+1:] {
			end = min(end, later.Start)
		}
		if err := s.segment(seg, min(end, limit)); err != nil {
			return nil, err
		}
	}
	s.First, s.End = max(0, s.First), max(0, s.off)
	return &s.Salvaged, nil
}

// salvage goes through segments, oldest first.
type salvage struct {
	Salvaged
	log         *Log
	from, limit int64
	take        func(Record) error
	off         int64 // where the records so far have come to; -1: there was none
}

func (s *salvage) lose(l Loss) { s.Losses = append(s.Losses, l) }

// foreign tells whether a segment is of another log, and says so.
func (s *salvage) foreign(named SegmentInfo) bool {
	info, wrong, err := s.log.readHeader(named)
	if err != nil || wrong != "" || !s.log.foreign(info) {
		return false
	}
	s.lose(Loss{File: named.Name, FilePos: ownerPos, From: named.Start, To: named.Start,
		Reason: "it is of the log of another store, and left out"})
	return true
}

// segment reads one file, whose records count up to end.
func (s *salvage) segment(named SegmentInfo, end int64) (err error) {
	f, err := s.log.o.FS.Open(s.log.path(named.Name))
	if err != nil {
		return fmt.Errorf("wal: open %s: %w", named.Name, err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if err := s.header(f, &named, end); err != nil {
		return err
	}
	s.Segments = append(s.Segments, named)
	if s.off >= 0 && named.Start > s.off && s.off < end {
		s.lose(Loss{File: named.Name, FilePos: 0, From: s.off, To: named.Start, Reason: "a segment before it is missing"})
	}
	if s.First < 0 {
		if s.First = named.Start; s.First > s.from {
			s.lose(Loss{File: named.Name, From: s.from, To: s.First, Reason: "what comes before it is missing"})
		}
	}
	r := &segmentSalvage{salvage: s, scan: newScanner(f, named), name: named.Name, end: end}
	for r.scan.off < end {
		more, err := r.step()
		if err != nil || !more {
			return err
		}
	}
	return nil
}

// header reads what the file says of itself. If it is damaged the name tells all that is needed.
func (s *salvage) header(f vfs.File, named *SegmentInfo, end int64) error {
	b := make([]byte, segmentHeaderBytes)
	n, err := readAt(f, b, 0)
	if err != nil {
		return fmt.Errorf("wal: read %s at byte 0: %w", named.Name, err)
	}
	info, wrong, err := decodeSegmentHeader(named.Name, b[:n])
	if err != nil {
		wrong = err.Error()
	}
	if wrong == "" {
		*named, s.History = info, info.History
		return nil
	}
	loss := Loss{File: named.Name, From: named.Start, To: named.Start, Reason: wrong}
	if n < segmentHeaderBytes && end == noLimit {
		loss.To = -1 // it was whole once, and nobody knows what followed
	}
	s.lose(loss)
	if n == segmentHeaderBytes {
		if bit, ok := encoding.MendCRC32C(b[:508], crc32.Checksum(b[:508], castagnoli), le.Uint32(b[508:])); ok && bit >= 0 {
			if info, wrong, err := decodeSegmentHeader(named.Name, b); wrong == "" && err == nil {
				*named, s.History = info, info.History
			}
		}
	}
	return nil
}

// segmentSalvage reads the records of one file.
type segmentSalvage struct {
	*salvage
	scan *recordScanner
	name string
	end  int64
}

// step reads the next record, or goes on behind what is none.
func (r *segmentSalvage) step() (more bool, err error) {
	h, err := r.scan.header(noLimit)
	if err != nil {
		if h, err = r.mendHeader(err); err != nil {
			return r.resume(err, -1)
		}
	}
	payload, err := r.payload(h)
	var d *damage
	switch {
	case errors.As(err, &d) && d.reason == cutShort:
		return r.resume(err, h.end())
	case errors.As(err, &d):
		r.lose(Loss{File: r.name, FilePos: r.scan.pos, From: h.start, To: h.end(), Reason: d.reason})
	case err != nil:
		return false, err
	default:
		err = r.deliver(h, payload)
	}
	r.scan.skip(h)
	r.off = max(r.off, min(h.end(), r.end))
	if d != nil {
		err = nil
	}
	return true, err
}

// deliver hands over what of a record was asked for.
func (r *segmentSalvage) deliver(h recordHeader, payload []byte) error {
	if h.length == 0 {
		return nil
	}
	r.Records++
	r.Bytes += int64(h.length)
	if h.end() <= r.from || h.start >= r.end || r.take == nil {
		return nil
	}
	rec := Record{Start: h.start, TimeMs: h.timeMs, DB: h.db, Payload: payload}
	if skip := r.from - h.start; skip > 0 {
		rec.Start, rec.Payload, rec.DB = r.from, payload[skip:], -1
	}
	return r.take(rec)
}

// mendHeader corrects a header that has one wrong bit, in the scanner's buffer.
func (r *segmentSalvage) mendHeader(cause error) (h recordHeader, err error) {
	b, err := r.scan.peek(recordHeaderBytes, noLimit)
	var d *damage
	if !errors.As(cause, &d) || err != nil || len(b) < recordHeaderBytes {
		return h, cause
	}
	summed := append(slices.Clone(b[:4]), b[8:recordHeaderBytes]...)
	bit, ok := encoding.MendCRC32C(summed, headerCRC(b, r.scan.seed), le.Uint32(b[4:]))
	if !ok {
		return h, cause
	}
	fixed := slices.Concat(summed[:4], b[4:8], summed[4:])
	if bit < 0 {
		le.PutUint32(fixed[4:], headerCRC(fixed, r.scan.seed))
	}
	if h.decode(fixed, r.scan.seed) != "" || h.start != r.scan.off {
		return h, cause
	}
	r.lose(Loss{File: r.name, FilePos: r.scan.pos, From: h.start, To: h.start, Reason: "a bit of a record's header was turned over"})
	return h, nil
}

// payload reads what follows header h, and mends it.
func (r *segmentSalvage) payload(h recordHeader) ([]byte, error) {
	b, err := r.scan.payload(h, noLimit)
	var d *damage
	if !errors.As(err, &d) || d.reason == cutShort {
		return b, err
	}
	b, failed := r.scan.peek(recordHeaderBytes+int(h.length), noLimit)
	if failed != nil {
		return nil, failed
	}
	var head [recordHeaderBytes]byte // as it should be: the one that was read may have been mended
	le.PutUint64(head[8:], uint64(h.start))
	payload := slices.Clone(b[recordHeaderBytes:])
	switch bit, ok := encoding.MendCRC32C(payload, payloadCRC(head[:], payload, r.scan.seed), h.payloadCRC); {
	case !ok:
		return nil, err
	case bit >= 0:
		r.lose(Loss{File: r.name, FilePos: r.scan.pos, From: h.start, To: h.start, Reason: "a bit of a record was turned over"})
	}
	return payload, nil
}

// resume looks for the next record behind a place that is none. claimed is where the record there should have ended,
// -1 if it does not tell.
func (r *segmentSalvage) resume(cause error, claimed int64) (more bool, err error) {
	var d *damage
	if cause != io.EOF && !errors.As(cause, &d) {
		return false, cause
	}
	reason := "the records end"
	if d != nil {
		reason = d.reason
	}
	at, h, err := r.nextHeader()
	if err != nil {
		return false, err
	}
	loss := Loss{File: r.name, FilePos: r.scan.pos, From: r.scan.off, To: -1, Reason: reason}
	switch {
	case at >= 0 && h.start < r.end:
		loss.To = h.start
		r.scan.pos, r.scan.off = at, h.start
		r.scan.buf, r.scan.fresh = r.scan.buf[:0], 0
	case r.end < noLimit:
		loss.To = r.end
	case claimed >= 0:
		loss.Reason += fmt.Sprintf(", which reached offset %d", claimed)
	case d == nil:
		return false, nil // the end of the log, in good order
	}
	r.lose(loss)
	r.off = max(r.off, loss.From, min(loss.To, r.end))
	return at >= 0 && h.start < r.end, nil
}

// nextHeader finds the next record header of the file that can be one.
func (r *segmentSalvage) nextHeader() (at int64, h recordHeader, err error) {
	buf := make([]byte, 4*readAheadBytes)
	for pos := r.scan.pos + 1; ; {
		n, err := readAt(r.scan.f, buf, pos)
		if err != nil {
			return -1, h, r.scan.readError(err)
		}
		if n < recordHeaderBytes {
			return -1, h, nil
		}
		lowest, highest := uint64(r.scan.off), uint64(r.scan.off+pos+int64(n))
		for i := 0; i+recordHeaderBytes <= n; i++ {
			start := le.Uint64(buf[i+8:])
			if start < lowest || start > highest || le.Uint64(buf[i:]) == 0 {
				continue
			}
			if h.decode(buf[i:], r.scan.seed) == "" {
				return pos + int64(i), h, nil
			}
		}
		pos += int64(n - recordHeaderBytes + 1)
	}
}
