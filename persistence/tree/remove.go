package tree

import "github.com/cairndb/cairn/encoding"

// Delete removes the entry of a key and tells whether there was one. For trees
// whose keys are in order.
func (t *Tree) Delete(key []byte) (found bool, err error) {
	l, err := t.seekKey(key)
	if err != nil {
		return false, err
	}
	k, at, found := l.Seek(key)
	if !found {
		return false, nil
	}
	return true, t.removeOne(l, k, at)
}

// RemoveFound removes the entry that At, Find, Floor, Get or Last has found just
// before: nothing else may have been asked of the tree meanwhile.
func (t *Tree) RemoveFound() error {
	n, err := t.node(t.leaf)
	if err != nil {
		return err
	}
	t.ways++
	return t.removeOne(n, t.found.k, t.found.at)
}

// Remove removes the entries of n positions from i on.
func (t *Tree) Remove(i, n int64) error {
	switch {
	case n <= 0:
		return nil
	case n == 1:
		l, rest, err := t.seekIndex(i)
		if err != nil {
			return err
		}
		return t.removeOne(l, rest, l.Skip(l.First(), rest))
	}
	return t.removeMany(i, n)
}

func (t *Tree) removeMany(i, n int64) error {
	if n == t.Len() {
		return t.Clear()
	}
	if err := t.cut(root, uint64(i), uint64(i+n)); err != nil {
		return err
	}
	if err := t.tidy(i); err != nil {
		return err
	}
	if i > 0 {
		return t.tidy(i - 1)
	}
	return nil
}

// removeOne removes the kth entry of the path's leaf, which is at an offset.
func (t *Tree) removeOne(l encoding.Leaf, k, at int) error {
	if t.leaf != root && l.Count() == 1 {
		if dropped, err := t.dropLeaf(); dropped || err != nil {
			return err
		}
		i, err := t.before()
		if err != nil {
			return err
		}
		return t.removeMany(i+int64(k), 1)
	}
	n, end := len(l), l.Skip(at, 1)
	if err := t.close(t.leaf, at, end, 1); err != nil {
		return err
	}
	if err := t.bump(-1); err != nil {
		return err
	}
	if t.leaf == root || n-(end-at) >= leafBytes/4 {
		return nil
	}
	return t.joinUp()
}

// dropLeaf removes the path's leaf with its last entry, unless the node above it
// has no other.
func (t *Tree) dropLeaf() (bool, error) {
	above := t.path[t.depth-1]
	n, err := t.node(above.node)
	if err != nil || encoding.NodeCount(n) == 1 {
		return false, err
	}
	p := encoding.Inner(n).Without(t.buf[:0], above.child)
	t.depth--
	if err := t.bump(-1); err != nil {
		return false, err
	}
	if err := t.patch(above.node, p, -1); err != nil {
		return false, err
	}
	if err := t.nodes.Drop(t.leaf); err != nil {
		return false, err
	}
	return true, t.joinUp()
}

// before is how many entries lie before the leaf of the path.
func (t *Tree) before() (total int64, err error) {
	for _, s := range t.path[:t.depth] {
		n, err := t.node(s.node)
		if err != nil {
			return 0, err
		}
		total += int64(encoding.Inner(n).Before(s.child))
	}
	return total, nil
}

// joinUp joins the leaf of the path with a neighbour, if both are small enough,
// then the nodes above as long as those have become small by that.
func (t *Tree) joinUp() error {
	for level := t.depth; level > 0; level-- {
		joined, err := t.join(level)
		if err != nil || !joined {
			return err
		}
	}
	return t.lower()
}

// close takes the bytes of count entries out of a leaf.
func (t *Tree) close(id uint64, at, end, count int) error {
	_, err := t.nodes.Splice(id, at, end-at, 0, -count)
	return err
}

// cut removes the entries of positions from on, up to to, below a node. Some
// remain.
func (t *Tree) cut(id uint64, from, to uint64) error {
	n, err := t.node(id)
	if err != nil {
		return err
	}
	if encoding.NodeHeight(n) == 0 {
		l := encoding.Leaf(n)
		at := l.Skip(l.First(), int(from))
		return t.close(id, at, l.Skip(at, int(to-from)), int(to-from))
	}
	in := encoding.Inner(n)
	list := make([]encoding.Child, 0, in.Count())
	start := uint64(0)
	for i := range in.Count() {
		c := in.Child(i)
		end := start + c.Entries
		first, last := max(start, from), min(end, to)
		switch {
		case first >= last:
		case first == start && last == end:
			err = t.drop(c.Node, in.Height()-1)
			c.Entries = 0
		default:
			err = t.cut(c.Node, first-start, last-start)
			c.Entries -= last - first
		}
		if err != nil {
			return err
		}
		if c.Entries > 0 {
			list = append(list, c)
		}
		start = end
	}
	return t.writeInner(id, in.Height(), list)
}

