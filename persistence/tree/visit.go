package tree

import "github.com/cairndb/cairn/encoding"

// Visit calls fn for every node but the root. fn must not change the tree.
func (t *Tree) Visit(fn func(id uint64, node []byte) error) error {
	return t.visit(t.nodes.Root(), fn)
}

func (t *Tree) visit(n []byte, fn func(id uint64, node []byte) error) error {
	if encoding.NodeHeight(n) == 0 {
		return nil
	}
	in := encoding.Inner(n)
	for i := range in.Count() {
		id := in.Node(i)
		child, err := t.nodes.Node(id)
		if err != nil {
			t.nodes.Ahead(ids(in, i+1, +1))
			return err
		}
		if err := fn(id, child); err != nil {
			return err
		}
		if err := t.visit(child, fn); err != nil {
			return err
		}
	}
	return nil
}
