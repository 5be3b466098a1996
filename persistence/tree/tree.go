package tree

import (
	"github.com/cairndb/cairn/encoding"
)

// Nodes keeps a tree's nodes. The root has the id 0 and always exists; other
// ids are given by Create. Bytes that a method returns are valid until the
// node's next change.
type Nodes interface {
	// Root returns the root's bytes.
	Root() []byte
	// Node returns a node's bytes.
	Node(id uint64) ([]byte, error)
	// Near tells whether Node would return at once.
	Near(id uint64) bool
	// Splice puts other bytes in the place of was bytes at an offset of a node,
	// adds to its count, and returns the new bytes, as many as is says, to be
	// filled.
	Splice(id uint64, at, was, is, count int) ([]byte, error)
	// Add adds to the 64-bit number that lies at an offset of a node.
	Add(id uint64, at int, delta uint64) error
	// Resize gives a node a length, keeps the bytes up to the shorter of both
	// lengths, and returns its bytes for changing.
	Resize(id uint64, n int) ([]byte, error)
	// Create makes a node of n bytes.
	Create(n int) (id uint64, b []byte, err error)
	// Drop removes a node, without looking at it.
	Drop(id uint64) error
	// Ahead says that more nodes will be wanted soon, in this order, after Node
	// has failed for one.
	Ahead(ids []uint64)
}

// root is the id of the root.
const root = 0

// Entry is one entry of a tree. Its bytes are valid until the tree's next
// change.
type Entry struct {
	Key, Value []byte
}

// Tree is an ordered sequence of entries. One goroutine may use it at a time.
type Tree struct {
	nodes Nodes
	path  [maxHeight]step
	depth int    // of the path; the leaf is below it
	leaf  uint64 // where the path ends
	found spot   // where in the leaf, after At, Find, Floor or Last
	ways  uint64 // down from the root, taken so far

	kids []encoding.Child // scratch
	list []encoding.Child
	buf  []byte
	body []byte
}

// spot is an entry of a leaf: its index and offset.
type spot struct {
	k, at int
}

// step is one inner node on the way to a leaf, and which child was taken.
type step struct {
	node  uint64
	child int
}

// maxHeight bounds a tree's height; inner nodes have at least four children, so
// no tree that fits on a disk comes near it.
const maxHeight = 32

// LeafBytes is the largest length of a leaf that has more than one entry: with
// what the hot tier needs for it, eight of them fill a page.
const LeafBytes = 2012

// Bounds of nodes in bytes. An entry that is larger than a leaf gets a leaf of
// its own; an inner node has at least minFanout children before it is cut.
const (
	leafBytes  = LeafBytes
	innerBytes = LeafBytes
	minFanout  = 8
)

// Init makes t the tree whose nodes are given.
func (t *Tree) Init(nodes Nodes) { t.nodes = nodes }

// Len is the number of entries.
func (t *Tree) Len() int64 {
	n := t.nodes.Root()
	if encoding.NodeHeight(n) == 0 {
		return int64(encoding.NodeCount(n))
	}
	return int64(encoding.Inner(n).Sum())
}

// At returns the entry at a position, which must be below Len.
func (t *Tree) At(i int64) (Entry, error) {
	l, rest, err := t.seekIndex(i)
	if err != nil {
		return Entry{}, err
	}
	return t.entry(l, spot{rest, l.Skip(l.First(), rest)}), nil
}

// entry reads an entry of the path's leaf, and remembers where it is.
func (t *Tree) entry(l encoding.Leaf, s spot) Entry {
	t.found = s
	k, v, _ := l.Entry(s.at)
	return Entry{k, v}
}

// Find looks a key up: how many entries have smaller keys, and the entry, if
// there is one.
func (t *Tree) Find(key []byte) (i int64, e Entry, found bool, err error) {
	l, err := t.seekKey(key)
	if err != nil {
		return 0, Entry{}, false, err
	}
	before, err := t.before()
	k, at, found := l.Seek(key)
	if found {
		e = t.entry(l, spot{k, at})
	}
	return before + int64(k), e, found, err
}

// Gather goes down to the leaves of n keys, and on although nodes are missing,
// so that those are all loaded together. It returns the first error.
func (t *Tree) Gather(n int, key func(i int) []byte) (first error) {
	for i := range n {
		if _, err := t.seekKey(key(i)); err != nil && first == nil {
			first = err
		}
	}
	return first
}

// seekIndex goes down to the leaf of a position and returns it with the index
// in it. The position behind the last entry is the end of the last leaf.
func (t *Tree) seekIndex(i int64) (encoding.Leaf, int, error) {
	n := t.top()
	rest := uint64(i)
	for encoding.NodeHeight(n) > 0 {
		in := encoding.Inner(n)
		c, before := in.At(rest)
		rest -= before
		var err error
		if n, err = t.down(in, c); err != nil {
			return nil, 0, err
		}
	}
	return n, int(rest), nil
}

// Get looks a key up without counting what lies before it.
func (t *Tree) Get(key []byte) (e Entry, found bool, err error) {
	l, err := t.seekKey(key)
	if err != nil {
		return Entry{}, false, err
	}
	k, at, found := l.Seek(key)
	if found {
		e = t.entry(l, spot{k, at})
	}
	return e, found, nil
}

// Floor finds the entry with the greatest key that is not greater than one; ok is
// false if there is none.
func (t *Tree) Floor(key []byte) (e Entry, ok bool, err error) {
	l, err := t.seekKey(key)
	if err != nil {
		return Entry{}, false, err
	}
	k, at, found := l.Seek(key)
	switch {
	case found:
	case k > 0:
		k--
		at = l.Skip(l.First(), k)
	default: // a separator may be smaller than the first key behind it
		before, err := t.before()
		if err != nil || before == 0 {
			return Entry{}, false, err
		}
		e, err = t.At(before - 1)
		return e, err == nil, err
	}
	return t.entry(l, spot{k, at}), true, nil
}

// Ways counts the ways down that were taken. What At, Find, Floor, Get or Last
// has found is known, to SetFound and RemoveFound, as long as it stays the same.
func (t *Tree) Ways() uint64 { return t.ways }

// top begins a way down.
func (t *Tree) top() []byte {
	t.depth, t.leaf = 0, root
	t.ways++
	return t.nodes.Root()
}

// seekKey goes down to the leaf where a key belongs.
func (t *Tree) seekKey(key []byte) (encoding.Leaf, error) {
	n := t.top()
	for encoding.NodeHeight(n) > 0 {
		in := encoding.Inner(n)
		var err error
		if n, err = t.down(in, in.Seek(key)); err != nil {
			return nil, err
		}
	}
	return n, nil
}

// down takes one step of the path.
func (t *Tree) down(in encoding.Inner, child int) ([]byte, error) {
	t.path[t.depth] = step{t.leaf, child}
	t.depth++
	t.leaf = in.Node(child)
	return t.nodes.Node(t.leaf)
}

// bump adds to the counts on the path.
func (t *Tree) bump(delta int) error {
	for _, s := range t.path[:t.depth] {
		if err := t.nodes.Add(s.node, encoding.EntriesAt(s.child), uint64(delta)); err != nil {
			return err
		}
	}
	return nil
}
