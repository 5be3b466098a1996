package types

import (
	"fmt"
	"testing"

	"github.com/cairndb/cairn/persistence"
)

// TestColdManyFields: what many fields of a cold hash need is loaded together,
// not field by field.
func TestColdManyFields(t *testing.T) {
	s := newTestStore(t)
	lim := HashLimits{Entries: 128, ValueBytes: 64}
	key := []byte("h")
	pairs := func(from, n int) (list [][]byte) {
		for i := range n {
			list = append(list, fmt.Appendf(nil, "field%d", (from+i)*7919%20000), make([]byte, 60))
		}
		return list
	}
	for i := range 20 {
		s.update(func(tx *persistence.Tx) error { _, err := HSet(tx, key, pairs(i*1000, 1000), lim); return err })
	}
	if _, err := s.store.Checkpoint("test"); err != nil {
		t.Fatal(err)
	}
	s.store.EvictAll()
	runs := 0
	s.update(func(tx *persistence.Tx) error {
		runs++
		_, err := HSet(tx, key, pairs(300, 500), lim)
		return err
	})
	if runs > 8 {
		t.Errorf("%d runs for 500 fields", runs)
	}
}
