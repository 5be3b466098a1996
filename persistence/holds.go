package persistence

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/cairndb/cairn/persistence/wal"
)

// After a backup the log is kept from where it ended, so that the next one can go on there and any moment between the
// two can be restored. A hold is one repository's wish. It lives in a file, because a restart trims as well; and it is
// bounded in bytes, because nobody may ever come back for it.

// holdsFile has a line for each hold: name, epoch of the log, offset.
const holdsFile = "HOLDS"

const (
	maxHolds     = 16 // the oldest ones go
	maxHoldBytes = 64 // of a name
)

func isEOF(err error) bool { return errors.Is(err, io.EOF) }

type holds struct {
	bytes atomic.Int64 // of log that may be kept
	mu    sync.Mutex
	list  map[string]hold
}

type hold struct {
	offset int64
	pin    *wal.Pin
}

// SetBackupLogBytes changes Options.BackupLogBytes.
func (s *Store) SetBackupLogBytes(n int64) { s.holds.bytes.Store(n) }

func (h *holds) any() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.list) > 0
}

// holdLog keeps the log from an offset on for the next backup of that name.
func (s *Store) holdLog(name string, offset int64) error {
	if len(name) > maxHoldBytes || strings.ContainsFunc(name, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return fmt.Errorf("%.80q is no name for a place of backups", name)
	}
	if s.holds.bytes.Load() == 0 {
		return nil
	}
	pin, err := s.log.Pin(offset)
	if err != nil {
		return err
	}
	h := &s.holds
	h.mu.Lock()
	defer h.mu.Unlock()
	h.put(name, hold{offset, pin})
	for len(h.list) > maxHolds {
		h.drop(h.oldest())
	}
	return s.saveHoldsLocked()
}

func (h *holds) put(name string, one hold) {
	h.drop(name)
	if h.list == nil {
		h.list = map[string]hold{}
	}
	h.list[name] = one
}

func (h *holds) drop(name string) {
	if one, ok := h.list[name]; ok {
		one.pin.Release()
		delete(h.list, name)
	}
}

func (h *holds) oldest() string {
	return slices.MinFunc(slices.Sorted(maps.Keys(h.list)), func(a, b string) int {
		return int(min(max(h.list[a].offset-h.list[b].offset, -1), 1))
	})
}

func (s *Store) saveHoldsLocked() error {
	var text []byte
	for _, name := range slices.Sorted(maps.Keys(s.holds.list)) {
		text = appendHold(text, name, s.logEpoch, s.holds.list[name].offset)
	}
	return writeSmallFile(s.opts.FS, s.opts.Dir, holdsFile, text)
}

const holdFormat = "%s %d %d\n"

func appendHold(dst []byte, name string, epoch uint64, offset int64) []byte {
	return fmt.Appendf(dst, holdFormat, name, epoch, offset)
}

// loadHolds keeps the log as it was kept before the restart. Nothing was trimmed since.
func (s *Store) loadHolds() {
	s.SetBackupLogBytes(s.opts.BackupLogBytes)
	b, err := readFile(s.opts.FS, s.opts.FS.PathJoin(s.opts.Dir, holdsFile))
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) {
			s.opts.Logf("the log is not kept for the next backup: %v", err)
		}
		return
	}
	h := &s.holds
	h.mu.Lock()
	defer h.mu.Unlock()
	for line := range strings.Lines(string(b)) {
		var name string
		var epoch uint64
		var offset int64
		if _, err := fmt.Sscanf(line, holdFormat, &name, &epoch, &offset); err != nil {
			s.opts.Logf("%s: %.100q is no hold: the log is not kept for the next backup", holdsFile, line)
			continue
		}
		if epoch != s.logEpoch {
			continue // the next backup says from where on there is a gap
		}
		if pin, err := s.log.Pin(offset); err == nil {
			h.put(name, hold{offset, pin})
		}
	}
}

// limitHolds lets go of those that keep too much.
func (s *Store) limitHolds() {
	h := &s.holds
	h.mu.Lock()
	defer h.mu.Unlock()
	low := s.LogEnd() - h.bytes.Load()
	dropped := false
	for name, one := range h.list {
		if one.offset < low {
			s.opts.Logf("no backup came for the log since offset %d: it is not kept any longer", one.offset)
			h.drop(name)
			dropped = true
		}
	}
	if dropped {
		s.saveHoldsLogged()
	}
}

// dropHolds lets go of all.
func (s *Store) dropHolds(why error) {
	h := &s.holds
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.list) == 0 {
		return
	}
	s.opts.Logf("the log is not kept for the next backup: %v", why)
	for name := range h.list {
		h.drop(name)
	}
	s.saveHoldsLogged()
}

// saveHoldsLogged: a file that names too many does no harm.
func (s *Store) saveHoldsLogged() {
	if err := s.saveHoldsLocked(); err != nil {
		s.opts.Logf("writing %s: %v", holdsFile, err)
	}
}
