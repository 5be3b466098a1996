package types

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/cairndb/cairn/encoding/rdb"
	"github.com/cairndb/cairn/persistence"
)

// payloadOf is what a server of the version dumps of "v".
func payloadOf(t *testing.T, version int) []byte {
	t.Helper()
	d := rdb.NewDumper(rdb.Options{Version: version})
	if err := d.String(testValue); err != nil {
		t.Fatal(err)
	}
	payload, err := d.Payload()
	if err != nil {
		t.Fatal(err)
	}
	return payload
}

// Expire times are absolute, what has expired is a DEL, and a payload that a
// replica of version 7.0 would refuse is spelled anew.
func TestRestoreEffects(t *testing.T) {
	ten, eleven := payloadOf(t, rdb.VersionRedis7), payloadOf(t, rdb.VersionRedis72)
	restore := func(payload []byte, o RestoreOptions) func(*persistence.Tx) error {
		return func(tx *persistence.Tx) error { return Restore(tx, testKey, payload, o) }
	}
	cases := []struct {
		name string
		old  string // "" for no key
		run  func(tx *persistence.Tx) error
		want string
	}{
		{"a value", "", restore(ten, RestoreOptions{}), fmt.Sprintf("[RESTORE k 0 %s]", ten)},
		{"in place of another", "o", restore(ten, RestoreOptions{Replace: true}), fmt.Sprintf("[RESTORE k 0 %s REPLACE]", ten)},
		{"an expire time", "", restore(ten, RestoreOptions{ExpireAtMs: 5 + testNowMs}),
			fmt.Sprintf("[RESTORE k 1700000000005 %s ABSTTL]", ten)},
		{"one that has passed", "", restore(ten, RestoreOptions{ExpireAtMs: 5}), ""},
		{"one that has passed, in place of another", "o", restore(ten, RestoreOptions{ExpireAtMs: 5, Replace: true}), "[DEL k]"},
		{"idle time", "", restore(ten, RestoreOptions{Usage: rdb.Usage{Kind: rdb.UsageIdle, N: 7}}),
			fmt.Sprintf("[RESTORE k 0 %s IDLETIME 7]", ten)},
		{"frequency", "", restore(ten, RestoreOptions{Usage: rdb.Usage{Kind: rdb.UsageFreq, N: 7}}),
			fmt.Sprintf("[RESTORE k 0 %s FREQ 7]", ten)},
		{"a newer version", "", restore(eleven, RestoreOptions{}), fmt.Sprintf("[RESTORE k 0 %s]", ten)},
	}
	for _, c := range cases {
		s := newTestStore(t)
		if c.old != "" {
			s.update(set([]byte(c.old), SetOptions{}))
		}
		if got := strings.Join(s.update(c.run), " "); got != c.want {
			t.Errorf("%s: logged %q, want %q", c.name, got, c.want)
		}
	}
}

// What is refused changes nothing.
func TestRestoreRefuses(t *testing.T) {
	good := payloadOf(t, rdb.VersionRedis7)
	damaged := append([]byte{99}, good[1:]...)
	s := newTestStore(t)
	s.update(set(testValue, SetOptions{}))
	for _, c := range []struct {
		payload []byte
		o       RestoreOptions
		want    error
	}{
		{good, RestoreOptions{}, ErrBusyKey},
		{damaged, RestoreOptions{}, ErrBusyKey},
		{damaged, RestoreOptions{Replace: true}, ErrBadPayload},
		{good[:9], RestoreOptions{Replace: true}, ErrBadPayload},
	} {
		var got error
		effects := s.update(func(tx *persistence.Tx) error {
			got = Restore(tx, testKey, c.payload, c.o)
			return nil
		})
		if !errors.Is(got, c.want) || len(effects) > 0 {
			t.Errorf("%q %+v: %v, logged %q", c.payload, c.o, got, effects)
		}
	}
}

// The time of the last use comes with a key.
func TestRestoreIdleTime(t *testing.T) {
	s := newTestStore(t)
	s.update(func(tx *persistence.Tx) error {
		return Restore(tx, testKey, payloadOf(t, 0), RestoreOptions{Usage: rdb.Usage{Kind: rdb.UsageIdle, N: 1000}})
	})
	s.update(func(tx *persistence.Tx) error {
		n, ok, err := IdleSeconds(tx, testKey)
		if n != 1000 || !ok {
			t.Errorf("idle for %d seconds, %v", n, ok)
		}
		return err
	})
}
