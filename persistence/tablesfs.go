package persistence

import (
	"errors"
	"io/fs"
	"strings"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// markerFS puts what Pebble does to its markers in order. A marker is an empty
// file whose name tells which manifest is the current one. Pebble creates the
// manifest, then the new marker, removes the old one and syncs the directory
// once, in the end: where a file system does not keep the order of such
// changes, a power cut can leave a marker without its manifest, or none at all
// (cockroachdb/pebble issue 5825, mended after the release used here).
type markerFS struct{ vfs.FS }

func isMarker(fs vfs.FS, path string) bool { return strings.HasPrefix(fs.PathBase(path), "marker.") }

// Create makes what is in the directory durable before a marker can name it.
func (m markerFS) Create(path string, category vfs.DiskWriteCategory) (vfs.File, error) {
	if isMarker(m.FS, path) {
		if err := syncDir(m.FS, m.FS.PathDir(path)); err != nil {
			return nil, err
		}
	}
	return m.FS.Create(path, category)
}

// Remove makes the new marker durable before the old one goes.
func (m markerFS) Remove(path string) error {
	if isMarker(m.FS, path) {
		if err := syncDir(m.FS, m.FS.PathDir(path)); err != nil {
			return err
		}
	}
	return m.FS.Remove(path)
}

// Unwrap serves Pebble, which looks for the file system at the bottom.
func (m markerFS) Unwrap() vfs.FS { return m.FS }

func syncDir(fs vfs.FS, path string) error {
	d, err := fs.OpenDir(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// syncPath makes a directory durable together with its parents, any of which
// may be new. Those that this process may not read were not made by it.
func syncPath(fsys vfs.FS, path string) error {
	for {
		if err := syncDir(fsys, path); err != nil && !errors.Is(err, fs.ErrPermission) {
			return err
		}
		parent := fsys.PathDir(path)
		if parent == path {
			return nil
		}
		path = parent
	}
}
