package encoding

import (
	"bytes"
	"encoding/hex"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestStreamRunGolden(t *testing.T) {
	base := StreamID{1000, 7}
	r := NewStreamRun(nil, 1, 5000)
	r = r.Put(base, len(r), base, StreamPending{1, 5000, 1})
	r = r.Put(base, len(r), StreamID{1001, 0}, StreamPending{2, 4999, 300})
	const want = "0200" + "0100" + "0100000000000000" + "8813000000000000" +
		"0400" + "07" + // the second number takes a byte
		"d102" + "01" + "02" + "ffffffffffffffff" + "2c0100"
	if got := hex.EncodeToString(r); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// pendingAt is a message with its ID.
type pendingAt struct {
	id StreamID
	p  StreamPending
}

func (r StreamRun) all(base StreamID) (list []pendingAt) {
	for at := r.Begin(); at < len(r); at = r.After(at) {
		id, p := r.Message(base, at)
		list = append(list, pendingAt{id, p})
	}
	return list
}

// rebuildRun: a run made anew of its messages has them all.
func rebuildRun(t *testing.T, r StreamRun) {
	list := r.all(StreamID{})
	again := NewStreamRun(nil, r.consumer(), r.atMs())
	for _, m := range list {
		again = again.Put(StreamID{}, len(again), m.id, m.p)
	}
	if got := again.all(StreamID{}); !slices.Equal(got, list) {
		t.Fatalf("%+v came back as %+v", list, got)
	}
}

// Messages that come and go in any order are those that a sorted list has.
func TestStreamRunIsItsModel(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	number := func() uint64 { return rng.Uint64() >> (rng.IntN(9) * 8) }
	for range 300 {
		base := StreamID{number() / 2, rng.Uint64N(3)}
		r := NewStreamRun(nil, rng.Uint64N(3), int64(number()))
		var model []pendingAt
		for range 200 {
			id := StreamID{base.Ms + rng.Uint64N(4), rng.Uint64N(300)}
			if rng.IntN(20) == 0 {
				id = StreamID{base.Ms + number()/2, number()}
			}
			if id.Compare(base) < 0 {
				continue
			}
			i, want := slices.BinarySearchFunc(model, id, func(m pendingAt, id StreamID) int { return m.id.Compare(id) })
			at, found := r.Seek(base, id)
			if found != want {
				t.Fatalf("%v of %v: %v", id, model, found)
			}
			if found {
				r = r.Cut(at)
				model = slices.Delete(model, i, i+1)
			}
			if found && rng.IntN(2) == 0 || len(model) == StreamRunMessages {
				continue
			}
			m := pendingAt{id, StreamPending{rng.Uint64N(4), r.atMs() + int64(rng.Uint64N(1000)) - 300, rng.Uint64N(3)}}
			if rng.IntN(20) == 0 {
				m.p = StreamPending{number(), int64(number()), number()}
			}
			r = r.Put(base, at, m.id, m.p)
			model = slices.Insert(model, i, m)
		}
		if got := r.all(base); !slices.Equal(got, model) || r.Count() != len(model) {
			t.Fatalf("%d messages %v, want %v", r.Count(), got, model)
		}
		if err := CheckStreamRun(base, r); err != nil && len(model) > 0 {
			t.Fatal(err)
		}
		for consumer := range uint64(5) {
			want := slices.ContainsFunc(model, func(m pendingAt) bool { return m.p.Consumer == consumer })
			if r.Has(consumer) != want {
				t.Fatalf("consumer %d: %v", consumer, !want)
			}
		}
		if half, _ := r.Message(base, r.Half()); len(model) > 0 && half != model[len(model)/2].id {
			t.Fatalf("%v is in the midst", half)
		}
	}
}

func TestStreamRunIsBounded(t *testing.T) {
	r := NewStreamRun(nil, 0, 0)
	for i := range StreamRunMessages {
		id := StreamID{1 << 40, math.MaxUint64 - StreamRunMessages + uint64(i)}
		r = r.Put(StreamID{}, len(r), id, StreamPending{math.MaxUint64, math.MinInt64, math.MaxUint64})
	}
	if len(r) != MaxStreamRun {
		t.Errorf("%d bytes, and at most %d", len(r), MaxStreamRun)
	}
}

func TestCheckStreamRun(t *testing.T) {
	base := StreamID{5, 5}
	good := NewStreamRun(nil, 1, 1).Put(base, streamRunHeader, base, StreamPending{1, 1, 1})
	if err := CheckStreamRun(base, good); err != nil {
		t.Error(err)
	}
	twice := append(bytes.Clone(good), good[streamRunHeader:]...)
	twice[0]++
	for what, b := range map[string][]byte{
		"nothing":         nil,
		"no message":      NewStreamRun(nil, 1, 1),
		"half a message":  good[:len(good)-1],
		"an ID twice":     twice,
		"one not counted": append(bytes.Clone(good), 1<<2, 0, 9),
	} {
		if CheckStreamRun(base, b) == nil {
			t.Errorf("%s: not noticed", what)
		}
	}
	if CheckStreamRun(StreamID{5, 6}, good) == nil {
		t.Error("before its base: not noticed")
	}
}
