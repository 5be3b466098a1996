package backup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// Directory is a Place in the file system.
type Directory struct{ root string }

// NewDirectory returns the place; it is made when something is put.
func NewDirectory(path string) *Directory { return &Directory{root: path} }

const spoolDir = "tmp"

// Path is Place's.
func (d *Directory) Path(name string) string { return filepath.Join(d.root, filepath.FromSlash(name)) }

// Spool is Place's.
func (d *Directory) Spool() (*os.File, error) {
	if err := makeDirectory(d.Path(spoolDir)); err != nil {
		return nil, err
	}
	return os.CreateTemp(d.Path(spoolDir), "*")
}

// Put is Place's.
func (d *Directory) Put(_ context.Context, name string, f *os.File) error {
	path := d.Path(name)
	if err := makeDirectory(filepath.Dir(path)); err != nil {
		return err
	}
	err := f.Chmod(0o644)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name()) // of no use
		return err
	}
	return syncDirectory(filepath.Dir(path))
}

// makeDirectory makes a directory and its parents, durably.
func makeDirectory(path string) error {
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	parent := filepath.Dir(path)
	if parent != path {
		if err := makeDirectory(parent); err != nil {
			return err
		}
	}
	if err := os.Mkdir(path, 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return syncDirectory(parent)
}

func syncDirectory(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Open is Place's.
func (d *Directory) Open(_ context.Context, name string) (io.ReadCloser, error) {
	return os.Open(d.Path(name))
}

// List is Place's.
func (d *Directory) List(_ context.Context, prefix string) (list []Entry, err error) {
	root := d.Path(prefix)
	err = filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil // it has just been removed
		}
		if err != nil {
			return err
		}
		rest, err := filepath.Rel(root, path)
		list = append(list, Entry{prefix + filepath.ToSlash(rest), info.Size(), info.ModTime()})
		return err
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return list, err
}

// Remove is Place's.
func (d *Directory) Remove(_ context.Context, name string) error {
	err := os.Remove(d.Path(name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return syncDirectory(filepath.Dir(d.Path(name)))
}

// Lock is Place's. It goes with the process.
func (d *Directory) Lock(ctx context.Context) (held context.Context, unlock func() error, err error) {
	if err := makeDirectory(d.root); err != nil {
		return nil, nil, err
	}
	lock, err := vfs.Default.Lock(d.Path("LOCK"))
	if err != nil {
		return nil, nil, fmt.Errorf("%s is being changed by another backup or prune (%w): wait until it has ended", d.root, err)
	}
	d.clearSpool()
	return ctx, lock.Close, nil
}

// clearSpool removes what interrupted runs have left.
func (d *Directory) clearSpool() {
	names, _ := os.ReadDir(d.Path(spoolDir)) // what is not removed is in nobody's way
	for _, e := range names {
		_ = os.Remove(filepath.Join(d.Path(spoolDir), e.Name()))
	}
}

// isURL tells a bucket from a directory.
func isURL(place string) bool { return strings.HasPrefix(place, "s3://") }
