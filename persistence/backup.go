package persistence

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/persistence/wal"
)

// backupPrefix is how the names of the directories begin that hold the tables of backups under way.
const backupPrefix = "backup-"

// maxBackups are under way at one time.
const maxBackups = 4

// ErrTooManyBackups: others have to end first.
var ErrTooManyBackups = fmt.Errorf("%d backups are under way already", maxBackups)

// BackupInfo says what a backup consists of.
type BackupInfo struct {
	StoreID       string            `json:"store"`
	FormatVersion int               `json:"format_version"` // of the store
	LogEpoch      uint64            `json:"log_epoch"`
	Offset        int64             `json:"offset"`    // of the log, that the tables are at
	SealedMs      int64             `json:"sealed_ms"` // no byte of the log before Offset was written later
	Keys          int64             `json:"keys"`      // of all databases
	History       wal.History       `json:"history"`   // that Offset belongs to
	LogFirst      int64             `json:"log_first"` // oldest offset of the log that can be read
	Segments      []HistorySegment  `json:"segments"`  // which parts of the log have which history
	Tables        []BackupTableFile `json:"tables"`
}

// HistorySegment says whose history the log is from an offset on.
type HistorySegment struct {
	Start   int64       `json:"start"`
	History wal.History `json:"history"`
}

// BackupTableFile is a file among the tables. If its name, its size and its time are those of a file of the same store
// in an earlier backup, and it is Immutable, then it is the same file.
type BackupTableFile struct {
	Name       string `json:"name"`
	SizeBytes  int64  `json:"size"`
	ModifiedNs int64  `json:"modified_ns"`
	Immutable  bool   `json:"immutable"`
}

// Backup is what the store consists of at one log offset, kept as it is until Close: hard links to its tables, and the
// log. For one goroutine; the store may give it up meanwhile.
type Backup struct {
	Info BackupInfo

	store *Store
	dir   string
	pin   *wal.Pin

	mu     sync.Mutex
	reader *wal.Reader
	end    int64 // up to which the log is read
	gone   error // why nothing is kept any more
}

// backups are those under way.
type backups struct {
	mu      sync.Mutex
	running map[*Backup]struct{}
	count   int64 // since the start, for names
}

// BeginBackup keeps what the last checkpoint has left, and the log. It makes no checkpoint, which would cost more than all
// the rest: the log since the last one goes into a backup anyway, so that any moment can be restored. Close it.
func (s *Store) BeginBackup() (_ *Backup, err error) {
	s.checkpoints.mu.Lock() // so that the tables are those of the Meta that is read, and nothing is trimmed
	defer s.checkpoints.mu.Unlock()
	b := &Backup{store: s}
	if err := s.admit(b); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, b.Close())
		}
	}()
	b.Info.LogFirst = s.log.Stats().First
	if b.pin, err = s.log.Pin(b.Info.LogFirst); err != nil {
		return nil, err
	}
	if err := s.tables.Checkpoint(b.dir); err != nil {
		return nil, fmt.Errorf("linking the tables: %w", err)
	}
	return b, b.describe()
}

// admit lists a backup and gives it a directory's name.
func (s *Store) admit(b *Backup) error {
	r := &s.backups
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.running) >= maxBackups {
		return ErrTooManyBackups
	}
	if r.running == nil {
		r.running = map[*Backup]struct{}{}
	}
	r.count++
	b.dir = s.opts.FS.PathJoin(s.opts.Dir, fmt.Sprintf("%s%d", backupPrefix, r.count))
	r.running[b] = struct{}{}
	return nil
}

func (b *Backup) describe() error {
	s := b.store
	meta, err := readMetaOf(s.tables)
	if err != nil {
		return err
	}
	i := &b.Info
	i.StoreID, i.FormatVersion, i.LogEpoch = s.storeID, encoding.FormatVersion, meta.LogEpoch
	i.Offset, i.SealedMs, i.History = meta.Offset, s.writtenBefore(meta.Offset), s.History()
	for _, d := range meta.Databases {
		for _, n := range d.Keys {
			i.Keys += n
		}
	}
	i.Segments = s.historySegments()
	i.Tables, err = b.listTables()
	return err
}

// writtenBefore is a time after which nothing before an offset was written: the offset of the tables.
func (s *Store) writtenBefore(offset int64) (ms int64) {
	last := s.LastCheckpoint()
	switch {
	case last.Count > 0 && last.Offset == offset:
		return last.Synced.UnixMilli()
	case s.recoveredFrom == offset:
		return s.openedMs
	default:
		return s.now()
	}
}

func (s *Store) historySegments() []HistorySegment {
	var list []HistorySegment
	for _, seg := range s.log.Segments() {
		if n := len(list); n == 0 || list[n-1].History != seg.History {
			list = append(list, HistorySegment{Start: seg.Start, History: seg.History})
		}
	}
	return list
}

func (b *Backup) listTables() ([]BackupTableFile, error) {
	fs := b.store.opts.FS
	names, err := fs.List(b.dir)
	if err != nil {
		return nil, err
	}
	slices.Sort(names)
	var list []BackupTableFile
	for _, name := range names {
		info, err := fs.Stat(fs.PathJoin(b.dir, name))
		if err != nil {
			return nil, err
		}
		if info.IsDir() {
			continue
		}
		immutable := strings.HasSuffix(name, ".sst") || strings.HasSuffix(name, ".blob")
		list = append(list, BackupTableFile{
			Name: name, SizeBytes: info.Size(), ModifiedNs: info.ModTime().UnixNano(), Immutable: immutable,
		})
	}
	return list, nil
}

