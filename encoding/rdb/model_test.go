package rdb

import (
	"bytes"
	"cmp"
	"crypto/sha1"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"reflect"
	"slices"
	"testing"

	"github.com/cairndb/cairn/encoding"
)

// model is a value held as plainly as possible. What has no order is sorted.
type model struct {
	typ     encoding.Type
	text    string
	items   []string // list, set
	fields  []modelField
	scored  []modelScored
	stream  Stream
	entries []modelEntry
	groups  []Group
}

type modelField struct {
	name, value string
	expireAtMs  int64
}

type modelScored struct {
	member string
	score  float64
}

type modelEntry struct {
	id    StreamID
	pairs []string
}

// modelKey is a key of a model file.
type modelKey struct {
	db   int
	name string
	attr Attributes
	model
}

// readValue reads all of a value. v.Err() tells whether that went well.
func readValue(v *Value) (m model) {
	m.typ = v.Type
	switch v.Type {
	case encoding.TypeString:
		m.text = string(v.Bytes())
	case encoding.TypeList, encoding.TypeSet:
		for b := range v.Elements() {
			m.items = append(m.items, string(b))
		}
	case encoding.TypeHash:
		for f := range v.Fields() {
			m.fields = append(m.fields, modelField{string(f.Name), string(f.Value), f.ExpireAtMs})
		}
	case encoding.TypeZSet:
		for member, score := range v.Scored() {
			m.scored = append(m.scored, modelScored{string(member), score})
		}
	case encoding.TypeStream:
		readStream(v, &m)
	}
	m.sort()
	return m
}

func readStream(v *Value, m *model) {
	for e := range v.Entries() {
		entry := modelEntry{id: e.ID}
		for name, value := range e.Fields() {
			entry.pairs = append(entry.pairs, string(name), string(value))
		}
		m.entries = append(m.entries, entry)
	}
	m.stream, _ = v.Stream()
	for g := range v.Groups() {
		m.groups = append(m.groups, Group{
			Name: bytes.Clone(g.Name), LastID: g.LastID, EntriesRead: g.EntriesRead,
			Pending: slices.Clone(g.Pending), Consumers: slices.Clone(g.Consumers),
		})
	}
}

func (m *model) sort() {
	if m.typ == encoding.TypeSet {
		slices.Sort(m.items)
	}
	slices.SortFunc(m.fields, func(a, b modelField) int { return cmp.Compare(a.name, b.name) })
	slices.SortFunc(m.scored, func(a, b modelScored) int { return cmp.Compare(a.member, b.member) })
	slices.SortFunc(m.groups, func(a, b Group) int { return bytes.Compare(a.Name, b.Name) })
}

// write writes the value.
func (m *model) write(w *ValueWriter) error {
	switch m.typ {
	case encoding.TypeString:
		return w.String([]byte(m.text))
	case encoding.TypeList:
		_ = w.BeginList(int64(len(m.items)))
	case encoding.TypeSet:
		_ = w.BeginSet(int64(len(m.items)))
	case encoding.TypeHash:
		_ = w.BeginHash(int64(len(m.fields)))
	case encoding.TypeZSet:
		_ = w.BeginZSet(int64(len(m.scored)))
	case encoding.TypeStream:
		_ = w.BeginStream(m.stream)
	}
	for _, s := range m.items {
		_ = w.Element([]byte(s))
	}
	for _, f := range m.fields {
		_ = w.Field([]byte(f.name), []byte(f.value))
	}
	for _, s := range m.scored {
		_ = w.Scored([]byte(s.member), s.score)
	}
	for _, e := range m.entries {
		pairs := make([][]byte, len(e.pairs))
		for i, s := range e.pairs {
			pairs[i] = []byte(s)
		}
		_ = w.Entry(e.id, pairs)
	}
	for i := range m.groups {
		_ = w.Group(&m.groups[i])
	}
	return w.End() // an error stays
}

// String shows the value so that two that differ look different.
func (m model) String() string {
	switch m.typ {
	case encoding.TypeString:
		return fmt.Sprintf("%q", m.text)
	case encoding.TypeList, encoding.TypeSet:
		return fmt.Sprintf("%q", m.items)
	case encoding.TypeHash:
		var b []byte
		for _, f := range m.fields {
			b = fmt.Appendf(b, "%q=%q@%d ", f.name, f.value, f.expireAtMs)
		}
		return string(b)
	case encoding.TypeZSet:
		var b []byte
		for _, s := range m.scored {
			b = encoding.AppendDouble(fmt.Appendf(b, "%q:", s.member), s.score)
			b = append(b, ' ')
		}
		return string(b)
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "%+v", m.stream)
	for _, e := range m.entries {
		fmt.Fprintf(&b, "\n\t\t%v %q", e.id, e.pairs)
	}
	for _, g := range m.groups {
		fmt.Fprintf(&b, "\n\t\tgroup %q last %v read %d", g.Name, g.LastID, g.EntriesRead)
		for i, c := range g.Consumers {
			fmt.Fprintf(&b, "\n\t\t\tconsumer %q seen %d active %d", c.Name, c.SeenMs, c.ActiveMs)
			for _, p := range g.Pending {
				if p.Consumer == i {
					fmt.Fprintf(&b, " %v@%d*%d", p.ID, p.DeliveredAtMs, p.Deliveries)
				}
			}
		}
	}
	return b.String()
}

