package wal

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"sync/atomic"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// maxSpares bounds the files kept for reuse.
const maxSpares = 4

// Pin keeps the log from an offset on, whatever Trim is told.
type Pin struct {
	l   *Log
	off atomic.Int64
}

// Pin keeps everything from off on until Release. *OffsetError if that is not kept any more.
func (l *Log) Pin(off int64) (*Pin, error) {
	p := &Pin{l: l}
	p.off.Store(off)
	l.segMu.Lock()
	kept := len(l.table) > 0 && l.table[0].Start <= off && off <= l.end.Load()
	if kept {
		l.pins[p] = struct{}{}
	}
	l.segMu.Unlock()
	if !kept {
		return nil, l.offsetError(off)
	}
	return p, nil
}

// Move lets go of what is before off. It never goes back.
func (p *Pin) Move(off int64) {
	for old := p.off.Load(); off > old && !p.off.CompareAndSwap(old, off); old = p.off.Load() {
	}
}

// Release ends the pin. Again is no harm.
func (p *Pin) Release() {
	p.l.segMu.Lock()
	defer p.l.segMu.Unlock()
	delete(p.l.pins, p)
}

// SetKeepBytes changes Options.KeepBytes.
func (l *Log) SetKeepBytes(n int64) { l.keepBytes.Store(n) }

// Trim gives up the segments that lie wholly below checkpoint, below every pin, and more than KeepBytes behind the end.
// checkpoint is the lowest offset that the store itself may still ask for. The files are kept for reuse or removed; what
// could not be removed is tried again by the next Trim.
func (l *Log) Trim(checkpoint int64) error {
	l.trimMu.Lock()
	defer l.trimMu.Unlock()
	l.segMu.Lock()
	doomed, strays := l.trimLocked(min(checkpoint, l.synced.Load(), l.end.Load()-l.keepBytes.Load())), l.strays
	l.strays = nil
	l.segMu.Unlock()
	if len(doomed)+len(strays) == 0 {
		return nil
	}
	spares, errs := l.recycle(doomed)
	for _, name := range strays {
		errs = append(errs, l.removeFile(name))
	}
	// Only now may a spare be written: before, a crash could bring it back under its old name.
	err := l.syncDir(l.o.Dir)
	if err == nil {
		l.addSpares(spares)
	}
	return errors.Join(append(errs, err)...)
}

// trimLocked takes the segments that end at or before low off the table. Whoever reads them finds out.
func (l *Log) trimLocked(low int64) []SegmentInfo {
	for p := range l.pins {
		low = min(low, p.off.Load())
	}
	n := 0
	for n+1 < len(l.table) && l.table[n+1].Start <= low {
		n++
	}
	doomed := slices.Clone(l.table[:n])
	l.table = slices.Delete(l.table, 0, n)
	return doomed
}

// recycle renames the files of segments to spares, as many as are wanted, and removes the others; oldest first, so that
// a crash leaves no hole.
func (l *Log) recycle(segments []SegmentInfo) (spares []string, errs []error) {
	l.segMu.Lock()
	room := maxSpares - len(l.spares)
	l.segMu.Unlock()
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

// reusable says whether a file has the size of a segment, more or less: a giant record may have blown it up.
func (l *Log) reusable(name string) bool {
	info, err := l.o.FS.Stat(l.path(name))
	return err == nil && info.Size() >= l.o.SegmentBytes && info.Size() <= 2*l.o.SegmentBytes
}

func (l *Log) removeFile(name string) error {
	err := l.o.FS.Remove(l.path(name))
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	l.segMu.Lock()
	defer l.segMu.Unlock()
	l.strays = append(l.strays, name)
	return fmt.Errorf("wal: remove %s: %w", name, err)
}

func (l *Log) addSpares(names []string) {
	l.segMu.Lock()
	defer l.segMu.Unlock()
	l.spares = append(l.spares, names...)
}

// adoptSpares sorts out the spare files that Open found: a crash may have left half-made ones.
func (l *Log) adoptSpares() error {
	found := l.spares
	l.spares = nil
	for _, name := range found {
		if len(l.spares) < maxSpares && l.reusable(name) {
			l.spares = append(l.spares, name)
		} else if err := l.removeFile(name); err != nil {
			return err
		}
	}
	return nil
}

// prepareSpare has a zeroed file ready before the active segment is full, if Trim has not left one: syncing a record into
// blocks that have been written before takes half as long. Only Always is in such a hurry. Called by the syncer.
func (l *Log) prepareSpare(active *segment) {
	if l.Policy() != Always || l.spareCount() > 0 || l.activePos(active) < active.fullBytes/2 {
		return
	}
	if !l.preparing.CompareAndSwap(false, true) {
		return
	}
	name := spareName(uint64(l.o.random())<<32 | uint64(l.o.random()))
	l.helpers.Go(func() {
		defer l.preparing.Store(false)
		if err := l.makeSpare(name); err != nil {
			l.o.FS.Remove(l.path(name))
			return
		}
		l.addSpares([]string{name})
	})
}

func (l *Log) activePos(s *segment) int64 {
	l.ioMu.Lock()
	defer l.ioMu.Unlock()
	return s.pos
}

func (l *Log) spareCount() int {
	l.segMu.Lock()
	defer l.segMu.Unlock()
	return len(l.spares)
}

func (l *Log) makeSpare(name string) error {
	f, err := l.o.FS.OpenReadWrite(l.path(name), vfs.WriteCategoryUnspecified)
	if err != nil {
		return fmt.Errorf("wal: open %s: %w", name, err)
	}
	defer f.Close()
	_ = f.Preallocate(0, l.o.SegmentBytes)
	if err := l.zeroFill(f, l.o.SegmentBytes); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return fmt.Errorf("wal: fsync %s: %w", name, err)
	}
	return nil
}
