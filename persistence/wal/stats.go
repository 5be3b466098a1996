package wal

import (
	"slices"
	"sync/atomic"
)

// counters count since Start.
type counters struct {
	records, syncs, rolls, heals, failures atomic.Int64
	syncNanos, longestSyncNanos            atomic.Int64
	peakSyncNanos                          atomic.Int64 // since TakePeakSync
}

func (c *counters) countSync(nanos int64) {
	c.syncs.Add(1)
	c.syncNanos.Add(nanos)
	raise(&c.longestSyncNanos, nanos)
	raise(&c.peakSyncNanos, nanos)
}

// raise makes v at least n.
func raise(v *atomic.Int64, n int64) {
	for old := v.Load(); n > old; old = v.Load() {
		if v.CompareAndSwap(old, n) {
			return
		}
	}
}

// TakePeakSync returns how long the longest fdatasync since the last call took, in nanoseconds; 0 if there was none.
// For one caller, who watches for slow ones.
func (l *Log) TakePeakSync() int64 { return l.peakSyncNanos.Swap(0) }

// Segments returns the segments of the log, oldest first. FileBytes of the newest grows.
func (l *Log) Segments() []SegmentInfo {
	l.segMu.Lock()
	table := slices.Clone(l.table)
	l.segMu.Unlock()
	for i := range table {
		table[i].FileBytes = l.fileBytes(table[i].Name)
	}
	return table
}

func (l *Log) fileBytes(name string) int64 {
	info, err := l.o.FS.Stat(l.path(name))
	if err != nil {
		return 0 // trimmed meanwhile
	}
	return info.Size()
}

// Stats returns the counters. It asks the file system for sizes: not for the path of a request.
func (l *Log) Stats() Stats {
	s := Stats{
		First:            l.first(),
		End:              l.end.Load(),
		Written:          l.written.Load(),
		Synced:           l.synced.Load(),
		Waiters:          l.waiters.count(),
		Records:          l.records.Load(),
		Syncs:            l.syncs.Load(),
		Rolls:            l.rolls.Load(),
		Heals:            l.heals.Load(),
		Failures:         l.failures.Load(),
		SyncNanos:        l.syncNanos.Load(),
		LongestSyncNanos: l.longestSyncNanos.Load(),
	}
	for _, seg := range l.Segments() {
		s.Segments++
		s.FileBytes += seg.FileBytes
	}
	l.segMu.Lock()
	spares := slices.Clone(l.spares)
	s.Pins = len(l.pins)
	l.segMu.Unlock()
	for _, name := range spares {
		s.Spares++
		s.FileBytes += l.fileBytes(name)
	}
	return s
}
