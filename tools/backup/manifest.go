package backup

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/persistence"
	"github.com/cairndb/cairn/persistence/wal"
)

// formatVersion of repositories: what this program writes, and reads.
const formatVersion = 1

// Manifest is one backup.
type Manifest struct {
	Format  int    `json:"format"`
	ID      string `json:"id"`
	TakenMs int64  `json:"taken_ms"` // when it was begun, by the clock of who took it

	StoreID     string      `json:"store"`
	StoreFormat int         `json:"store_format"`
	LogEpoch    uint64      `json:"log_epoch"`
	History     wal.History `json:"history"`
	Keys        int64       `json:"keys"`

	// The tables are the store at Offset, and nothing before that was written after SealedMs. The log reaches End, and
	// nothing after that was written at EndMs or before. Times are the server's.
	Offset   int64 `json:"offset"`
	SealedMs int64 `json:"sealed_ms"`
	End      int64 `json:"end"`
	EndMs    int64 `json:"end_ms"`

	Tables []Table `json:"tables"`
	Log    []Piece `json:"log"` // of this backup and of those before, as far back as any needs it; by Start

	AddedBytes  int64 `json:"added"`  // of contents that the repository did not have
	StoredBytes int64 `json:"stored"` // what they take there
}

// Table is a file of the store's tables.
type Table struct {
	File   persistence.BackupTableFile `json:"file"`
	Object Object                      `json:"object"`
}

// Piece is a part of the log.
type Piece struct {
	Start   int64       `json:"start"`
	End     int64       `json:"end"`
	FirstMs int64       `json:"first_ms"` // of its first record
	LastMs  int64       `json:"last_ms"`
	History wal.History `json:"history"`
	Object
}

const (
	backupsPrefix = "backups/"
	partialPrefix = "partial/"
	jsonSuffix    = ".json"
)

const idTime = "20060102T150405.000Z"

// newID names a backup by its time, but later than all others, whatever the clock says: so names sort by age.
func newID(at time.Time, list []*Manifest) string {
	for _, m := range list {
		stamp, _, _ := strings.Cut(m.ID, "-")
		if t, err := time.Parse(idTime, stamp); err == nil && !t.Before(at) {
			at = t.Add(time.Millisecond)
		}
	}
	return at.UTC().Format(idTime) + "-" + persistence.NewReplicationID()[:6]
}

// Taken is when the backup was begun.
func (m *Manifest) Taken() time.Time { return time.UnixMilli(m.TakenMs) }

// TableBytes is the size of all tables.
func (m *Manifest) TableBytes() (n int64) {
	for _, t := range m.Tables {
		n += t.File.SizeBytes
	}
	return n
}

// validate refuses what this program cannot make sense of.
func (m *Manifest) validate() error {
	if m.Format != formatVersion {
		return fmt.Errorf("has format %d, this program reads format %d: use the version of cairn that has written it", m.Format, formatVersion)
	}
	for _, t := range m.Tables {
		if name := t.File.Name; !isSum(t.Object.Sum) || name == "" || name != path.Base(name) || strings.HasPrefix(name, ".") {
			return fmt.Errorf("names a table %q with checksum %q", name, t.Object.Sum)
		}
	}
	for _, p := range m.Log {
		if !isSum(p.Sum) || p.Start < 0 || p.End <= p.Start {
			return fmt.Errorf("names a piece of the log from %d to %d with checksum %q", p.Start, p.End, p.Sum)
		}
	}
	return nil
}

// usable refuses a backup of a store that this program cannot open.
func (m *Manifest) usable() error {
	if m.StoreFormat != encoding.FormatVersion {
		return fmt.Errorf("backup %s is of a store of format %d, this program opens format %d: restore it with the version of "+
			"cairn that has written it", m.ID, m.StoreFormat, encoding.FormatVersion)
	}
	return nil
}

// manifests reads all backups, oldest first, and what is damaged among them.
func (r *Repository) manifests(ctx context.Context, prefix string) (list []*Manifest, damaged []*DamageError, err error) {
	entries, err := r.place.List(ctx, prefix)
	if err != nil {
		return nil, nil, err
	}
	for _, e := range entries {
		m, err := r.manifest(ctx, e.Name)
		var d *DamageError
		switch {
		case errors.As(err, &d) && d.What == missing: // it was removed since it was listed
		case errors.As(err, &d):
			damaged = append(damaged, d)
		case err != nil:
			return nil, nil, err
		default:
			list = append(list, m)
		}
	}
	slices.SortFunc(list, func(a, b *Manifest) int { return strings.Compare(a.ID, b.ID) })
	return list, damaged, nil
}

// removed returns which backups of a list are not there any more.
func (r *Repository) removed(ctx context.Context, list []*Manifest) (gone []*Manifest, err error) {
	entries, err := r.place.List(ctx, backupsPrefix)
	if err != nil {
		return nil, err
	}
	there := map[string]bool{}
	for _, e := range entries {
		there[e.Name] = true
	}
	for _, m := range list {
		if !there[backupsPrefix+m.ID+jsonSuffix] {
			gone = append(gone, m)
		}
	}
	return gone, nil
}

func (r *Repository) manifest(ctx context.Context, name string) (*Manifest, error) {
	m := &Manifest{}
	if err := r.readJSON(ctx, name, m); err != nil {
		return nil, err
	}
	err := m.validate()
	if err == nil && path.Base(name) != m.ID+jsonSuffix {
		err = fmt.Errorf("was renamed: it is of backup %q", m.ID)
	}
	if err != nil {
		return nil, &DamageError{r.place.Path(name), err.Error()}
	}
	return m, nil
}
