package persistence

import (
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// The commands of a script have their words in the same memory, one after the
// other: no command gets what the one before has opened.
func TestNextCommandUsesTheSameWords(t *testing.T) {
	s := mustOpen(t, testOptions(vfs.NewMem(), newTestClock()))
	defer s.Close()
	name := []byte("a")
	err := s.Update(s.Tx(), Keys{All: true}, func(tx *Tx) error {
		for range 2 {
			tx.Next(false)
			c, err := tx.Collection(name)
			if err != nil {
				return err
			}
			if c.Exists() {
				t.Errorf("%s exists", name)
			}
			if err := c.Create(listKind, nil, 0); err != nil {
				return err
			}
			name[0]++
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
