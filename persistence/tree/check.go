package tree

import (
	"bytes"
	"fmt"

	"github.com/cairndb/cairn/encoding"
)

// Check walks the whole tree and reports the first thing that is wrong: a node
// that cannot be read, a count that does not add up, leaves of different
// heights. ordered says that the keys must be in order. visit is called with the
// id of each node but the root.
func (t *Tree) Check(ordered bool, visit func(id uint64)) error {
	n := t.nodes.Root()
	if err := encoding.CheckNode(n); err != nil {
		return err
	}
	c := treeCheck{tree: t, ordered: ordered, visit: visit}
	_, err := c.node(n, encoding.NodeHeight(n), nil, nil)
	return err
}

type treeCheck struct {
	tree    *Tree
	ordered bool
	visit   func(uint64)
	last    []byte // key before
	any     bool
}

// node checks what lies below a node, whose keys are to be at least low and
// below high, and returns how many entries it has.
func (c *treeCheck) node(n []byte, height int, low, high []byte) (uint64, error) {
	if encoding.NodeHeight(n) != height {
		return 0, fmt.Errorf("a node of height %d stands where one of %d belongs", encoding.NodeHeight(n), height)
	}
	if height == 0 {
		return c.leaf(encoding.Leaf(n), low, high)
	}
	in := encoding.Inner(n)
	var total uint64
	for i := range in.Count() {
		child := in.Child(i)
		from, to := child.Separator, high
		if i == 0 {
			from = low
		}
		if i+1 < in.Count() {
			to = in.Separator(i + 1)
		}
		entries, err := c.child(child.Node, height-1, from, to)
		if err != nil {
			return 0, err
		}
		if entries != child.Entries || entries == 0 {
			return 0, fmt.Errorf("node %d has %d entries, and is said to have %d", child.Node, entries, child.Entries)
		}
		total += entries
	}
	return total, nil
}

func (c *treeCheck) child(id uint64, height int, low, high []byte) (uint64, error) {
	n, err := c.tree.nodes.Node(id)
	if err != nil {
		return 0, err
	}
	c.visit(id)
	if err := encoding.CheckNode(n); err != nil {
		return 0, fmt.Errorf("node %d: %w", id, err)
	}
	entries, err := c.node(n, height, low, high)
	if err != nil {
		return 0, fmt.Errorf("node %d: %w", id, err)
	}
	return entries, nil
}

func (c *treeCheck) leaf(l encoding.Leaf, low, high []byte) (uint64, error) {
	if !c.ordered {
		return uint64(l.Count()), nil
	}
	at := l.First()
	for range l.Count() {
		key, _, next := l.Entry(at)
		at = next
		switch {
		case c.any && bytes.Compare(c.last, key) >= 0:
			return 0, fmt.Errorf("key %q comes after %q", key, c.last)
		case bytes.Compare(key, low) < 0:
			return 0, fmt.Errorf("key %q lies below separator %q", key, low)
		case high != nil && bytes.Compare(key, high) >= 0:
			return 0, fmt.Errorf("key %q lies above separator %q", key, high)
		}
		c.last, c.any = append(c.last[:0], key...), true
	}
	return uint64(l.Count()), nil
}
