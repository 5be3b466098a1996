package wal

import "time"

// A failed write or fsync is final for its file. The kernel may have dropped the dirty pages and marked them clean,
// so a second fsync that succeeds proves nothing. What is not known to be on disk stays in RAM; sooner or later it is
// written to a new segment that begins at the synced offset, and by its name that one supersedes whatever the old
// file holds from there on: no byte is lost or doubled.

// Err returns why the log can't write, or nil. It heals by itself when the disk lets it; ErrClosed stays.
func (l *Log) Err() error {
	if f := l.failure.Load(); f != nil {
		return f.err
	}
	return nil
}

// fail makes the log refuse to write. REQUIRES: ioMu. The syncer tells the waiters.
func (l *Log) fail(err error) {
	if l.failure.CompareAndSwap(nil, &failure{err}) {
		l.failures.Add(1)
		l.o.Logf("wal: writing stops at offset %d, %d bytes wait in RAM: %v",
			l.synced.Load(), l.end.Load()-l.synced.Load(), err)
	}
	l.wake()
}

func (l *Log) healIfDue() {
	if l.syncer.nextHeal.IsZero() {
		l.syncer.nextHeal = time.Now().Add(l.o.retryEvery)
	}
	if time.Now().Before(l.syncer.nextHeal) {
		return
	}
	_ = l.heal() // Err tells
}

// Retry tries to heal a failing log now instead of at the next interval.
func (l *Log) Retry() error {
	return l.call(func() error {
		if l.Err() == nil {
			return nil
		}
		return l.heal()
	})
}

// heal writes everything unsynced to a new segment. Only the syncer calls it, while the log is failing.
func (l *Log) heal() error {
	l.ioMu.Lock()
	defer l.ioMu.Unlock()
	l.syncer.nextHeal = time.Now().Add(l.o.retryEvery)
	l.takePendingLocked()
	seg, err := l.createSegment(l.synced.Load(), l.writeUnsynced)
	if err != nil {
		l.failure.Store(&failure{err})
		return err
	}
	l.install(seg)
	if n := len(l.unsynced); n > 0 {
		l.writtenBatches = n
		l.written.Store(l.unsynced[n-1].end())
	}
	l.publishLocked(l.written.Load())
	l.mend()
	l.heals.Add(1)
	l.o.Logf("wal: writing goes on in %s, nothing is lost: synced up to offset %d", seg.Name, l.synced.Load())
	return nil
}

// mend ends a failure. REQUIRES: ioMu, and an active file that never failed.
func (l *Log) mend() {
	l.failure.Store(nil)
	l.syncer.nextHeal = time.Time{}
}

func (l *Log) writeUnsynced(seg *segment) error {
	for i := range l.unsynced {
		if err := seg.writeBatch(&l.unsynced[i], seg.Start); err != nil {
			return err
		}
	}
	return nil
}
