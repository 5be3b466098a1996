package salvage

import (
	"errors"
	"io/fs"
	"strings"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// CopyTables makes a directory with the same tables. Tables are never written
// again, so they are shared.
func (d *Directory) CopyTables(dir string) error {
	return d.copyFiles(d.fs.PathJoin(d.dir, tablesDir), dir, func(name string) bool {
		return strings.HasSuffix(name, tableSuffix)
	})
}

// CopyLog copies the log into a data directory.
func (d *Directory) CopyLog(dir string) error {
	to := d.fs.PathJoin(dir, d.fs.PathBase(d.logPath()))
	return d.copyFiles(d.logPath(), to, func(string) bool { return false })
}

func (d *Directory) copyFiles(from, to string, shared func(name string) bool) error {
	names, err := d.fs.List(from)
	if errors.Is(err, fs.ErrNotExist) {
		return nil // a new store has no log yet
	}
	if err != nil {
		return err
	}
	if err := d.fs.MkdirAll(to, 0o755); err != nil {
		return err
	}
	for _, name := range names {
		a, b := d.fs.PathJoin(from, name), d.fs.PathJoin(to, name)
		if shared(name) {
			err = vfs.LinkOrCopy(d.fs, a, b)
		} else {
			err = vfs.Copy(d.fs, a, b)
		}
		if err != nil {
			return err
		}
	}
	f, err := d.fs.OpenDir(to)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
