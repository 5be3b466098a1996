package encoding

import (
	"bytes"
	"encoding/hex"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
)

var testStreamID = StreamID{0x0123456789ab, 0x100}

func TestStreamKeysGolden(t *testing.T) {
	const id = "06" + "0123456789ab" + "02" + "0100"
	for _, c := range []struct {
		what string
		key  []byte
		want string
	}{
		{"entry", AppendStreamEntryKey(nil, testStreamID), "65" + id},
		{"entry 0-0", AppendStreamEntryKey(nil, StreamID{}), "650000"},
		{"macro node", AppendStreamNodeKey(nil, testStreamID), "6d" + id},
		{"group", AppendStreamGroupKey(nil, []byte("g")), "4167"},
		{"name", AppendStreamNameKey(nil, 0x1ff, []byte("c")), "42" + "0201ff" + "63"},
		{"consumer", AppendStreamMemberKey(nil, 1, 0), "43" + "0101" + "00"},
		{"pending", AppendStreamPendingKey(nil, 0, testStreamID), "70" + "00" + id},
		{"owned", AppendStreamOwnedKey(nil, 1, 2, testStreamID), "71" + "0101" + "0102" + id},
	} {
		if got := hex.EncodeToString(c.key); got != c.want {
			t.Errorf("%s: %s, want %s", c.what, got, c.want)
		}
		if len(c.key) > MaxStreamIDKey {
			t.Errorf("%s: %d bytes", c.what, len(c.key))
		}
	}
}

func TestStreamKeysComeBack(t *testing.T) {
	for _, id := range []StreamID{{}, {0, 1}, testStreamID, MaxStreamID, {math.MaxUint64, 0}} {
		for _, key := range [][]byte{
			AppendStreamEntryKey(nil, id), AppendStreamNodeKey(nil, id), AppendStreamPendingKey(nil, 300, id),
			AppendStreamOwnedKey(nil, 0, math.MaxUint64, id),
		} {
			if got, err := ParseStreamIDKey(key); err != nil || got != id {
				t.Errorf("% x: %v, %v", key, got, err)
			}
			if len(key) > MaxStreamIDKey {
				t.Errorf("% x: %d bytes", key, len(key))
			}
		}
	}
	name := []byte("a\x00name")
	if got, err := ParseStreamGroupKey(AppendStreamGroupKey(nil, name)); err != nil || !bytes.Equal(got, name) {
		t.Errorf("group %q, %v", got, err)
	}
	if got, err := ParseStreamNameKey(AppendStreamNameKey(nil, 1<<40, name)); err != nil || !bytes.Equal(got, name) {
		t.Errorf("consumer %q, %v", got, err)
	}
}

// Keys are ordered by what they stand for.
func TestStreamKeysAreInOrder(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	number := func() uint64 { return r.Uint64() >> r.IntN(64) }
	for range 10000 {
		a, b := StreamID{number(), number()}, StreamID{number(), number()}
		if r.IntN(2) == 0 {
			b.Ms = a.Ms
		}
		want := a.Compare(b)
		g, h, c, d := number(), number(), number(), number()
		if got := bytes.Compare(AppendStreamEntryKey(nil, a), AppendStreamEntryKey(nil, b)); got != want {
			t.Fatalf("entries %v and %v: %d", a, b, got)
		}
		if got := bytes.Compare(AppendStreamOwnedKey(nil, g, c, a), AppendStreamOwnedKey(nil, g, c, b)); got != want {
			t.Fatalf("%v and %v of one consumer: %d", a, b, got)
		}
		within(t, StreamOwnedBy(g, c), AppendStreamOwnedKey(nil, h, d, a), g == h && c == d)
		within(t, StreamOwnedBy(g, c), AppendStreamOwnedKey(nil, g, c, a), true)
		within(t, StreamOwned(g), AppendStreamOwnedKey(nil, g, d, a), true)
		within(t, StreamPendings(g), AppendStreamPendingKey(nil, h, a), g == h)
		within(t, StreamPendings(g), AppendStreamPendingKey(nil, g, a), true)
		within(t, StreamMembers(g), AppendStreamMemberKey(nil, g, d), true)
		within(t, StreamNames(g), AppendStreamNameKey(nil, g, []byte("\xff\xff\xff")), true)
		within(t, StreamNames(g), AppendStreamNameKey(nil, h, nil), g == h)
		within(t, StreamGroups(), AppendStreamGroupKey(nil, []byte("\xff\xff")), true)
		within(t, StreamNodes(), AppendStreamNodeKey(nil, a), true)
		for _, key := range [][]byte{AppendStreamNodeKey(nil, b), AppendStreamPendingKey(nil, g, b)} {
			if bytes.Compare(AppendStreamEntryKey(nil, a), key) >= 0 {
				t.Fatalf("% x comes before an entry", key)
			}
		}
		for _, key := range [][]byte{AppendStreamGroupKey(nil, []byte("\xff")), AppendStreamNameKey(nil, g, nil), AppendStreamMemberKey(nil, g, d)} {
			if bytes.Compare(AppendStreamEntryKey(nil, a), key) <= 0 {
				t.Fatalf("% x comes after an entry", key)
			}
		}
		if !IsStreamPendingKey(AppendStreamPendingKey(nil, g, a), g) || IsStreamPendingKey(AppendStreamPendingKey(nil, h, a), g) != (g == h) {
			t.Fatalf("pending messages of %d and %d are confused", g, h)
		}
	}
}

