package wal

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"strconv"
	"strings"
)

const (
	segmentMagic  = "CAIRNLOG"
	formatVersion = 1
	// A segment header fills one disk sector, so writing records never rewrites it.
	segmentHeaderBytes = 512
	recordHeaderBytes  = 40
	ownerPos           = 144 // in a segment header

	flagClosed    = 1 << 0 // the log was closed in order; nothing follows
	flagContinued = 1 << 1 // the log goes on in a later segment
	knownFlags    = flagClosed | flagContinued

	historyFollowed = 1 << 0 // in a segment header

	unknownDB = 1<<16 - 1 // in a record header: the selected database is not known

	segmentSuffix = ".log"
	sparePrefix   = "spare-"
	generationHex = 16
	startDigits   = 20
	replIDBytes   = 40
	noPrevEnd     = -1
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

var le = binary.LittleEndian

// generationSeed starts the checksums of a segment's records, so that bytes of the file's earlier life never match.
func generationSeed(generation uint64) uint32 {
	return crc32.Checksum(le.AppendUint64(nil, generation), castagnoli)
}

func segmentName(start int64, generation uint64) string {
	return fmt.Sprintf("%020d-%016x%s", start, generation, segmentSuffix)
}

// parseSegmentName inverts segmentName and accepts nothing else.
func parseSegmentName(name string) (start int64, generation uint64, ok bool) {
	stem, found := strings.CutSuffix(name, segmentSuffix)
	if !found || len(stem) != startDigits+1+generationHex || stem[startDigits] != '-' {
		return 0, 0, false
	}
	start, err := strconv.ParseInt(stem[:startDigits], 10, 64)
	if err != nil {
		return 0, 0, false
	}
	generation, err = strconv.ParseUint(stem[startDigits+1:], 16, 64)
	return start, generation, err == nil && name == segmentName(start, generation)
}

// recordHeader is the part of a record before its payload.
type recordHeader struct {
	length     uint32
	flags      uint16
	start      int64
	timeMs     int64
	synced     int64 // highest offset known to be on disk when this was made; never above start
	db         int   // selected at start; -1 unknown
	payloadCRC uint32
}

func (h *recordHeader) end() int64 { return h.start + int64(h.length) }

// encode writes the header, checksums included, into the gap at the front of record.
func (h *recordHeader) encode(record []byte, seed uint32) {
	dst, payload := record[:recordHeaderBytes], record[recordHeaderBytes:]
	h.length = uint32(len(payload))
	le.PutUint32(dst[0:], h.length)
	le.PutUint64(dst[8:], uint64(h.start))
	le.PutUint64(dst[16:], uint64(h.timeMs))
	le.PutUint64(dst[24:], uint64(h.synced))
	le.PutUint16(dst[32:], uint16(h.db)) // -1 becomes unknownDB
	le.PutUint16(dst[34:], h.flags)
	h.payloadCRC = payloadCRC(dst, payload, seed)
	le.PutUint32(dst[36:], h.payloadCRC)
	le.PutUint32(dst[4:], headerCRC(dst, seed))
}

// decode reads src[:recordHeaderBytes]; the result is what is wrong with it, or "".
func (h *recordHeader) decode(src []byte, seed uint32) (wrong string) {
	if le.Uint32(src[4:]) != headerCRC(src, seed) {
		return "record header checksum mismatch"
	}
	h.length = le.Uint32(src[0:])
	h.start = int64(le.Uint64(src[8:]))
	h.timeMs = int64(le.Uint64(src[16:]))
	h.synced = int64(le.Uint64(src[24:]))
	h.db = int(le.Uint16(src[32:]))
	if h.db == unknownDB {
		h.db = -1
	}
	h.flags = le.Uint16(src[34:])
	h.payloadCRC = le.Uint32(src[36:])
	switch {
	case h.flags&^knownFlags != 0:
		return fmt.Sprintf("record header has unknown flags %#x", h.flags)
	case h.start < 0 || h.end() < h.start || h.synced < 0 || h.synced > h.start:
		return fmt.Sprintf("record header has impossible offsets %d+%d, synced %d", h.start, h.length, h.synced)
	}
	return ""
}

// headerCRC covers the header but for the checksum itself. It stands apart from the payload's so that a header found
// anywhere proves its synced offset without reading, or even having, the payload.
func headerCRC(header []byte, seed uint32) uint32 {
	crc := crc32.Update(seed, castagnoli, header[0:4])
	return crc32.Update(crc, castagnoli, header[8:recordHeaderBytes])
}

// payloadCRC covers the payload and, by its encoded header, the offset that it belongs to.
func payloadCRC(header, payload []byte, seed uint32) uint32 {
	return crc32.Update(crc32.Update(seed, castagnoli, header[8:16]), castagnoli, payload)
}

// encodeSegmentHeader draws the header of doc.go, followed by the zeros that end the log.
func encodeSegmentHeader(s SegmentInfo) []byte {
	b := make([]byte, segmentHeaderBytes+recordHeaderBytes)
	copy(b[0:], segmentMagic)
	le.PutUint32(b[8:], formatVersion)
	le.PutUint64(b[16:], s.Generation)
	le.PutUint64(b[24:], s.Previous)
	le.PutUint64(b[32:], uint64(s.Start))
	le.PutUint64(b[40:], uint64(s.CreatedMs))
	prevEnd := s.History.PrevEnd
	if s.History.PrevID == "" {
		prevEnd = noPrevEnd
	}
	le.PutUint64(b[48:], uint64(prevEnd))
	copy(b[56:56+replIDBytes], s.History.ID)
	copy(b[96:96+replIDBytes], s.History.PrevID)
	if s.History.Followed {
		b[136] = historyFollowed
	}
	le.PutUint64(b[ownerPos:], s.Owner)
	le.PutUint32(b[508:], crc32.Checksum(b[:508], castagnoli))
	return b
}

// decodeSegmentHeader reads b[:segmentHeaderBytes] of the file called name. wrong says how it is damaged; err that it
// is sound but of another file or another version.
func decodeSegmentHeader(name string, b []byte) (s SegmentInfo, wrong string, err error) {
	switch {
	case len(b) < segmentHeaderBytes:
		return s, "segment header is cut short", nil
	case string(b[:8]) != segmentMagic:
		return s, "segment header has no magic", nil
	case le.Uint32(b[508:]) != crc32.Checksum(b[:508], castagnoli):
		return s, "segment header checksum mismatch", nil
	case le.Uint32(b[8:]) != formatVersion:
		return s, "", fmt.Errorf("wal: %s has format version %d, this build reads %d",
			name, le.Uint32(b[8:]), formatVersion)
	}
	s = SegmentInfo{
		Name:       name,
		Generation: le.Uint64(b[16:]),
		Previous:   le.Uint64(b[24:]),
		Start:      int64(le.Uint64(b[32:])),
		CreatedMs:  int64(le.Uint64(b[40:])),
		Owner:      le.Uint64(b[ownerPos:]),
		History:    History{ID: trimZeros(b[56:96]), PrevID: trimZeros(b[96:136])},
	}
	if s.History.PrevID != "" {
		s.History.PrevEnd = int64(le.Uint64(b[48:]))
	}
	if b[136]&^historyFollowed != 0 {
		return s, "", fmt.Errorf("wal: %s has unknown flags %#x", name, b[136])
	}
	s.History.Followed = b[136] == historyFollowed
	if want := segmentName(s.Start, s.Generation); name != want {
		return s, "", fmt.Errorf("wal: %s was renamed: by its header it is %s", name, want)
	}
	return s, "", nil
}

func trimZeros(b []byte) string { return strings.TrimRight(string(b), "\x00") }