// drop removes a node and all below it.
func (t *Tree) drop(id uint64, height int) error {
	if height > 0 {
		n, err := t.nodes.Node(id)
		if err != nil {
			return err
		}
		in := encoding.Inner(n)
		for i := range in.Count() {
			if err := t.drop(in.Node(i), height-1); err != nil {
				return err
			}
		}
	}
	return t.nodes.Drop(id)
}

// Clear removes all entries.
func (t *Tree) Clear() error {
	n := t.nodes.Root()
	if h := encoding.NodeHeight(n); h > 0 {
		in := encoding.Inner(n)
		for i := range in.Count() {
			if err := t.drop(in.Node(i), h-1); err != nil {
				return err
			}
		}
	}
	b, err := t.nodes.Resize(root, encoding.EmptyLeafBytes)
	if err != nil {
		return err
	}
	encoding.Leaf(b).SetCount(0)
	return nil
}

// tidy joins nodes that have become small with a neighbour, on the way to a
// position, and lowers a root that has one child only.
func (t *Tree) tidy(i int64) error {
	for {
		if _, _, err := t.seekIndex(i); err != nil {
			return err
		}
		joined := false
		for level := t.depth; level > 0 && !joined; level-- {
			var err error
			if joined, err = t.join(level); err != nil {
				return err
			}
		}
		if !joined {
			return t.lower()
		}
	}
}

// join merges the node that is level steps down the path with a neighbour, if
// it is small and they fit together.
func (t *Tree) join(level int) (bool, error) {
	s := t.path[level-1]
	n, err := t.node(s.node)
	if err != nil {
		return false, err
	}
	in := encoding.Inner(n)
	small, err := t.nodes.Node(in.Node(s.child))
	if err != nil || in.Count() == 1 {
		return false, err
	}
	limit := bound(small)
	if len(small) >= limit/4 {
		return false, nil
	}
	left := min(s.child, in.Count()-2)
	if !t.nodes.Near(in.Node(left)) || !t.nodes.Near(in.Node(left+1)) {
		return false, nil // loading it would cost more; what is small is asked again with the next removal
	}
	a, err := t.nodes.Node(in.Node(left))
	if err != nil {
		return false, err
	}
	b, err := t.nodes.Node(in.Node(left + 1))
	if err != nil || len(a)+len(b) > limit*3/4 {
		return false, err
	}
	if err := t.merge(in, left, a, b); err != nil {
		return false, err
	}
	return true, t.unite(s.node, left)
}

func bound(node []byte) int {
	if encoding.NodeHeight(node) == 0 {
		return leafBytes
	}
	return innerBytes
}

// merge moves the content of child left+1, b, to the end of child left, a.
func (t *Tree) merge(in encoding.Inner, left int, a, b []byte) error {
	id := in.Node(left)
	if h := encoding.NodeHeight(a); h > 0 {
		list := children(nil, encoding.Inner(a))
		list = children(list, encoding.Inner(b))
		list[encoding.NodeCount(a)].Separator = in.Separator(left + 1)
		return t.writeInner(id, h, list)
	}
	n, count := len(a), encoding.NodeCount(a)+encoding.NodeCount(b)
	to, err := t.nodes.Resize(id, n+len(b)-encoding.EmptyLeafBytes)
	if err != nil {
		return err
	}
	copy(to[n:], b[encoding.EmptyLeafBytes:])
	encoding.Leaf(to).SetCount(count)
	return nil
}

func children(list []encoding.Child, in encoding.Inner) []encoding.Child {
	for i := range in.Count() {
		list = append(list, in.Child(i))
	}
	return list
}

// unite takes child left+1, which has moved into child left, out of a node.
func (t *Tree) unite(id uint64, left int) error {
	n, err := t.node(id)
	if err != nil {
		return err
	}
	in := encoding.Inner(n)
	gone := in.Child(left + 1)
	p := in.Without(t.buf[:0], left+1)
	if err := t.nodes.Drop(gone.Node); err != nil {
		return err
	}
	if err := t.nodes.Add(id, encoding.EntriesAt(left), gone.Entries); err != nil {
		return err
	}
	return t.patch(id, p, -1)
}

// lower brings the only child of a root up into it.
func (t *Tree) lower() error {
	for {
		in := encoding.Inner(t.nodes.Root())
		if in.Height() == 0 || in.Count() > 1 {
			return nil
		}
		id := in.Node(0)
		n, err := t.nodes.Node(id)
		if err != nil || len(n) > bound(n) {
			return err
		}
		t.buf = append(t.buf[:0], n...)
		b, err := t.nodes.Resize(root, len(t.buf))
		if err != nil {
			return err
		}
		copy(b, t.buf)
		if err := t.nodes.Drop(id); err != nil {
			return err
		}
	}
}
