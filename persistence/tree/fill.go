package tree

import (
	"bytes"

	"github.com/cairndb/cairn/encoding"
)

// Filler puts entries into an empty tree, one behind the other. It does what
// Append does, at a fraction of the cost: every node is written once, as full
// as it may be. It holds the children of a few nodes of each height, however
// many entries come. Between its first Add and its Finish nothing else may be
// asked of the tree.
type Filler struct {
	tree   *Tree
	body   []byte // entries of the leaf to come
	count  int
	last   []byte // key of the entry before, aliases body
	sep    []byte // of the leaf to come
	levels []level
}

// level is the nodes of one height that have no parents yet.
type level struct {
	kids []encoding.Child
	size int // of an inner node with all of them
}

// Filler starts filling the tree. REQUIRES: it is empty.
func (t *Tree) Filler() Filler { return Filler{tree: t} }

// Reset makes the filler one of another tree, and keeps its memory.
func (f *Filler) Reset(t *Tree) {
	f.tree, f.body, f.count, f.last, f.sep = t, f.body[:0], 0, nil, nil
	f.levels = f.levels[:0]
}

// Add puts an entry behind those added before.
func (f *Filler) Add(key, value []byte) error {
	size := encoding.EntryBytes(len(key), len(value))
	if f.count > 0 && encoding.EmptyLeafBytes+len(f.body)+size > leafBytes {
		sep := bytes.Clone(encoding.Separator(f.last, key))
		if err := f.leaf(); err != nil {
			return err
		}
		f.sep = sep
	}
	f.body = encoding.AppendEntry(f.body, key, value)
	f.last, _, _ = encoding.Leaf(f.body[len(f.body)-size:]).Entry(0)
	f.count++
	return nil
}

// leaf writes what has gathered as a leaf of its own.
func (f *Filler) leaf() error {
	id, b, err := f.tree.nodes.Create(encoding.EmptyLeafBytes + len(f.body))
	if err != nil {
		return err
	}
	f.write(b)
	kid := encoding.Child{Node: id, Entries: uint64(f.count), Separator: f.sep}
	f.body, f.count = f.body[:0], 0
	return f.put(0, kid)
}

func (f *Filler) write(b []byte) {
	encoding.Leaf(b).SetCount(f.count)
	copy(b[encoding.EmptyLeafBytes:], f.body)
}

// put adds a node to those of a height. When they are enough for two parents and
// more, the first part of them gets one.
func (f *Filler) put(height int, kid encoding.Child) error {
	if height == len(f.levels) {
		f.levels = append(f.levels, level{size: encoding.InnerBytes(0, 0)})
	}
	l := &f.levels[height]
	l.kids = append(l.kids, kid)
	l.size += encoding.InnerBytes(1, len(kid.Separator)) - encoding.InnerBytes(0, 0)
	if l.size <= 2*innerBytes || len(l.kids) < 2*minFanout {
		return nil
	}
	n := minFanout
	for n < len(l.kids) && innerSize(l.kids[:n+1]) <= innerBytes {
		n++
	}
	return f.parent(height, n)
}

// parent writes the parent of the first n nodes of a height.
func (f *Filler) parent(height, n int) error {
	l := &f.levels[height]
	sep := l.kids[0].Separator
	parent, err := f.tree.newInner(height+1, l.kids[:n])
	if err != nil {
		return err
	}
	parent.Separator = sep
	l.kids = append(l.kids[:0], l.kids[n:]...)
	l.size = innerSize(l.kids)
	return f.put(height+1, parent)
}

// Finish writes the rest, and the inner nodes above the leaves.
func (f *Filler) Finish() error {
	if len(f.levels) == 0 {
		b, err := f.tree.nodes.Resize(root, encoding.EmptyLeafBytes+len(f.body))
		if err == nil {
			f.write(b)
		}
		return err
	}
	if err := f.leaf(); err != nil {
		return err
	}
	for height := 0; ; height++ {
		l := &f.levels[height]
		if height == len(f.levels)-1 && (l.size <= innerBytes || len(l.kids) < minFanout) {
			return f.tree.writeInner(root, height+1, l.kids)
		}
		if err := f.parents(height); err != nil {
			return err
		}
	}
}

// parents writes inner nodes over the nodes that are left of a height, all with
// about as many children, at least half of minFanout.
func (f *Filler) parents(height int) error {
	l := &f.levels[height]
	nodes := max(1, min(l.size/innerBytes+1, len(l.kids)/(minFanout/2)))
	for ; nodes > 0; nodes-- {
		if err := f.parent(height, len(f.levels[height].kids)/nodes); err != nil {
			return err
		}
	}
	return nil
}
