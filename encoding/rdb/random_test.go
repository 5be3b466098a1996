package rdb

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"github.com/cairndb/cairn/encoding"
)

// randomText is a number, something short, something long that compresses or does not.
func randomText(r *rand.Rand) string {
	switch r.IntN(8) {
	case 0:
		return strconv.Itoa(r.IntN(300) - 100)
	case 1:
		return strconv.FormatInt(int64(r.Uint64())>>r.IntN(64), 10)
	case 2:
		return string(bytes.Repeat([]byte{byte(r.Uint32())}, r.IntN(300)))
	case 3:
		b := make([]byte, r.IntN(80))
		for i := range b {
			b[i] = byte(r.Uint32())
		}
		return string(b)
	case 4:
		return fmt.Sprintf("%0*d", 1+r.IntN(5), r.IntN(10)) // perhaps with zeros before
	case 5:
		if r.IntN(20) == 0 {
			return string(bytes.Repeat([]byte("0123456789abcdef"), r.IntN(8000)))
		}
	}
	return fmt.Sprintf("text:%d", r.IntN(1000))
}

// randomTexts are n at most, all different if they must.
func randomTexts(r *rand.Rand, n int, different bool) []string {
	texts := make([]string, 1+r.IntN(n))
	for i := range texts {
		texts[i] = randomText(r)
	}
	if different {
		slices.Sort(texts)
		texts = slices.Compact(texts)
	}
	return texts
}

var scores = []float64{0, 1, -1, 0.1, 1.5, math.Inf(1), math.Inf(-1), 1e300, 5e-324, 1 << 53, 3.0e10}

func randomModel(r *rand.Rand) model {
	return randomModelOf(r, encoding.TypeString+encoding.Type(r.IntN(6)), []int{3, 30, 200, 800}[r.IntN(4)])
}

// randomModelOf makes a value of up to n elements.
func randomModelOf(r *rand.Rand, typ encoding.Type, n int) (m model) {
	m.typ = typ
	switch m.typ {
	case encoding.TypeString:
		m.text = randomText(r)
	case encoding.TypeList:
		m.items = randomTexts(r, n, false)
	case encoding.TypeSet:
		m.items = randomTexts(r, n, true)
		if r.IntN(2) == 0 {
			m.items = randomNumbers(r, n)
		}
	case encoding.TypeHash:
		for _, name := range randomTexts(r, n, true) {
			m.fields = append(m.fields, modelField{name, randomText(r), 0})
		}
	case encoding.TypeZSet:
		for _, member := range randomTexts(r, n, true) {
			score := scores[r.IntN(len(scores))]
			if r.IntN(2) == 0 {
				score = r.NormFloat64() * 1000
			}
			m.scored = append(m.scored, modelScored{member, score})
		}
	case encoding.TypeStream:
		randomStream(r, &m, n)
	}
	m.sort()
	return m
}

func randomNumbers(r *rand.Rand, n int) []string {
	shift := r.IntN(64)
	var numbers []string
	for range 1 + r.IntN(n) {
		numbers = append(numbers, strconv.FormatInt(int64(r.Uint64())>>shift, 10))
	}
	slices.Sort(numbers)
	return slices.Compact(numbers)
}

func randomStream(r *rand.Rand, m *model, n int) {
	id := StreamID{uint64(r.IntN(1 << 40)), uint64(r.IntN(3))}
	names := randomTexts(r, 4, false)
	for range r.IntN(n) {
		if r.IntN(3) == 0 {
			id = StreamID{id.Ms + 1 + uint64(r.IntN(1000)), uint64(r.IntN(3))}
		} else {
			id.Seq += 1 + uint64(r.IntN(2))
		}
		if r.IntN(10) == 0 {
			names = randomTexts(r, 4, false)
		}
		e := modelEntry{id: id}
		for _, name := range names {
			e.pairs = append(e.pairs, name, randomText(r))
		}
		m.entries = append(m.entries, e)
	}
	m.stream = Stream{
		Length: int64(len(m.entries)), LastID: StreamID{id.Ms + uint64(r.IntN(2)), id.Seq},
		MaxDeletedID: StreamID{uint64(r.IntN(100)), 7}, EntriesAdded: uint64(len(m.entries) + r.IntN(5)),
	}
	if len(m.entries) > 0 {
		m.stream.FirstID = m.entries[0].id
	}
	for i := range r.IntN(3) {
		m.groups = append(m.groups, randomGroup(r, m, fmt.Sprintf("group%d", i)))
	}
	m.stream.Groups = int64(len(m.groups))
}

