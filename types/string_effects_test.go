package types

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/encoding/resp"
	"github.com/cairndb/cairn/persistence"
	"github.com/cairndb/cairn/persistence/wal"
)

const testNowMs = 1_700_000_000_000

// testStore is an empty store in memory.
type testStore struct {
	t     *testing.T
	fs    vfs.FS
	store *persistence.Store
	tx    *persistence.Tx
}

func newTestStore(t *testing.T) *testStore {
	s := &testStore{t: t, fs: vfs.NewMem()}
	s.open()
	t.Cleanup(s.close)
	return s
}

func (s *testStore) open() {
	store, err := persistence.Open(persistence.Options{
		FS: s.fs, Dir: "data", Databases: 4, MemoryBytes: 64 << 20, Policy: wal.No, SegmentBytes: 1 << 20,
		Now: func() time.Time { return time.UnixMilli(testNowMs) }, Logf: func(string, ...any) {},
	})
	if err != nil {
		s.t.Fatal(err)
	}
	if _, err := store.Recover(func(*persistence.Tx, [][]byte) error { return nil }); err != nil {
		s.t.Fatal(err)
	}
	s.store, s.tx = store, store.Tx()
}

func (s *testStore) close() {
	s.t.Helper()
	if err := s.store.Close(); err != nil {
		s.t.Error(err)
	}
}

// restart closes the store and opens it again. Nothing is replayed here, so
// everything has to be in the checkpoint.
func (s *testStore) restart() {
	s.t.Helper()
	if _, err := s.store.Checkpoint("test"); err != nil {
		s.t.Fatal(err)
	}
	s.close()
	s.open()
}

// update runs fn and returns what it logged, a word list an effect.
func (s *testStore) update(fn func(tx *persistence.Tx) error) []string {
	s.t.Helper()
	from := s.store.LogEnd()
	s.tx.NowMs = testNowMs
	if err := s.store.Update(s.tx, persistence.Keys{All: true}, fn); err != nil {
		s.t.Fatal(err)
	}
	if err := s.store.Log().Flush(); err != nil {
		s.t.Fatal(err)
	}
	return s.logged(from)
}

func (s *testStore) logged(from int64) (effects []string) {
	s.t.Helper()
	r, err := s.store.Log().NewReader(from)
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	for r.Offset() < s.store.LogEnd() {
		rec, err := r.Next(context.Background())
		if err != nil {
			s.t.Fatal(err)
		}
		effects = append(effects, commands(s.t, rec.Payload)...)
	}
	return effects
}

// commands spells the commands of a record, without what only frames them.
func commands(t *testing.T, payload []byte) (list []string) {
	t.Helper()
	var p resp.Parser
	for len(payload) > 0 {
		args, n, err := p.Next(payload, resp.Limits{})
		if err != nil || n == 0 {
			t.Fatalf("not commands: %q: %v", payload, err)
		}
		payload = payload[n:]
		switch string(args[0]) {
		case "SELECT", "MULTI", "EXEC":
			continue
		}
		list = append(list, fmt.Sprintf("%s", args))
	}
	return list
}

