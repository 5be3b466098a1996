package backup

import (
	"context"
	"fmt"
	"io"

	"github.com/cairndb/cairn/persistence"
)

// Source is a store that is backed up.
type Source interface {
	// Begin keeps the store as it is until End or Close.
	Begin(ctx context.Context) (*persistence.BackupInfo, error)
	ReadTable(ctx context.Context, f persistence.BackupTableFile, w io.Writer) error
	// StartLog and ReadLog are those of persistence.Backup.
	StartLog(ctx context.Context, from int64) (*persistence.BackupLog, error)
	ReadLog(ctx context.Context) ([]byte, error)
	// End says that the backup is durable. The log after it is kept for the next one of the same name.
	End(ctx context.Context, name string) error
	Close() error
}

// pieceBytes are read at once.
const pieceBytes = 1 << 20

// storeSource is a store that this process has opened.
type storeSource struct {
	store  *persistence.Store
	backup *persistence.Backup
}

// OfStore is the source that an open store is.
func OfStore(s *persistence.Store) Source { return &storeSource{store: s} }

func (s *storeSource) Begin(context.Context) (*persistence.BackupInfo, error) {
	b, err := s.store.BeginBackup()
	if err != nil {
		return nil, err
	}
	s.backup = b
	return &b.Info, nil
}

func (s *storeSource) ReadTable(ctx context.Context, f persistence.BackupTableFile, w io.Writer) error {
	buf := make([]byte, pieceBytes)
	for position := int64(0); ; {
		if err := ctx.Err(); err != nil {
			return err
		}
		n, err := s.backup.ReadTable(f.Name, position, buf)
		if err != nil {
			return err
		}
		if _, err := w.Write(buf[:n]); err != nil {
			return err
		}
		if position += int64(n); n < len(buf) {
			return wholeTable(f, position)
		}
	}
}

func wholeTable(f persistence.BackupTableFile, got int64) error {
	if got != f.SizeBytes {
		return fmt.Errorf("%s has %d bytes, not %d", f.Name, got, f.SizeBytes)
	}
	return nil
}

func (s *storeSource) StartLog(_ context.Context, from int64) (*persistence.BackupLog, error) {
	return s.backup.StartLog(from)
}

func (s *storeSource) ReadLog(ctx context.Context) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return s.backup.ReadLog(pieceBytes)
}

func (s *storeSource) End(_ context.Context, name string) error { return s.backup.End(name) }

func (s *storeSource) Close() error {
	if s.backup == nil {
		return nil
	}
	return s.backup.Close()
}
