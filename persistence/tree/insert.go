package tree

import (
	"bytes"

	"github.com/cairndb/cairn/encoding"
)

// Insert puts an entry before the position i, which may be Len.
func (t *Tree) Insert(i int64, key, value []byte) error {
	l, rest, err := t.seekIndex(i)
	if err != nil {
		return err
	}
	return t.insert(l, rest, l.Skip(l.First(), rest), key, value)
}

// Put gives a key a value and tells whether the key is new. For trees whose
// keys are in order.
func (t *Tree) Put(key, value []byte) (added bool, err error) {
	l, err := t.seekKey(key)
	if err != nil {
		return false, err
	}
	k, at, found := l.Seek(key)
	if !found {
		return true, t.insert(l, k, at, key, value)
	}
	_, old, next := l.Entry(at)
	if bytes.Equal(old, value) {
		return false, nil
	}
	if len(old) == len(value) {
		return false, t.overwrite(next-len(old), value)
	}
	return false, t.set(l, k, at, key, value)
}

// Set replaces the entry at a position.
func (t *Tree) Set(i int64, key, value []byte) error {
	l, rest, err := t.seekIndex(i)
	if err != nil {
		return err
	}
	return t.set(l, rest, l.Skip(l.First(), rest), key, value)
}

// SetFound gives the entry that At, Find, Floor, Get or Last has found just before
// another value: a change without another way down.
func (t *Tree) SetFound(value []byte) error {
	n, err := t.node(t.leaf)
	if err != nil {
		return err
	}
	key, old, next := encoding.Leaf(n).Entry(t.found.at)
	if len(old) != len(value) {
		t.ways++ // the leaf may be another one afterwards
		var room [64]byte
		return t.set(n, t.found.k, t.found.at, append(room[:0], key...), value)
	}
	return t.overwrite(next-len(old), value)
}

// overwrite puts bytes of the same length in their place.
func (t *Tree) overwrite(at int, value []byte) error {
	b, err := t.nodes.Splice(t.leaf, at, len(value), len(value), 0)
	if err != nil {
		return err
	}
	copy(b, value)
	return nil
}

// insert adds an entry to the leaf of the path, as its kth, at an offset.
func (t *Tree) insert(l encoding.Leaf, k, at int, key, value []byte) error {
	size := encoding.EntryBytes(len(key), len(value))
	if l.Count() > 0 && len(l)+size > leafBytes {
		if err := t.bump(1); err != nil {
			return err
		}
		if (k == 0 || k == l.Count()) && t.leaf != root {
			return t.beside(l, k == 0, key, value)
		}
		t.body = append(t.body[:0], l[l.First():at]...)
		t.body = encoding.AppendEntry(t.body, key, value)
		t.body = append(t.body, l[at:]...)
		return t.split(l.Count()+1, k, at-l.First(), size)
	}
	b, err := t.nodes.Splice(t.leaf, at, 0, size, 1)
	if err != nil {
		return err
	}
	encoding.PutEntry(b, key, value)
	return t.bump(1)
}

// beside gives an entry a leaf of its own before or behind the path's, which is
// full and stays as it is: what grows at an end does so again and again. The
// counts on the path are right already.
func (t *Tree) beside(l encoding.Leaf, before bool, key, value []byte) error {
	left, right := key, key
	if before {
		right, _, _ = l.Entry(l.First())
	} else {
		left, _, _ = l.Entry(l.Skip(l.First(), l.Count()-1))
	}
	t.body = append(t.body[:0], encoding.Separator(left, right)...)
	count := l.Count()
	id, b, err := t.nodes.Create(encoding.EmptyLeafBytes + encoding.EntryBytes(len(key), len(value)))
	if err != nil {
		return err
	}
	encoding.Leaf(b).SetCount(1)
	encoding.PutEntry(b[encoding.EmptyLeafBytes:], key, value)
	kids := [2]encoding.Child{{Node: t.leaf, Entries: uint64(count)}, {Node: id, Entries: 1}}
	if before {
		kids[0], kids[1] = kids[1], kids[0]
	}
	kids[1].Separator = t.body
	return t.replace(t.depth, kids[:])
}

