package backup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/cairndb/cairn/persistence"
)

// Repository holds backups.
type Repository struct {
	place Place
	id    string
}

// repositoryFile says that a place is a repository.
const repositoryFile = "repository.json"

type repositoryInfo struct {
	Format int    `json:"format"`
	What   string `json:"what"`
	ID     string `json:"id"`
}

const whatItIs = "backups made by cairn"

// At returns the repository at a directory or s3://bucket/prefix. It is not looked at yet.
func At(place string, o S3Options) (*Repository, error) {
	if !isURL(place) {
		return New(NewDirectory(place)), nil
	}
	b, err := NewBucket(place, o)
	if err != nil {
		return nil, err
	}
	return New(b), nil
}

// New returns the repository at a place.
func New(p Place) *Repository { return &Repository{place: p} }

// open reads what the repository says of itself.
func (r *Repository) open(ctx context.Context) error {
	err := r.readInfo(ctx)
	var d *DamageError
	if errors.As(err, &d) && d.What == missing {
		return fmt.Errorf("%s holds no backups: %s is missing", r.place.Path(""), repositoryFile)
	}
	return err
}

func (r *Repository) readInfo(ctx context.Context) error {
	var info repositoryInfo
	if err := r.readJSON(ctx, repositoryFile, &info); err != nil {
		return err
	}
	if info.Format != formatVersion {
		return fmt.Errorf("%s has format %d, this program reads format %d: use the version of cairn that has written it",
			r.place.Path(""), info.Format, formatVersion)
	}
	r.id = info.ID
	return nil
}

// openOrCreate makes an empty place a repository.
func (r *Repository) openOrCreate(ctx context.Context) error {
	entries, err := r.place.List(ctx, "")
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.Name == repositoryFile {
			return r.open(ctx)
		}
	}
	for _, e := range entries {
		if !isHousekeeping(e.Name) {
			return fmt.Errorf("%s is not empty, and holds no backups: it has %s", r.place.Path(""), e.Name)
		}
	}
	r.id = persistence.NewReplicationID()
	return r.writeJSON(ctx, repositoryFile, repositoryInfo{Format: formatVersion, What: whatItIs, ID: r.id})
}

// stored are the objects that a repository has, by their checksums, with their sizes.
func (r *Repository) stored(ctx context.Context) (map[string]int64, error) {
	entries, err := r.place.List(ctx, objectsPrefix)
	if err != nil {
		return nil, err
	}
	have := make(map[string]int64, len(entries))
	for _, e := range entries {
		if sum := sumOf(e.Name); sum != "" {
			have[sum] = e.SizeBytes
		}
	}
	return have, nil
}

// sumOf is the checksum that an object is named by, "" if it is none.
func sumOf(name string) string {
	if n := len(name) - 64; n > 0 && isSum(name[n:]) && (Object{Sum: name[n:]}).name() == name {
		return name[n:]
	}
	return ""
}

// store makes an object of what fill writes, unless the repository has it: have says so, and is told.
func (r *Repository) store(ctx context.Context, have map[string]int64, fill func(w io.Writer) error) (o Object, fresh bool, err error) {
	f, err := r.place.Spool()
	if err != nil {
		return o, false, err
	}
	if o, err = writeObject(f, fill); err != nil {
		drop(f)
		return o, false, err
	}
	if size, ok := have[o.Sum]; ok && size == o.StoredBytes {
		drop(f)
		return o, false, nil
	}
	if err := r.place.Put(ctx, o.name(), f); err != nil {
		return o, false, err
	}
	have[o.Sum] = o.StoredBytes
	return o, true, nil
}

func writeObject(f *os.File, fill func(w io.Writer) error) (Object, error) {
	w, err := newObjectWriter(f)
	if err != nil {
		return Object{}, err
	}
	if err := fill(w); err != nil {
		return Object{}, err
	}
	return w.finish()
}
