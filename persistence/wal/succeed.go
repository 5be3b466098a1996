package wal

import "errors"

// Successor is a log that lies ready to take another one's place: its first segment, in a directory of its own.
type Successor struct {
	log *Log // never started
	seg *segment
	db  int
}

// errSucceeded: what was waited for is of a log that has ended.
var errSucceeded = errors.New("wal: another log has taken the place of this one")

// Prepare makes, in directory dir, the beginning of a log that can take this one's place: at offset at, with a history
// of its own; db is the database that its stream has selected there, -1 if that is not known. It is durable when this
// returns. This log goes on until Succeed. After an error there may be something in dir that is of no use.
func (l *Log) Prepare(dir string, at int64, db int, h History) (*Successor, error) {
	n := &Log{o: l.o, history: h}
	n.dir.Store(&dir)
	n.policy.Store(l.policy.Load())
	l.ioMu.Lock()
	n.lastGeneration = l.lastGeneration
	l.ioMu.Unlock()
	if err := n.makeDir(dir); err != nil {
		return nil, err
	}
	seg, err := n.createSegment(at, nil)
	if err != nil {
		return nil, err
	}
	return &Successor{log: n, seg: seg, db: db}, nil
}

// Discard gives up what was prepared; its directory is the caller's to remove.
func (n *Successor) Discard() { n.seg.close() }

// Succeed ends this log and goes on with the one that was prepared. It does no I/O that could fail, and if the log was
// failing it is so no longer. The files of the old log stay where they are, for the caller to remove; pins of it keep
// nothing any more. ErrClosed if the log is closed.
//
// REQUIRES: no Append runs meanwhile, no Reader is in use, and nothing is needed of what is not synced yet.
func (l *Log) Succeed(n *Successor) error {
	err := l.call(func() error {
		_ = l.syncOnce() // somebody may still wait; if it fails he is told
		l.releaseWaiters()
		l.waiters.fail(errSucceeded)
		l.helpers.Wait() // what they make is for the old log
		l.ioMu.Lock()
		defer l.ioMu.Unlock()
		l.forgetUnsynced()
		l.moveTo(n)
		l.install(n.seg)
		l.mend()
		return nil
	})
	if err != nil {
		n.Discard()
	}
	return err
}

// forgetUnsynced drops what a failing log has kept in RAM. REQUIRES: ioMu.
func (l *Log) forgetUnsynced() {
	l.takePendingLocked()
	l.releaseBatches(l.unsynced)
	clear(l.unsynced)
	l.unsynced, l.writtenBatches = l.unsynced[:0], 0
}

// moveTo forgets the old log. REQUIRES: ioMu.
func (l *Log) moveTo(n *Successor) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.segMu.Lock()
	defer l.segMu.Unlock()
	l.dir.Store(n.log.dir.Load())
	l.lastGeneration = max(l.lastGeneration, n.log.lastGeneration)
	l.table, l.spares, l.strays = nil, nil, nil
	clear(l.pins)
	l.history = n.log.history
	l.db, l.namedDB = n.db, n.db
	at := n.seg.Start
	l.setEnd(at, at)
	if l.tail.blk != nil {
		l.tail.beginBatch(0, at, n.db)
	} else {
		l.tail.openStart = at
	}
}
