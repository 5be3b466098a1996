package tree

import "github.com/cairndb/cairn/encoding"

// Iter walks over entries, forward with Next or backward with Prev. The tree
// must not change meanwhile. The zero value is of no use.
type Iter struct {
	tree *Tree
	next int64 // position of the entry that Next would give
	size int64

	leaf        encoding.Leaf // of the entry given last; nil if none
	first, last int64         // positions of its entries
	at          int           // offset of the entry that Next would give
	offsets     []int32       // of its entries, for going backward
	entry       Entry
	err         error
}

// Iter starts at a position: Next gives the entry there, Prev the one before.
func (t *Tree) Iter(i int64) Iter { return Iter{tree: t, next: i, size: t.Len()} }

// IterFrom is Iter of the position that Find gives for a key, in one way down.
func (t *Tree) IterFrom(key []byte) (i int64, it Iter, err error) {
	l, err := t.seekKey(key)
	if err != nil {
		return 0, it, err
	}
	before, err := t.before()
	if err != nil {
		return 0, it, err
	}
	k, at, _ := l.Seek(key)
	it = t.Iter(before + int64(k))
	it.leaf, it.first, it.last, it.at = l, before, before+int64(l.Count())-1, at
	return it.next, it, nil
}

// Entry is what Next or Prev has found.
func (it *Iter) Entry() Entry { return it.entry }

// Err tells why Next or Prev returned false, nil at the end.
func (it *Iter) Err() error { return it.err }

// Next goes one entry on.
func (it *Iter) Next() bool {
	if it.next >= it.size || it.err != nil {
		return false
	}
	if it.leaf == nil || it.next > it.last || it.next < it.first {
		if !it.enter(it.next, +1) {
			return false
		}
	}
	it.entry.Key, it.entry.Value, it.at = it.leaf.Entry(it.at)
	it.next++
	return true
}

// Prev goes one entry back.
func (it *Iter) Prev() bool {
	if it.next <= 0 || it.err != nil {
		return false
	}
	it.next--
	if it.leaf == nil || it.next > it.last || it.next < it.first {
		if !it.enter(it.next, -1) {
			return false
		}
		it.offsets = it.offsets[:0]
	}
	if len(it.offsets) == 0 {
		it.listOffsets()
	}
	it.at = int(it.offsets[it.next-it.first])
	it.entry.Key, it.entry.Value, _ = it.leaf.Entry(it.at)
	return true
}

func (it *Iter) listOffsets() {
	at := it.leaf.First()
	for range it.leaf.Count() {
		it.offsets = append(it.offsets, int32(at))
		at = it.leaf.Skip(at, 1)
	}
}

// enter goes down to the leaf of a position.
func (it *Iter) enter(i int64, direction int) bool {
	l, rest, err := it.tree.seekIndex(i)
	if err != nil {
		it.tree.askAhead(direction)
		it.err = err
		return false
	}
	it.leaf, it.first = l, i-int64(rest)
	it.last = it.first + int64(l.Count()) - 1
	it.at = l.Skip(l.First(), rest)
	it.offsets = it.offsets[:0]
	return true
}

// askAhead asks for the neighbours, in one direction, of the node that the path
// could not reach.
func (t *Tree) askAhead(direction int) {
	s := t.path[t.depth-1]
	n, err := t.node(s.node)
	if err != nil {
		return
	}
	t.nodes.Ahead(ids(encoding.Inner(n), s.child+direction, direction))
}

// ids lists the children of a node from one on, in one direction.
func ids(in encoding.Inner, from, direction int) (list []uint64) {
	for c := from; c >= 0 && c < in.Count(); c += direction {
		list = append(list, in.Node(c))
	}
	return list
}
