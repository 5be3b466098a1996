package persistence

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/cockroachdb/pebble/v2"
)

// Pebble makes an empty store where it does not find its marker, and opens an
// older one where the end of its manifest is damaged; in both cases it removes
// the tables that it has not heard of. So what it will find is looked at first,
// and a directory is refused, unchanged, that has held more than that.

const whatToDo = "nothing was changed; bring back what was there, or see cairn check --repair"

// Names of Pebble's files.
const (
	manifestMarker = "marker.manifest."
	formatMarker   = "marker.format-version."
)

// checkTables refuses tables that Pebble would take for less than they are.
func (s *Store) checkTables(dir string) error {
	names, err := s.opts.FS.List(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	used, err := s.wasUsed()
	if err != nil {
		return err
	}
	// The markers are durable before the first table.
	used = used || slices.ContainsFunc(names, func(name string) bool { return strings.HasSuffix(name, ".sst") })
	for _, marker := range []string{manifestMarker, formatMarker} {
		if used && newest(names, marker) == "" {
			return fmt.Errorf("%s%s is missing, without which the tables do not count: %s",
				s.opts.FS.PathJoin(dir, marker), "*", whatToDo)
		}
	}
	if err := s.checkTableOptions(dir, newest(names, "OPTIONS-")); err != nil {
		return err
	}
	marker := newest(names, manifestMarker)
	if marker == "" {
		return nil // a new store
	}
	_, current, _ := strings.Cut(strings.TrimPrefix(marker, manifestMarker), ".")
	if !slices.Contains(names, current) {
		return fmt.Errorf("%s is missing, which %s names: %s", s.opts.FS.PathJoin(dir, current), marker, whatToDo)
	}
	torn, err := checkManifest(s.opts.FS, s.opts.FS.PathJoin(dir, current))
	if err != nil || torn == "" {
		return err
	}
	if err := s.tryTables(dir, used); err != nil {
		return fmt.Errorf("%s, and what is left of it is not enough (%w): %s", torn, err, whatToDo)
	}
	return nil
}

// checkTableOptions refuses a file of Pebble's options that it could not read.
func (s *Store) checkTableOptions(dir, name string) error {
	if name == "" {
		return nil
	}
	path := s.opts.FS.PathJoin(dir, name)
	text, err := readFile(s.opts.FS, path)
	if err != nil {
		return err
	}
	if err := s.tableOpt.CheckCompatibility(dir, string(text)); err != nil {
		return fmt.Errorf("%s is damaged (%w): remove it, it is made anew", path, err)
	}
	return nil
}

// newest is the file that counts of those with a prefix, "" if there is none.
// They are numbered with digits enough to sort.
func newest(names []string, prefix string) (found string) {
	for _, name := range names {
		if strings.HasPrefix(name, prefix) {
			found = max(found, name)
		}
	}
	return found
}

// tryTables opens the tables only to read, and looks whether the log goes on
// from where they are. So it does when a crash has torn the manifest's end: what
// was to be there had not come into force.
func (s *Store) tryTables(dir string, used bool) (err error) {
	o := s.tableOptions()
	o.ReadOnly = true
	tables, err := pebble.Open(dir, o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, tables.Close()) }()
	meta, err := readMetaOf(tables)
	switch {
	case errors.Is(err, pebble.ErrNotFound) && !used:
		return nil // its first checkpoint was torn
	case err != nil:
		return err
	}
	_, err = s.openLog(meta)
	return err
}

// wasUsed tells whether the directory has held a store that served: it has a
// name or a log.
func (s *Store) wasUsed() (bool, error) {
	if s.inUse() {
		return true, nil
	}
	names, err := s.opts.FS.List(s.opts.Dir)
	if err != nil {
		return false, err
	}
	for _, name := range names {
		if !isLogName(name) {
			continue
		}
		files, err := s.opts.FS.List(s.opts.FS.PathJoin(s.opts.Dir, name))
		if err != nil || len(files) > 0 {
			return len(files) > 0, err
		}
	}
	return false, nil
}
