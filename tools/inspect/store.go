package inspect

import (
	"errors"
	"fmt"
	"time"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/persistence"
	"github.com/cairndb/cairn/types"
)

// Step hears of progress.
type Step func(what string, done, total int64)

// samples of a collection's leaves are weighed; all inner nodes are read.
const samples = 16

// Store looks at all keys of an opened data directory.
func Store(name string, store *persistence.Store, biggest int, step Step) (_ *Report, err error) {
	n, err := store.Snapshot("inspect")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, n.Close()) }()
	c := newCounter(name, biggest)
	leaves := make([]int64, 10)
	now := time.Now().UnixMilli()
	for _, database := range n.Databases() {
		err := n.Walk(database, func(k *persistence.StoredKey) error {
			one, err := storedKey(database, k, now, leaves)
			if err != nil {
				return err
			}
			c.add(one)
			if step != nil && c.report.Keys%4096 == 0 {
				step("keys", c.report.Keys, 0)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	r := c.finish()
	r.Leaves = leaves
	describeFiles(r, store)
	return r, nil
}

func storedKey(database int, k *persistence.StoredKey, now int64, leaves []int64) (*key, error) {
	one := &key{database: database, name: k.Name, kind: k.Record.Kind.Type().String(), ttlMs: -1,
		elements: types.StoredElements(k), bytes: int64(len(k.Name) + len(k.Record.Payload))}
	if at := k.Record.ExpireAtMs; at != 0 {
		one.ttlMs = max(0, at-now)
	}
	if k.Record.Kind.Type() == encoding.TypeString {
		if k.Record.Kind.HasObject() {
			_, length, err := encoding.ParseLongString(k.Record.Payload)
			one.bytes += length
			return one, err
		}
		return one, nil
	}
	if !k.Record.Kind.HasObject() {
		return one, nil
	}
	weight, err := k.Value.Weigh(samples, func(bytes int) int64 {
		leaves[min(len(leaves)-1, bytes*len(leaves)/leafBytes)]++
		return int64(bytes)
	})
	if err != nil {
		return nil, fmt.Errorf("key %q: %w", k.Name, err)
	}
	one.bytes += weight
	return one, nil
}

// leafBytes is the size at which nodes are cut in two.
const leafBytes = 2 << 10

func describeFiles(r *Report, store *persistence.Store) {
	m := store.Tables().Metrics()
	for i := range m.Levels {
		l := &m.Levels[i]
		if n := int64(l.TablesCount); n > 0 {
			r.Levels = append(r.Levels, Level{fmt.Sprintf("L%d", i), n, int64(l.TablesSize)})
		}
	}
	s := store.Log().Stats()
	r.Log = &Log{First: s.First, End: s.End, Segments: s.Segments, FileBytes: s.FileBytes}
}
