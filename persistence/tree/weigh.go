package tree

import "github.com/cairndb/cairn/encoding"

// Weigh adds up what all nodes but the root weigh. It looks at no more leaves
// than samples, evenly spread, and takes the others to be like these on the
// average; with 0 samples it looks at all.
func (t *Tree) Weigh(samples int64, weight func(bytes int) int64) (int64, error) {
	leaves, total, err := t.weighInner(t.nodes.Root(), weight)
	if err != nil || leaves == 0 {
		return 0, err
	}
	if samples <= 0 || samples > leaves {
		samples = leaves
	}
	if samples == leaves {
		err := t.Visit(func(_ uint64, node []byte) error {
			if encoding.NodeHeight(node) == 0 {
				total += weight(len(node))
			}
			return nil
		})
		return total, err
	}
	sampled, n := int64(0), t.Len()
	for i := range samples {
		l, _, err := t.seekIndex(n / samples * i)
		if err != nil {
			return 0, err
		}
		sampled += weight(len(l))
	}
	return total + int64(float64(sampled)/float64(samples)*float64(leaves)), nil
}

// weighInner adds up the inner nodes below a node, and counts the leaves.
func (t *Tree) weighInner(n []byte, weight func(bytes int) int64) (leaves, total int64, err error) {
	height := encoding.NodeHeight(n)
	if height == 0 {
		return 0, 0, nil
	}
	in := encoding.Inner(n)
	if height == 1 {
		return int64(in.Count()), 0, nil
	}
	for i := range in.Count() {
		child, err := t.nodes.Node(in.Node(i))
		if err != nil {
			t.nodes.Ahead(ids(in, i+1, +1))
			return 0, 0, err
		}
		l, w, err := t.weighInner(child, weight)
		if err != nil {
			return 0, 0, err
		}
		leaves, total = leaves+l, total+w+weight(len(child))
	}
	return leaves, total, nil
}
