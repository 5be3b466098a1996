package types

import (
	"cmp"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/persistence"
)

// setModel is what a set must hold: the oracle.
type setModel struct {
	members map[string]bool
	table   bool
}

const testMaxIntset = 30

func (m *setModel) add(member string) bool {
	had := m.members[member]
	m.members[member] = true
	_, isInt := encoding.ParseInt([]byte(member))
	m.table = m.table || !isInt || (!had && len(m.members) > testMaxIntset)
	return !had
}

func (m *setModel) remove(member string) bool {
	had := m.members[member]
	delete(m.members, member)
	if len(m.members) == 0 {
		m.table = false
	}
	return had
}

// sorted are the members: in the order of numbers, if that is what they are.
func (m *setModel) sorted() []string {
	list := slices.Sorted(maps.Keys(m.members))
	if !m.table {
		slices.SortFunc(list, func(a, b string) int {
			x, _ := strconv.ParseInt(a, 10, 64)
			y, _ := strconv.ParseInt(b, 10, 64)
			return cmp.Compare(x, y)
		})
	}
	return list
}

// setWorld is some sets and the maps that they must equal.
type setWorld struct {
	*testStore
	r      *rand.Rand
	models map[string]*setModel
	many   int // members to choose from
}

func (w *setWorld) model(key string) *setModel {
	if w.models[key] == nil {
		w.models[key] = &setModel{members: map[string]bool{}}
	}
	return w.models[key]
}

func (w *setWorld) key() string { return "k" + strconv.Itoa(w.r.IntN(4)) }

// member is an integer more often than not, so that there are intsets.
func (w *setWorld) member() string {
	if w.r.IntN(60) == 0 {
		return randomText(w.r, w.many)
	}
	return strconv.Itoa(w.r.IntN(w.many) - w.many/2)
}

func (w *setWorld) memberList(most int) (list []string) {
	for range 1 + w.r.IntN(most) {
		list = append(list, w.member())
	}
	return list
}

// Random operations on sets and on maps come to the same, whatever is in RAM.
func TestSetsAreMaps(t *testing.T) {
	for _, many := range []int{10, 70, 4000} {
		t.Run(strconv.Itoa(many), func(t *testing.T) {
			w := &setWorld{testStore: newTestStore(t), r: testRand(t), models: map[string]*setModel{}, many: many}
			for range 500 {
				w.shake(w.r)
				w.step()
				if w.r.IntN(5) == 0 {
					w.compare(w.key())
				}
			}
			for key := range w.models {
				w.compare(key)
			}
			w.check()
		})
	}
}

func (w *setWorld) step() {
	switch w.r.IntN(9) {
	case 0, 1:
		w.stepAdd()
	case 2:
		w.stepRem()
	case 3:
		w.stepMove()
	case 4:
		w.stepPop()
	case 5:
		w.stepDraw()
	default:
		w.stepCombine()
	}
}

func (w *setWorld) stepAdd() {
	key, list := w.key(), w.memberList(max(2, w.many/20))
	want := int64(0)
	for _, m := range list {
		if w.model(key).add(m) {
			want++
		}
	}
	var added int64
	w.update(func(tx *persistence.Tx) (err error) {
		added, err = SAdd(tx, []byte(key), byteStrings(list...), testMaxIntset)
		return err
	})
	if added != want {
		w.t.Errorf("SADD %s %q: %d, want %d", key, list, added, want)
	}
}

func (w *setWorld) stepRem() {
	key, list := w.key(), w.memberList(max(2, w.many/10))
	want := int64(0)
	for _, m := range list {
		if w.model(key).remove(m) {
			want++
		}
	}
	var removed int64
	w.update(func(tx *persistence.Tx) (err error) {
		removed, err = SRem(tx, []byte(key), byteStrings(list...))
		return err
	})
	if removed != want {
		w.t.Errorf("SREM %s %q: %d, want %d", key, list, removed, want)
	}
}

func (w *setWorld) stepMove() {
	from, to, member := w.key(), w.key(), w.member()
	want := w.model(from).members[member]
	if want && from != to {
		w.model(from).remove(member)
		w.model(to).add(member)
	}
	var moved bool
	w.update(func(tx *persistence.Tx) (err error) {
		moved, err = SMove(tx, []byte(from), []byte(to), []byte(member), testMaxIntset)
		return err
	})
	if moved != want {
		w.t.Errorf("SMOVE %s %s %q: %v, want %v", from, to, member, moved, want)
	}
}

// stepPop takes members out; which ones is for the set to say.
func (w *setWorld) stepPop() {
	key, count := w.key(), int64(w.r.IntN(max(3, w.many/30)))
	m := w.model(key)
	want := min(count, int64(len(m.members)))
	var begun int64
	var popped []string
	w.update(func(tx *persistence.Tx) error {
		popped = nil
		return SPopMany(tx, []byte(key), count, func(n int64) { begun = n },
			func(member []byte) { popped = append(popped, string(member)) })
	})
	if begun != want || int64(len(popped)) != want {
		w.t.Fatalf("SPOP %s %d: %d, %d popped, want %d", key, count, begun, len(popped), want)
	}
	for _, p := range popped {
		if !m.remove(p) {
			w.t.Fatalf("SPOP %s %d: popped %q, which is no member or came twice", key, count, p)
		}
	}
}

