package persistence

import (
	"errors"
	"fmt"
	"strings"

	"github.com/cockroachdb/pebble/v2/sstable"
)

// tableWriter writes sorted keys into as many tables as it takes. Their keys
// must come in order, a range deletion by its start and ending before the key
// after it.
type tableWriter struct {
	store   *Store
	key     []byte // scratch for callers
	value   []byte
	paths   []string
	given   []string // tables of others between them
	open    *sstable.Writer
	size    int64 // bytes of keys and values in the open table
	bytes   int64
	records int64
}

// tableBytes is the size at which the next table begins: big enough to be
// worth a file, small enough for compactions to run side by side.
var tableBytes int64 = 32 << 20

// unfinished is how the names of tables begin that are not ingested yet.
const unfinished = "checkpoint-"

// removeLeftovers removes the unfinished tables of a checkpoint that a crash
// has ended. They are in nobody's way, but for their room.
func (s *Store) removeLeftovers() {
	dir := s.opts.FS.PathJoin(s.opts.Dir, tablesDir)
	names, err := s.opts.FS.List(dir)
	for _, name := range names {
		if strings.HasPrefix(name, unfinished) {
			err = errors.Join(err, s.opts.FS.Remove(s.opts.FS.PathJoin(dir, name)))
		}
	}
	if err != nil {
		s.opts.Logf("removing what a checkpoint left behind: %v", err)
	}
}

func newTableWriter(s *Store) *tableWriter { return &tableWriter{store: s} }

func (w *tableWriter) set(key, value []byte) error {
	if err := w.room(len(key) + len(value)); err != nil {
		return err
	}
	return w.open.Set(key, value)
}

func (w *tableWriter) delete(key []byte) error {
	if err := w.room(len(key)); err != nil {
		return err
	}
	return w.open.Delete(key)
}

func (w *tableWriter) deleteRange(from, to []byte) error {
	if err := w.room(len(from) + len(to)); err != nil {
		return err
	}
	return w.open.DeleteRange(from, to)
}

// splice adds tables that are there already, behind what was written.
func (w *tableWriter) splice(paths []string) error {
	if len(paths) == 0 {
		return nil
	}
	w.given = append(w.given, paths...)
	if w.open == nil {
		return nil
	}
	return w.closeTable()
}

// room opens a table, the next one if this one is full.
func (w *tableWriter) room(n int) error {
	if w.open != nil && w.size > tableBytes {
		if err := w.closeTable(); err != nil {
			return err
		}
	}
	if w.open == nil {
		if err := w.openTable(); err != nil {
			return err
		}
	}
	w.size += int64(n)
	w.records++
	return nil
}

func (w *tableWriter) openTable() error {
	s := w.store
	path := s.opts.FS.PathJoin(s.opts.Dir, tablesDir, fmt.Sprintf(unfinished+"%06d.tmp", len(w.paths)))
	f, err := s.opts.FS.Create(path, "checkpoint")
	if err != nil {
		return err
	}
	w.paths = append(w.paths, path)
	o := s.tableOpt.MakeWriterOptions(0, s.tables.TableFormat())
	w.open = sstable.NewWriter(newTableFile(f), o)
	w.size = 0
	return nil
}

// closeTable finishes the open table; its file is synced then.
func (w *tableWriter) closeTable() error {
	open := w.open
	w.open = nil
	if err := open.Close(); err != nil {
		return err
	}
	meta, err := open.Metadata()
	if err != nil {
		return err
	}
	w.bytes += int64(meta.Size)
	return nil
}

func (w *tableWriter) finish() (paths []string, bytes int64, err error) {
	if w.open != nil {
		if err := w.closeTable(); err != nil {
			return nil, 0, err
		}
	}
	return append(w.given, w.paths...), w.bytes, nil
}

// discard removes the files of a failed checkpoint.
func (w *tableWriter) discard() {
	var err error
	if w.open != nil {
		err = w.open.Close()
	}
	for _, p := range w.paths {
		err = errors.Join(err, w.store.opts.FS.Remove(p))
	}
	if err != nil {
		w.store.opts.Logf("removing the files of a failed checkpoint: %v", err)
	}
}
