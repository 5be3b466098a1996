package persistence

import (
	"errors"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// A function that runs again because something had to be loaded draws the same
// numbers as before; the next function draws others.
func TestRandIsTheSameInEachRun(t *testing.T) {
	s := mustOpen(t, testOptions(vfs.NewMem(), newTestClock()))
	defer func() { _ = s.Close() }()
	tx, key := s.Tx(), []byte("key")
	if err := s.Update(tx, Keys{Names: [][]byte{key}}, func(tx *Tx) error {
		return tx.Put(key, stringKind, []byte("value"), 0)
	}); err != nil {
		t.Fatal(err)
	}
	var before []uint64
	for range 3 {
		if _, err := s.Checkpoint("test"); err != nil {
			t.Fatal(err)
		}
		s.EvictAll()
		var drawn []uint64
		err := s.View(tx, Keys{Names: [][]byte{key}}, func(tx *Tx) error {
			drawn = append(drawn, tx.Rand().Uint64(), tx.Rand().Uint64())
			_, err := tx.Get(key)
			return err
		})
		if err != nil || len(drawn) != 4 || drawn[0] != drawn[2] || drawn[1] != drawn[3] || drawn[0] == drawn[1] {
			t.Fatalf("drew %x, %v", drawn, err)
		}
		before = append(before, drawn[0])
	}
	if before[0] == before[1] || before[1] == before[2] {
		t.Errorf("different functions drew %x", before)
	}
}

// What takes long is undone, and left to somebody who may wait.
func TestTakesLong(t *testing.T) {
	s := mustOpen(t, testOptions(vfs.NewMem(), newTestClock()))
	defer func() { _ = s.Close() }()
	tx, key := s.Tx(), []byte("key")
	work := func(tx *Tx) error {
		if err := tx.Put(key, stringKind, []byte("value"), 0); err != nil {
			return err
		}
		return tx.TakesLong()
	}
	tx.NoWait = true
	if err := s.Update(tx, Keys{Names: [][]byte{key}}, work); !errors.Is(err, ErrWouldBlock) {
		t.Fatalf("with NoWait: %v", err)
	}
	if n, _, err := s.Keys(0); n != 0 || err != nil {
		t.Errorf("%d keys, %v", n, err)
	}
	tx.NoWait = false
	if err := s.Update(tx, Keys{Names: [][]byte{key}}, work); err != nil {
		t.Fatalf("without: %v", err)
	}
	if n, _, err := s.Keys(0); n != 1 || err != nil {
		t.Errorf("%d keys, %v", n, err)
	}
}
