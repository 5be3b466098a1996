package wal

import "time"

// Flush hands everything appended before the call to the operating system, in the caller's goroutine: then a crash of
// this process loses none of it. Who finds his bytes written already returns at once. It returns the log's error while
// the log is failing. Under EverySec it waits for an fsync that has been running for more than two seconds, as Redis
// does: the bytes at risk must not grow without end.
func (l *Log) Flush() error {
	target := l.end.Load()
	if err := l.Err(); err != nil {
		return err
	}
	if err := l.waitForStalledSync(); err != nil {
		return err
	}
	if l.written.Load() >= target {
		return nil
	}
	l.ioMu.Lock()
	defer l.ioMu.Unlock()
	if l.written.Load() >= target {
		return nil
	}
	return l.writeLocked()
}

func (l *Log) waitForStalledSync() error {
	since := l.syncer.runningSince.Load()
	if since == 0 || l.Policy() != EverySec || time.Duration(nanotime()-since) < l.o.stallAfter {
		return nil
	}
	return l.Sync(l.syncer.target.Load())
}

// writeLocked writes all pending batches to the active segment.
func (l *Log) writeLocked() error {
	if err := l.Err(); err != nil {
		return err
	}
	l.takePendingLocked()
	for l.writtenBatches < len(l.unsynced) {
		b := &l.unsynced[l.writtenBatches]
		if err := l.active.writeBatch(b, l.synced.Load()); err != nil {
			l.fail(err)
			return err
		}
		l.writtenBatches++
		l.written.Store(b.end())
		l.records.Add(1)
	}
	if l.active.full() {
		l.wake() // only the syncer moves on to the next segment
	}
	if l.Policy() != Always {
		l.moved.ring()
	}
	return nil
}

// takePendingLocked moves what was appended into unsynced.
func (l *Log) takePendingLocked() {
	from := len(l.unsynced)
	l.mu.Lock()
	l.unsynced = l.tail.take(l.unsynced, l.end.Load(), l.db)
	l.mu.Unlock()
	if from == len(l.unsynced) {
		return
	}
	nowMs := l.o.Now()
	for i := from; i < len(l.unsynced); i++ {
		l.unsynced[i].timeMs = nowMs
	}
}

// publishLocked records that everything before upto is on disk, and lets go of its copies in RAM.
func (l *Log) publishLocked(upto int64) {
	n := 0
	for n < len(l.unsynced) && l.unsynced[n].end() <= upto {
		n++
	}
	if n > l.writtenBatches || n < len(l.unsynced) && l.unsynced[n].start != upto {
		panic("wal: synced offset is not the end of a written batch")
	}
	l.releaseBatches(l.unsynced[:n])
	rest := copy(l.unsynced, l.unsynced[n:])
	clear(l.unsynced[rest:])
	l.unsynced = l.unsynced[:rest]
	l.writtenBatches -= n
	l.synced.Store(upto)
	l.moved.ring()
}

// releaseBatches gives the blocks of batches back, a run of batches at a time so that appenders hardly notice.
func (l *Log) releaseBatches(batches []batch) {
	for i := 0; i < len(batches); {
		run := i + 1
		for run < len(batches) && batches[run].blk == batches[i].blk {
			run++
		}
		l.mu.Lock()
		l.tail.release(batches[i].blk, run-i)
		l.mu.Unlock()
		i = run
	}
}
