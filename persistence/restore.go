package persistence

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/cairndb/cairn/persistence/wal"
)

// restoringFile marks a directory whose restore has not ended. Tables without their manifest would pass for an empty
// store.
const restoringFile = "RESTORING"

// Restore fills an empty directory with what a backup has kept.
type Restore struct {
	fs   vfs.FS
	dir  string
	lock dirLock
}

// BeginRestore takes a directory that is empty, or not there, or whose restore was interrupted. End it with Finish or
// Abandon.
func BeginRestore(fsys vfs.FS, dir string) (_ *Restore, err error) {
	if err := mayRestore(fsys, dir); err != nil {
		return nil, err
	}
	if err := fsys.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	r := &Restore{fs: fsys, dir: dir}
	if r.lock, err = lockDirectory(fsys, fsys.PathJoin(dir, lockFile)); err != nil {
		return nil, err
	}
	if err = mayRestore(fsys, dir); err == nil { // again: a server may have come and gone
		err = writeSmallFile(fsys, dir, restoringFile, nil)
	}
	if err == nil {
		err = r.clear()
	}
	if err != nil {
		return nil, errors.Join(err, r.lock.release())
	}
	return r, nil
}

// mayRestore refuses a directory that has anything in it.
func mayRestore(fsys vfs.FS, dir string) error {
	names, err := fsys.List(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if slices.Contains(names, restoringFile) {
		return nil
	}
	for _, name := range names {
		if name != "lost+found" && name != lockFile && name != restoringFile+tmpSuffix {
			return fmt.Errorf("%s is not empty (it has %s): restore to a new directory", dir, name)
		}
	}
	return nil
}

// clear removes what an interrupted restore has left.
func (r *Restore) clear() error {
	names, err := r.fs.List(r.dir)
	if err != nil {
		return err
	}
	for _, name := range names {
		if name == lockFile || name == restoringFile || name == "lost+found" {
			continue
		}
		if err := r.fs.RemoveAll(r.fs.PathJoin(r.dir, name)); err != nil {
			return err
		}
	}
	return r.fs.MkdirAll(r.fs.PathJoin(r.dir, tablesDir), 0o755)
}

// CreateTable makes a file of BackupInfo.Tables. Its writer syncs and closes it.
func (r *Restore) CreateTable(name string) (vfs.File, error) {
	if name == "" || name != r.fs.PathBase(name) || name == "." || name == ".." {
		return nil, fmt.Errorf("%q is no name of a table", name)
	}
	return r.fs.Create(r.fs.PathJoin(r.dir, tablesDir, name), vfs.WriteCategoryUnspecified)
}

// Log begins the log of the restored store, which goes on where the tables are. Its writer appends what the backup has
// kept, and closes it. nowMs is the time of what is appended.
func (r *Restore) Log(epoch uint64, offset int64, h wal.History, nowMs func() int64) (*wal.Log, error) {
	log, err := wal.Open(wal.Options{
		FS: r.fs, Dir: r.fs.PathJoin(r.dir, logName(epoch)), Policy: wal.No, AllowEmpty: true, SyncedFloor: offset, Now: nowMs,
	})
	if err != nil {
		return nil, err
	}
	return log, log.Start(wal.StartOptions{History: h, DB: -1, Offset: offset})
}

// Hold keeps the restored log, from an offset on, for a backup of that name, as Backup.End does.
func (r *Restore) Hold(name string, epoch uint64, offset int64) error {
	return writeSmallFile(r.fs, r.dir, holdsFile, appendHold(nil, name, epoch, offset))
}

// Finish makes the directory a store.
func (r *Restore) Finish() error {
	err := syncDir(r.fs, r.fs.PathJoin(r.dir, tablesDir))
	if err == nil {
		err = syncPath(r.fs, r.dir)
	}
	if err == nil {
		err = r.fs.Remove(r.fs.PathJoin(r.dir, restoringFile))
	}
	if err == nil {
		err = syncDir(r.fs, r.dir)
	}
	return errors.Join(err, r.lock.release())
}

// Abandon leaves the directory as it is: no store, but another restore may begin in it.
func (r *Restore) Abandon() error { return r.lock.release() }

// refuseUnfinished refuses a directory whose restore has not ended.
func refuseUnfinished(fsys vfs.FS, dir string) error {
	there, err := exists(fsys, fsys.PathJoin(dir, restoringFile))
	if err == nil && there {
		err = fmt.Errorf("%s holds an unfinished restore: run cairn restore to it again", dir)
	}
	return err
}