// What is logged is deterministic: it names points in time and results, not
// times to live and floating point operations.
func TestStringEffects(t *testing.T) {
	cases := []struct {
		name string
		old  string // "" for no key
		run  func(tx *persistence.Tx) error
		want string
	}{
		{"a value", "", set(testValue, SetOptions{}), "[SET k v]"},
		{"an expire time", "", set(testValue, SetOptions{ExpireAtMs: 5 + testNowMs}), "[SET k v PXAT 1700000000005]"},
		{"an expire time that has passed", "", set(testValue, SetOptions{ExpireAtMs: 5}), "[SET k v PXAT 5]"},
		{"a kept expire time", "o", set(testValue, SetOptions{KeepTTL: true}), "[SET k v KEEPTTL]"},
		{"an unmet condition", "o", set(testValue, SetOptions{If: IfMissing}), ""},
		{"the old value", "o", set(testValue, SetOptions{Get: true}), "[SET k v]"},
		{"GETDEL", "o", getDel, "[DEL k]"},
		{"GETDEL of nothing", "", getDel, ""},
		{"GETEX", "o", getEx(GetExOptions{}), ""},
		{"GETEX EX", "o", getEx(GetExOptions{ExpireAtMs: 5 + testNowMs}), "[PEXPIREAT k 1700000000005]"},
		{"GETEX EXAT in the past", "o", getEx(GetExOptions{ExpireAtMs: 5, Absolute: true}), "[DEL k]"},
		{"GETEX PERSIST of what does not expire", "o", getEx(GetExOptions{Persist: true}), ""},
		{"INCRBYFLOAT", "0.2", incrByFloat, "[SET k 0.3 KEEPTTL]"},
		{"INCR", "7", incr, "[INCR k]"},
		{"APPEND", "o", appendValue, "[APPEND k v]"},
		{"SETRANGE", "o", setRange(testValue), "[SETRANGE k 3 v]"},
		{"SETRANGE of nothing", "o", setRange(nil), ""},
		{"MSET", "", setMany, "[MSET k v k v]"},
		{"MSETNX", "o", setManyIfMissing, ""},
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

// What the cases run, each on the same key.

var testKey, testValue = []byte("k"), []byte("v")

func set(value []byte, o SetOptions) func(*persistence.Tx) error {
	return func(tx *persistence.Tx) error { _, err := Set(tx, testKey, value, o); return err }
}

func getEx(o GetExOptions) func(*persistence.Tx) error {
	return func(tx *persistence.Tx) error { _, err := GetEx(tx, testKey, o); return err }
}

func setRange(part []byte) func(*persistence.Tx) error {
	return func(tx *persistence.Tx) error { _, err := SetRange(tx, testKey, 3, part, math.MaxInt64); return err }
}

func getDel(tx *persistence.Tx) error { _, err := GetDel(tx, testKey); return err }

func incr(tx *persistence.Tx) error { _, err := IncrBy(tx, testKey, 1); return err }

func incrByFloat(tx *persistence.Tx) error {
	delta, _ := encoding.ParseLongDouble([]byte("0.1"))
	_, err := IncrByFloat(tx, testKey, delta, nil)
	return err
}

func appendValue(tx *persistence.Tx) error {
	_, err := Append(tx, testKey, testValue, math.MaxInt64)
	return err
}

func setMany(tx *persistence.Tx) error {
	return SetMany(tx, [][]byte{testKey, testValue, testKey, testValue})
}

func setManyIfMissing(tx *persistence.Tx) error {
	_, err := SetManyIfMissing(tx, [][]byte{testKey, testValue})
	return err
}

// What changes nothing is not logged; what only makes a string longer is.
func TestBitmapEffects(t *testing.T) {
	s := newTestStore(t)
	setBit := func(off uint64, bit int) func(*persistence.Tx) error {
		return func(tx *persistence.Tx) error { _, err := SetBit(tx, testKey, off, bit); return err }
	}
	field := func(op BitFieldOp) func(*persistence.Tx) error {
		op.Field = encoding.BitField{Bits: 8}
		return func(tx *persistence.Tx) error {
			return BitField(tx, testKey, []BitFieldOp{op}, [][]byte{[]byte("...")})
		}
	}
	steps := []struct {
		run  func(tx *persistence.Tx) error
		want string
	}{
		{setBit(7, 0), "[SETBIT k 7 0]"},
		{setBit(7, 0), ""},
		{setBit(7, 1), "[SETBIT k 7 1]"},
		{setBit(8, 0), "[SETBIT k 8 0]"},
		{field(BitFieldOp{Verb: BitFieldGet, Offset: 100}), ""},
		{field(BitFieldOp{Verb: BitFieldSet, Operand: 1}), ""},
		{field(BitFieldOp{Verb: BitFieldSet, Operand: 2}), "[BITFIELD k ...]"},
		{field(BitFieldOp{Verb: BitFieldSet, Operand: 300, Overflow: encoding.BitFail}), ""},
		{field(BitFieldOp{Verb: BitFieldSet, Operand: 300, Overflow: encoding.BitFail, Offset: 16}), "[BITFIELD k ...]"},
	}
	for i, c := range steps {
		if got := strings.Join(s.update(c.run), " "); got != c.want {
			t.Errorf("step %d: logged %q, want %q", i, got, c.want)
		}
	}
}

// PFCOUNT writes when it had to compute, and only then.
func TestHyperLogLogEffects(t *testing.T) {
	s, elements := newTestStore(t), [][]byte{[]byte("a"), []byte("b")}
	add := func(tx *persistence.Tx) error { _, err := PFAdd(tx, testKey, elements, 3000); return err }
	count := func(tx *persistence.Tx) error { _, err := PFCount(tx, testKey); return err }
	var got []string
	for _, run := range []func(*persistence.Tx) error{add, add, count, count} {
		got = append(got, strings.Join(s.update(run), " "))
	}
	if want := []string{"[PFADD k a b]", "", "[PFCOUNT k]", ""}; !slices.Equal(got, want) {
		t.Fatalf("logged %q, want %q", got, want)
	}
}
