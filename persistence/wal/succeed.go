package wal

// Rebase ends this log and begins another one in its place: in directory dir, at offset at, with a history of its own.
// What was appended before is synced first, so nobody waits for it in vain. The files of the old log stay where they
// are, for the caller to remove. db is the database that the new stream has selected, -1 if that is not known.
//
// REQUIRES: no Append runs meanwhile, and no Reader is in use.
func (l *Log) Rebase(dir string, at int64, db int, h History) error {
	return l.call(func() error {
		if err := l.roll(); err != nil {
			return err
		}
		if err := l.makeDir(dir); err != nil {
			return err
		}
		l.ioMu.Lock()
		defer l.ioMu.Unlock()
		l.moveTo(dir, at, db, h)
		seg, err := l.createSegment(at, nil)
		if err != nil {
			l.fail(err) // and heals as ever, in the new directory
			return err
		}
		l.install(seg)
		return nil
	})
}

// moveTo forgets the old log. All of it is on disk.
func (l *Log) moveTo(dir string, at int64, db int, h History) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.segMu.Lock()
	defer l.segMu.Unlock()
	l.o.Dir = dir
	l.table, l.spares, l.strays = nil, nil, nil
	l.history = h
	l.db, l.namedDB = db, db
	l.setEnd(at, at)
	if l.tail.blk != nil {
		l.tail.beginBatch(0, at, db)
	} else {
		l.tail.openStart = at
	}
}
