package link

import (
	"bufio"
	"bytes"
	"io"
)

// markBytes is the length of the mark that ends an RDB of unknown length.
const markBytes = 40

// measured reads an RDB whose length was announced.
type measured struct {
	in   *bufio.Reader
	left int64
}

func (m *measured) Read(p []byte) (int, error) {
	if m.left == 0 {
		return 0, io.EOF
	}
	n, err := m.in.Read(p[:min(int64(len(p)), m.left)])
	m.left -= int64(n)
	return n, unexpected(err)
}

// marked reads an RDB that ends with a mark. The mark is random: in what is before it, it does not occur.
type marked struct {
	in   *bufio.Reader
	mark []byte
	safe int // bytes at the front of in that are known to be before the mark
	done bool
}

func (m *marked) Read(p []byte) (int, error) {
	if m.safe == 0 {
		if err := m.look(); err != nil {
			return 0, err
		}
	}
	n, err := m.in.Read(p[:min(len(p), m.safe)])
	m.safe -= n
	return n, err
}

// look finds out how many of the bytes that have come are before the mark. A mark of which only the beginning has come
// is waited for.
func (m *marked) look() error {
	if m.done {
		return io.EOF
	}
	if _, err := m.in.Peek(markBytes); err != nil {
		return unexpected(err)
	}
	have, _ := m.in.Peek(m.in.Buffered())
	switch i := bytes.Index(have, m.mark); {
	case i > 0:
		m.safe = i
	case i < 0:
		m.safe = len(have) - markBytes + 1
	default:
		m.done = true
		_, _ = m.in.Discard(markBytes)
		return io.EOF
	}
	return nil
}

func unexpected(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}
