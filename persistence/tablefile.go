package persistence

import (
	"errors"

	"github.com/cockroachdb/pebble/v2/objstorage"
	"github.com/cockroachdb/pebble/v2/vfs"
)

// tableFile is the file of a table that is written from its beginning to its end,
// in larger pieces than the blocks that it gets.
type tableFile struct {
	file vfs.File
	buf  []byte
}

const tableFileBytes = 256 << 10

func newTableFile(f vfs.File) objstorage.Writable {
	return &tableFile{f, make([]byte, 0, tableFileBytes)}
}

// Write implements objstorage.Writable.
func (t *tableFile) Write(p []byte) error {
	if len(t.buf)+len(p) > tableFileBytes {
		if err := t.flush(); err != nil {
			return err
		}
	}
	if len(p) < tableFileBytes {
		t.buf = append(t.buf, p...)
		return nil
	}
	_, err := t.file.Write(p)
	return err
}

func (t *tableFile) flush() error {
	_, err := t.file.Write(t.buf)
	t.buf = t.buf[:0]
	return err
}

// Finish implements objstorage.Writable: the file is durable then.
func (t *tableFile) Finish() error {
	err := t.flush()
	if err == nil {
		err = t.file.Sync()
	}
	return errors.Join(err, t.file.Close())
}

// Abort implements objstorage.Writable.
func (t *tableFile) Abort() { _ = t.file.Close() } // it is removed
