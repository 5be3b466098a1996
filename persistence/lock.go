package persistence

import (
	"fmt"
	"io"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// dirLock keeps other processes out of a data directory.
type dirLock struct{ held io.Closer }

// inUseError: another process serves the directory.
type inUseError struct {
	path string
	err  error
}

func (e *inUseError) Error() string {
	return fmt.Sprintf("%s is locked: another server is using this data directory (%v)", e.path, e.err)
}

func (e *inUseError) Unwrap() error { return e.err }

func lockDirectory(fs vfs.FS, path string) (dirLock, error) {
	held, err := fs.Lock(path)
	if err != nil {
		return dirLock{}, &inUseError{path, err}
	}
	return dirLock{held}, nil
}

// LockDirectory keeps servers out of a data directory that a tool works on,
// until what it returns is closed.
func LockDirectory(fs vfs.FS, dir string) (io.Closer, error) {
	l, err := lockDirectory(fs, fs.PathJoin(dir, lockFile))
	return l.held, err
}

func (l dirLock) release() error {
	if l.held == nil {
		return nil
	}
	return l.held.Close()
}
