package encoding

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
)

// LogRecord is one batch of the log outside of the log: as a backup keeps it, and as it travels there. It is drawn in
// doc.go.
type LogRecord struct {
	Start   int64  // offset of Payload[0]
	TimeMs  int64  // wall time when it was written: no byte in it is newer
	DB      int    // selected at Start; -1 unknown
	Payload []byte // commands
}

// End returns the offset after the record.
func (r LogRecord) End() int64 { return r.Start + int64(len(r.Payload)) }

const (
	logRecordHeader = 4 + 8 + 8 + 4 + 4
	// logRecordStep of a payload is allocated before it has arrived: a forged length costs no memory.
	logRecordStep = 1 << 20
)

// AppendLogRecord builds a record.
func AppendLogRecord(dst []byte, r LogRecord) []byte {
	start := len(dst)
	dst = binary.LittleEndian.AppendUint32(dst, uint32(len(r.Payload)))
	dst = binary.LittleEndian.AppendUint64(dst, uint64(r.Start))
	dst = binary.LittleEndian.AppendUint64(dst, uint64(r.TimeMs))
	dst = binary.LittleEndian.AppendUint32(dst, uint32(int32(r.DB)))
	sum := crc32.Update(crc32.Checksum(dst[start:], castagnoli), castagnoli, r.Payload)
	dst = binary.LittleEndian.AppendUint32(dst, sum)
	return append(dst, r.Payload...)
}

// ReadLogRecord reads the next record; io.EOF if there is none. Its payload is in buf, which grows as needed and may be
// given again.
func ReadLogRecord(br *bufio.Reader, buf []byte) (r LogRecord, _ []byte, err error) {
	var header [logRecordHeader]byte
	if _, err := io.ReadFull(br, header[:]); err != nil {
		return r, buf, err // io.EOF before the first byte
	}
	length := int(binary.LittleEndian.Uint32(header[:]))
	r.Start = int64(binary.LittleEndian.Uint64(header[4:]))
	r.TimeMs = int64(binary.LittleEndian.Uint64(header[12:]))
	r.DB = int(int32(binary.LittleEndian.Uint32(header[20:])))
	if buf, err = readStepwise(br, buf[:0], length); err != nil {
		return r, buf, fmt.Errorf("the log's record at offset %d: %w", r.Start, err)
	}
	r.Payload = buf
	sum := crc32.Update(crc32.Checksum(header[:24], castagnoli), castagnoli, r.Payload)
	if sum != binary.LittleEndian.Uint32(header[24:]) {
		return r, buf, fmt.Errorf("the log's record at offset %d is damaged", r.Start)
	}
	return r, buf, nil
}

func readStepwise(br *bufio.Reader, buf []byte, length int) ([]byte, error) {
	for len(buf) < length {
		n := len(buf)
		step := min(length-n, logRecordStep)
		if cap(buf)-n < step {
			buf = append(buf, make([]byte, step)...)
		}
		buf = buf[:n+step]
		if _, err := io.ReadFull(br, buf[n:]); err != nil {
			if errors.Is(err, io.EOF) {
				err = io.ErrUnexpectedEOF
			}
			return buf, err
		}
	}
	return buf, nil
}
