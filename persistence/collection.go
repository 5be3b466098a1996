package persistence

import (
	"fmt"
	"unsafe"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/persistence/tree"
)

// Collection is what a key holds if it is not a string: a tree whose root lies
// in the key's record. The payload of the record is
//
//	[ object header ] head root
//
// with an object header once there are nodes besides the root, and a head of
// the length that the type has. A Collection is valid until its transaction's
// function returns; there is one a key.
type Collection struct {
	tree.Tree
	tx       *Tx
	database int
	key      []byte
	at       spot
	sh       *shard
	rec      Record
	nodesOf  Object // of rec, once it was asked for
	edits    int    // of records, when rec was read
}

// Collection opens what a key holds, which may be nothing. It must not be a
// string.
func (tx *Tx) Collection(key []byte) (*Collection, error) {
	if tx.again != nil { // this run does not count, and may have left a tree half changed
		return nil, tx.again
	}
	for _, c := range tx.opened[:tx.used] {
		if c.database == tx.database && string(c.key) == string(key) {
			return c, c.refresh()
		}
	}
	rec, err := tx.Get(key)
	if err != nil {
		return nil, err
	}
	return tx.collection(key, rec), nil
}

// collection is Collection of a key whose record was looked up already.
func (tx *Tx) collection(key []byte, rec Record) *Collection {
	if tx.used == len(tx.opened) {
		tx.opened = append(tx.opened, &Collection{tx: tx})
	}
	c := tx.opened[tx.used]
	tx.used++
	c.Init((*nodes)(c))
	c.database, c.key, c.at = tx.database, key, tx.spot(key)
	c.sh = &tx.store.shards[c.at.shard]
	c.rec, c.nodesOf, c.edits = rec, 0, tx.recordEdits
	return c
}

// Close gives up a collection, if it is the one that was opened last. Who looks
// into very many keys in turn closes each before the next, so that they do not
// all stay open.
func (c *Collection) Close() {
	if tx := c.tx; tx.used > 0 && tx.opened[tx.used-1] == c {
		tx.used--
	}
}

// refresh reads the record anew if some record has changed meanwhile.
func (c *Collection) refresh() (err error) {
	if c.edits != c.tx.recordEdits {
		home := c.tx.database
		c.tx.database = c.database
		c.rec, err = c.tx.Peek(c.key)
		c.nodesOf = 0
		c.tx.database = home
		c.edits = c.tx.recordEdits
	}
	return err
}

// record is the key's record as it is now. It was there when the collection was
// opened, and stays in RAM until the transaction ends.
func (c *Collection) record() Record {
	if c.edits != c.tx.recordEdits {
		_ = c.refresh()
	}
	return c.rec
}

// Exists tells whether the key is there.
func (c *Collection) Exists() bool { return c.record().Exists() }

// Type is the type of what the key holds.
func (c *Collection) Type() encoding.Type { return c.record().Type() }

// Kind is type and encoding of what the key holds; it must exist.
func (c *Collection) Kind() encoding.Kind { return c.record().Kind().Label() }

// ExpireAtMs is when the key expires, 0 for never.
func (c *Collection) ExpireAtMs() int64 { return c.record().ExpireAtMs() }

// Create makes an empty collection, in place of whatever the key holds. head
// has the length that encoding.HeadBytes tells.
func (c *Collection) Create(k encoding.Kind, head []byte, expireAtMs int64) error {
	n := encoding.HeadBytes(k.Type())
	if len(head) != n {
		panic(fmt.Sprintf("a head of %d bytes for a %s", len(head), k.Type()))
	}
	isNew := !c.Exists()
	v, err := c.put(k, n+encoding.EmptyLeafBytes, expireAtMs)
	if err != nil {
		return err
	}
	c.tx.created(c.database, c.key, isNew)
	copy(v, head)
	encoding.Leaf(v[n:]).SetCount(0)
	return nil
}

// put makes the record anew, with a payload to be filled.
func (c *Collection) put(k encoding.Kind, payloadLen int, expireAtMs int64) ([]byte, error) {
	if len(c.key) > encoding.MaxKeyBytes {
		return nil, ErrKeyTooLong
	}
	want := shape{keyLen: len(c.key), valueLen: payloadLen, times: expireAtMs != 0}
	d := c.tx.dbOf(c.database)
	b, err := c.tx.reshape(c.sh, d, isRecord, c.at, c.key, want, k, expireAtMs, 0)
	if err != nil {
		return nil, err
	}
	c.rec, c.nodesOf, c.edits = Record{b}, 0, c.tx.recordEdits
	return b.value(), nil
}

// resize gives the payload a length, keeps the bytes up to the shorter of both
// lengths, and returns it for changing.
func (c *Collection) resize(payloadLen int) ([]byte, error) {
	return c.remake(c.record().Kind(), payloadLen)
}

// remake is resize that may change the kind too.
func (c *Collection) remake(k encoding.Kind, payloadLen int) ([]byte, error) {
	r := c.record()
	old := r.Value()
	v, err := c.put(k, payloadLen, r.ExpireAtMs())
	if err == nil && unsafe.SliceData(v) != unsafe.SliceData(old) {
		copy(v, old)
	}
	return v, err
}

// SetKind changes what the collection is called, not its content.
func (c *Collection) SetKind(k encoding.Kind) error {
	r := c.record()
	if r.Kind().HasObject() {
		k |= encoding.Kind(encoding.InNodes)
	}
	_, err := c.remake(k, len(r.Value()))
	return err
}

// headSpan is where in the payload the head lies.
func (c *Collection) headSpan() (from, to int) {
	k := c.rec.Kind()
	if k.HasObject() {
		from = encoding.ObjectHeaderBytes
	}
	return from, from + encoding.HeadBytes(k.Type())
}

// Head is what the type keeps besides the entries, valid until the next change.
func (c *Collection) Head() []byte {
	r := c.record()
	from, to := c.headSpan()
	return r.Value()[from:to:to]
}

// SetHead changes what the type keeps besides the entries.
func (c *Collection) SetHead(head []byte) error {
	v, err := c.resize(len(c.record().Value()))
	if err != nil {
		return err
	}
	from, to := c.headSpan()
	copy(v[from:to], head)
	return nil
}

// Load asks, before a function goes through entries, for all nodes from one
// position up to, not including, another: what it would miss here and there is
// loaded together, and nothing is done in vain meanwhile. It does nothing in a
// first run, which may have all in RAM.
func (c *Collection) Load(from, to int64) error {
	if c.tx.runs == 0 || c.tx.stored != nil || !c.Exists() {
		return nil
	}
	return c.Tree.Load(from, to)
}

// Gather asks, before a function looks for many keys one by one, for all nodes
// that it will meet: what it would miss one after the other is loaded together.
// It does nothing in a first run, which may have all in RAM. key(i) may use the
// same buffer again and again.
func (c *Collection) Gather(n int, key func(i int) []byte) error {
	if c.tx.runs == 0 || n < 2 || !c.Exists() {
		return nil
	}
	return c.Tree.Gather(n, key)
}

// Len is the number of entries, 0 if there is no key.
func (c *Collection) Len() int64 {
	if !c.Exists() {
		return 0
	}
	return c.Tree.Len()
}