// set replaces the kth entry of the leaf of the path, which is at an offset.
func (t *Tree) set(l encoding.Leaf, k, at int, key, value []byte) error {
	n, end := len(l), l.Skip(at, 1)
	size := encoding.EntryBytes(len(key), len(value))
	length := n + size - (end - at)
	if l.Count() > 1 && length > leafBytes && size > end-at {
		t.body = append(t.body[:0], l[l.First():at]...)
		t.body = encoding.AppendEntry(t.body, key, value)
		t.body = append(t.body, l[end:]...)
		return t.split(l.Count(), k, at-l.First(), size)
	}
	b, err := t.nodes.Splice(t.leaf, at, end-at, size, 0)
	if err != nil {
		return err
	}
	encoding.PutEntry(b, key, value)
	if length >= n || length >= leafBytes/4 || t.leaf == root {
		return nil
	}
	return t.joinUp()
}

// piece is a run of entries that becomes a leaf.
type piece struct {
	body  []byte
	count int
}

// split makes several leaves of the path's one: body is what it should hold,
// count entries, of which the kth, of size bytes at offset at, has made it too
// large. The counts on the path are right already.
func (t *Tree) split(count, k, at, size int) error {
	var room [3]piece
	pieces := room[:0]
	add := func(from, to, count int) {
		if count > 0 {
			pieces = append(pieces, piece{t.body[from:to], count})
		}
	}
	end := len(t.body)
	switch near := end / 32; {
	case size > leafBytes/2: // alone
		add(0, at, k)
		add(at, at+size, 1)
		add(at+size, end, count-k-1)
	case k > 0 && at+size > end-near:
		add(0, at, k)
		add(at, end, count-k)
	case k < count-1 && at < near:
		add(0, at+size, k+1)
		add(at+size, end, count-k-1)
	default:
		mid, n := t.middle(count)
		add(0, mid, n)
		add(mid, end, count-n)
	}
	return t.spread(pieces)
}

// middle is the offset in body, and the number of entries before it, nearest to
// the half of its bytes, with entries on both sides.
func (t *Tree) middle(count int) (at, n int) {
	l := encoding.Leaf(t.body)
	for at < len(l)/2 && n < count-1 {
		at = l.Skip(at, 1)
		n++
	}
	return at, n
}

// spread puts pieces into leaves in the place of the path's leaf.
func (t *Tree) spread(pieces []piece) error {
	kids := t.kids[:0]
	var last []byte // key of the piece before
	for i, p := range pieces {
		l := encoding.Leaf(p.body)
		first, _, _ := l.Entry(0)
		c := encoding.Child{Entries: uint64(p.count)}
		if i > 0 {
			c.Separator = encoding.Separator(last, first)
		}
		last, _, _ = l.Entry(l.Skip(0, p.count-1))
		var err error
		if c.Node, err = t.place(i, p); err != nil {
			return err
		}
		kids = append(kids, c)
	}
	t.kids = kids
	return t.replace(t.depth, kids)
}

// place writes a piece: the first one stays where the leaf was, unless that is
// the root.
func (t *Tree) place(i int, p piece) (id uint64, err error) {
	var b []byte
	n := encoding.EmptyLeafBytes + len(p.body)
	if i == 0 && t.leaf != root {
		id = t.leaf
		b, err = t.nodes.Resize(id, n)
	} else {
		id, b, err = t.nodes.Create(n)
	}
	if err != nil {
		return 0, err
	}
	encoding.Leaf(b).SetCount(p.count)
	copy(b[encoding.EmptyLeafBytes:], p.body)
	return id, nil
}

