package types

import (
	"fmt"
	"strings"
	"testing"

	"github.com/cairndb/cairn/persistence"
)

// words are byte strings.
func words(text string) (list [][]byte) {
	for _, w := range strings.Fields(text) {
		list = append(list, []byte(w))
	}
	return list
}

// listSteps are operations on one list, with what each logs and what events it
// makes.
var listSteps = []struct {
	name string
	run  func(tx *persistence.Tx) error
	log  string
	told string
}{
	{"LPUSHX of nothing", pushX(ListHead), "", ""},
	{"RPUSH", pushed(ListTail, "a b c d e f g"), "[RPUSH k a b c d e f g]", "rpush k"},
	{"LPUSH", pushed(ListHead, "x y"), "[LPUSH k x y]", "lpush k"},
	{"LPUSHX", pushX(ListHead), "[LPUSHX k v]", "lpush k"},
	{"RPUSHX", pushX(ListTail), "[RPUSHX k v]", "rpush k"},
	{"LPOP", popped(ListHead, 0), "[LPOP k]", "lpop k"},
	{"RPOP", popped(ListTail, 0), "[RPOP k]", "rpop k"},
	{"LPOP of some", popped(ListHead, 2), "[LPOP k 2]", "lpop k"},
	{"LSET", func(tx *persistence.Tx) error { return ListSet(tx, testKey, -1, testValue) }, "[LSET k -1 v]", "lset k"},
	{"LINSERT", inserted(true, "b"), "[LINSERT k AFTER b v]", "linsert k"},
	{"LINSERT before", inserted(false, "b"), "[LINSERT k BEFORE b v]", "linsert k"},
	{"LINSERT of no pivot", inserted(false, "nosuch"), "", ""},
	{"LREM", removed(-2, "v"), "[LREM k -2 v]", "lrem k"},
	{"LREM of nothing", removed(0, "nosuch"), "", ""},
	{"LTRIM", trimmed(1, -2), "[LTRIM k 1 -2]", "ltrim k"},
	{"LTRIM of nothing", trimmed(0, -1), "", "ltrim k"},
	{"LMOVE", moved("k", "o", ListHead, ListTail), "[LMOVE k o LEFT RIGHT]", "rpush o, lpop k"},
	{"LMOVE within", moved("k", "k", ListTail, ListHead), "[LMOVE k k RIGHT LEFT]", "lpush k, rpop k"},
	{"LMOVE to where it was", moved("k", "k", ListTail, ListTail), "[LMOVE k k RIGHT RIGHT]", "rpush k, rpop k"},
	{"LMOVE of the last", moved("o", "k", ListHead, ListHead), "[LMOVE o k LEFT LEFT]", "lpush k, lpop o, del o"},
	{"LMOVE of nothing", moved("o", "k", ListHead, ListHead), "", ""},
	{"RPOPLPUSH", rotated, "[RPOPLPUSH k k]", "lpush k, rpop k"},
	{"RPOP of more than all", popped(ListTail, 100), "[RPOP k 5]", "rpop k, del k"},
	{"RPOP of nothing", popped(ListTail, 1), "", ""},
	{"", pushed(ListTail, "a a"), "[RPUSH k a a]", "rpush k"},
	{"LREM of all", removed(0, "a"), "[LREM k 0 a]", "lrem k, del k"},
	{"", pushed(ListTail, "a a"), "[RPUSH k a a]", "rpush k"},
	{"LTRIM of all", trimmed(1, 0), "[LTRIM k 1 0]", "ltrim k, del k"},
	{"LTRIM of no list", trimmed(1, 0), "", ""},
}

// What is logged of lists is what Redis would hand on to a replica, and the
// events are Redis's, in its order.
func TestListEffects(t *testing.T) {
	s := newTestStore(t)
	var seen events
	s.store.Observe(&seen)
	s.store.Attend(1)
	for _, c := range listSteps {
		seen = nil
		if got := strings.Join(s.update(c.run), " "); got != c.log {
			t.Errorf("%s: logged %q, want %q", c.name, got, c.log)
		}
		if got := strings.Join(seen, ", "); got != c.told {
			t.Errorf("%s: told of %q, want %q", c.name, got, c.told)
		}
	}
}

// events lists what an observer is told.
type events []string

func (e *events) Committed(_ *persistence.Tx, changes []persistence.Change) {
	for _, c := range changes {
		*e = append(*e, fmt.Sprintf("%s %s", c.Event, c.Key))
	}
}

func pushed(end ListEnd, elements string) func(*persistence.Tx) error {
	return func(tx *persistence.Tx) error { _, err := ListPush(tx, testKey, end, words(elements)); return err }
}

func pushX(end ListEnd) func(*persistence.Tx) error {
	return func(tx *persistence.Tx) error {
		_, err := ListPushExisting(tx, testKey, end, [][]byte{testValue})
		return err
	}
}

func popped(end ListEnd, count int64) func(*persistence.Tx) error {
	return func(tx *persistence.Tx) error {
		p, err := PopOne(tx, testKey, end)
		if count > 0 {
			p, err = PopMany(tx, testKey, end, count)
		}
		if err != nil || !p.Exists() {
			return err
		}
		if _, err := p.Element(); err != nil {
			return err
		}
		return p.Remove()
	}
}

func inserted(after bool, pivot string) func(*persistence.Tx) error {
	return func(tx *persistence.Tx) error {
		_, err := ListInsert(tx, testKey, after, []byte(pivot), testValue)
		return err
	}
}

func removed(count int64, element string) func(*persistence.Tx) error {
	return func(tx *persistence.Tx) error { _, err := ListRemove(tx, testKey, count, []byte(element)); return err }
}

func trimmed(first, last int64) func(*persistence.Tx) error {
	return func(tx *persistence.Tx) error { return ListTrim(tx, testKey, first, last) }
}

func moved(from, to string, off, onto ListEnd) func(*persistence.Tx) error {
	return func(tx *persistence.Tx) error {
		_, _, err := ListMove(tx, []byte(from), []byte(to), off, onto)
		return err
	}
}

func rotated(tx *persistence.Tx) error { _, _, err := ListRotate(tx, testKey, testKey); return err }
