package wal

import (
	"fmt"
	"strconv"
)

// maxSelectBytes bounds a SELECT command in the stream.
const maxSelectBytes = 64

// Append adds the effects of one command or transaction on database db to the log and returns the offset after them.
// It puts a SELECT before them if the stream has another database selected. The bytes stay together: they are read
// back whole or not at all. They are copied, and in RAM only until Flush, Sync or Await.
//
// Safe for concurrent use; the order of calls is the order in the log. A mutex and a copy: it never does I/O, and
// never waits for any. REQUIRES: Start has returned, Close has not been called, 0 <= db <= MaxDB, and payload is not
// larger than MaxAppendBytes.
func (l *Log) Append(db int, payload []byte) (end int64) {
	mustFit(db, payload)
	l.mu.Lock()
	end = l.end.Load()
	if db != l.namedDB {
		end = l.appendSelectLocked(db, payload, end)
	} else {
		copy(l.tail.reserve(len(payload), end, l.db), payload)
		end += int64(len(payload))
	}
	l.end.Store(end)
	l.mu.Unlock()
	return end
}

func (l *Log) appendSelectLocked(db int, payload []byte, end int64) int64 {
	sel := appendSelect(make([]byte, 0, maxSelectBytes), db)
	n := len(sel) + len(payload)
	dst := l.tail.reserve(n, end, l.db)
	copy(dst[copy(dst, sel):], payload)
	l.db, l.namedDB = db, db
	return end + int64(n)
}

// mustFit panics before any lock is taken: a handler that recovers must not leave the log locked.
func mustFit(db int, payload []byte) {
	if uint(db) > MaxDB || len(payload) > MaxAppendBytes {
		panic(fmt.Sprintf("wal: append of %d bytes to database %d", len(payload), db))
	}
}

// appendSelect appends the RESP bytes of SELECT db.
func appendSelect(dst []byte, db int) []byte {
	var digits [20]byte
	name := strconv.AppendInt(digits[:0], int64(db), 10)
	dst = append(dst, "*2\r\n$6\r\nSELECT\r\n$"...)
	dst = strconv.AppendInt(dst, int64(len(name)), 10)
	dst = append(dst, "\r\n"...)
	dst = append(dst, name...)
	return append(dst, "\r\n"...)
}

// AppendRaw is Append for bytes that must not change: what a replica got from its master. dbAfter is the database that
// the stream has selected behind them, or -1 if that is not known.
func (l *Log) AppendRaw(payload []byte, dbAfter int) (end int64) {
	mustFit(max(dbAfter, 0), payload)
	l.mu.Lock()
	end = l.end.Load()
	copy(l.tail.reserve(len(payload), end, l.db), payload)
	end += int64(len(payload))
	l.db, l.namedDB = dbAfter, dbAfter
	l.end.Store(end)
	l.mu.Unlock()
	return end
}

// AppendAside is Append for bytes that change nothing and mean the same whatever database is selected: what a master tells
// its replicas between effects.
func (l *Log) AppendAside(payload []byte) (end int64) {
	mustFit(0, payload)
	l.mu.Lock()
	end = l.end.Load()
	copy(l.tail.reserve(len(payload), end, l.db), payload)
	end += int64(len(payload))
	l.end.Store(end)
	l.mu.Unlock()
	return end
}

// Reselect makes the next Append name its database even if the stream has it selected: for a reader that joins here
// and does not know.
func (l *Log) Reselect() {
	l.mu.Lock()
	l.namedDB = -1
	l.mu.Unlock()
}

// Position returns the end of the log and the database selected there (-1 unknown), as one consistent pair.
func (l *Log) Position() (end int64, db int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.end.Load(), l.db
}

// Written returns the offset up to which the log was handed to the operating system: a crash of this process alone
// keeps it.
func (l *Log) Written() int64 { return l.written.Load() }

// Synced returns the offset up to which the log is known to be on disk.
func (l *Log) Synced() int64 { return l.synced.Load() }
