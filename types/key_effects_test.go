package types

import (
	"strings"
	"testing"

	"github.com/cairndb/cairn/persistence"
)

// What is logged of keys is what happened to them, whatever was asked for.
func TestKeyEffects(t *testing.T) {
	k, other, names := []byte("k"), []byte("o"), [][]byte{[]byte("k"), []byte("x"), []byte("o"), []byte("k")}
	del := func(tx *persistence.Tx) error { _, err := Delete(tx, names); return err }
	expire := func(at int64, when ExpireIf) func(*persistence.Tx) error {
		return func(tx *persistence.Tx) error { _, err := Expire(tx, k, at, when); return err }
	}
	steps := []struct {
		name string
		run  func(tx *persistence.Tx) error
		want string
	}{
		{"DEL of nothing", del, ""},
		{"", put(k, 0), "[SET k v]"},
		{"", put(other, 0), "[SET o v]"},
		{"DEL of some", del, "[DEL k o]"},
		{"", put(k, 5), "[SET k v PXAT 5]"},
		{"a look at an expired key", func(tx *persistence.Tx) error { _, err := Exists(tx, names); return err }, "[DEL k]"},
		{"", put(k, 0), "[SET k v]"},
		{"EXPIRE", expire(testNowMs+5, ExpireIf{}), "[PEXPIREAT k 1700000000005]"},
		{"EXPIRE that is not allowed", expire(testNowMs+9, ExpireIf{Never: true}), ""},
		{"PERSIST", func(tx *persistence.Tx) error { _, err := Persist(tx, k); return err }, "[PERSIST k]"},
		{"PERSIST again", func(tx *persistence.Tx) error { _, err := Persist(tx, k); return err }, ""},
		{"RENAME to itself", func(tx *persistence.Tx) error { return Rename(tx, k, k) }, ""},
		{"RENAMENX", func(tx *persistence.Tx) error { _, err := RenameIfFree(tx, k, other); return err }, "[RENAME k o]"},
		{"COPY", func(tx *persistence.Tx) error { _, err := Copy(tx, other, k, CopyOptions{Database: 2}); return err },
			"[COPY o k DB 2 REPLACE]"},
		{"MOVE", func(tx *persistence.Tx) error { _, err := Move(tx, other, 1); return err }, "[MOVE o 1]"},
		{"SWAPDB", func(tx *persistence.Tx) error { return Swap(tx, 0, 2) }, "[SWAPDB 0 2]"},
		{"EXPIRE in the past", expire(testNowMs, ExpireIf{}), "[DEL k]"},
		{"FLUSHDB of nothing", Flush, "[FLUSHDB]"},
		{"FLUSHALL", FlushAll, "[FLUSHALL]"},
	}
	s := newTestStore(t)
	for _, c := range steps {
		if got := strings.Join(s.update(c.run), " "); got != c.want {
			t.Errorf("%s: logged %q, want %q", c.name, got, c.want)
		}
	}
}

func put(key []byte, expireAtMs int64) func(*persistence.Tx) error {
	return func(tx *persistence.Tx) error {
		_, err := Set(tx, key, testValue, SetOptions{ExpireAtMs: expireAtMs})
		return err
	}
}

// A name that is taken in the other database by a key that has expired is free;
// its deletion is logged for that database.
func TestMoveOntoExpired(t *testing.T) {
	s := newTestStore(t)
	s.update(put(testKey, 0))
	s.tx.Select(1)
	s.update(put(testKey, 5))
	s.tx.Select(0)
	got := s.update(func(tx *persistence.Tx) error {
		moved, err := Move(tx, testKey, 1)
		if err == nil && !moved {
			t.Error("not moved")
		}
		return err
	})
	if want := "[DEL k] [MOVE k 1]"; strings.Join(got, " ") != want {
		t.Errorf("logged %q, want %q", got, want)
	}
	if s.tx.Database() != 0 {
		t.Errorf("database %d is selected", s.tx.Database())
	}
}

// What the log repeats is not judged by the clock.
func TestExpireOfTheLog(t *testing.T) {
	for _, atMs := range []int64{testNowMs - 1, 0, -5} {
		s := newTestStore(t)
		s.update(put(testKey, 0))
		s.tx.Replay = true
		s.update(func(tx *persistence.Tx) error {
			_, err := Expire(tx, testKey, atMs, ExpireIf{})
			return err
		})
		s.update(func(tx *persistence.Tx) error {
			at, ok, err := ExpireTime(tx, testKey)
			if !ok || at != max(1, atMs) {
				t.Errorf("%d: expires at %d, exists: %v", atMs, at, ok)
			}
			return err
		})
	}
}
