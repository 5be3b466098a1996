package tree

import (
	"bytes"

	"github.com/cairndb/cairn/encoding"
)

// Filler puts entries into an empty tree, one behind the other. It does what
// Append does, at a fraction of the cost: every node is written once, as full
// as it may be. Between its first Add and its Finish nothing else may be asked
// of the tree.
type Filler struct {
	tree  *Tree
	body  []byte // entries of the leaf to come
	count int
	last  []byte           // key of the entry before, aliases body
	kids  []encoding.Child // leaves that are done
	sep   []byte           // of the leaf to come
}

// Filler starts filling the tree. REQUIRES: it is empty.
func (t *Tree) Filler() Filler { return Filler{tree: t} }

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
	f.kids = append(f.kids, encoding.Child{Node: id, Entries: uint64(f.count), Separator: f.sep})
	f.body, f.count = f.body[:0], 0
	return nil
}

func (f *Filler) write(b []byte) {
	encoding.Leaf(b).SetCount(f.count)
	copy(b[encoding.EmptyLeafBytes:], f.body)
}

// Finish writes the rest, and the inner nodes above the leaves.
func (f *Filler) Finish() error {
	if len(f.kids) == 0 {
		b, err := f.tree.nodes.Resize(root, encoding.EmptyLeafBytes+len(f.body))
		if err == nil {
			f.write(b)
		}
		return err
	}
	if err := f.leaf(); err != nil {
		return err
	}
	height := 1
	for ; !fitsInner(f.kids); height++ {
		if err := f.level(height); err != nil {
			return err
		}
	}
	return f.tree.writeInner(root, height, f.kids)
}

func fitsInner(list []encoding.Child) bool {
	return innerSize(list) <= innerBytes || len(list) < minFanout
}

// level writes inner nodes over the nodes below, all with about as many
// children, at least half of minFanout, and puts them in their place.
func (f *Filler) level(height int) error {
	parents := f.kids[:0]
	nodes := min(innerSize(f.kids)/innerBytes+1, len(f.kids)/(minFanout/2))
	for from, left := 0, nodes; left > 0; left-- {
		part := f.kids[from : from+(len(f.kids)-from)/left]
		from += len(part)
		sep := part[0].Separator
		parent, err := f.tree.newInner(height, part)
		if err != nil {
			return err
		}
		parent.Separator = sep
		parents = append(parents, parent)
	}
	f.kids = parents
	return nil
}
