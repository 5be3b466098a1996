package types

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"testing"

	"github.com/cairndb/cairn/encoding/rdb"
	"github.com/cairndb/cairn/persistence"
)

// writtenFile is an RDB file of what fn writes to database 0.
func writtenFile(t *testing.T, fn func(w *rdb.Writer)) []byte {
	t.Helper()
	var file bytes.Buffer
	w := rdb.NewWriter(&file, rdb.Options{})
	if err := w.Database(0, 0, 0); err != nil {
		t.Fatal(err)
	}
	fn(w)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

// writeCollections writes a key of each type, with n elements.
func writeCollections(w *rdb.Writer, n int64) {
	begin := func(t string) {
		_ = w.Key([]byte(t+strconv.FormatInt(n, 10)), rdb.Attributes{ExpireAtMs: n % 2 * 4e12})
	}
	text := func(i int64) []byte { return fmt.Appendf(nil, "element %d of %d", i*7919%n, n) }
	begin("string")
	_ = w.String(bytes.Repeat([]byte("abcdefg"), int(n)))
	begin("list")
	_ = w.BeginList(n)
	for i := range n {
		_ = w.Element(text(i / 3))
	}
	_ = w.End()
	begin("numbers")
	_ = w.BeginSet(n)
	for i := range n {
		_ = w.Element(strconv.AppendInt(nil, i*7919%n, 10))
	}
	_ = w.End()
	begin("set")
	_ = w.BeginSet(n)
	for i := range n {
		_ = w.Element(text(i))
	}
	_ = w.End()
	begin("zset")
	_ = w.BeginZSet(n)
	for i := range n {
		_ = w.Scored(text(i), float64(i%100))
	}
	_ = w.End()
	begin("hash")
	_ = w.BeginHash(n)
	for i := range n {
		_ = w.Field(text(i), text(i/2))
	}
	_ = w.End()
	begin("stream")
	writeStream(w, n)
}

func writeStream(w *rdb.Writer, n int64) {
	last := rdb.StreamID{Ms: uint64(n)}
	_ = w.BeginStream(rdb.Stream{Length: n, Groups: 2, LastID: last, EntriesAdded: uint64(n)})
	for i := range n {
		_ = w.Entry(rdb.StreamID{Ms: uint64(i + 1)}, [][]byte{[]byte("field"), strconv.AppendInt(nil, i, 10)})
	}
	pending := []rdb.Pending{{ID: rdb.StreamID{Ms: 1}, DeliveredAtMs: 5, Deliveries: 2, Consumer: 1}}
	consumers := []rdb.Consumer{{Name: []byte("alice"), SeenMs: 5, ActiveMs: 5}, {Name: []byte("bob"), SeenMs: 6, ActiveMs: 6}}
	_ = w.Group(&rdb.Group{Name: []byte("g"), LastID: last, EntriesRead: n, Consumers: consumers, Pending: pending})
	_ = w.Group(&rdb.Group{Name: []byte("h")})
	_ = w.End()
}

// load loads a file; refused are the errors of keys that were not taken.
func (s *testStore) load(file []byte, o LoadOptions) (refused map[string]error) {
	s.t.Helper()
	bulk, err := s.store.NewBulk()
	if err != nil {
		s.t.Fatal(err)
	}
	refused = s.loadInto(bulk.Writer(), file, o)
	if err := bulk.Commit(); err != nil {
		s.t.Fatal(err)
	}
	return refused
}

func (s *testStore) loadInto(bulk *persistence.BulkWriter, file []byte, o LoadOptions) (refused map[string]error) {
	s.t.Helper()
	o.Limits = Limits{Hash: HashLimits{128, 64}, ZSet: ZSetLimits{128, 64}, MaxIntset: 512}
	l := NewLoader(bulk, o)
	refused = map[string]error{}
	for r := rdb.NewReader(bytes.NewReader(file), rdb.Limits{}); ; {
		item, err := r.Next()
		if err == io.EOF {
			return refused
		}
		if err != nil {
			s.t.Fatal(err)
		}
		if k, ok := item.(*rdb.Key); ok {
			if _, err := l.Load(k, r.Offset()); err != nil {
				refused[string(k.Name)] = err
			}
		}
	}
}

// saved is a file of the whole store, which is checked.
func (s *testStore) saved(workers int) []byte {
	s.t.Helper()
	n, err := s.store.Snapshot("test")
	if err != nil {
		s.t.Fatal(err)
	}
	var file bytes.Buffer
	w := rdb.NewWriter(&file, rdb.Options{})
	err = errors.Join(Save(s.store, n, w, SaveOptions{Workers: workers}), w.Close(), n.Close(), s.store.Check())
	if err != nil {
		s.t.Fatal(err)
	}
	return file.Bytes()
}

func (s *testStore) digestOf(key string) (d Digest) {
	s.t.Helper()
	s.update(func(tx *persistence.Tx) (err error) {
		d, err = DigestValue(tx, []byte(key))
		return err
	})
	return d
}

// What is saved, loaded and saved is the same, whatever the size.
func TestLoadAndSave(t *testing.T) {
	sizes := []int64{1, 100, 128, 129, 512, 513, 5000, 120_000}
	file := writtenFile(t, func(w *rdb.Writer) {
		for _, n := range sizes {
			writeCollections(w, n)
		}
	})
	a, b := newTestStore(t), newTestStore(t)
	if refused := a.load(file, LoadOptions{}); len(refused) > 0 {
		t.Fatal(refused)
	}
	first := a.saved(1)
	if refused := b.load(first, LoadOptions{}); len(refused) > 0 {
		t.Fatal(refused)
	}
	if !bytes.Equal(first, a.saved(4)) {
		t.Error("a second file of the same data is another one")
	}
	b.saved(2)
	for _, n := range sizes {
		for _, name := range []string{"string", "list", "numbers", "set", "zset", "hash", "stream"} {
			key := fmt.Sprint(name, n)
			if x, y := a.digestOf(key), b.digestOf(key); x != y || x == (Digest{}) {
				t.Errorf("%s: %v, then %v", key, x, y)
			}
		}
	}
}

// failingWriter takes so many bytes.
type failingWriter struct{ left int }

func (w *failingWriter) Write(b []byte) (int, error) {
	if w.left -= len(b); w.left < 0 {
		return 0, io.ErrShortWrite
	}
	return len(b), nil
}

// Wherever a file cannot be written, Save says so and ends.
func TestSaveFails(t *testing.T) {
	s := newTestStore(t)
	file := writtenFile(t, func(w *rdb.Writer) {
		for n := range int64(300) {
			writeCollections(w, n+1)
		}
		writeCollections(w, 100_000)
	})
	s.load(file, LoadOptions{})
	n, err := s.store.Snapshot("test")
	if err != nil {
		t.Fatal(err)
	}
	for left := range 12 {
		w := rdb.NewWriter(&failingWriter{left * len(file) / 20}, rdb.Options{})
		if err := Save(s.store, n, w, SaveOptions{Workers: 1 + left%4}); !errors.Is(err, io.ErrShortWrite) {
			t.Errorf("after %d of %d bytes: %v", left*len(file)/20, len(file), err)
		}
	}
	if err := n.Close(); err != nil {
		t.Fatal(err)
	}
}

// A key that cannot be taken leaves nothing behind, however late that shows.
func TestLoadRefuses(t *testing.T) {
	const many = 200_000 // more than is gathered in memory
	file := writtenFile(t, func(w *rdb.Writer) {
		_ = w.Key([]byte("set"), rdb.Attributes{})
		_ = w.BeginSet(many)
		for i := range int64(many) {
			_ = w.Element(fmt.Appendf(nil, "member %d", i%(many-1)))
		}
		_ = w.End()
		_ = w.Key([]byte("zset"), rdb.Attributes{})
		_ = w.BeginZSet(many)
		for i := range int64(many) {
			_ = w.Scored(fmt.Appendf(nil, "member %d", i%(many-1)), float64(i))
		}
		_ = w.End()
		_ = w.Key([]byte("hash"), rdb.Attributes{})
		_ = w.BeginHash(600)
		for i := range int64(600) {
			_ = w.Field(fmt.Appendf(nil, "field %d", i%599), nil)
		}
		_ = w.End()
		_ = w.Key([]byte("k"), rdb.Attributes{})
		_ = w.String([]byte("new"))
		_ = w.Database(100, 1, 0)
		_ = w.Key([]byte("far"), rdb.Attributes{})
		_ = w.String([]byte("new"))
	})
	s := newTestStore(t)
	s.update(set([]byte("old"), SetOptions{}))
	old := s.digestOf("k")
	refused := s.load(file, LoadOptions{})
	for key, want := range map[string]error{
		"set": ErrElementTwice, "zset": ErrElementTwice, "hash": ErrElementTwice, "k": ErrBusyKey, "far": ErrNoDatabase,
	} {
		if !errors.Is(refused[key], want) {
			t.Errorf("%s: %v, want %v", key, refused[key], want)
		}
		if d := s.digestOf(key); key != "k" && d != (Digest{}) {
			t.Errorf("%s is there", key)
		}
	}
	if s.digestOf("k") != old {
		t.Error("a key that was not to be replaced is another one")
	}
	if refused := s.loadInto(nil, file, LoadOptions{}); !errors.Is(refused["hash"], ErrElementTwice) {
		t.Errorf("without a store: %v", refused)
	}
	if refused := s.load(file, LoadOptions{Replace: true}); refused["k"] != nil || s.digestOf("k") == old {
		t.Errorf("the key was not replaced: %v", refused["k"])
	}
	s.saved(1)
}

// The same goes for RESTORE, which shares the building of values. What lies where leaves of entries meet leaves of macro
// nodes depends on how long entries are.
func TestRestoredStreamIsSound(t *testing.T) {
	s := newTestStore(t)
	for valueBytes := range 40 {
		payload := streamPayload(t, 6000, valueBytes)
		key := strconv.AppendInt(nil, int64(valueBytes), 10)
		s.update(func(tx *persistence.Tx) error { return Restore(tx, key, payload, RestoreOptions{MaxString: 1 << 20}) })
	}
	s.saved(1)
}

func streamPayload(t *testing.T, n int64, valueBytes int) []byte {
	t.Helper()
	d := rdb.NewDumper(rdb.Options{})
	const ms = 1_795_746_335_000
	err := d.BeginStream(rdb.Stream{Length: n, LastID: rdb.StreamID{Ms: ms + uint64(n)}, EntriesAdded: uint64(n)})
	for i := range n {
		id := rdb.StreamID{Ms: ms + uint64(i/1000), Seq: uint64(i % 1000)}
		err = errors.Join(err, d.Entry(id, [][]byte{[]byte("a"), make([]byte, valueBytes)}))
	}
	if err := errors.Join(err, d.End()); err != nil {
		t.Fatal(err)
	}
	payload, err := d.Payload()
	if err != nil {
		t.Fatal(err)
	}
	return payload
}
