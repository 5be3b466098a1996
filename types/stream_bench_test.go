package types

import (
	"errors"
	"testing"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/persistence"
)

// benchStream is a stream behind the store's door, the log included, its
// writing to disk excluded.
type benchStream struct {
	b     *testing.B
	store *persistence.Store
	tx    *persistence.Tx
	keys  persistence.Keys
}

func newBenchStream(b *testing.B, entries int) *benchStream {
	s := &benchStream{b: b, store: benchStore(b)}
	s.tx, s.keys = s.store.Tx(), persistence.Keys{Names: [][]byte{testKey}}
	s.tx.NowMs = testNowMs
	for i := range entries {
		s.update(added(StreamAddOptions{Choice: StreamIDGiven, ID: sid(uint64(i) + 1)}))
	}
	if entries > 0 {
		s.update(groupCreated(testKey, StreamGroupStart{}))
	}
	return s
}

func (s *benchStream) update(fn func(*persistence.Tx) error) {
	if err := s.store.Update(s.tx, s.keys, fn); err != nil {
		s.b.Fatal(err)
	}
}

// BenchmarkStream measures what producers and consumers do all the time.
func BenchmarkStream(b *testing.B) {
	b.Run("Add", func(b *testing.B) {
		s := newBenchStream(b, 0)
		o := StreamAddOptions{Limits: encoding.StreamNodeLimits{Bytes: 4096, Entries: 100}}
		add := func(tx *persistence.Tx) error { _, _, err := StreamAdd(tx, testKey, testFields, &o); return err }
		b.ReportAllocs()
		for b.Loop() {
			s.update(add)
		}
	})
	b.Run("AddTrimming", func(b *testing.B) {
		s := newBenchStream(b, 0)
		o := StreamAddOptions{Limits: encoding.StreamNodeLimits{Bytes: 4096, Entries: 100},
			Trim: StreamTrim{By: StreamTrimMaxLen, MaxLen: 1000, Approx: true}}
		add := func(tx *persistence.Tx) error { _, _, err := StreamAdd(tx, testKey, testFields, &o); return err }
		b.ReportAllocs()
		for b.Loop() {
			s.update(add)
		}
	})
	b.Run("ReadGroup", func(b *testing.B) {
		s := newBenchStream(b, 200000)
		read := func(tx *persistence.Tx) error { return readSome(tx, 1) }
		rewind := func(tx *persistence.Tx) error {
			return StreamGroupSetID(tx, testKey, testGroup, StreamGroupStart{EntriesRead: 0})
		}
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			if i%200000 == 199999 {
				s.update(rewind)
			}
			s.update(read)
		}
	})
	b.Run("ReadGroupAck", func(b *testing.B) {
		s := newBenchStream(b, 200000)
		read := func(tx *persistence.Tx) error { return readSome(tx, 1) }
		ids, texts := sids([]uint64{1})
		ack := func(tx *persistence.Tx) error { _, err := StreamAck(tx, testKey, testGroup, ids, texts); return err }
		rewind := func(tx *persistence.Tx) error {
			return StreamGroupSetID(tx, testKey, testGroup, StreamGroupStart{EntriesRead: 0})
		}
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			if i%200000 == 199999 {
				s.update(rewind)
			}
			s.update(read)
			ids[0].Seq = uint64(i%200000) + 1
			s.update(ack)
		}
	})
}

func readSome(tx *persistence.Tx, count int64) error {
	r, err := OpenGroupRead(tx, testKey, testGroup)
	if err != nil {
		return err
	}
	if n, err := r.New(count); err != nil || n == 0 {
		return err
	}
	for r.Next() {
	}
	if err := errors.Join(r.Err(), r.As(testConsumer)); err != nil {
		return err
	}
	if err := r.Deliver(false); err != nil {
		return err
	}
	return r.End()
}
