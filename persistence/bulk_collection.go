package persistence

import (
	"errors"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/persistence/tree"
)

// BulkCollection is a collection that a writer of a bulk builds: its tree is filled
// (tree.Filler) from entries in order, and nothing else is asked of it.
type BulkCollection struct {
	tree.Filler

	to       *BulkWriter
	tree     tree.Tree
	database int
	name     []byte
	object   Object // of the nodes; 0: there are none
	nodes    uint64 // the next one's id
	root     []byte
	payload  []byte
}

func (c *BulkCollection) init(w *BulkWriter) {
	c.to = w
	c.tree.Init((*bulkNodes)(c))
}

// Collection begins to build what a key holds. End it with Put or Discard before
// another one begins.
func (w *BulkWriter) Collection(database int, name []byte) *BulkCollection {
	c := &w.tree
	c.database, c.name, c.object, c.nodes = database, name, 0, 1
	c.Filler.Reset(&c.tree)
	return c
}

// Put ends the collection, and adds the key, as BulkWriter.Put does. head has the
// length that encoding.HeadBytes tells.
func (c *BulkCollection) Put(order int64, k encoding.Kind, head []byte, expireAtMs int64) error {
	if err := c.Finish(); err != nil {
		return err
	}
	c.payload = c.payload[:0]
	if c.object != 0 {
		k |= encoding.Kind(encoding.InNodes)
		c.payload = encoding.AppendObjectHeader(c.payload, encoding.ObjectHeader{Object: uint64(c.object), Nodes: c.nodes})
	}
	c.payload = append(append(c.payload, head...), c.root...)
	return c.to.Put(c.database, c.name, order, encoding.Record{Kind: k, ExpireAtMs: expireAtMs, Payload: c.payload})
}

// Discard gives the collection up.
func (c *BulkCollection) Discard() error {
	if c.object == 0 {
		return nil
	}
	return c.to.Forget(c.database, c.object)
}

// bulkNodes is the collection as its tree sees it.
type bulkNodes BulkCollection

var errWriteOnly = errors.New("a tree that is only filled")

func (n *bulkNodes) Root() []byte { return noEntries }

func (n *bulkNodes) Create(length int) (uint64, []byte, error) {
	if n.object == 0 {
		n.object = n.to.NewObject(n.name)
	}
	id := n.nodes
	n.nodes++
	b, err := n.to.Node(n.database, n.object, id, length)
	return id, b, err
}

func (n *bulkNodes) Resize(_ uint64, length int) ([]byte, error) {
	if cap(n.root) < length {
		n.root = make([]byte, length)
	}
	n.root = n.root[:length]
	return n.root, nil
}

func (n *bulkNodes) Node(uint64) ([]byte, error)                       { return nil, errWriteOnly }
func (n *bulkNodes) Near(uint64) bool                                  { return false }
func (n *bulkNodes) Splice(uint64, int, int, int, int) ([]byte, error) { return nil, errWriteOnly }
func (n *bulkNodes) Add(uint64, int, uint64) error                     { return errWriteOnly }
func (n *bulkNodes) Drop(uint64) error                                 { return errWriteOnly }
func (n *bulkNodes) Ahead([]uint64)                                    {}