func (w *setWorld) stepDraw() {
	key, count := w.key(), int64(w.r.IntN(40)-20)
	m := w.model(key)
	want := min(max(count, -count), int64(len(m.members)))
	if count < 0 && want > 0 {
		want = -count
	}
	var drawn []string
	w.update(func(tx *persistence.Tx) error {
		drawn = nil
		d, err := SDraw(tx, []byte(key), count)
		if err != nil {
			return err
		}
		for d.Next() {
			drawn = append(drawn, string(d.Member()))
		}
		return d.Err()
	})
	unique := map[string]bool{}
	for _, d := range drawn {
		if !m.members[d] || (count > 0 && unique[d]) {
			w.t.Fatalf("SRANDMEMBER %s %d: drew %q, which is no member or came twice", key, count, d)
		}
		unique[d] = true
	}
	if int64(len(drawn)) != want {
		w.t.Fatalf("SRANDMEMBER %s %d: drew %d of %d", key, count, len(drawn), len(m.members))
	}
}

// combine does to maps what a command does to sets.
func (w *setWorld) combine(op int, keys []string) map[string]bool {
	result := maps.Clone(w.model(keys[0]).members)
	for _, key := range keys[1:] {
		other := w.model(key).members
		switch op {
		case 0:
			maps.DeleteFunc(result, func(m string, _ bool) bool { return !other[m] })
		case 1:
			maps.Copy(result, other)
		default:
			maps.DeleteFunc(result, func(m string, _ bool) bool { return other[m] })
		}
	}
	return result
}

var combined = []struct {
	name  string
	run   func(tx *persistence.Tx, keys [][]byte, each func([]byte)) error
	store func(tx *persistence.Tx, dest []byte, keys [][]byte, maxIntset int64) (int64, error)
}{
	{"SINTER", interAll, SInterStore},
	{"SUNION", unionOf, SUnionStore},
	{"SDIFF", diffOf, SDiffStore},
}

func interAll(tx *persistence.Tx, keys [][]byte, each func([]byte)) error {
	return SInter(tx, keys, 0, each)
}

func unionOf(tx *persistence.Tx, keys [][]byte, each func([]byte)) error {
	return SUnion(tx, keys, testMaxIntset, each)
}

func diffOf(tx *persistence.Tx, keys [][]byte, each func([]byte)) error {
	return SDiff(tx, keys, testMaxIntset, each)
}

func (w *setWorld) stepCombine() {
	op := w.r.IntN(len(combined))
	c := combined[op]
	var keys []string
	for range 1 + w.r.IntN(5) {
		keys = append(keys, w.key())
	}
	want := w.combine(op, keys)
	if w.r.IntN(4) == 0 {
		w.storeCombined(op, keys, want)
		return
	}
	var got []string
	w.update(func(tx *persistence.Tx) error {
		got = nil
		return c.run(tx, byteStrings(keys...), func(m []byte) { got = append(got, string(m)) })
	})
	for _, m := range got {
		if !want[m] {
			w.t.Fatalf("%s %v: %q is not to be in it, or came twice", c.name, keys, m)
		}
		delete(want, m)
	}
	if len(want) > 0 {
		w.t.Fatalf("%s %v: %d are missing", c.name, keys, len(want))
	}
}

func (w *setWorld) storeCombined(op int, keys []string, want map[string]bool) {
	c, dest := combined[op], w.key()
	var n int64
	var name string
	w.update(func(tx *persistence.Tx) (err error) {
		if n, err = c.store(tx, []byte(dest), byteStrings(keys...), testMaxIntset); err != nil {
			return err
		}
		name, _, err = EncodingOf(tx, []byte(dest))
		return err
	})
	if n != int64(len(want)) {
		w.t.Fatalf("%sSTORE %s %v: %d, want %d", c.name, dest, keys, n, len(want))
	}
	w.models[dest] = &setModel{members: want, table: name == "hashtable"}
}

// compare compares everything that can be seen of a set.
func (w *setWorld) compare(key string) {
	w.t.Helper()
	m := w.model(key)
	var got []string
	var name string
	w.update(func(tx *persistence.Tx) error {
		got = nil
		walk, err := SMembers(tx, []byte(key))
		if err != nil {
			return err
		}
		for walk.Next() {
			got = append(got, string(walk.Member()))
		}
		if err := walk.Err(); err != nil {
			return err
		}
		name, _, err = EncodingOf(tx, []byte(key))
		return err
	})
	if m.table {
		slices.Sort(got)
	}
	if want := m.sorted(); !slices.Equal(got, want) || name != m.encoding() {
		w.t.Fatalf("%s: %s\n%.200s\nwant %s\n%.200s", key, name, fmt.Sprint(got), m.encoding(), fmt.Sprint(want))
	}
}

func (m *setModel) encoding() string {
	switch {
	case len(m.members) == 0:
		return ""
	case m.table:
		return "hashtable"
	default:
		return "intset"
	}
}
