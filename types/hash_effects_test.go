package types

import (
	"strings"
	"testing"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/persistence"
)

// effectStep is an operation, with what it logs and what events it makes.
type effectStep struct {
	name string
	run  func(tx *persistence.Tx) error
	log  string
	told string
}

// checkEffects carries out steps in one store.
func checkEffects(t *testing.T, steps []effectStep) {
	t.Helper()
	s := newTestStore(t)
	var seen events
	s.store.Observe(&seen)
	s.store.Attend(1)
	for _, c := range steps {
		seen = nil
		if got := strings.Join(s.update(c.run), " "); got != c.log {
			t.Errorf("%s: logged %q, want %q", c.name, got, c.log)
		}
		if got := strings.Join(seen, ", "); got != c.told {
			t.Errorf("%s: told of %q, want %q", c.name, got, c.told)
		}
	}
}

// What is logged of hashes is what Redis would hand on to a replica, and the
// events are Redis's, in its order.
func TestHashEffects(t *testing.T) {
	checkEffects(t, []effectStep{
		{"HSET", hashSet("a 1 b 2"), "[HSET k a 1 b 2]", "hset k"},
		{"HSET of the same", hashSet("a 1"), "[HSET k a 1]", "hset k"},
		{"HSETNX", hashSetNX("c"), "[HSETNX k c v]", "hset k"},
		{"HSETNX of what is there", hashSetNX("c"), "", ""},
		{"HINCRBY", hashIncrBy("a", 5), "[HINCRBY k a 5]", "hincrby k"},
		{"HINCRBYFLOAT", hashIncrByFloat("a", 0.5), "[HSET k a 6.5]", "hincrbyfloat k"},
		{"HDEL", hashDel("a x"), "[HDEL k a x]", "hdel k"},
		{"HDEL of nothing", hashDel("a x"), "", ""},
		{"HDEL of all", hashDel("b c"), "[HDEL k b c]", "hdel k, del k"},
		{"HDEL of no key", hashDel("b"), "", ""},
	})
}

func hashSet(pairs string) func(*persistence.Tx) error {
	return func(tx *persistence.Tx) error { _, err := HSet(tx, testKey, words(pairs), testLimits); return err }
}

func hashSetNX(field string) func(*persistence.Tx) error {
	return func(tx *persistence.Tx) error {
		_, err := HSetIfMissing(tx, testKey, []byte(field), testValue, testLimits)
		return err
	}
}

func hashIncrBy(field string, delta int64) func(*persistence.Tx) error {
	return func(tx *persistence.Tx) error {
		_, err := HIncrBy(tx, testKey, []byte(field), delta, testLimits)
		return err
	}
}

func hashIncrByFloat(field string, delta float64) func(*persistence.Tx) error {
	return func(tx *persistence.Tx) error {
		_, err := HIncrByFloat(tx, testKey, []byte(field), encoding.LongDoubleOf(delta), testLimits, nil)
		return err
	}
}

func hashDel(fields string) func(*persistence.Tx) error {
	return func(tx *persistence.Tx) error { _, err := HDel(tx, testKey, words(fields)); return err }
}
