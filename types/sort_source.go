package types

import (
	"bytes"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/persistence"
	"github.com/cairndb/cairn/persistence/tree"
)

// sortSource is what SORT sorts: a list, a set, a sorted set, or nothing.
type sortSource struct {
	kind encoding.Type
	list *persistence.Collection // one of these
	set  setValue
	zset zsetValue
}

func openSortSource(tx *persistence.Tx, key []byte) (s sortSource, err error) {
	r, err := tx.Get(key)
	if err != nil {
		return s, err
	}
	missed(tx, key, r.Exists())
	switch s.kind = r.Type(); s.kind {
	case encoding.TypeNone:
	case encoding.TypeList:
		s.list, err = openList(tx, key)
	case encoding.TypeSet:
		s.set, err = openSet(tx, key)
	case encoding.TypeZSet:
		s.zset, err = openZSet(tx, key)
	default:
		err = ErrWrongType
	}
	return s, err
}

// unordered tells whether the elements have no order that anybody knows of.
func (s *sortSource) unordered() bool { return s.kind == encoding.TypeSet }

func (s *sortSource) len() int64 {
	switch s.kind {
	case encoding.TypeList:
		return s.list.Len()
	case encoding.TypeSet:
		return s.set.len()
	case encoding.TypeZSet:
		return s.zset.len()
	default:
		return 0
	}
}

// part reads the elements from one position up to, not including, another; with
// backward, positions count from the end.
func (s *sortSource) part(from, to int64, backward bool) ([]sortItem, error) {
	if from == to {
		return nil, nil
	}
	list := make([]sortItem, 0, to-from)
	it, next := s.iter(from, backward)
	for from+int64(len(list)) < to && next(&it) {
		list = append(list, sortItem{element: s.element(it.Entry())})
	}
	return list, it.Err()
}

// iter starts at a position of the elements.
func (s *sortSource) iter(from int64, backward bool) (it tree.Iter, next func(*tree.Iter) bool) {
	c, base := s.list, int64(0)
	switch s.kind {
	case encoding.TypeSet:
		c = s.set.c
	case encoding.TypeZSet:
		c, base = s.zset.c, s.zset.base()
	}
	if backward {
		return c.Iter(c.Len() - from), (*tree.Iter).Prev
	}
	return c.Iter(base + from), (*tree.Iter).Next
}

func (s *sortSource) element(e tree.Entry) []byte {
	switch s.kind {
	case encoding.TypeSet:
		var text intText
		member := s.set.member(&text, e.Key)
		if s.set.integers() {
			member = bytes.Clone(member)
		}
		return member
	case encoding.TypeZSet:
		_, member := s.zset.entry(e)
		return member
	default:
		return e.Value
	}
}
