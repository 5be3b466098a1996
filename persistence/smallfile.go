package persistence

import (
	"errors"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// tmpSuffix ends the name of a small file that is not whole yet.
const tmpSuffix = ".tmp"

// writeSmallFile makes a file, in place of one that is there: it is whole and durable, or what was there before still is.
func writeSmallFile(fs vfs.FS, dir, name string, content []byte) error {
	tmp := fs.PathJoin(dir, name+tmpSuffix)
	f, err := fs.Create(tmp, vfs.WriteCategoryUnspecified)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	if err := fs.Rename(tmp, fs.PathJoin(dir, name)); err != nil {
		return err
	}
	return syncDir(fs, dir)
}
