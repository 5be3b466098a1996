package types

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/cairndb/cairn/persistence"
)

// hashModel is what a hash must hold: the oracle.
type hashModel struct {
	fields map[string]string
	order  []string // as they were added, while the hash is a listpack
	table  bool
}

// testLimits are small, so that hashes meet them often.
var testLimits = HashLimits{Entries: 12, ValueBytes: 20}

func (m *hashModel) set(field, value string) (added bool) {
	_, had := m.fields[field]
	if !had {
		m.order = append(m.order, field)
	}
	m.fields[field] = value
	m.table = m.table || len(field) > 20 || len(value) > 20 || len(m.fields) > 12
	return !had
}

func (m *hashModel) remove(field string) bool {
	_, had := m.fields[field]
	delete(m.fields, field)
	m.order = slices.DeleteFunc(m.order, func(f string) bool { return f == field })
	if len(m.fields) == 0 {
		m.table = false
	}
	return had
}

// shake makes the store do what it does by itself when memory is short.
func (s *testStore) shake(r *rand.Rand) {
	s.t.Helper()
	if r.IntN(8) == 0 {
		if _, err := s.store.Checkpoint("test"); err != nil {
			s.t.Fatal(err)
		}
	}
	if r.IntN(4) == 0 {
		s.store.EvictAll()
	}
	if r.IntN(50) == 0 {
		s.check()
	}
}

// check runs the store's structural check.
func (s *testStore) check() {
	s.t.Helper()
	if err := s.store.Check(); err != nil {
		s.t.Fatal(err)
	}
}

func testRand(t *testing.T) *rand.Rand {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	return rand.New(rand.NewPCG(seed, 0))
}

// randomText is a random field or value out of a few, mostly short.
func randomText(r *rand.Rand, many int) string {
	s := strconv.Itoa(r.IntN(many))
	switch r.IntN(30) {
	case 0:
		return s + strings.Repeat("-", r.IntN(25))
	case 1:
		return s + strings.Repeat("+", r.IntN(4000))
	}
	return s
}

func byteStrings(texts ...string) [][]byte {
	list := make([][]byte, len(texts))
	for i, t := range texts {
		list[i] = []byte(t)
	}
	return list
}

// Random operations on a hash and on a map come to the same, whatever is in RAM.
func TestHashIsAMap(t *testing.T) {
	for _, size := range []int{8, 60, 3000} {
		t.Run(strconv.Itoa(size), func(t *testing.T) {
			s, r := newTestStore(t), testRand(t)
			m := &hashModel{fields: map[string]string{}}
			for range 600 {
				s.shake(r)
				stepHash(s, r, m, size)
				if r.IntN(10) == 0 {
					compareHash(s, m)
				}
			}
			compareHash(s, m)
			s.check()
		})
	}
}

func stepHash(s *testStore, r *rand.Rand, m *hashModel, size int) {
	switch r.IntN(6) {
	case 0, 1:
		stepHSet(s, r, m, size)
	case 2:
		stepHDel(s, r, m, size)
	case 3:
		stepHGet(s, r, m, size)
	case 4:
		field, value := randomText(r, size), randomText(r, 100)
		_, had := m.fields[field]
		s.update(func(tx *persistence.Tx) error {
			stored, err := HSetIfMissing(tx, testKey, []byte(field), []byte(value), testLimits)
			if err == nil && stored == had {
				s.t.Errorf("HSETNX %q: %v", field, stored)
			}
			return err
		})
		if !had {
			m.set(field, value)
		}
	default:
		stepHIncrBy(s, r, m, size)
	}
}

