package backup

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/persistence"
)

// pieceOfLogBytes is the size at which a piece of the log is complete.
const pieceOfLogBytes = 16 << 20

// logCopier makes pieces of records.
type logCopier struct {
	k        *maker
	segments []persistence.HistorySegment
	at       int64 // offset after the last record
	piece    Piece
	buf      []byte
}

// add takes whole records.
func (c *logCopier) add(ctx context.Context, records []byte) error {
	return eachRecord(records, func(r encoding.LogRecord) error {
		if r.Start != c.at {
			return fmt.Errorf("the log goes on at offset %d instead of %d", r.Start, c.at)
		}
		h := historyAt(c.segments, r.Start)
		if len(c.buf) > 0 && (len(c.buf) >= pieceOfLogBytes || h != c.piece.History) {
			if err := c.flush(ctx); err != nil {
				return err
			}
		}
		if len(c.buf) == 0 {
			c.piece = Piece{Start: r.Start, FirstMs: r.TimeMs, History: h}
		}
		c.buf = encoding.AppendLogRecord(c.buf, r)
		c.at, c.piece.End, c.piece.LastMs = r.End(), r.End(), r.TimeMs
		return nil
	})
}

// flush stores the piece.
func (c *logCopier) flush(ctx context.Context) (err error) {
	if len(c.buf) == 0 {
		return nil
	}
	fresh := false
	c.piece.Object, fresh, err = c.k.repo.store(ctx, c.k.have, func(w io.Writer) error {
		_, err := w.Write(c.buf)
		return err
	})
	if err != nil {
		return err
	}
	c.k.count(c.piece.Object, fresh)
	c.k.m.Log = append(c.k.m.Log, c.piece)
	c.buf = c.buf[:0]
	return nil
}

// eachRecord calls fn for each of some records.
func eachRecord(b []byte, fn func(r encoding.LogRecord) error) error {
	br := bufio.NewReader(bytes.NewReader(b))
	var buf []byte
	for {
		r, grown, err := encoding.ReadLogRecord(br, buf)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		buf = grown
		if err := fn(r); err != nil {
			return err
		}
	}
}