func (k modelKey) String() string {
	return fmt.Sprintf("%d %q %+v %v %v", k.db, k.name, k.attr, k.typ, k.model)
}

// readFile reads all keys of a file, in order of their names; what else there is comes first.
func readFile(b []byte, limits Limits) (keys []modelKey, other []string, err error) {
	return readAll(NewReader(bytes.NewReader(b), limits))
}

func readAll(r *Reader) (keys []modelKey, other []string, err error) { return readItems(r.Next) }

func readItems(next func() (Item, error)) (keys []modelKey, other []string, err error) {
	for {
		item, err := next()
		if err == io.EOF {
			slices.SortStableFunc(keys, func(a, b modelKey) int {
				return cmp.Or(cmp.Compare(a.db, b.db), cmp.Compare(a.name, b.name))
			})
			return keys, other, nil
		}
		if err != nil {
			return keys, other, err
		}
		switch it := item.(type) {
		case *Key:
			k := modelKey{db: it.DB, name: string(it.Name), attr: Attributes{it.ExpireAtMs, it.Usage}}
			k.model = readValue(&it.Value)
			keys = append(keys, k)
		case *Aux:
			other = append(other, fmt.Sprintf("aux %q=%q", it.Name, it.Value))
		case *Function:
			other = append(other, fmt.Sprintf("function %q", it.Code))
		default:
			other = append(other, fmt.Sprintf("%T %+v", it, it))
		}
	}
}

// writeFile writes keys, which are in order of their databases.
func writeFile(t testing.TB, keys []modelKey, o Options) []byte {
	t.Helper()
	var out bytes.Buffer
	w := NewWriter(&out, o)
	db := -1
	for i := range keys {
		k := &keys[i]
		if k.db != db {
			db = k.db
			if err := w.Database(db, 10, 1); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Key([]byte(k.name), k.attr); err != nil {
			t.Fatal(err)
		}
		if err := k.write(&w.ValueWriter); err != nil {
			t.Fatalf("%v: %v", k, err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// digest is a signature, as DEBUG DIGEST-VALUE computes it (debug.c of Redis 7.0).
type digest [sha1.Size]byte

func (d *digest) xor(b []byte) {
	sum := sha1.Sum(b)
	for i := range d {
		d[i] ^= sum[i]
	}
}

func (d *digest) mix(b []byte) {
	d.xor(b)
	*d = sha1.Sum(d[:])
}

func (d *digest) pair(a, b []byte) {
	var sub digest
	sub.mix(a)
	sub.mix(b)
	d.xor(sub[:])
}

func (k *modelKey) digest() string {
	var d digest
	number := map[encoding.Type]uint32{
		encoding.TypeString: 0, encoding.TypeList: 1, encoding.TypeSet: 2,
		encoding.TypeZSet: 3, encoding.TypeHash: 4, encoding.TypeStream: 6,
	}[k.typ]
	d.mix(binary.BigEndian.AppendUint32(nil, number))
	if k.typ == encoding.TypeString {
		d.mix([]byte(k.text))
	}
	for _, s := range k.items {
		if k.typ == encoding.TypeList {
			d.mix([]byte(s))
		} else {
			d.xor([]byte(s))
		}
	}
	for _, f := range k.fields {
		d.pair([]byte(f.name), []byte(f.value))
	}
	for _, s := range k.scored {
		d.pair([]byte(s.member), encoding.AppendDouble(nil, s.score))
	}
	for _, e := range k.entries {
		d.mix(fmt.Appendf(nil, "%d.%d", e.id.Ms, e.id.Seq))
		for _, s := range e.pairs {
			d.mix([]byte(s))
		}
	}
	if k.attr.ExpireAtMs != 0 {
		d.xor([]byte("!!expire!!"))
	}
	return hex.EncodeToString(d[:])
}

// sameKeys fails the test at the first difference.
func sameKeys(t testing.TB, got, want []modelKey) {
	t.Helper()
	for i := range min(len(got), len(want)) {
		if reflect.DeepEqual(got[i], want[i]) {
			continue // an empty slice and none are not equal here
		}
		if g, w := got[i].String(), want[i].String(); g != w {
			t.Fatalf("not the same key:\n\t%.2000s\nbut\n\t%.2000s", g, w)
		}
	}
	if len(got) != len(want) {
		t.Fatalf("%d keys, not %d", len(got), len(want))
	}
}
