package persistence

import (
	"encoding/binary"
	"fmt"

	"github.com/cairndb/cairn/encoding"
)

// nodes is a collection as its tree sees it: the keeper of its nodes.
type nodes Collection

var noEntries = encoding.EmptyLeaf()

func (n *nodes) collection() *Collection { return (*Collection)(n) }

func (n *nodes) db() *db { return n.tx.dbOf(n.database) }

// Root returns the root, an empty one if there is no key.
func (n *nodes) Root() []byte {
	c := n.collection()
	r := c.record()
	if !r.Exists() {
		return noEntries
	}
	_, from := c.headSpan()
	return r.Value()[from:]
}

// object is the object of the nodes, which must have one.
func (n *nodes) object() Object {
	c := n.collection()
	r := c.record()
	if c.nodesOf == 0 {
		c.nodesOf = objectOf(r.b)
	}
	return c.nodesOf
}

// Node returns a node's bytes.
func (n *nodes) Node(id uint64) ([]byte, error) {
	b, err := n.tx.nodeIn(n.db(), n.object(), id)
	if err == nil && b == nil {
		err = &IOError{fmt.Errorf("key %q: node %d is missing", n.key, id)}
	}
	return b, err
}

// Near tells whether a node is in RAM.
func (n *nodes) Near(id uint64) bool {
	o := n.object()
	at := spotOfNode(uint64(o), id)
	if !n.tx.holds(at.shard) {
		return false
	}
	sh := &n.tx.store.shards[at.shard]
	var name [16]byte
	s, i := sh.find(&n.db().nodes[sh.no], at, nodeName(name[:0], uint64(o), id))
	return i >= 0 && sh.at(s.words()[i].ref()).live()
}

// Splice puts other bytes in the place of some of a node.
func (n *nodes) Splice(id uint64, at, was, is, count int) ([]byte, error) {
	if id != 0 {
		return n.tx.spliceNode(n.db(), n.object(), id, at, was, is, count)
	}
	c := n.collection()
	r := c.record()
	_, from := c.headSpan()
	old := r.Value()
	v, err := c.put(r.Kind(), len(old)+is-was, r.ExpireAtMs())
	if err != nil {
		return nil, err
	}
	spliceInto(v, old, from+at, was, is)
	return fillSplice(v[from:], at, is, count), nil
}

// Add adds to a number in a node.
func (n *nodes) Add(id uint64, at int, delta uint64) error {
	length := 0
	if id != 0 {
		var p nodePlace
		if err := n.tx.findNode(n.db(), n.object(), id, &p); err != nil {
			return err
		}
		if p.w != nil {
			if n.tx.addAt(p.sh, *p.w, p.b, at, delta) {
				return nil
			}
			length = p.b.valueLen()
		}
	} else if c := n.collection(); c.record().Exists() {
		_, from := c.headSpan()
		t := n.sh.tableOf(n.db(), isRecord)
		if s, i := n.sh.find(t, n.at, n.key); n.tx.addAt(n.sh, s.words()[i], c.rec.b, from+at, delta) {
			return nil
		}
		length = len(c.rec.Value()) - from
	}
	b, err := n.Resize(id, length)
	if err == nil {
		binary.LittleEndian.PutUint64(b[at:], binary.LittleEndian.Uint64(b[at:])+delta)
	}
	return err
}

// Resize gives a node a length and returns its bytes for changing.
func (n *nodes) Resize(id uint64, length int) ([]byte, error) {
	if id != 0 {
		return n.tx.resizeNode(n.db(), n.object(), id, length)
	}
	c := n.collection()
	c.record()
	_, from := c.headSpan()
	v, err := c.resize(from + length)
	if err != nil {
		return nil, err
	}
	return v[from:], nil
}

// Create makes a node.
func (n *nodes) Create(length int) (uint64, []byte, error) {
	h, err := n.nextNode()
	if err != nil {
		return 0, nil, err
	}
	b, err := n.tx.createNode(n.db(), Object(h.Object), h.Nodes, length)
	return h.Nodes, b, err
}

// nextNode takes the next id for a node; the record remembers that. The first
// one makes the object. Ids begin with 1: the root's is 0.
func (n *nodes) nextNode() (encoding.ObjectHeader, error) {
	c := n.collection()
	r := c.record()
	if r.Kind().HasObject() {
		v, err := c.resize(len(r.Value()))
		if err != nil {
			return encoding.ObjectHeader{}, err
		}
		h, err := encoding.ParseObjectHeader(v)
		encoding.PutObjectHeader(v, encoding.ObjectHeader{Object: h.Object, Nodes: h.Nodes + 1})
		return h, err
	}
	home := n.tx.database
	n.tx.database = n.database
	o, err := n.tx.NewObject(n.key)
	n.tx.database = home
	if err != nil {
		return encoding.ObjectHeader{}, err
	}
	old := r.Value() // readable until the transaction ends, unless it lies where the new one does
	n.tx.scratch = append(n.tx.scratch[:0], old...)
	v, err := c.put(r.Kind()|encoding.Kind(encoding.InNodes), encoding.ObjectHeaderBytes+len(old), r.ExpireAtMs())
	if err != nil {
		return encoding.ObjectHeader{}, err
	}
	encoding.PutObjectHeader(v, encoding.ObjectHeader{Object: uint64(o), Nodes: 2})
	copy(v[encoding.ObjectHeaderBytes:], n.tx.scratch)
	return encoding.ObjectHeader{Object: uint64(o), Nodes: 1}, nil
}

// Drop removes a node.
func (n *nodes) Drop(id uint64) error { return n.tx.dropNode(n.db(), n.object(), id) }

// Ahead asks for nodes that will be wanted.
func (n *nodes) Ahead(ids []uint64) {
	o := n.object()
	for _, id := range ids {
		if !n.tx.wantNode(n.db(), o, id) {
			return
		}
	}
}
