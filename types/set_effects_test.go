package types

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/cairndb/cairn/persistence"
)

// What is logged of sets is what Redis would hand on to a replica, and the
// events are Redis's, in its order.
func TestSetEffects(t *testing.T) {
	checkEffects(t, []effectStep{
		{"SADD", setAdd("k", "a b"), "[SADD k a b]", "sadd k"},
		{"SADD of one that is new", setAdd("k", "a c"), "[SADD k a c]", "sadd k"},
		{"SADD of nothing new", setAdd("k", "a c"), "", ""},
		{"SREM", setRem("k", "a x"), "[SREM k a x]", "srem k"},
		{"SREM of nothing", setRem("k", "a x"), "", ""},
		{"SMOVE", setMove("k", "o", "b"), "[SMOVE k o b]", "srem k, sadd o"},
		{"SMOVE of what is not there", setMove("k", "o", "b"), "", ""},
		{"SMOVE to where it was", setMove("o", "o", "b"), "", ""},
		{"SMOVE of the last", setMove("k", "o", "c"), "[SMOVE k o c]", "srem k, del k, sadd o"},
		{"", setAdd("k", "b"), "[SADD k b]", "sadd k"},
		{"SMOVE to one that has it", setMove("k", "o", "b"), "[SMOVE k o b]", "srem k, del k"},
		{"SREM of all", setRem("o", "b c d"), "[SREM o b c d]", "srem o, del o"},
		{"", setAdd("k", "x"), "[SADD k x]", "sadd k"},
		{"SPOP of the last", setPop("k"), "[SREM k x]", "spop k, del k"},
		{"SPOP of nothing", setPop("k"), "", ""},
		{"", setAdd("k", "x y"), "[SADD k x y]", "sadd k"},
		{"SPOP of all", setPopMany("k", 2), "[DEL k]", "spop k, del k"},
		{"SPOP with a count of nothing", setPopMany("k", 2), "", ""},
		{"", setAdd("k", "1 2"), "[SADD k 1 2]", "sadd k"},
		{"SPOP of none", setPopMany("k", 0), "", ""},
		{"SUNIONSTORE", setStore(SUnionStore, "o", "k p"), "[SUNIONSTORE o k p]", "keymiss p, sunionstore o"},
		{"SINTERSTORE", setStore(SInterStore, "o", "k o"), "[SINTERSTORE o k o]", "sinterstore o"},
		{"SINTERSTORE of nothing", setStore(SInterStore, "o", "k p"), "[DEL o]", "keymiss p, del o"},
		{"SINTERSTORE of nothing to nothing", setStore(SInterStore, "o", "k p"), "", "keymiss p"},
		{"SDIFFSTORE", setStore(SDiffStore, "o", "k p"), "[SDIFFSTORE o k p]", "keymiss p, sdiffstore o"},
		{"SDIFFSTORE of nothing", setStore(SDiffStore, "o", "k k"), "[DEL o]", "del o"},
	})
}

// A large SPOP is logged in parts, which together name what was taken.
func TestSPopManyIsLoggedInParts(t *testing.T) {
	s := newTestStore(t)
	var members []string
	for i := range 3000 {
		members = append(members, strconv.Itoa(i))
	}
	s.update(setAdd("k", strings.Join(members, " ")))
	var popped []string
	log := s.update(func(tx *persistence.Tx) error {
		popped = nil
		return SPopMany(tx, testKey, 2500, func(int64) {}, func(m []byte) { popped = append(popped, string(m)) })
	})
	var logged []string
	for _, effect := range log {
		w := strings.Fields(strings.Trim(effect, "[]"))
		if w[0] != "SREM" || len(w) > 2+1024 {
			t.Fatalf("logged %.80s with %d members", effect, len(w)-2)
		}
		logged = append(logged, w[2:]...)
	}
	if len(log) != 3 || len(logged) != 2500 || !slices.Equal(logged, popped) {
		t.Errorf("%d effects name %d members, %d were taken", len(log), len(logged), len(popped))
	}
	s.check()
}

func setAdd(key, members string) func(*persistence.Tx) error {
	return func(tx *persistence.Tx) error { _, err := SAdd(tx, []byte(key), words(members), 512); return err }
}

func setRem(key, members string) func(*persistence.Tx) error {
	return func(tx *persistence.Tx) error { _, err := SRem(tx, []byte(key), words(members)); return err }
}

func setMove(from, to, member string) func(*persistence.Tx) error {
	return func(tx *persistence.Tx) error {
		_, err := SMove(tx, []byte(from), []byte(to), []byte(member), 512)
		return err
	}
}

func setPop(key string) func(*persistence.Tx) error {
	return func(tx *persistence.Tx) error { _, _, err := SPop(tx, []byte(key), nil); return err }
}

func setPopMany(key string, count int64) func(*persistence.Tx) error {
	return func(tx *persistence.Tx) error {
		return SPopMany(tx, []byte(key), count, func(int64) {}, func([]byte) {})
	}
}

func setStore(store func(*persistence.Tx, []byte, [][]byte, int64) (int64, error),
	dest, keys string) func(*persistence.Tx) error {
	return func(tx *persistence.Tx) error { _, err := store(tx, []byte(dest), words(keys), 512); return err }
}
