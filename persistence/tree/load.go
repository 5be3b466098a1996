package tree

import (
	"cmp"

	"github.com/cairndb/cairn/encoding"
)

// Load sees to it that the nodes of the entries from a position up to, not
// including, another are there. If some are not, it asks for as many as are
// loaded at a time, and returns the error of the first. So what goes through
// many entries finds out at the beginning what it has to wait for.
func (t *Tree) Load(from, to int64) error {
	n := t.nodes.Root()
	if encoding.NodeHeight(n) == 0 || from >= to {
		return nil
	}
	return t.load(n, uint64(from), uint64(to))
}

// loadFailures is below how many nodes that are there something may be missing
// before nothing more is asked for.
const loadFailures = 16

// load is Load for the entries below an inner node, whose bytes are of no use
// once something was missing.
func (t *Tree) load(in encoding.Inner, from, to uint64) (first error) {
	kids := kidsOf(in, from, to)
	failures := 0
	for i, k := range kids {
		n, err := t.nodes.Node(k.id)
		if err != nil {
			t.nodes.Ahead(idsOf(kids[i+1:]))
			return err
		}
		if encoding.NodeHeight(n) > 0 {
			err = t.load(n, k.from, k.to)
		}
		if err == nil {
			continue
		}
		first = cmp.Or(first, err)
		if failures++; failures == loadFailures {
			break
		}
	}
	return first
}

// kid is a child of a node, and which of its entries are meant.
type kid struct{ id, from, to uint64 }

// kidsOf lists the children of a node that have the entries of a range.
func kidsOf(in encoding.Inner, from, to uint64) (list []kid) {
	start := uint64(0)
	for c := 0; c < in.Count() && start < to; c++ {
		end := start + in.Entries(c)
		if end > from {
			list = append(list, kid{in.Node(c), max(from, start) - start, min(to, end) - start})
		}
		start = end
	}
	return list
}

func idsOf(kids []kid) []uint64 {
	list := make([]uint64, len(kids))
	for i, k := range kids {
		list[i] = k.id
	}
	return list
}
