package wal

import (
	"fmt"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// Spare files become segments. Syncing a record into blocks that have been written before takes about half as long as
// into new ones, preallocated or not, because the file system's journal is not involved. So under Always, where
// somebody waits for each sync, segments that Trim gives up are used again, and when there is none a file is zeroed
// ahead of need. Under the other policies that would cost writes (or reads: overwriting part of a page that is not in
// memory fetches it) and gain nothing.

const (
	// maxSpares bounds the files kept for reuse.
	maxSpares = 4
	// firstSegmentBytes bounds the segment that Start makes when there is no spare: zeroing a whole one would hold the
	// start up, and a small store stays small.
	firstSegmentBytes = 4 << 20
	// zeroStepBytes is written at once: the page cache would hold larger pieces in pages so large that later small
	// writes become slow.
	zeroStepBytes = 64 << 10
	// zeroSyncBytes is synced at once: little enough to let other writers of the disk pass.
	zeroSyncBytes = 1 << 20
	// prefetchStepBytes is what one readahead call of the kernel honours.
	prefetchStepBytes = 128 << 10
)

func spareName(generation uint64) string { return fmt.Sprintf("%s%016x", sparePrefix, generation) }

// takeSpare names the file that becomes a segment: "" if a new one has to be made.
func (l *Log) takeSpare() string {
	if l.Policy() != Always {
		return ""
	}
	l.segMu.Lock()
	defer l.segMu.Unlock()
	n := len(l.spares)
	if n == 0 {
		return ""
	}
	name := l.spares[n-1]
	l.spares = l.spares[:n-1]
	return name
}

// addSpares offers files for reuse. What is too many goes with the next Trim.
func (l *Log) addSpares(names []string) {
	l.segMu.Lock()
	defer l.segMu.Unlock()
	n := min(len(names), max(0, maxSpares-len(l.spares)))
	l.spares = append(l.spares, names[:n]...)
	l.strays = append(l.strays, names[n:]...)
}

// nextSpare returns what takeSpare would, without taking it.
func (l *Log) nextSpare() string {
	l.segMu.Lock()
	defer l.segMu.Unlock()
	if n := len(l.spares); n > 0 {
		return l.spares[n-1]
	}
	return ""
}

// recycle renames the files of segments to spares, as many as are wanted, and removes the others; oldest first, so
// that a crash leaves no hole.
func (l *Log) recycle(segments []SegmentInfo) (spares []string, errs []error) {
	room := l.spareRoom()
	for _, s := range segments {
		if len(spares) < room && l.reusable(s.Name) {
			spare := spareName(s.Generation)
			if err := l.o.FS.Rename(l.path(s.Name), l.path(spare)); err == nil {
				spares = append(spares, spare)
				continue
			}
		}
		errs = append(errs, l.removeFile(s.Name))
	}
	return spares, errs
}

// spareRoom returns how many more spares are wanted.
func (l *Log) spareRoom() int {
	if l.Policy() != Always {
		return 0
	}
	l.segMu.Lock()
	defer l.segMu.Unlock()
	return maxSpares - len(l.spares)
}

// reusable says whether a file has the size of a segment, more or less: a giant record may have blown it up.
func (l *Log) reusable(name string) bool {
	info, err := l.o.FS.Stat(l.path(name))
	return err == nil && info.Size() >= l.o.SegmentBytes && info.Size() <= 2*l.o.SegmentBytes
}

// adoptSpares sorts out the spare files that Open found: a crash may have left half-made ones. The directory is synced
// before one is used, because a process that was killed on the way may not have got to it: to the disk such a file may
// still be a segment.
func (l *Log) adoptSpares() error {
	found := l.spares
	l.spares = nil
	for _, name := range found {
		if l.spareRoom() > 0 && l.reusable(name) {
			l.spares = append(l.spares, name)
		} else if err := l.removeFile(name); err != nil {
			return err
		}
	}
	return l.syncDir(*l.dir.Load())
}

// prepareSpare has a file ready before the active segment is full. Called by the syncer.
func (l *Log) prepareSpare(active *segment) {
	if active.spareAsked || l.Policy() != Always || l.activePos() < active.fullBytes/2 {
		return
	}
	active.spareAsked = true
	if name := l.nextSpare(); name != "" {
		l.helpers.Go(func() { l.warm(name) })
		return
	}
	name := spareName(uint64(l.o.random())<<32 | uint64(l.o.random()))
	l.helpers.Go(func() {
		if err := l.makeSpare(name); err != nil {
			l.o.FS.Remove(l.path(name)) // a new segment can do without
			return
		}
		l.addSpares([]string{name})
	})
}

func (l *Log) activePos() int64 {
	l.ioMu.Lock()
	defer l.ioMu.Unlock()
	return l.active.pos
}

func (l *Log) makeSpare(name string) error {
	f, err := l.o.FS.OpenReadWrite(l.path(name), vfs.WriteCategoryUnspecified)
	if err != nil {
		return fmt.Errorf("wal: open %s: %w", name, err)
	}
	defer f.Close()
	_ = f.Preallocate(0, l.o.SegmentBytes)
	return l.zeroFill(f, l.o.SegmentBytes)
}

// zeroFill writes and syncs n bytes.
func (l *Log) zeroFill(f vfs.File, n int64) error {
	zeros := make([]byte, zeroStepBytes)
	for at := int64(0); at < n && !l.closing.Load(); {
		step := min(zeroStepBytes, n-at)
		if _, err := f.WriteAt(zeros[:step], at); err != nil {
			return fmt.Errorf("wal: preallocate: %w", err)
		}
		at += step
		if at%zeroSyncBytes != 0 && at < n {
			continue
		}
		if err := f.SyncData(); err != nil {
			return fmt.Errorf("wal: preallocate: %w", err)
		}
	}
	return nil
}

// warm brings a spare file into memory: overwriting a part of a page that is not there would wait for it.
func (l *Log) warm(name string) {
	f, err := l.o.FS.Open(l.path(name))
	if err != nil {
		return // taken meanwhile
	}
	defer f.Close()
	prefetch(f, l.o.SegmentBytes)
}

func prefetch(f vfs.File, n int64) {
	for at := int64(0); at < n; at += prefetchStepBytes {
		if f.Prefetch(at, prefetchStepBytes) != nil {
			return
		}
	}
}
