package sorter

import (
	"encoding/binary"
	"io"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// run is a file of rows in order.
type run struct {
	path  string
	level int // how often its rows have been merged
}

// writeBytes are written to a file at once.
const writeBytes = 256 << 10

// runWriter writes a run.
type runWriter struct {
	file vfs.File
	buf  []byte
}

func (w *runWriter) write(b []byte) error {
	if len(w.buf)+len(b) > writeBytes {
		if err := w.flush(); err != nil {
			return err
		}
	}
	if len(b) < writeBytes {
		w.buf = append(w.buf, b...)
		return nil
	}
	_, err := w.file.Write(b)
	return err
}

func (w *runWriter) flush() error {
	_, err := w.file.Write(w.buf)
	w.buf = w.buf[:0]
	return err
}

// cursor reads a run, or a batch that is in order.
type cursor struct {
	high, low uint64 // of the key
	key       []byte
	value     []byte
	err       error

	batch *batch
	next  int // of the batch's rows

	file vfs.File
	buf  []byte
	at   int // buf[at:end] has been read from the file, and not passed on
	end  int
}

// advance goes to the next row, and tells whether there is one.
func (c *cursor) advance() bool {
	if c.batch != nil {
		return c.advanceBatch()
	}
	if !c.fetch(rowHeader) {
		return false
	}
	size := rowBytes(int(binary.LittleEndian.Uint32(c.buf[c.at:])), int(binary.LittleEndian.Uint32(c.buf[c.at+4:])))
	if !c.fetch(size) {
		return false
	}
	c.key, c.value, _ = cutRow(c.buf[c.at : c.at+size])
	c.high, c.low = prefix(c.key), prefix(c.key[min(8, len(c.key)):])
	c.at += size
	return true
}

func (c *cursor) advanceBatch() bool {
	if c.next == len(c.batch.rows) {
		return false
	}
	r := c.batch.rows[c.next]
	c.next++
	c.high, c.low = r.high, r.low
	c.key, c.value, _ = cutRow(c.batch.data[r.at:])
	return true
}

// fetch sees that n bytes are in buf. It is false at the end of the file, and
// after an error.
func (c *cursor) fetch(n int) bool {
	if c.end-c.at >= n {
		return true
	}
	if c.err != nil {
		return false
	}
	to := c.buf
	if n > len(to) {
		to = make([]byte, n)
	}
	c.at, c.end = 0, copy(to, c.buf[c.at:c.end])
	c.buf = to
	m, err := io.ReadAtLeast(c.file, c.buf[c.end:], n-c.end)
	c.end += m
	if err == io.EOF && c.end == 0 {
		return false
	}
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	c.err = err
	return err == nil
}

func (c *cursor) close() error {
	if c.file == nil {
		return nil
	}
	return c.file.Close()
}
