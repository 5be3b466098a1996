package compare

import (
	"context"
	"errors"
	"io"
	"os"
	"time"

	"github.com/cairndb/cairn/encoding/rdb"
	"github.com/cairndb/cairn/types"
)

// File is an RDB file as a side. It is read once for each pass.
func File(path string) Side { return &fileSide{path: path} }

type fileSide struct {
	path  string
	count int64 // as the file says
}

func (s *fileSide) String() string { return s.path }

func (s *fileSide) Close() error { return nil }

// Count adds up what the file says before the keys, which is a hint.
func (s *fileSide) Count(ctx context.Context) (int64, error) {
	if s.count == 0 {
		if err := s.Each(ctx, func(int, []byte) bool { return false }, nil); err != nil {
			return 0, err
		}
	}
	return s.count, nil
}

func (s *fileSide) Digest(context.Context) (string, bool, error) { return "", false, nil }

func (s *fileSide) Each(ctx context.Context, want func(int, []byte) bool, fn func(k *Key) error) (err error) {
	f, err := os.Open(s.path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	r := rdb.NewReader(f, rdb.Limits{})
	now := time.Now().UnixMilli()
	count := int64(0)
	for {
		item, err := r.Next()
		if err == io.EOF {
			s.count = count
			return nil
		}
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return err
		}
		k, err := s.item(item, now, want)
		if err != nil {
			return err
		}
		switch item.(type) {
		case *rdb.Key, *rdb.Module:
			count++
		}
		if k != nil {
			if err := fn(k); err != nil {
				return err
			}
		}
	}
}

// item is the key that an item is; nil if it is none that counts.
func (s *fileSide) item(item rdb.Item, now int64, want func(int, []byte) bool) (*Key, error) {
	switch it := item.(type) {
	case *rdb.Module:
		if it.Key != nil && want(it.DB, it.Key) {
			return &Key{Database: it.DB, Name: it.Key, Problem: "a value of the module type " + it.Name}, nil
		}
	case *rdb.Key:
		if it.ExpireAtMs != 0 && it.ExpireAtMs <= now || !want(it.DB, it.Name) {
			return nil, nil
		}
		k := &Key{Database: it.DB, Name: it.Name, KeyDigest: types.KeyDigest{Type: it.Type, ExpireAtMs: it.ExpireAtMs}}
		d, err := types.DigestFile(&it.Value)
		if errors.Is(err, types.ErrFieldExpires) {
			k.Problem, err = err.Error(), nil
		}
		k.Value = d
		return k, err
	}
	return nil, nil
}
