package types

import (
	"bytes"
	"iter"
	"slices"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/encoding/rdb"
)

const (
	batchElements = 4096
	batchBytes    = 1 << 20
)

// element is one of a collection, of whatever type.
type element struct {
	name    []byte // or the element of a list
	value   []byte // of a field
	score   float64
	expires bool
}

func elementsOf(v *rdb.Value) iter.Seq[element] {
	return func(yield func(element) bool) {
		switch v.Type {
		case encoding.TypeHash:
			for f := range v.Fields() {
				if !yield(element{name: f.Name, value: f.Value, expires: f.ExpireAtMs != 0}) {
					return
				}
			}
		case encoding.TypeZSet:
			for member, score := range v.Scored() {
				if !yield(element{name: member, score: score}) {
					return
				}
			}
		default:
			for b := range v.Elements() {
				if !yield(element{name: b}) {
					return
				}
			}
		}
	}
}

// batch is elements, or entries of a stream, that go in together.
type batch struct {
	list   entryList // names, with the values of fields; of entries, only values
	scores []float64
	places []entryPlace
	bytes  int
	names  [][]byte // scratch
}

func (b *batch) reset() {
	clear(b.list.list)
	b.list.list, b.list.room = b.list.list[:0], nil
	b.scores, b.places, b.bytes = b.scores[:0], b.places[:0], 0
}

func (b *batch) add(e element) {
	b.list.add(e.name, e.value)
	b.scores = append(b.scores, e.score)
	b.bytes += len(e.name) + len(e.value)
}

func (b *batch) isFull() bool { return len(b.list.list) >= batchElements || b.bytes >= batchBytes }

func (b *batch) elements() iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		for _, e := range b.list.list {
			if !yield(e.key) {
				return
			}
		}
	}
}

func (b *batch) fields() iter.Seq[rdb.Field] {
	return func(yield func(rdb.Field) bool) {
		for _, e := range b.list.list {
			if !yield(rdb.Field{Name: e.key, Value: e.value}) {
				return
			}
		}
	}
}

func (b *batch) scored() iter.Seq2[[]byte, float64] {
	return func(yield func([]byte, float64) bool) {
		for i, e := range b.list.list {
			if !yield(e.key, b.scores[i]) {
				return
			}
		}
	}
}

// hasTwice tells whether a name comes twice.
func (b *batch) hasTwice() bool {
	b.names = b.names[:0]
	for _, e := range b.list.list {
		b.names = append(b.names, e.key)
	}
	slices.SortFunc(b.names, bytes.Compare)
	for i := 1; i < len(b.names); i++ {
		if bytes.Equal(b.names[i-1], b.names[i]) {
			return true
		}
	}
	return false
}
