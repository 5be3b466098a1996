package salvage

import (
	"bytes"
	"cmp"
	"errors"
	"slices"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/persistence/tree"
)

// A collection whose tree lacks nodes is built anew of the entries that can be
// read: those below nodes that are there, and those of leaves that nothing leads
// to any more.

// leafRef is a leaf that can be read.
type leafRef struct {
	id          uint64 // 0: the root
	first, last []byte // keys
	reachable   bool
}

// leaves finds them, in order.
type leaves struct {
	v       *value
	list    []leafRef
	visited map[uint64]bool
	lost    uint64 // entries, by the counts of the nodes above
	total   int64  // entries that there were
	gap     int    // where in the list the first ones are missing; -1: nowhere
}

func (v *value) leaves() (*leaves, error) {
	l := &leaves{v: v, visited: map[uint64]bool{}, gap: -1}
	if encoding.CheckNode(v.root) == nil {
		if l.total = int64(encoding.NodeCount(v.root)); encoding.NodeHeight(v.root) > 0 {
			l.total = int64(encoding.Inner(v.root).Sum())
		}
		if err := l.walk(0, v.root, encoding.NodeHeight(v.root)); err != nil {
			return nil, err
		}
	}
	if v.object == 0 {
		return l, nil
	}
	return l, l.unreachable()
}

func (l *leaves) walk(id uint64, n []byte, height int) error {
	if height == 0 {
		l.add(id, n, true)
		return nil
	}
	in := encoding.Inner(n)
	for i := range in.Count() {
		child := in.Node(i)
		b, err := l.v.node(child)
		if err != nil {
			return err
		}
		if b == nil || encoding.NodeHeight(b) != height-1 || l.visited[child] {
			l.lost += in.Entries(i)
			if l.gap < 0 {
				l.gap = len(l.list)
			}
			continue
		}
		l.visited[child] = true
		if err := l.walk(child, b, height-1); err != nil {
			return err
		}
	}
	return nil
}

func (l *leaves) add(id uint64, n []byte, reachable bool) {
	leaf := encoding.Leaf(n)
	if leaf.Count() == 0 {
		return
	}
	r := leafRef{id: id, reachable: reachable}
	if l.v.k.rec.Kind.Ordered() {
		at := leaf.First()
		for i := range leaf.Count() {
			key, _, next := leaf.Entry(at)
			if i == 0 {
				r.first = slices.Clone(key)
			}
			r.last, at = key, next
		}
		r.last = slices.Clone(r.last)
	}
	l.list = append(l.list, r)
}

// unreachable adds the leaves that no node leads to. In a list nobody knows
// where they were: they go where something is missing, in the order in which
// they were made.
func (l *leaves) unreachable() error {
	reached := l.list
	l.list = nil
	err := l.v.eachNode(func(id uint64, b []byte) error {
		if !l.visited[id] && encoding.CheckNode(b) == nil && encoding.NodeHeight(b) == 0 {
			l.lost -= min(l.lost, uint64(encoding.NodeCount(b)))
			l.add(id, b, false)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if !l.v.k.rec.Kind.Ordered() {
		gap := l.gap
		if gap < 0 {
			gap = len(reached)
		}
		l.list = slices.Insert(reached, gap, l.list...)
		return nil
	}
	l.list = append(reached, l.list...)
	slices.SortStableFunc(l.list, func(a, b leafRef) int {
		c := bytes.Compare(a.first, b.first)
		if c == 0 && a.reachable != b.reachable {
			c = 1
			if a.reachable {
				c = -1
			}
		}
		return cmp.Or(c, bytes.Compare(b.last, a.last))
	})
	return nil
}

// entries calls fn for all entries, those of an ordered collection in order and
// each key once.
func (l *leaves) entries(fn func(key, value []byte) error) error {
	ordered := l.v.k.rec.Kind.Ordered()
	var last []byte
	any := false
	for _, ref := range l.list {
		n := l.v.root
		if ref.id != 0 {
			var err error
			if n, err = l.v.node(ref.id); err != nil || n == nil {
				return errors.Join(err, errGone)
			}
		}
		leaf := encoding.Leaf(n)
		for i, at := 0, leaf.First(); i < leaf.Count(); i++ {
			key, value, next := leaf.Entry(at)
			at = next
			if ordered && any && bytes.Compare(key, last) <= 0 {
				continue
			}
			last, any = append(last[:0], key...), true
			if err := fn(key, value); err != nil {
				return err
			}
		}
	}
	return nil
}

var errGone = errors.New("a node that was there a moment ago cannot be read")

// builder makes a tree of entries that come in order.
type builder struct {
	put     func(object, node uint64, b []byte) error
	object  func() uint64 // draws one, when the first node is made
	root    []byte
	header  encoding.ObjectHeader
	pending []byte // the node made last, which is still being filled
	tree    tree.Tree
	filler  tree.Filler
	count   int64
}

func newBuilder(object func() uint64, put func(object, node uint64, b []byte) error) *builder {
	b := &builder{put: put, object: object, root: encoding.EmptyLeaf()}
	b.tree.Init((*builtTree)(b))
	b.filler = b.tree.Filler()
	return b
}

func (b *builder) add(key, value []byte) error {
	b.count++
	return b.filler.Add(key, value)
}

// finish returns the payload of the record and whether it has nodes.
func (b *builder) finish(head []byte) (payload []byte, inNodes bool, err error) {
	if err := b.filler.Finish(); err != nil {
		return nil, false, err
	}
	if err := b.flush(); err != nil {
		return nil, false, err
	}
	inNodes = b.header.Nodes > 0
	if inNodes {
		payload = encoding.AppendObjectHeader(nil, b.header)
	}
	return slices.Concat(payload, head, b.root), inNodes, nil
}

func (b *builder) flush() error {
	if b.pending == nil {
		return nil
	}
	n := b.pending
	b.pending = nil
	return b.put(b.header.Object, b.header.Nodes-1, n)
}

// builtTree is a builder as its tree sees it.
type builtTree builder

func (t *builtTree) Root() []byte { return t.root }

func (t *builtTree) Resize(id uint64, n int) ([]byte, error) {
	if id != 0 {
		return nil, errReadOnly
	}
	t.root = make([]byte, n)
	return t.root, nil
}

func (t *builtTree) Create(n int) (uint64, []byte, error) {
	b := (*builder)(t)
	if err := b.flush(); err != nil {
		return 0, nil, err
	}
	if b.header.Nodes == 0 {
		b.header = encoding.ObjectHeader{Object: b.object(), Nodes: 1}
	}
	id := b.header.Nodes
	b.header.Nodes++
	b.pending = make([]byte, n)
	return id, b.pending, nil
}

func (t *builtTree) Node(uint64) ([]byte, error)                       { return nil, errReadOnly }
func (t *builtTree) Add(uint64, int, uint64) error                     { return errReadOnly }
func (t *builtTree) Near(uint64) bool                                  { return true }
func (t *builtTree) Edit(uint64) ([]byte, error)                       { return nil, errReadOnly }
func (t *builtTree) Drop(uint64) error                                 { return errReadOnly }
func (t *builtTree) Splice(uint64, int, int, int, int) ([]byte, error) { return nil, errReadOnly }
func (t *builtTree) Ahead([]uint64)                                    {}
