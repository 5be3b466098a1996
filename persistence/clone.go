package persistence

import (
	"slices"

	"github.com/cairndb/cairn/encoding"
)

// Clone gives a key of the selected database a copy of what another key holds,
// in the database home, with its expire time. r is that key's record, k what
// the copy is called.
func (tx *Tx) Clone(r Record, home int, from, to []byte, k encoding.Kind) error {
	if !r.Kind().HasObject() {
		return tx.Put(to, k, r.Value(), r.ExpireAtMs())
	}
	payload := slices.Clone(r.Value())
	h, err := encoding.ParseObjectHeader(payload)
	if err != nil {
		return err
	}
	o, err := tx.NewObject(to)
	if err != nil {
		return err
	}
	if err := tx.cloneNodes(r.Type(), home, from, h, o); err != nil {
		return err
	}
	h.Object = uint64(o)
	encoding.PutObjectHeader(payload, h)
	return tx.Put(to, k|encoding.Kind(encoding.InNodes), payload, r.ExpireAtMs())
}

// cloneNodes copies the nodes of an object as they are, ids included.
func (tx *Tx) cloneNodes(t encoding.Type, home int, from []byte, h encoding.ObjectHeader, o Object) error {
	cloneNode := func(id uint64, node []byte) error {
		b, err := tx.createNode(tx.db(), o, id, len(node))
		copy(b, node)
		return err
	}
	if t == encoding.TypeString {
		return tx.visitChunks(home, h, cloneNode)
	}
	into := tx.database
	tx.database = home
	c, err := tx.Collection(from)
	tx.database = into
	if err != nil {
		return err
	}
	return c.Visit(cloneNode)
}

// visitChunks calls fn for the nodes of a long string that are there.
func (tx *Tx) visitChunks(home int, h encoding.ObjectHeader, fn func(id uint64, node []byte) error) error {
	d := tx.dbOf(home)
	for id := range h.Nodes {
		b, err := tx.nodeIn(d, Object(h.Object), id)
		if err != nil {
			for next := id + 1; next < h.Nodes && tx.wantNode(d, Object(h.Object), next); next++ {
			}
			return err
		}
		if b == nil {
			continue
		}
		if err := fn(id, b); err != nil {
			return err
		}
	}
	return nil
}
