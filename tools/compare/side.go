package compare

import (
	"context"

	"github.com/cairndb/cairn/types"
)

// Key is a key of one side.
type Key struct {
	Database int
	Name     []byte // valid until the next one
	types.KeyDigest
	// Problem says why there is no digest, "" if there is one.
	Problem string
}

// Side is one data set.
type Side interface {
	// String names it.
	String() string
	// Count is about how many keys it has, 0 if that is not known.
	Count(ctx context.Context) (int64, error)
	// Digest is DEBUG DIGEST of all of it; ok is false if that takes as long as reading all keys, or is refused.
	Digest(ctx context.Context) (digest string, ok bool, err error)
	// Each calls fn for each key that want is true for. Expired keys are left out.
	Each(ctx context.Context, want func(database int, name []byte) bool, fn func(k *Key) error) error
	Close() error
}