func stepHSet(s *testStore, r *rand.Rand, m *hashModel, size int) {
	var pairs []string
	for range 1 + r.IntN(max(2, size/20)) {
		pairs = append(pairs, randomText(r, size), randomText(r, 100))
	}
	want := int64(0)
	for i := 0; i < len(pairs); i += 2 {
		m.table = m.table || len(pairs[i]) > 20 || len(pairs[i+1]) > 20
		if m.set(pairs[i], pairs[i+1]) {
			want++
		}
	}
	s.update(func(tx *persistence.Tx) error {
		added, err := HSet(tx, testKey, byteStrings(pairs...), testLimits)
		if err == nil && added != want {
			s.t.Errorf("HSET %q: %d, want %d", pairs, added, want)
		}
		return err
	})
}

func stepHDel(s *testStore, r *rand.Rand, m *hashModel, size int) {
	var fields []string
	want := int64(0)
	for range 1 + r.IntN(max(2, size/10)) {
		f := randomText(r, size)
		fields = append(fields, f)
		if m.remove(f) {
			want++
		}
	}
	s.update(func(tx *persistence.Tx) error {
		removed, err := HDel(tx, testKey, byteStrings(fields...))
		if err == nil && removed != want {
			s.t.Errorf("HDEL %q: %d, want %d", fields, removed, want)
		}
		return err
	})
}

func stepHGet(s *testStore, r *rand.Rand, m *hashModel, size int) {
	var fields []string
	for range 5 {
		fields = append(fields, randomText(r, size))
	}
	var got []string
	s.update(func(tx *persistence.Tx) error {
		got = nil
		return HGetMany(tx, testKey, byteStrings(fields...), func(value []byte, ok bool) {
			got = append(got, fmt.Sprintf("%q %v", value, ok))
		})
	})
	for i, f := range fields {
		value, had := m.fields[f]
		if want := fmt.Sprintf("%q %v", value, had); got[i] != want {
			s.t.Errorf("HMGET %q: %.40s, want %.40s", f, got[i], want)
		}
	}
}

func stepHIncrBy(s *testStore, r *rand.Rand, m *hashModel, size int) {
	field := randomText(r, size)
	n, err := strconv.ParseInt(m.fields[field], 10, 64)
	if _, had := m.fields[field]; had && err != nil {
		return
	}
	s.update(func(tx *persistence.Tx) error {
		sum, err := HIncrBy(tx, testKey, []byte(field), 7, testLimits)
		if err == nil && sum != n+7 {
			s.t.Errorf("HINCRBY %q: %d, want %d", field, sum, n+7)
		}
		return err
	})
	m.set(field, strconv.FormatInt(n+7, 10))
}

// compareHash compares everything that can be seen of a hash.
func compareHash(s *testStore, m *hashModel) {
	s.t.Helper()
	var got map[string]string
	var order []string
	var encoding string
	var n int64
	s.update(func(tx *persistence.Tx) error {
		got, order = map[string]string{}, nil
		w, err := HAll(tx, testKey)
		if err != nil {
			return err
		}
		n = w.Len()
		for w.Next() {
			got[string(w.Field())] = string(w.Value())
			order = append(order, string(w.Field()))
		}
		if err := w.Err(); err != nil {
			return err
		}
		encoding, _, err = EncodingOf(tx, testKey)
		return err
	})
	want := "listpack"
	switch {
	case len(m.fields) == 0:
		want = ""
	case m.table:
		want = "hashtable"
	}
	if encoding != want || n != int64(len(m.fields)) || len(order) != len(m.fields) {
		s.t.Fatalf("%d fields, %d met, %s; want %d, %s", n, len(order), encoding, len(m.fields), want)
	}
	if !maps.Equal(got, m.fields) {
		s.t.Fatal(differ(got, m.fields))
	}
	if want == "listpack" && !slices.Equal(order, m.order) {
		s.t.Fatalf("order %q, want %q", order, m.order)
	}
}

func differ(got, want map[string]string) string {
	for f, v := range want {
		if g, ok := got[f]; !ok || g != v {
			return fmt.Sprintf("field %.40q: %.40q, %v; want %.40q", f, g, ok, v)
		}
	}
	return fmt.Sprintf("%d fields, want %d", len(got), len(want))
}
