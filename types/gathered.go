package types

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"slices"

	"github.com/cairndb/cairn/persistence"
	"github.com/cairndb/cairn/persistence/sorter"
)

// gathered is entries of a tree that is about to be built, or elements.
type gathered struct {
	data []byte
	rows []gatheredRow
}

// gatheredRow is where a key and, behind it, a value lie.
type gatheredRow struct {
	prefix   uint64  // the key's first bytes, by which most differ
	score    float64 // of an element
	at       uint32  // what is gathered in memory is far below 4 GiB
	key, val uint32
}

func (g *gathered) add(key, value []byte, score float64) {
	g.rows = append(g.rows, gatheredRow{keyPrefix(key), score, uint32(len(g.data)), uint32(len(key)), uint32(len(value))})
	g.data = append(append(g.data, key...), value...)
}

// keyPrefix is the start of a key as a number.
func keyPrefix(key []byte) uint64 {
	if len(key) >= 8 {
		return binary.BigEndian.Uint64(key)
	}
	var room [8]byte
	copy(room[:], key)
	return binary.BigEndian.Uint64(room[:])
}

func (g *gathered) row(i int) (key, value []byte) {
	r := &g.rows[i]
	end := r.at + r.key
	return g.data[r.at:end:end], g.data[end : end+r.val : end+r.val]
}

func (g *gathered) key(r *gatheredRow) []byte { return g.data[r.at : r.at+r.key] }

// each hands out everything as it came.
func (g *gathered) each(fn func(key, value []byte) error) error {
	for i := range g.rows {
		if err := fn(g.row(i)); err != nil {
			return err
		}
	}
	return nil
}

func (g *gathered) sort() {
	slices.SortFunc(g.rows, func(a, b gatheredRow) int {
		if a.prefix != b.prefix {
			return cmp.Compare(a.prefix, b.prefix)
		}
		return bytes.Compare(g.key(&a), g.key(&b))
	})
}

// hasTwice tells whether a key comes twice. The order stays.
func (g *gathered) hasTwice() bool {
	if len(g.rows) < 2 {
		return false
	}
	sorted := gathered{data: g.data, rows: slices.Clone(g.rows)}
	sorted.sort()
	return sorted.adjacentTwice()
}

func (g *gathered) adjacentTwice() bool {
	for i := 1; i < len(g.rows); i++ {
		a, b := &g.rows[i-1], &g.rows[i]
		if a.prefix == b.prefix && bytes.Equal(g.key(a), g.key(b)) {
			return true
		}
	}
	return false
}

func (g *gathered) clear() {
	g.data, g.rows = g.data[:0], g.rows[:0]
	if cap(g.data) > 2*maxGathered {
		g.data = nil // there was one large element
	}
}

// manyGathered is entries that go on in a sorter, beside a bulk, when they have
// become many.
type manyGathered struct {
	gathered
	bulk *persistence.BulkWriter // nil: what is too much is looked at and forgotten
	more *sorter.Sorter          // has all that came before, or nil
	to   *sorter.Writer
}

// maxGathered is how many bytes are gathered in memory.
const maxGathered = 4 << 20

func (g *manyGathered) add(key, value []byte) error {
	if g.more != nil {
		return g.to.Add(key, value)
	}
	g.gathered.add(key, value, 0)
	if len(g.data) > maxGathered {
		return g.spill()
	}
	return nil
}

// spill puts everything into a sorter.
func (g *manyGathered) spill() error {
	defer g.clear()
	if g.bulk == nil {
		if g.hasTwice() {
			return ErrElementTwice
		}
		return nil
	}
	g.more = g.bulk.Sorter()
	g.to = g.more.Writer()
	return g.each(g.to.Add)
}

// sorted hands out everything in the order of the keys. One that comes twice is
// ErrElementTwice.
func (g *manyGathered) sorted(fn func(key, value []byte) error) error {
	if g.more != nil {
		return g.sortedMore(fn)
	}
	g.sort()
	if g.adjacentTwice() {
		return ErrElementTwice
	}
	return g.each(fn)
}

func (g *manyGathered) sortedMore(fn func(key, value []byte) error) error {
	rows, err := g.more.Sort()
	if err != nil {
		return err
	}
	var last []byte
	for first := true; ; first = false {
		ok, err := rows.Next()
		if err != nil || !ok {
			return err
		}
		if !first && bytes.Equal(rows.Key(), last) {
			return ErrElementTwice
		}
		last = append(last[:0], rows.Key()...)
		if err := fn(rows.Key(), rows.Value()); err != nil {
			return err
		}
	}
}

// reset forgets everything.
func (g *manyGathered) reset() (err error) {
	g.clear()
	if g.more != nil {
		err = g.more.Close()
		g.more, g.to = nil, nil
	}
	return err
}
