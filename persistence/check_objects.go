package persistence

import (
	"errors"
	"fmt"
	"slices"

	"github.com/cockroachdb/pebble/v2"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/persistence/tree"
)

// objectCheck is what was found of the objects of one database.
type objectCheck struct {
	records []collectionRecord
	owners  map[Object]string // names of keys
	doomed  map[Object]bool   // a blind write has replaced the record, and nobody has looked yet
	nodes   map[[16]byte]bool // whether a node is there, RAM deciding
	visited map[[16]byte]bool
}

// collectionRecord is a key that holds a collection.
type collectionRecord struct {
	name string
	rec  encoding.Record
}

// owns notes a key that exists.
func (o *objectCheck) owns(c *checker, name []byte, k encoding.Kind, payload []byte) {
	if k.Type() != encoding.TypeString || k.HasObject() {
		o.records = append(o.records, collectionRecord{string(name), encoding.Record{Kind: k, Payload: slices.Clone(payload)}})
	}
	object := objectOfPayload(k, payload)
	if object == 0 {
		return
	}
	if o.owners == nil {
		o.owners = map[Object]string{}
	}
	if other, twice := o.owners[object]; twice {
		c.fail("object %x belongs to %q and to %q", uint64(object), other, name)
	}
	o.owners[object] = string(name)
}

func (o *objectCheck) dooms(object Object) {
	if o.doomed == nil {
		o.doomed = map[Object]bool{}
	}
	o.doomed[object] = true
}

// node notes a node; what RAM says of it comes first.
func (o *objectCheck) node(name []byte, live bool) {
	if o.nodes == nil {
		o.nodes = map[[16]byte]bool{}
	}
	if _, known := o.nodes[[16]byte(name)]; !known {
		o.nodes[[16]byte(name)] = live
	}
}

// objects checks the trees of all keys, and that no node is without one.
func (c *checker) objects() {
	for _, d := range c.dbs {
		if d.dropped {
			continue
		}
		for _, r := range d.objects.records {
			c.tree(d, &r)
		}
		c.orphans(d)
	}
}

func (c *checker) tree(d *dbCheck, r *collectionRecord) {
	object := objectOfPayload(r.rec.Kind, r.rec.Payload)
	if d.objects.visited == nil {
		d.objects.visited = map[[16]byte]bool{}
	}
	visit := func(id uint64) { d.objects.visited[[16]byte(nodeName(nil, uint64(object), id))] = true }
	if r.rec.Kind.Type() == encoding.TypeString {
		h, _ := encoding.ParseObjectHeader(r.rec.Payload)
		for id := range h.Nodes {
			visit(id)
		}
		return
	}
	from := encoding.HeadBytes(r.rec.Kind.Type())
	if object != 0 {
		from += encoding.ObjectHeaderBytes
	}
	if len(r.rec.Payload) < from {
		c.fail("%q has a payload of %d bytes", r.name, len(r.rec.Payload))
		return
	}
	var t tree.Tree
	t.Init(&checkedNodes{c: c, d: d, object: object, root: r.rec.Payload[from:]})
	if err := t.Check(r.rec.Kind.Ordered(), visit); err != nil {
		c.fail("%q: %w", r.name, err)
	}
}

// orphans finds nodes that belong to no key, unless they are about to go.
func (c *checker) orphans(d *dbCheck) {
	c.store.graves.mu.Lock()
	dead := slices.Clone(c.store.graves.list)
	c.store.graves.mu.Unlock()
	for name, live := range d.objects.nodes {
		object := objectOfName(name[:])
		owner, owned := d.objects.owners[object]
		switch {
		case !live:
		case owned && !d.objects.visited[name]:
			c.fail("node %x is not in the tree of %q", name, owner)
		case owned || d.objects.doomed[object]:
		case !slices.Contains(dead, ownedObject{d.physical, object}):
			c.fail("node %x belongs to no key", name)
		}
	}
}

// checkedNodes reads a tree's nodes, from RAM or from the tables.
type checkedNodes struct {
	c      *checker
	d      *dbCheck
	object Object
	root   []byte
}

func (n *checkedNodes) Root() []byte { return n.root }

func (n *checkedNodes) Node(id uint64) ([]byte, error) {
	at := spotOfNode(uint64(n.object), id)
	sh := &n.c.store.shards[at.shard]
	name := nodeName(nil, uint64(n.object), id)
	if s, i := sh.find(&n.d.db.nodes[at.shard], at, name); i >= 0 {
		if b := sh.at(s.words()[i].ref()); !b.has(flagLoading) {
			if !b.live() {
				return nil, fmt.Errorf("node %d is dead", id)
			}
			return b.value(), nil
		}
	}
	value, closer, err := n.c.store.tables.Get(encoding.AppendNodeKey(nil, n.d.physical, uint64(n.object), id))
	if errors.Is(err, pebble.ErrNotFound) {
		return nil, fmt.Errorf("node %d is missing", id)
	}
	if err != nil {
		return nil, err
	}
	return slices.Clone(value), closer.Close()
}

func (n *checkedNodes) Add(uint64, int, uint64) error                     { return errReadOnly }
func (n *checkedNodes) Near(uint64) bool                                  { return true }
func (n *checkedNodes) Splice(uint64, int, int, int, int) ([]byte, error) { return nil, errReadOnly }
func (n *checkedNodes) Resize(uint64, int) ([]byte, error)                { return nil, errReadOnly }
func (n *checkedNodes) Create(int) (id uint64, b []byte, err error)       { return 0, nil, errReadOnly }
func (n *checkedNodes) Drop(uint64) error                                 { return errReadOnly }
func (n *checkedNodes) Ahead([]uint64)                                    {}
