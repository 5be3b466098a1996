package types

import (
	"bytes"
	"errors"
	"testing"

	"github.com/cairndb/cairn/encoding/rdb"
	"github.com/cairndb/cairn/persistence"
)

const manyPending = rdb.MaxHeldPending + 4096 + 7

// pendingOf is what is pending of the i-th message, and for which of three consumers.
func pendingOf(i uint64) rdb.Pending {
	return rdb.Pending{ID: rdb.StreamID{Ms: i/3 + 1, Seq: i % 3}, DeliveredAtMs: int64(i), Deliveries: i%5 + 1, Consumer: int(i*i) % 3}
}

// writeManyPending writes a stream of which so much is pending that it is not held in memory.
func writeManyPending(w *rdb.Writer) {
	_ = w.Key([]byte("k"), rdb.Attributes{})
	_ = w.BeginStream(rdb.Stream{Groups: 2, LastID: rdb.StreamID{Ms: manyPending}, EntriesAdded: 9})
	g := rdb.Group{Name: []byte("large"), LastID: rdb.StreamID{Ms: 7}, EntriesRead: 3}
	for _, name := range []string{"a", "b", "c", "idle"} {
		g.Consumers = append(g.Consumers, rdb.Consumer{Name: []byte(name), SeenMs: 5, ActiveMs: 5})
	}
	for i := range uint64(manyPending) {
		g.Pending = append(g.Pending, pendingOf(i))
	}
	_ = w.Group(&g)
	_ = w.Group(&rdb.Group{Name: []byte("small")})
	_ = w.End()
}

func TestManyPending(t *testing.T) {
	file := writtenFile(t, func(w *rdb.Writer) { writeManyPending(w) })
	a, b := newTestStore(t), newTestStore(t)
	if refused := a.load(file, LoadOptions{}); len(refused) > 0 {
		t.Fatal(refused)
	}
	if again := a.saved(1); !bytes.Equal(withoutFrame(again), withoutFrame(file)) {
		t.Errorf("what was loaded is saved as other %d bytes, of %d", len(again), len(file))
	}
	var payload []byte
	a.update(func(tx *persistence.Tx) (err error) {
		payload, err = dumped(tx, "k")
		return err
	})
	b.update(func(tx *persistence.Tx) error { return Restore(tx, []byte("k"), payload, RestoreOptions{}) })
	if !bytes.Equal(withoutFrame(b.saved(2)), withoutFrame(file)) {
		t.Error("RESTORE made another stream")
	}
}

// withoutFrame is a file from its only key on, without its checksum.
func withoutFrame(file []byte) []byte {
	return file[bytes.Index(file, []byte("\x01k")) : len(file)-8]
}

func dumped(tx *persistence.Tx, key string) ([]byte, error) {
	d := rdb.NewDumper(rdb.Options{})
	if _, err := Dump(tx, []byte(key), &d.ValueWriter); err != nil {
		return nil, err
	}
	return d.Payload()
}

// A list of pending messages that does not hold together is refused, and nothing stays of it. The file is right in
// its form: one message has the id of another.
func TestManyPendingMalformed(t *testing.T) {
	whole := writtenFile(t, func(w *rdb.Writer) { writeManyPending(w) })
	id := func(i uint64) []byte {
		var b bytes.Buffer
		p := pendingOf(i).ID
		for _, n := range []uint64{p.Ms, p.Seq} {
			for shift := 56; shift >= 0; shift -= 8 {
				b.WriteByte(byte(n >> shift))
			}
		}
		return b.Bytes()
	}
	at, other := id(manyPending-10), id(manyPending-13)
	first := bytes.Index(whole, at)
	second := first + 16 + bytes.Index(whole[first+16:], at)
	for name, place := range map[string]int{"pending twice": first, "another's": second} {
		file := bytes.Clone(whole)
		copy(file[place:], other)
		s := newTestStore(t)
		refused := s.loadUnchecked(file)
		if !errors.Is(refused, rdb.ErrMalformed) {
			t.Errorf("%s: %v", name, refused)
		}
		s.update(func(tx *persistence.Tx) error {
			if n, err := Exists(tx, [][]byte{[]byte("k")}); n != 0 || err != nil {
				t.Errorf("%s: the key is there, %v", name, err)
			}
			return nil
		})
	}
}

// loadUnchecked loads the first key of a file whose checksum may be wrong.
func (s *testStore) loadUnchecked(file []byte) error {
	bulk, err := s.store.NewBulk()
	if err != nil {
		return err
	}
	defer func() { _ = bulk.Abort() }()
	l := NewLoader(bulk.Writer(), LoadOptions{})
	for r := rdb.NewReader(bytes.NewReader(file), rdb.Limits{}); ; {
		item, err := r.Next()
		if err != nil {
			return err
		}
		if k, ok := item.(*rdb.Key); ok {
			_, err := l.Load(k, 0)
			return err
		}
	}
}
