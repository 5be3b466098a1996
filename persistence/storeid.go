package persistence

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
)

// storeIDFile names the directory's tables apart from those of any other: two stores that began as one, by a backup or
// a copy, give the same numbers to different tables. It is written when both tables and log are there, the first time
// that the store is about to serve. So a directory that has it and lacks one of them has lost it.
const storeIDFile = "IDENTITY"

// loadStoreID reads the store's name, if it has one.
func (s *Store) loadStoreID() error {
	b, err := readFile(s.opts.FS, s.opts.FS.PathJoin(s.opts.Dir, storeIDFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	s.storeID = strings.TrimSpace(string(b))
	if len(s.storeID) != len(NewReplicationID()) {
		return fmt.Errorf("%s in %s is damaged: remove it, and the next backup copies all tables", storeIDFile, s.opts.Dir)
	}
	return nil
}

// inUse tells whether the store has served: it has a name.
func (s *Store) inUse() bool { return s.storeID != "" }

// nameStore gives a store that has none its name.
func (s *Store) nameStore() error {
	if s.inUse() {
		return nil
	}
	id := NewReplicationID()
	if err := writeSmallFile(s.opts.FS, s.opts.Dir, storeIDFile, []byte(id+"\n")); err != nil {
		return err
	}
	s.storeID = id
	return nil
}
