package persistence

import (
	"fmt"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/cairndb/cairn/encoding"
)

// A collection in nodes takes what its entries do, and some more.
func TestFootprint(t *testing.T) {
	s := mustOpen(t, testOptions(vfs.NewMem(), newTestClock()))
	defer func() { _ = s.Close() }()
	tx, key := s.Tx(), []byte("key")
	keys := Keys{Names: [][]byte{key}}
	measure := func() (n, sampled int64) {
		err := s.View(tx, keys, func(tx *Tx) (err error) {
			if n, _, err = tx.Footprint(key, 0); err == nil {
				sampled, _, err = tx.Footprint(key, 5)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return n, sampled
	}
	if n, _ := measure(); n != 0 {
		t.Errorf("a missing key takes %d bytes", n)
	}
	const entries, entryBytes = 20_000, 8 + 20
	err := s.Update(tx, keys, func(tx *Tx) error {
		c, err := tx.Collection(key)
		if err != nil {
			return err
		}
		if err := c.Create(encoding.MakeKind(encoding.TypeHash, encoding.HashTable), nil, 0); err != nil {
			return err
		}
		for i := range entries {
			if _, err := c.Put(fmt.Appendf(nil, "%08d", i), make([]byte, 20)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	n, sampled := measure()
	if least := int64(entries * entryBytes); n < least || n > 2*least {
		t.Errorf("%d bytes of entries take %d", least, n)
	}
	if sampled < n*8/10 || sampled > n*12/10 {
		t.Errorf("by samples %d, all in all %d", sampled, n)
	}
}
