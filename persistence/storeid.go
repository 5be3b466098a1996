package persistence

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
)

// storeIDFile names the directory's tables apart from those of any other: two stores that began as one, by a backup or
// a copy, give the same numbers to different tables.
const storeIDFile = "IDENTITY"

// loadStoreID reads the store's name, or draws one.
func (s *Store) loadStoreID() error {
	b, err := readFile(s.opts.FS, s.opts.FS.PathJoin(s.opts.Dir, storeIDFile))
	if err == nil {
		s.storeID = strings.TrimSpace(string(b))
		if len(s.storeID) != len(NewReplicationID()) {
			return fmt.Errorf("%s in %s is damaged: remove it, and the next backup copies all tables", storeIDFile, s.opts.Dir)
		}
		return nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	s.storeID = NewReplicationID()
	return writeSmallFile(s.opts.FS, s.opts.Dir, storeIDFile, []byte(s.storeID+"\n"))
}
