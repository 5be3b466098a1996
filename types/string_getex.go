package types

import (
	"strconv"

	"github.com/cairndb/cairn/persistence"
)

// GetExOptions say what GETEX does with the expire time; by default it stays.
type GetExOptions struct {
	Persist    bool  // the key no longer expires
	ExpireAtMs int64 // 0: leave it
	// Absolute: the caller named a point in time. One that has passed deletes
	// the key at once.
	Absolute bool
}

var (
	wordPersist   = []byte("PERSIST")
	wordPExpireAt = []byte("PEXPIREAT")
)

// GetEx returns the string that a key holds, nil if it is missing, and changes
// when the key expires. The bytes are the caller's.
func GetEx(tx *persistence.Tx, key []byte, o GetExOptions) ([]byte, error) {
	value, err := copyString(tx, key)
	if err != nil || value == nil {
		return nil, err
	}
	switch {
	case o.Persist:
		return value, persist(tx, key)
	case o.ExpireAtMs == 0:
		return value, nil
	case o.Absolute && o.ExpireAtMs <= tx.NowMs && !tx.Replay:
		return value, deleteString(tx, key)
	default:
		return value, expireAt(tx, key, o.ExpireAtMs)
	}
}

func persist(tx *persistence.Tx, key []byte) error {
	r, err := tx.Get(key)
	if err != nil || r.ExpireAtMs() == 0 {
		return err
	}
	if _, err := tx.SetExpire(key, 0); err != nil {
		return err
	}
	tx.Modified(key, persistence.EventGeneric, "persist")
	tx.Log(wordPersist, key)
	return nil
}

func expireAt(tx *persistence.Tx, key []byte, atMs int64) error {
	if _, err := tx.SetExpire(key, atMs); err != nil {
		return err
	}
	tx.Modified(key, persistence.EventGeneric, "expire")
	var digits [20]byte
	tx.Log(wordPExpireAt, key, strconv.AppendInt(digits[:0], atMs, 10))
	return nil
}