func within(t *testing.T, p StreamPart, key []byte, want bool) {
	t.Helper()
	if got := bytes.Compare(key, p.Low) >= 0 && bytes.Compare(key, p.High) < 0; got != want {
		t.Fatalf("% x lies between % x and % x: %v", key, p.Low, p.High, got)
	}
}

func TestStreamValuesGolden(t *testing.T) {
	id := StreamID{1, 2}
	const idHex = "0100000000000000" + "0200000000000000"
	node := StreamNode{Last: id, Live: 3, Deleted: 4, Body: 5, Names: 6}
	const nodeHex = idHex + "03000000" + "04000000" + "05000000" + "0600000000000000"
	head := StreamHead{Front: 10, Length: 9, Last: id, MaxDeleted: id, Added: 8, Groups: 7, TailFirst: id, Tail: node}
	group := StreamGroup{Number: 1, Last: id, EntriesRead: NotRead, Consumers: 2, Top: id}
	consumer := StreamConsumer{SeenMs: 0x0123456789ab, Pending: 2, Name: []byte("c")}
	for _, c := range []struct {
		what string
		b    []byte
		want string
	}{
		{"node", AppendStreamNode(nil, &node), nodeHex},
		{"head", AppendStreamHead(nil, &head),
			"0a00000000000000" + "0900000000000000" + idHex + idHex + "0800000000000000" + "0700000000000000" + idHex + nodeHex},
		{"group", AppendStreamGroup(nil, &group),
			"0100000000000000" + idHex + "ffffffffffffffff" + "0200000000000000" + idHex},
		{"consumer", AppendStreamConsumer(nil, &consumer), "ab89674523010000" + "0200000000000000" + "63"},
		{"consumer's number", AppendStreamNumber(nil, 258), "0201000000000000"},
		{"fields", AppendStreamFields(nil, [][]byte{[]byte("a"), []byte("bc"), nil, []byte("d")}), "02" + "0161" + "026263" + "00" + "0164"},
	} {
		if got := hex.EncodeToString(c.b); got != c.want {
			t.Errorf("%s: %s, want %s", c.what, got, c.want)
		}
	}
	if got, err := ParseStreamHead(AppendStreamHead(nil, &head)); err != nil || got != head {
		t.Errorf("head %+v, %v", got, err)
	}
	if got, err := ParseStreamGroup(AppendStreamGroup(nil, &group)); err != nil || got != group {
		t.Errorf("group %+v, %v", got, err)
	}
	if got, err := ParseStreamConsumer(AppendStreamConsumer(nil, &consumer)); err != nil || !reflect.DeepEqual(got, consumer) {
		t.Errorf("consumer %+v, %v", got, err)
	}
	if got, err := ParseStreamNumber(AppendStreamNumber(nil, 258)); err != nil || got != 258 {
		t.Errorf("number %d, %v", got, err)
	}
}

func TestStreamFields(t *testing.T) {
	long := bytes.Repeat([]byte("x"), 1000)
	for _, fields := range [][][]byte{
		{[]byte("a"), nil},
		{long, []byte("1"), []byte("b"), long},
		slices.Repeat([][]byte{[]byte("k")}, 400),
	} {
		b := AppendStreamFields(nil, fields)
		if len(b) != StreamFieldsBytes(fields) {
			t.Errorf("%d bytes, said to be %d", len(b), StreamFieldsBytes(fields))
		}
		if err := CheckStreamFields(b); err != nil {
			t.Error(err)
		}
		pairs, rest := StreamFields(b).Pairs()
		var got [][]byte
		for range 2 * pairs {
			var s []byte
			s, rest = rest.Cut()
			got = append(got, s)
		}
		if !slices.EqualFunc(got, fields, bytes.Equal) || len(rest) > 0 {
			t.Errorf("%q came back as %q", fields, got)
		}
	}
}

// What is refused does no harm, and what is not can be read.
func FuzzStreamValues(f *testing.F) {
	f.Add(AppendStreamFields(nil, [][]byte{[]byte("a"), []byte("b")}))
	f.Add([]byte(NewStreamRun(nil, 1, 2).Put(StreamID{}, 20, StreamID{1, 2}, StreamPending{1, 2, 3})))
	f.Add(AppendStreamOwnedKey(nil, 1, 2, testStreamID))
	f.Fuzz(func(t *testing.T, b []byte) {
		if CheckStreamFields(b) == nil {
			pairs, rest := StreamFields(b).Pairs()
			for range 2 * pairs {
				_, rest = rest.Cut()
			}
		}
		if CheckStreamRun(StreamID{}, b) == nil {
			rebuildRun(t, StreamRun(b))
		}
		ParseStreamIDKey(b)
		ParseStreamNameKey(b)
		ParseStreamConsumer(b)
		ParseStreamNumber(b)
		ParseStreamGroupKey(b)
		ParseStreamHead(b)
		ParseStreamGroup(b)
		ParseStreamNode(b)
		IsStreamPendingKey(b, 1)
	})
}
