package rdb

import (
	"encoding/binary"
	"io"
	"math"

	"github.com/cairndb/cairn/encoding"
)

const sinkBytes = 64 << 10 // written at once

// sink takes the bytes of a file, and sums them up, or keeps those of a DUMP payload.
type sink struct {
	w        io.Writer // nil: everything stays in buf
	maxKept  int       // bytes that may stay in buf, if not 0
	buf      []byte
	crc      uint64 // of what has left buf
	left     int64  // how many bytes that is
	noSum    bool
	compress bool
	lzf      []byte
}

// flush writes what is in buf.
func (s *sink) flush() error {
	if s.w == nil {
		return nil
	}
	b := s.buf
	s.buf = s.buf[:0]
	return s.write(b)
}

func (s *sink) write(b []byte) error {
	if !s.noSum {
		s.crc = encoding.CRC64(s.crc, b)
	}
	s.left += int64(len(b))
	_, err := s.w.Write(b)
	return err
}

// room makes room in buf.
func (s *sink) room() error {
	if s.w == nil && s.maxKept > 0 && len(s.buf) > s.maxKept {
		return tooLong(uint64(len(s.buf)), uint64(s.maxKept))
	}
	if len(s.buf) < sinkBytes {
		return nil
	}
	return s.flush()
}

// length writes a length, or a number like one.
func (s *sink) length(n uint64) { s.buf = appendLength(s.buf, n) }

// id writes the two numbers of an id.
func (s *sink) id(id StreamID) {
	s.length(id.Ms)
	s.length(id.Seq)
}

// rawID writes an id in the fixed length that lists of pending entries have.
func (s *sink) rawID(id StreamID) { s.buf = appendStreamID(s.buf, id) }

func appendStreamID(dst []byte, id StreamID) []byte {
	return binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(dst, id.Ms), id.Seq)
}

// ms writes a time.
func (s *sink) ms(at int64) { s.buf = binary.LittleEndian.AppendUint64(s.buf, uint64(at)) }

const (
	maxIntDigits  = 11 // of the numbers that string packs
	minLZF        = 21 // what is shorter does not become shorter
	worthwhileLZF = 4  // bytes that must be saved

)

// string writes a string, as short as it can be.
func (s *sink) string(b []byte) error {
	if len(b) <= maxIntDigits {
		if n, ok := encoding.ParseInt(b); ok && n >= math.MinInt32 && n <= math.MaxInt32 {
			s.int(n)
			return s.room()
		}
	}
	if s.compress && len(b) >= minLZF {
		var ok bool
		if s.lzf, ok = encoding.LZFCompress(s.lzf[:0], b, len(b)-worthwhileLZF); ok {
			s.buf = append(s.buf, 0xc0|packedLZF)
			s.length(uint64(len(s.lzf)))
			s.length(uint64(len(b)))
			return s.bytes(s.lzf)
		}
	}
	s.length(uint64(len(b)))
	return s.bytes(b)
}

// int writes a number of up to 32 bits as a string.
func (s *sink) int(n int64) {
	switch {
	case n == int64(int8(n)):
		s.buf = append(s.buf, 0xc0|packedInt8, byte(n))
	case n == int64(int16(n)):
		s.buf = appendInt(append(s.buf, 0xc0|packedInt16), n, 2)
	default:
		s.buf = appendInt(append(s.buf, 0xc0|packedInt32), n, 4)
	}
}

// bytes writes bytes as they are.
func (s *sink) bytes(b []byte) error {
	if s.w == nil || len(b) < sinkBytes {
		s.buf = append(s.buf, b...)
		return s.room()
	}
	if err := s.flush(); err != nil {
		return err
	}
	return s.write(b)
}
