package types

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/cairndb/cairn/persistence"
)

// A stored result is logged as what it is: a replica might take equal elements
// in another order. The events are Redis's, in its order.
func TestSortEffects(t *testing.T) {
	s := newTestStore(t)
	to := []byte("to")
	sortStore := func(o SortOptions) func(*persistence.Tx) error {
		o.Count = -1
		return func(tx *persistence.Tx) error { _, err := SortStore(tx, testKey, to, o); return err }
	}
	var seen events
	s.store.Observe(&seen)
	s.store.Attend(1)
	for _, c := range []struct {
		name string
		run  func(tx *persistence.Tx) error
		log  string
		told string
	}{
		{"", pushed(ListTail, "3 1 2"), "[RPUSH k 3 1 2]", "rpush k"},
		{"a new list", sortStore(SortOptions{}), "[RPUSH to 1 2 3]", "sortstore to"},
		{"in place of one", sortStore(SortOptions{Desc: true}), "[DEL to] [RPUSH to 3 2 1]", "sortstore to"},
		{"the order there is", sortStore(SortOptions{By: []byte("-"), Unsorted: true}), "[DEL to] [RPUSH to 3 1 2]", "sortstore to"},
		{"what is not found", sortStore(SortOptions{Get: [][]byte{[]byte("no*"), []byte("#")}}), "[DEL to] [RPUSH to  1  2  3]",
			"keymiss no1, keymiss no2, keymiss no3, sortstore to"},
		{"", popped(ListHead, 3), "[LPOP k 3]", "lpop k, del k"},
		{"nothing to sort", sortStore(SortOptions{}), "[DEL to]", "keymiss k, del to"},
		{"nothing to sort, nothing there", sortStore(SortOptions{}), "", "keymiss k"},
	} {
		seen = nil
		if got := strings.Join(s.update(c.run), " "); got != c.log {
			t.Errorf("%s: logged %q, want %q", c.name, got, c.log)
		}
		if got := strings.Join(seen, ", "); got != c.told {
			t.Errorf("%s: told of %q, want %q", c.name, got, c.told)
		}
	}
}

// A long result is logged in several effects, none of them too large for a
// replica, and looking up many hashes leaves none of them open.
func TestSortOfMany(t *testing.T) {
	s := newTestStore(t)
	const n = 3*logListMost - 1
	for i := range n {
		name := fmt.Appendf(nil, "h%d", i)
		if err := s.store.Update(s.tx, persistence.Keys{All: true}, func(tx *persistence.Tx) error {
			if _, err := ListPush(tx, testKey, ListTail, [][]byte{name[1:]}); err != nil {
				return err
			}
			_, err := HSet(tx, name, [][]byte{[]byte("f"), fmt.Append(nil, n-i)}, HashLimits{Entries: 10, ValueBytes: 64})
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.store.Checkpoint("test"); err != nil {
		t.Fatal(err)
	}
	s.store.EvictAll()
	effects := s.update(func(tx *persistence.Tx) error {
		_, err := SortStore(tx, testKey, []byte("to"), SortOptions{By: []byte("h*->f"), Count: -1})
		return err
	})
	if len(effects) != 3 {
		t.Fatalf("%d effects", len(effects))
	}
	var want []string
	for i := n - 1; i >= 0; i-- {
		want = append(want, fmt.Sprint(i))
	}
	got := strings.Fields(strings.NewReplacer("[RPUSH to", "", "]", "").Replace(strings.Join(effects, " ")))
	if !slices.Equal(got, want) {
		t.Errorf("%d elements from %q on, want %d from %q on", len(got), got[0], len(want), want[0])
	}
}
