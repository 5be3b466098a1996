package rdb

import (
	"io"
	"slices"

	"github.com/cairndb/cairn/encoding"
)

const (
	sourceBytes = 256 << 10 // read at once
	maxAhead    = 1 << 20   // allocated before it has arrived
)

// source hands out the bytes of a file, knows its offset, and sums up what it has handed out.
type source struct {
	r      io.Reader // nil: buf is all there is
	buf    []byte
	at     int // buf[at:end] has been read but not handed out
	end    int
	summed int    // buf[:summed] is in crc
	base   int64  // the offset of buf[0]
	crc    uint64 // of everything before buf[summed], if r is not nil
}

func newSource(r io.Reader) source { return source{r: r, buf: make([]byte, sourceBytes)} }

// memorySource reads from b, which is only aliased. There is no sum.
func memorySource(b []byte) source { return source{buf: b, end: len(b)} }

func (s *source) offset() int64 { return s.base + int64(s.at) }

// sum is the checksum of what was handed out.
func (s *source) sum() uint64 {
	s.addToSum()
	return s.crc
}

func (s *source) addToSum() {
	s.crc = encoding.CRC64(s.crc, s.buf[s.summed:s.at])
	s.summed = s.at
}

// take hands out n bytes, n at most sourceBytes. They are valid until the next call of take, byte or string.
func (s *source) take(n int) ([]byte, error) {
	if s.end-s.at < n {
		if err := s.fill(n); err != nil {
			return nil, err
		}
	}
	b := s.buf[s.at : s.at+n]
	s.at += n
	return b, nil
}

func (s *source) byte() (byte, error) {
	if s.at == s.end {
		if err := s.fill(1); err != nil {
			return 0, err
		}
	}
	b := s.buf[s.at]
	s.at++
	return b, nil
}

// fill makes n bytes available. It reads no more often than it must: the source may be a socket.
func (s *source) fill(n int) error {
	if s.r == nil {
		return io.ErrUnexpectedEOF
	}
	s.shift()
	m, err := io.ReadAtLeast(s.r, s.buf[s.end:], n-s.end)
	s.end += m
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return err
}

// shift makes room for more.
func (s *source) shift() {
	s.addToSum()
	s.base += int64(s.at)
	s.end = copy(s.buf, s.buf[s.at:s.end])
	s.at, s.summed = 0, 0
}

// bytes hands out n bytes: from buf if they fit, else in *scratch, which grows as they arrive. They are valid until
// the next call that reads, or that is given the same scratch.
func (s *source) bytes(n int, scratch *[]byte) ([]byte, error) {
	if n <= sourceBytes || s.r == nil {
		return s.take(n)
	}
	b := append((*scratch)[:0], s.buf[s.at:s.end]...)
	s.at = s.end
	s.addToSum()
	for len(b) < n {
		have := len(b)
		step := min(n-have, max(have, maxAhead))
		b = slices.Grow(b, step)[:have+step]
		*scratch = b
		m, err := io.ReadFull(s.r, b[have:])
		s.crc = encoding.CRC64(s.crc, b[have:have+m])
		s.base += int64(m)
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			return nil, err
		}
	}
	return b, nil
}

// skip passes over n bytes.
func (s *source) skip(n uint64) error {
	for n > 0 {
		k := int(min(n, sourceBytes))
		if s.r == nil {
			k = int(min(n, uint64(max(s.end-s.at, 1))))
		}
		if _, err := s.take(k); err != nil {
			return err
		}
		n -= uint64(k)
	}
	return nil
}
