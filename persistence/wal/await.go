package wal

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"sync/atomic"
)

// Waiter is told once that its bytes are on disk (err is nil), or that the log fails and they may never be. Called by
// the syncer, which everyone waits for: it must not block, nor call the Log.
type Waiter interface{ Durable(err error) }

type waiting struct {
	upto int64
	w    Waiter
}

// waiterQueue holds who waits for which offset. Callers add to incoming; sorted belongs to the syncer.
type waiterQueue struct {
	mu        sync.Mutex
	incoming  []waiting
	sorted    []waiting    // by offset, first come first
	collected atomic.Int64 // how many are in sorted, for others to read
}

// Await asks for w.Durable to be called when everything before upto is on disk, and has it synced soon under every
// policy. If it is there already, it returns true and w is not called; nor is it if the log is failing: then the
// error is returned. Waiters are released in the order of their offsets. REQUIRES: upto is not beyond the end of the
// log.
func (l *Log) Await(upto int64, w Waiter) (durable bool, err error) {
	if l.synced.Load() >= upto {
		return true, nil
	}
	q := &l.waiters
	q.mu.Lock()
	// Looked at under the lock: the syncer publishes first and collects then, so it can't miss who saw the old value.
	if l.synced.Load() >= upto {
		q.mu.Unlock()
		return true, nil
	}
	if err := l.Err(); err != nil {
		q.mu.Unlock()
		return false, err
	}
	q.incoming = append(q.incoming, waiting{upto, w})
	q.mu.Unlock()
	l.wake()
	return false, nil
}

// collect takes over who came since. Only the syncer calls this and what follows.
func (q *waiterQueue) collect() {
	q.mu.Lock()
	q.sorted = append(q.sorted, q.incoming...)
	clear(q.incoming)
	q.incoming = q.incoming[:0]
	q.collected.Store(int64(len(q.sorted)))
	q.mu.Unlock()
}

// any says whether somebody waits for an offset above synced.
func (q *waiterQueue) any(synced int64) bool {
	return slices.ContainsFunc(q.sorted, func(w waiting) bool { return w.upto > synced })
}

func (q *waiterQueue) sort() {
	slices.SortStableFunc(q.sorted, func(a, b waiting) int { return cmp.Compare(a.upto, b.upto) })
}

// release calls those who wait for no more than synced.
func (q *waiterQueue) release(synced int64) {
	q.sort()
	n := 0
	for n < len(q.sorted) && q.sorted[n].upto <= synced {
		q.sorted[n].w.Durable(nil)
		n++
	}
	q.drop(n)
}

// fail calls everyone.
func (q *waiterQueue) fail(err error) {
	q.sort()
	for _, w := range q.sorted {
		w.w.Durable(err)
	}
	q.drop(len(q.sorted))
}

func (q *waiterQueue) count() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.incoming) + int(q.collected.Load())
}

func (q *waiterQueue) drop(n int) {
	rest := copy(q.sorted, q.sorted[n:])
	clear(q.sorted[rest:])
	q.sorted = q.sorted[:rest]
	q.collected.Store(int64(rest))
}

// chanWaiter turns a Waiter into something to select on.
type chanWaiter chan error

func (c chanWaiter) Durable(err error) { c <- err }

// Sync returns when everything before upto is on disk, or with the error that keeps it from getting there. REQUIRES:
// upto is not beyond the end of the log.
func (l *Log) Sync(upto int64) error {
	return l.await(context.Background(), upto)
}

func (l *Log) await(ctx context.Context, upto int64) error {
	w := make(chanWaiter, 1)
	durable, err := l.Await(upto, w)
	if durable || err != nil {
		return err
	}
	select {
	case err := <-w:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Throttle blocks while more than MaxUnsyncedBytes are in RAM only because they are not on disk yet. It returns at
// once with the log's error while the log is failing. Call it before taking locks for a write.
func (l *Log) Throttle(ctx context.Context) error {
	if err := l.Err(); err != nil {
		return err
	}
	if l.end.Load()-l.synced.Load() <= l.o.MaxUnsyncedBytes {
		return nil
	}
	return l.await(ctx, l.end.Load()-l.o.MaxUnsyncedBytes)
}
