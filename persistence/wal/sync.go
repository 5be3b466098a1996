package wal

import (
	"runtime"
	"sync/atomic"
	"time"
)

// syncState belongs to the syncer, the one goroutine that fsyncs, changes segments, heals and releases waiters.
type syncState struct {
	runningSince atomic.Int64 // nanotime of the fsync under way; 0: none
	target       atomic.Int64 // offset that it will reach
	lastStart    time.Time
	nextHeal     time.Time
	closeErr     error
}

var processStart = time.Now()

// nanotime is a monotonic clock, never 0.
func nanotime() int64 { return int64(time.Since(processStart)) + 1 }

// wake makes the syncer look around now.
func (l *Log) wake() {
	select {
	case l.kick <- struct{}{}:
	default:
	}
}

func (l *Log) run() {
	defer close(l.done)
	tick := time.NewTicker(l.o.tick)
	defer tick.Stop()
	for {
		select {
		case <-l.kick:
			l.step()
		case <-tick.C:
			l.step()
			l.idle()
		case fn := <-l.calls:
			fn()
			l.step()
		case <-l.stopped:
			l.shutdown()
			return
		}
	}
}

// step does what is due. A failure leaves its error in Err and wakes the syncer again.
func (l *Log) step() {
	l.waiters.collect()
	if l.Err() != nil {
		l.waiters.fail(l.Err())
		l.healIfDue()
		return
	}
	if l.syncDue() {
		_ = l.syncOnce()
		l.releaseWaiters()
	}
	if l.rollDue() {
		_ = l.roll() // after the release: nobody waits for it
	}
	l.releaseWaiters()
}

// releaseWaiters lets go of those whose bytes are on disk. It looks for new ones again: who came before the synced
// offset moved must not be overtaken by somebody with a higher one.
func (l *Log) releaseWaiters() {
	l.waiters.collect()
	l.waiters.release(l.synced.Load())
}

func (l *Log) syncDue() bool {
	if l.waiters.any(l.synced.Load()) || l.rollDue() {
		return true
	}
	if l.end.Load() == l.synced.Load() {
		return false
	}
	switch l.Policy() {
	case Always:
		return true
	case EverySec:
		return time.Since(l.syncer.lastStart) >= l.o.syncEvery
	}
	return false
}

// syncOnce writes and syncs everything appended before it began. Others may go on writing meanwhile.
func (l *Log) syncOnce() error {
	if l.Policy() == Always {
		// Lets those whom the last sync has released append, and share this one.
		runtime.Gosched()
	}
	l.ioMu.Lock()
	err := l.writeLocked()
	seg, upto := l.active, l.written.Load()
	l.ioMu.Unlock()
	if err != nil {
		return err
	}
	if upto > l.synced.Load() {
		if err := l.syncFile(seg, upto); err != nil {
			return err
		}
	}
	l.prepareSpare(seg)
	return nil
}

func (l *Log) syncFile(seg *segment, upto int64) error {
	l.syncer.lastStart = time.Now()
	l.syncer.target.Store(upto)
	began := nanotime()
	l.syncer.runningSince.Store(began)
	err := seg.sync()
	l.syncer.runningSince.Store(0)
	l.countSync(nanotime() - began)
	l.ioMu.Lock()
	defer l.ioMu.Unlock()
	if err != nil {
		l.fail(err)
		return err
	}
	l.publishLocked(upto)
	return nil
}

// rollDue says whether the active segment is full.
func (l *Log) rollDue() bool {
	l.ioMu.Lock()
	defer l.ioMu.Unlock()
	return l.Err() == nil && l.active.full()
}

// roll moves on to a new segment. The old one is synced first, under every policy: so a segment proves that those
// before it were whole.
func (l *Log) roll() error {
	l.ioMu.Lock()
	defer l.ioMu.Unlock()
	if err := l.writeLocked(); err != nil {
		return err
	}
	if upto := l.written.Load(); upto > l.synced.Load() {
		// What came in since syncOnce let go of ioMu: little.
		if err := l.active.sync(); err != nil {
			l.fail(err)
			return err
		}
		l.publishLocked(upto)
	}
	seg, err := l.createSegment(l.synced.Load(), nil)
	if err != nil {
		l.fail(err)
		return err
	}
	l.markContinued(l.active, l.synced.Load())
	l.install(seg)
	l.rolls.Add(1)
	return nil
}

// idle writes what nobody asked for: appends that no client waits for, and once all is synced a mark that says so.
func (l *Log) idle() {
	l.ioMu.Lock()
	defer l.ioMu.Unlock()
	if l.writeLocked() != nil || l.markedAt == l.synced.Load() {
		return
	}
	l.mu.Lock()
	l.tail.shrink()
	l.mu.Unlock()
	l.markLocked(0)
}

// markLocked writes a mark if all that is written is synced. The mark itself is not synced: it only helps to judge
// damage.
func (l *Log) markLocked(flags uint16) {
	synced := l.synced.Load()
	if synced != l.written.Load() {
		return
	}
	if err := l.active.writeMark(synced, l.o.Now(), flags); err != nil {
		l.fail(err)
		return
	}
	l.markedAt = synced
}

// call runs fn in the syncer.
func (l *Log) call(fn func() error) error {
	result := make(chan error, 1)
	select {
	case l.calls <- func() { result <- fn() }:
		return <-result
	case <-l.done:
		return ErrClosed
	}
}

// shutdown is the syncer's last act.
func (l *Log) shutdown() {
	err := l.Err()
	if err != nil {
		err = l.heal()
	}
	if err == nil {
		err = l.syncOnce()
	}
	l.ioMu.Lock()
	if err == nil {
		l.markLocked(flagClosed)
	}
	l.active.close()
	l.failure.Store(&failure{ErrClosed})
	l.ioMu.Unlock()
	l.syncer.closeErr = err
	l.releaseWaiters()
	l.waiters.fail(ErrClosed)
	l.moved.ring()
}
