package types

import (
	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/persistence"
)

var (
	wordSInterStore = []byte("SINTERSTORE")
	wordSUnionStore = []byte("SUNIONSTORE")
	wordSDiffStore  = []byte("SDIFFSTORE")
)

// SInterStore makes dest the set of the members that all sets have, and returns
// how many those are; none, and dest is deleted.
func SInterStore(tx *persistence.Tx, dest []byte, keys [][]byte, maxIntset int64) (int64, error) {
	b := newSetBuilder(tx)
	if err := SInter(tx, keys, 0, b.add); err != nil {
		return 0, err
	}
	return b.store(dest, keys, storing{wordSInterStore, "sinterstore"}, maxIntset)
}

// SUnionStore makes dest the set of the members of all sets, and returns how
// many those are; none, and dest is deleted.
func SUnionStore(tx *persistence.Tx, dest []byte, keys [][]byte, maxIntset int64) (int64, error) {
	b := newSetBuilder(tx)
	if err := unite(tx, keys, b.add); err != nil {
		return 0, err
	}
	return b.store(dest, keys, storing{wordSUnionStore, "sunionstore"}, maxIntset)
}

// SDiffStore makes dest the set of the members of the first set that are in none
// of the others, and returns how many those are; none, and dest is deleted.
func SDiffStore(tx *persistence.Tx, dest []byte, keys [][]byte, maxIntset int64) (int64, error) {
	b := newSetBuilder(tx)
	err := diff(tx, keys, func(member []byte, kept bool) {
		if kept {
			b.add(member)
		} else {
			b.sees(member)
		}
	})
	if err != nil {
		return 0, err
	}
	return b.store(dest, keys, storing{wordSDiffStore, "sdiffstore"}, maxIntset)
}

// storing is how a command that stores a set is logged and told of.
type storing struct {
	word  []byte
	event string
}

// setBuilder gathers the members of a set that is to be stored. The set may
// replace one that it is made of, so nothing is stored before all are there.
type setBuilder struct {
	tx       *persistence.Tx
	list     entryList // of a hash table
	integers bool      // all members seen are
	seen     int64
	key      []byte // scratch
}

func newSetBuilder(tx *persistence.Tx) *setBuilder { return &setBuilder{tx: tx, integers: true} }

// add adds a member; none may be added twice.
func (b *setBuilder) add(member []byte) {
	b.sees(member)
	b.key = encoding.AppendHashed(b.key[:0], b.tx.Hash(member), member)
	b.list.add(b.key, nil)
}

// sees notes something that Redis has in the set at least for a while: it
// counts for the encoding, which never goes back.
func (b *setBuilder) sees(member []byte) {
	b.seen++
	if b.integers {
		_, b.integers = encoding.ParseInt(member)
	}
}

// store makes dest the set, logs and tells it.
func (b *setBuilder) store(dest []byte, keys [][]byte, as storing, maxIntset int64) (int64, error) {
	n := b.list.len()
	if n == 0 {
		return 0, discard(b.tx, dest)
	}
	c, err := b.tx.Collection(dest)
	if err != nil {
		return 0, err
	}
	kind := setKind(encoding.SetTable)
	if b.integers && b.seen <= maxIntset {
		kind = setKind(encoding.SetIntset)
		b.toIntegers()
	}
	if err := c.Create(kind, nil, 0); err != nil {
		return 0, err
	}
	if err := b.list.fill(c); err != nil {
		return 0, err
	}
	b.tx.LogList(keys, as.word, dest)
	b.tx.Modified(dest, persistence.EventSet, as.event)
	return n, nil
}

// toIntegers makes entries of an intset of those of a hash table.
func (b *setBuilder) toIntegers() {
	var list entryList
	for _, e := range b.list.list {
		n, _ := encoding.ParseInt(encoding.HashedName(e.key))
		b.key = encoding.AppendOrderedInt(b.key[:0], n)
		list.add(b.key, nil)
	}
	b.list = list
}
