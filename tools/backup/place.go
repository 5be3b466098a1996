package backup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"
)

// Place is where a repository lies. Names have slashes. What is put is there as a whole and durable, or not at all.
type Place interface {
	// Put stores a file's content, and takes the file away.
	Put(ctx context.Context, name string, f *os.File) error
	// Open returns an error that is fs.ErrNotExist if there is no such name.
	Open(ctx context.Context, name string) (io.ReadCloser, error)
	// List returns what has names with a prefix that ends in a slash, sorted.
	List(ctx context.Context, prefix string) ([]Entry, error)
	// Remove is durable when it returns. It is no error if there is nothing.
	Remove(ctx context.Context, name string) error
	// Spool makes a file to be put, or to be dropped.
	Spool() (*os.File, error)
	// Lock keeps others from changing the repository, until unlock. It is held as long as the context that it returns is
	// not done: who changes something does that with it.
	Lock(ctx context.Context) (held context.Context, unlock func() error, err error)
	// Path tells a person where a name is.
	Path(name string) string
}

// Entry is a name in a place.
type Entry struct {
	Name      string
	SizeBytes int64
	Modified  time.Time
}

// withCause adds why a lock was lost to the error that came of it.
func withCause(held context.Context, err error) error {
	if cause := context.Cause(held); err != nil && cause != nil && !errors.Is(err, cause) {
		return fmt.Errorf("%w (%w)", cause, err)
	}
	return err
}

// drop takes a spooled file away.
func drop(f *os.File) {
	_ = f.Close() // it is of no use
	_ = os.Remove(f.Name())
}