// TableBytes is the size of a file of Info.Tables.
func (b *Backup) TableBytes(name string) (int64, error) {
	for _, f := range b.Info.Tables {
		if f.Name == name {
			return f.SizeBytes, nil
		}
	}
	return 0, fmt.Errorf("there is no file %q in the backup", name)
}

// ReadTable reads a file of Info.Tables from a position on; less than len(dst) only at its end.
func (b *Backup) ReadTable(name string, position int64, dst []byte) (n int, err error) {
	if err := b.Err(); err != nil {
		return 0, err
	}
	if _, err := b.TableBytes(name); err != nil {
		return 0, err
	}
	f, err := b.store.opts.FS.Open(b.store.opts.FS.PathJoin(b.dir, name))
	if err != nil {
		return 0, errors.Join(b.Err(), err)
	}
	n, err = readAt(f, dst, position)
	return n, errors.Join(err, f.Close())
}

// BackupLog says up to where the log of a backup is read.
type BackupLog struct {
	End      int64            `json:"end"`
	EndMs    int64            `json:"end_ms"` // nothing after End was written at this time or before
	Segments []HistorySegment `json:"segments"`
}

// StartLog begins to read the log at an offset. It will be read up to its present end.
func (b *Backup) StartLog(from int64) (*BackupLog, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.gone != nil {
		return nil, b.gone
	}
	log, endMs := b.store.log, b.store.now()-1
	if err := log.Sync(b.store.LogEnd()); err != nil {
		return nil, err
	}
	b.end = log.Synced()
	if from < b.Info.LogFirst || from > b.end {
		return nil, &wal.OffsetError{Offset: from, First: b.Info.LogFirst, End: b.end}
	}
	b.stopReading()
	reader, err := log.NewReader(from)
	if err != nil {
		return nil, err
	}
	b.reader = reader
	b.pin.Move(from)
	return &BackupLog{End: b.end, EndMs: endMs, Segments: b.store.historySegments()}, nil
}

// ReadLog returns the next records, of about so many bytes, as encoding.LogRecord has them; none at the end.
func (b *Backup) ReadLog(bytes int) (out []byte, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.gone != nil {
		return nil, b.gone
	}
	if b.reader == nil {
		return nil, errors.New("the log was not started")
	}
	for b.reader.Offset() < b.end && len(out) < bytes {
		r, err := b.reader.Next(context.Background()) // does not wait: all before the end is there
		if err != nil {
			return nil, err
		}
		out = encoding.AppendLogRecord(out, encoding.LogRecord{Start: r.Start, TimeMs: r.TimeMs, DB: r.DB, Payload: r.Payload})
	}
	b.pin.Move(b.reader.Offset())
	return out, nil
}

// End says that the backup is complete. The log from its end on is kept for the next one of that name, within bounds; no
// name keeps nothing.
func (b *Backup) End(name string) error {
	if err := b.mayEnd(); err != nil {
		return err
	}
	return errors.Join(b.hold(name), b.Close())
}

func (b *Backup) mayEnd() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.gone != nil {
		return b.gone
	}
	if b.reader == nil || b.reader.Offset() < b.end {
		return errors.New("the log was not read to its end")
	}
	return nil
}

// hold keeps the log for the next backup. Nothing is trimmed meanwhile, and the
// log does not become another one.
func (b *Backup) hold(name string) error {
	if name == "" {
		return nil
	}
	b.store.checkpoints.mu.Lock()
	defer b.store.checkpoints.mu.Unlock()
	if err := b.Err(); err != nil {
		return err
	}
	return b.store.holdLog(name, b.end)
}

// Err is why the backup cannot go on.
func (b *Backup) Err() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.gone
}

// Close gives up what the backup keeps. Again is no harm.
func (b *Backup) Close() error { return b.giveUp(errBackupEnded) }

var errBackupEnded = errors.New("the backup has ended")

func (b *Backup) giveUp(why error) error {
	r := &b.store.backups
	r.mu.Lock()
	delete(r.running, b)
	r.mu.Unlock()
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.gone == nil {
		b.gone = why
	}
	if b.pin != nil {
		b.pin.Release()
	}
	b.stopReading()
	return b.store.opts.FS.RemoveAll(b.dir)
}

func (b *Backup) stopReading() {
	if b.reader != nil {
		_ = b.reader.Close() // only read
		b.reader = nil
	}
}

// abortBackups ends those under way.
func (s *Store) abortBackups(why error) {
	r := &s.backups
	r.mu.Lock()
	var list []*Backup
	for b := range r.running {
		list = append(list, b)
	}
	r.mu.Unlock()
	for _, b := range list {
		s.opts.Logf("a backup is given up: %v", why)
		if err := b.giveUp(why); err != nil {
			s.opts.Logf("removing what a backup kept: %v", err)
		}
	}
}

// removeOldBackups removes what backups kept when the process ended.
func (s *Store) removeOldBackups() {
	names, err := s.opts.FS.List(s.opts.Dir)
	for _, name := range names {
		if strings.HasPrefix(name, backupPrefix) {
			err = errors.Join(err, s.opts.FS.RemoveAll(s.opts.FS.PathJoin(s.opts.Dir, name)))
		}
	}
	if err != nil {
		s.opts.Logf("removing what a backup left behind: %v", err)
	}
}

func (s *Store) keepsForBackups() bool {
	s.backups.mu.Lock()
	running := len(s.backups.running)
	s.backups.mu.Unlock()
	return running > 0 || s.holds.any()
}

// readAt is f.ReadAt, for which the end of the file is no error.
func readAt(f vfs.File, dst []byte, position int64) (n int, err error) {
	n, err = f.ReadAt(dst, position)
	if isEOF(err) {
		err = nil
	}
	return n, err
}
