package wal

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"sync/atomic"
)

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

// Offset is from where on the log is kept.
func (p *Pin) Offset() int64 { return p.off.Load() }

// Release ends the pin. Again is no harm.
func (p *Pin) Release() {
	p.l.segMu.Lock()
	defer p.l.segMu.Unlock()
	delete(p.l.pins, p)
}

// SetKeepBytes changes Options.KeepBytes.
func (l *Log) SetKeepBytes(n int64) { l.keepBytes.Store(n) }

// KeepBytes is how much of the log is kept behind the checkpoint.
func (l *Log) KeepBytes() int64 { return l.keepBytes.Load() }

// Trim gives up the segments that lie wholly below checkpoint, below every pin, and more than KeepBytes behind the
// end. checkpoint is the lowest offset that the store itself may still ask for. The files are kept for reuse or
// removed; what could not be removed is tried again by the next Trim.
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
	errs = append(errs, l.syncDir(*l.dir.Load()))
	err := errors.Join(errs...)
	if err == nil {
		// Not before the directory is synced may a spare be written: a crash could bring it back under its old name.
		l.addSpares(spares)
		return nil
	}
	l.segMu.Lock()
	defer l.segMu.Unlock()
	l.strays = append(l.strays, spares...)
	return err
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
