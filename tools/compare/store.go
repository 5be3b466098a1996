package compare

import (
	"context"
	"time"

	"github.com/cairndb/cairn/persistence"
	"github.com/cairndb/cairn/types"
)

// Store is an opened data directory as a side.
func Store(name string, store *persistence.Store, close func() error) Side {
	return &storeSide{name: name, store: store, close: close}
}

type storeSide struct {
	name  string
	store *persistence.Store
	close func() error
}

func (s *storeSide) String() string { return s.name }

func (s *storeSide) Close() error { return s.close() }

func (s *storeSide) Count(context.Context) (total int64, err error) {
	for n := range s.store.Databases() {
		keys, _, err := s.store.Keys(n)
		if err != nil {
			return 0, err
		}
		total += keys
	}
	return total, nil
}

func (s *storeSide) Digest(context.Context) (string, bool, error) { return "", false, nil }

func (s *storeSide) Each(ctx context.Context, want func(int, []byte) bool, fn func(k *Key) error) (err error) {
	n, err := s.store.Snapshot("compare")
	if err != nil {
		return err
	}
	defer func() {
		if e := n.Close(); err == nil {
			err = e
		}
	}()
	tx := s.store.Tx()
	now := time.Now().UnixMilli()
	for _, database := range n.Databases() {
		tx.Select(database)
		err := n.Walk(database, func(k *persistence.StoredKey) error {
			at := k.Record.ExpireAtMs
			if at != 0 && at <= now || !want(database, k.Name) {
				return ctx.Err()
			}
			d, err := types.DigestStored(s.store, tx, k)
			if err != nil {
				return err
			}
			return fn(&Key{Database: database, Name: k.Name, KeyDigest: d})
		})
		if err != nil {
			return err
		}
	}
	return nil
}
