package persistence

import (
	"fmt"
	"unsafe"
)

// Object names a value that is kept in nodes of its own instead of in its
// key's record: a long string, a large collection. Its record's payload begins
// with it (encoding.ObjectHeader). The upper byte is the shard where it was
// born and where its nodes lie, whatever key it belongs to later.
type Object uint64

// NewObject names an object for a key. Names are never used twice.
func (tx *Tx) NewObject(key []byte) (Object, error) {
	at := tx.spot(key)
	sh, err := tx.shard(at)
	if err != nil {
		return 0, err
	}
	o := sh.newObject()
	tx.born = append(tx.born, ownedObject{tx.db().physical, o})
	return o, nil
}

// newObject names one that is born in the shard. Needs its lock.
func (sh *shard) newObject() Object {
	sh.nextObject++
	return Object(uint64(sh.no)<<56 | sh.nextObject)
}

// Node returns a node's bytes, valid until the node's next change; nil if
// there is no such node.
func (tx *Tx) Node(o Object, node uint64) ([]byte, error) { return tx.nodeIn(tx.db(), o, node) }

// ResizeNode gives a node a length, makes it if it is missing, keeps the bytes
// up to the shorter of both lengths, fills with zeros, and returns its bytes
// for changing.
func (tx *Tx) ResizeNode(o Object, node uint64, valueLen int) ([]byte, error) {
	old, err := tx.Node(o, node)
	if err != nil {
		return nil, err
	}
	if old == nil { // and RAM may know that it is missing
		b, err := tx.shapeNode(o, node, valueLen)
		clear(b)
		return b, err
	}
	kept := min(len(old), valueLen)
	b, err := tx.resizeNode(tx.db(), o, node, valueLen)
	if err == nil {
		clear(b[kept:])
	}
	return b, err
}

func (tx *Tx) shapeNode(o Object, node uint64, valueLen int) ([]byte, error) {
	at := spotOfNode(uint64(o), node)
	var name [16]byte
	want := shape{keyLen: len(name), valueLen: valueLen}
	b, err := tx.reshape(&tx.store.shards[at.shard], tx.db(), isNode, at, nodeName(name[:0], uint64(o), node), want, 0, 0, 0)
	if err != nil {
		return nil, err
	}
	return b.value(), nil
}

// CreateNode makes a node that has never been there. Its bytes are for the
// caller to fill.
func (tx *Tx) CreateNode(o Object, node uint64, valueLen int) ([]byte, error) {
	return tx.createNode(tx.db(), o, node, valueLen)
}

// WantNode asks for a node to be loaded before the function runs again, after it
// has missed another one. It tells whether more would be loaded.
func (tx *Tx) WantNode(o Object, node uint64) bool { return tx.wantNode(tx.db(), o, node) }

// nodePlace is where a node was looked for.
type nodePlace struct {
	sh   *shard
	t    *table
	s    segment
	w    *word // nil if there is no such node
	b    block
	name [16]byte
}

// foundNode remembers where in the index a node was found. A command goes down
// the same way more than once, and so do those that follow.
type foundNode struct {
	object Object
	node   uint64
	moves  uint64 // of the shard, then: the word is still there while it is the same
	s      segment
	w      *word
}

// foundNodes is how many nodes a shard remembers: the inner ones of a tree of a
// few hundred thousand entries find their place among its leaves.
const foundNodes = 256

func (sh *shard) foundNode(o Object, node uint64) *foundNode {
	if sh.found == nil {
		sh.found = new([foundNodes]foundNode)
	}
	return &sh.found[(uint64(o)+node)%foundNodes]
}

// recall finds a node where it was found lately.
func (sh *shard) recall(d *db, o Object, node uint64, p *nodePlace) bool {
	f := sh.foundNode(o, node)
	if f.object != o || f.node != node || f.moves != sh.moves || f.w == nil || *f.w&bitDead != 0 {
		return false
	}
	b := sh.at(f.w.ref())
	if b.has(flagLoading) {
		return false
	}
	p.sh, p.t, p.s, p.w, p.b = sh, &d.nodes[sh.no], f.s, f.w, b
	nodeName(p.name[:0], uint64(o), node)
	return true
}