// replace puts kids in the place of the node that is level steps down the path.
// The separator of the first is that of the node it replaces.
func (t *Tree) replace(level int, kids []encoding.Child) error {
	if level == 0 {
		return t.raise(kids)
	}
	s := t.path[level-1]
	n, err := t.node(s.node)
	if err != nil {
		return err
	}
	in := encoding.Inner(n)
	if len(kids) == 2 {
		if p := in.Divided(t.buf[:0], s.child, kids[0], kids[1]); len(in)+len(p.Is)-p.Was <= innerBytes {
			return t.patch(s.node, p, 1)
		}
	}
	list := t.list[:0]
	for i := range in.Count() {
		c := in.Child(i)
		if i != s.child {
			list = append(list, c)
			continue
		}
		for j, k := range kids {
			if j == 0 {
				k.Separator = c.Separator
			}
			list = append(list, k)
		}
	}
	t.list = list
	return t.putInner(level-1, in.Height(), list)
}

// patch changes a part of an inner node, which then has more or fewer children.
func (t *Tree) patch(id uint64, p encoding.Patch, count int) error {
	t.buf = p.Is
	b, err := t.nodes.Splice(id, p.At, p.Was, len(p.Is), count)
	if err == nil {
		copy(b, p.Is)
	}
	return err
}

func (t *Tree) node(id uint64) ([]byte, error) {
	if id == root {
		return t.nodes.Root(), nil
	}
	return t.nodes.Node(id)
}

// putInner makes a list of children the content of the path's node at a level,
// in two nodes if they are too many for one.
func (t *Tree) putInner(level, height int, list []encoding.Child) error {
	if innerSize(list) <= innerBytes || len(list) < minFanout {
		return t.writeInner(t.path[level].node, height, list)
	}
	mid := len(list) / 2
	switch c := t.path[level].child; { // the new children stand at c and after it
	case c >= len(list)*7/8 && c < len(list)-1:
		mid = c
	case c+2 <= len(list)/8:
		mid = c + 2
	}
	left, right := list[:mid], list[mid:]
	sep := bytes.Clone(right[0].Separator)
	var kids [2]encoding.Child
	var err error
	if kids[1], err = t.newInner(height, right); err != nil {
		return err
	}
	kids[1].Separator = sep
	if level == 0 {
		if kids[0], err = t.newInner(height, left); err != nil {
			return err
		}
		return t.raise(kids[:])
	}
	kids[0] = encoding.Child{Node: t.path[level].node, Entries: sum(left)}
	if err := t.writeInner(kids[0].Node, height, left); err != nil {
		return err
	}
	return t.replace(level, kids[:])
}

// raise makes the root an inner node over kids that have taken its content.
func (t *Tree) raise(kids []encoding.Child) error {
	height := encoding.NodeHeight(t.nodes.Root()) + 1
	return t.writeInner(root, height, kids)
}

func (t *Tree) newInner(height int, list []encoding.Child) (encoding.Child, error) {
	t.buf = encoding.AppendInner(t.buf[:0], height, list)
	id, b, err := t.nodes.Create(len(t.buf))
	if err != nil {
		return encoding.Child{}, err
	}
	copy(b, t.buf)
	return encoding.Child{Node: id, Entries: sum(list)}, nil
}

// writeInner changes a node into an inner one with the given children, whose
// separators may lie in it.
func (t *Tree) writeInner(id uint64, height int, list []encoding.Child) error {
	t.buf = encoding.AppendInner(t.buf[:0], height, list)
	b, err := t.nodes.Resize(id, len(t.buf))
	if err != nil {
		return err
	}
	copy(b, t.buf)
	return nil
}

func innerSize(list []encoding.Child) int {
	n := 0
	for _, c := range list {
		n += len(c.Separator)
	}
	return encoding.InnerBytes(len(list), n)
}

func sum(list []encoding.Child) (n uint64) {
	for _, c := range list {
		n += c.Entries
	}
	return n
}