func randomGroup(r *rand.Rand, m *model, name string) Group {
	g := Group{Name: []byte(name), LastID: m.stream.LastID, EntriesRead: int64(r.IntN(5)) - 1}
	for i := range r.IntN(4) {
		seen := int64(1700000000000 + r.IntN(1e9))
		g.Consumers = append(g.Consumers, Consumer{[]byte(fmt.Sprintf("c%d", i)), seen, seen})
	}
	for _, e := range m.entries {
		if len(g.Consumers) > 0 && r.IntN(3) == 0 {
			g.Pending = append(g.Pending, Pending{
				e.id, int64(1700000000000 + r.IntN(1e9)), uint64(1 + r.IntN(9)), r.IntN(len(g.Consumers)),
			})
		}
	}
	return g
}

// randomKeys are n keys in two databases.
func randomKeys(r *rand.Rand, n int) []modelKey {
	keys := make([]modelKey, n)
	for i := range keys {
		k := &keys[i]
		k.db, k.name, k.model = 3*i/n, fmt.Sprintf("key:%06d", i), randomModel(r)
		if r.IntN(4) == 0 {
			k.attr.ExpireAtMs = 4e12 + int64(r.IntN(1e9))
		}
		switch r.IntN(6) {
		case 0:
			k.attr.Usage = Usage{UsageIdle, int64(r.IntN(1e6))}
		case 1:
			k.attr.Usage = Usage{UsageFreq, int64(r.IntN(256))}
		}
	}
	return keys
}

func everyOptions() []Options {
	small := &Packing{HashMaxEntries: 5, HashMaxValue: 10, ZSetMaxEntries: 5, ZSetMaxValue: 10, SetMaxIntset: 5,
		ListMaxNode: 3, StreamNodeBytes: 200, StreamNodeEntries: 3}
	return []Options{
		{}, {Compress: true}, {Version: 9, Compress: true}, {Version: 11}, {NoChecksum: true},
		{Packing: small, Compress: true}, {Version: 11, Packing: small},
	}
}

func TestRoundTrip(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 7))
	for _, o := range everyOptions() {
		for range 5 {
			keys := randomKeys(r, 30)
			got, _, err := readFile(writeFile(t, keys, o), Limits{})
			if err != nil {
				t.Fatalf("%+v: %v", o, err)
			}
			if o.Version == 9 {
				dropWhatRedis5Lacks(keys)
			}
			sameKeys(t, got, keys)
		}
	}
}

// dropWhatRedis5Lacks replaces what version 9 does not keep of a stream by what a reader makes of it.
func dropWhatRedis5Lacks(keys []modelKey) {
	for i := range keys {
		s := &keys[i].stream
		s.MaxDeletedID, s.EntriesAdded = StreamID{}, uint64(s.Length)
		for j := range keys[i].groups {
			g := &keys[i].groups[j]
			g.EntriesRead = s.distance(g.LastID)
		}
	}
}

// Values that are too large to be held back take other ways.
func TestRoundTripLarge(t *testing.T) {
	var keys []modelKey
	for i, typ := range []encoding.Type{encoding.TypeList, encoding.TypeSet, encoding.TypeHash, encoding.TypeZSet, encoding.TypeStream} {
		k := modelKey{name: fmt.Sprint(i), model: model{typ: typ}}
		for j := range 12_000 {
			text := fmt.Sprintf("%0100d", j)
			id := StreamID{uint64(j/3 + 1), uint64(j)}
			switch typ {
			case encoding.TypeList, encoding.TypeSet:
				k.items = append(k.items, text)
			case encoding.TypeHash:
				k.fields = append(k.fields, modelField{text, "v", 0})
			case encoding.TypeZSet:
				k.scored = append(k.scored, modelScored{text, float64(j % 100)})
			case encoding.TypeStream:
				k.entries = append(k.entries, modelEntry{id, []string{"name", text, "n", "1"}})
				k.stream.Length++
				k.stream.LastID, k.stream.FirstID = id, StreamID{1, 0}
			}
		}
		keys = append(keys, k)
	}
	for _, o := range []Options{{}, {Compress: true, Version: 11}} {
		got, _, err := readFile(writeFile(t, keys, o), Limits{})
		if err != nil {
			t.Fatal(err)
		}
		sameKeys(t, got, keys)
	}
}

func TestDumpRoundTrip(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 7))
	for _, o := range everyOptions() {
		d := NewDumper(o)
		for range 50 {
			k := modelKey{model: randomModel(r)}
			if err := k.write(&d.ValueWriter); err != nil {
				t.Fatal(err)
			}
			payload, err := d.Payload()
			if err != nil {
				t.Fatal(err)
			}
			v, err := OpenDump(payload, VersionRedis74, Limits{})
			if err != nil {
				t.Fatal(err)
			}
			got := modelKey{model: readValue(v)}
			if v.Err() != nil {
				t.Fatalf("%v: %v", k, v.Err())
			}
			want := []modelKey{k}
			if o.Version == 9 {
				dropWhatRedis5Lacks(want)
			}
			sameKeys(t, []modelKey{got}, want)
		}
	}
}