// findNode looks for a node; missing ones are loaded.
func (tx *Tx) findNode(d *db, o Object, node uint64, p *nodePlace) error {
	no := shardOfObject(uint64(o))
	if !tx.holds(no) {
		return tx.undeclared(int(no))
	}
	sh := &tx.store.shards[no]
	if sh.recall(d, o, node, p) {
		return nil
	}
	at := spotOfNode(uint64(o), node)
	name := nodeName(p.name[:0], uint64(o), node)
	p.sh, p.t = sh, &d.nodes[sh.no]
	s, i := sh.find(p.t, at, name)
	if i < 0 {
		if o.number() > sh.sealedObject {
			return nil // the tables cannot have any of its nodes
		}
		return tx.miss(sh, d, isNode, at, name)
	}
	w := &s.words()[i]
	if *w&bitDead != 0 {
		return nil
	}
	b := sh.at(w.ref())
	if b.has(flagLoading) {
		return tx.miss(sh, d, isNode, at, name)
	}
	if *w&freqMask != freqMask {
		*w += 1 << freqShift
	}
	p.s, p.w, p.b = s, w, b
	*sh.foundNode(o, node) = foundNode{o, node, sh.moves, s, w}
	return nil
}

func (tx *Tx) nodeIn(d *db, o Object, node uint64) ([]byte, error) {
	if tx.stored != nil {
		return tx.stored.node(tx.database, o, node)
	}
	var p nodePlace
	if err := tx.findNode(d, o, node, &p); err != nil || p.w == nil {
		return nil, err
	}
	return p.b.value(), nil
}

// resizeNode gives a node that is there a length, and keeps the bytes up to the
// shorter of both.
func (tx *Tx) resizeNode(d *db, o Object, node uint64, valueLen int) ([]byte, error) {
	var p nodePlace
	if err := tx.findNode(d, o, node, &p); err != nil {
		return nil, err
	}
	if p.w == nil {
		return nil, missingNode(o, node)
	}
	old := p.b.value()
	v := version{shape: shape{keyLen: len(p.name), valueLen: valueLen}, what: isNode}
	b := tx.reshapeAt(p.sh, d, p.t, p.s, p.w, p.name[:], v).value()
	if unsafe.SliceData(b) != unsafe.SliceData(old) {
		copy(b, old)
	}
	return b, nil
}

func missingNode(o Object, node uint64) error {
	return &IOError{fmt.Errorf("node %d of object %x is missing", node, uint64(o))}
}

// createNode makes a node that has never been there. Its bytes are for the
// caller to fill.
func (tx *Tx) createNode(d *db, o Object, node uint64, valueLen int) ([]byte, error) {
	at := spotOfNode(uint64(o), node)
	sh, err := tx.shard(at)
	if err != nil {
		return nil, err
	}
	var name [16]byte
	v := version{shape: shape{keyLen: len(name), valueLen: valueLen}, what: isNode}
	return tx.create(sh, d, at, nodeName(name[:0], uint64(o), node), v).value(), nil
}

// dropNode removes a node, which must be there, without looking at it.
func (tx *Tx) dropNode(d *db, o Object, node uint64) error {
	at := spotOfNode(uint64(o), node)
	sh, err := tx.shard(at)
	if err != nil {
		return err
	}
	var name [16]byte
	return tx.remove(sh, d, isNode, at, nodeName(name[:0], uint64(o), node))
}

// wantNode asks for a node that is not in RAM to be loaded before the function
// runs again, after it has missed another one. It tells whether more would be
// loaded.
func (tx *Tx) wantNode(d *db, o Object, node uint64) bool {
	at := spotOfNode(uint64(o), node)
	if tx.again != errMiss || tx.NoWait || tx.stored != nil || len(tx.misses) >= maxPrefetch || !tx.holds(at.shard) {
		return false
	}
	sh := &tx.store.shards[at.shard]
	var buf [16]byte
	name := nodeName(buf[:0], uint64(o), node)
	if _, i := sh.find(&d.nodes[sh.no], at, name); i < 0 {
		_ = tx.miss(sh, d, isNode, at, name)
	}
	return true
}
