package wal

import (
	"context"
	"sync"
)

// Replay calls fn for each record from offset from to the end that Open found, or to its first error. from need not
// be the start of a record: checkpoints may lie inside one, and then its rest comes first, with DB -1 (whoever sealed
// there knows the database). Damage is a *CorruptError.
func (l *Log) Replay(from int64, fn func(r Record) error) error {
	if err := l.checkOffset(from); err != nil {
		return err
	}
	c := newCursor(l, from)
	defer c.close()
	for {
		r, ok, err := c.next(l.recovery.End)
		if err != nil || !ok {
			return err
		}
		if err := fn(r); err != nil {
			return err
		}
	}
}

func (l *Log) checkOffset(off int64) error {
	if off < l.first() || off > l.end.Load() {
		return l.offsetError(off)
	}
	return nil
}

// Reader follows the log from an offset: history, then what is appended, once it is on disk, or under EverySec and No
// once it is written. It keeps no segment from being trimmed; see Pin. Use it from one goroutine at a time.
type Reader struct {
	l *Log
	c *cursor
}

// NewReader returns a reader that begins at from, which may lie inside a record. *OffsetError if that is not kept.
func (l *Log) NewReader(from int64) (*Reader, error) {
	if err := l.checkOffset(from); err != nil {
		return nil, err
	}
	return &Reader{l: l, c: newCursor(l, from)}, nil
}

// Offset returns where the next record begins.
func (r *Reader) Offset() int64 { return r.c.off }

// Next returns the next record, and waits for it until ctx ends. *OffsetError if it was trimmed meanwhile. After
// Close of the log what is left is read, then comes ErrClosed.
func (r *Reader) Next(ctx context.Context) (Record, error) {
	for {
		moved := r.l.moved.listen()
		rec, ok, err := r.c.next(r.l.readable())
		if ok || err != nil {
			return rec, err
		}
		if r.l.Err() == ErrClosed {
			return rec, ErrClosed
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return rec, ctx.Err()
		}
	}
}

// Close releases the reader's file.
func (r *Reader) Close() error {
	r.c.close()
	return nil
}

// readable returns the offset up to which readers may go. Under Always another machine must not have what this one can
// still lose. Elsewhere it may: a history that may have lost its end goes on under another name, so nobody who has more
// of it than this machine passes for one who has the same.
func (l *Log) readable() int64 {
	if l.Policy() == Always {
		return l.synced.Load()
	}
	return l.written.Load()
}

// bell wakes everyone who listens.
type bell struct {
	mu sync.Mutex
	ch chan struct{} // nil: nobody listens
}

// listen returns a channel that closes with the next ring.
func (b *bell) listen() <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.ch == nil {
		b.ch = make(chan struct{})
	}
	return b.ch
}

func (b *bell) ring() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.ch != nil {
		close(b.ch)
		b.ch = nil
	}
}
