package tree

import "github.com/cairndb/cairn/encoding"

// Queues and stacks live at the ends of a sequence. At the front positions cost
// nothing; for the back there is what follows, which takes the last child at
// every step without counting what lies before it.

// Empty tells whether there are no entries.
func (t *Tree) Empty() bool { return encoding.NodeCount(t.nodes.Root()) == 0 }

// Last returns the last entry of a tree that has some.
func (t *Tree) Last() (Entry, error) {
	l, err := t.seekLast()
	if err != nil {
		return Entry{}, err
	}
	k := l.Count() - 1
	return t.entry(l, spot{k, l.Skip(l.First(), k)}), nil
}

// Append puts an entry behind the last one.
func (t *Tree) Append(key, value []byte) error {
	l, err := t.seekLast()
	if err != nil {
		return err
	}
	return t.insert(l, l.Count(), len(l), key, value)
}

// seekLast goes down to the last leaf.
func (t *Tree) seekLast() (encoding.Leaf, error) {
	n := t.top()
	for encoding.NodeHeight(n) > 0 {
		in := encoding.Inner(n)
		var err error
		if n, err = t.down(in, in.Count()-1); err != nil {
			return nil, err
		}
	}
	return n, nil
}
