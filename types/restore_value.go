package types

import (
	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/encoding/rdb"
)

func (r *restoring) string(v *rdb.Value) error {
	b := v.Bytes()
	return putString(r.tx, r.key, encoding.StringKind(b), b, r.expireAtMs())
}

func (r *restoring) list(v *rdb.Value) error {
	c, err := r.create(encoding.ListKind(), nil)
	if err != nil {
		return err
	}
	for b := range v.Elements() {
		if err := c.Append(nil, b); err != nil {
			return err
		}
	}
	return nil
}

func (r *restoring) set(v *rdb.Value) error {
	integers := r.facts.Integers && r.facts.Elements <= r.o.Limits.MaxIntset
	kind := setKind(encoding.SetTable)
	if integers {
		kind = setKind(encoding.SetIntset)
	}
	var list entryList
	var key []byte
	for member := range v.Elements() {
		if integers {
			n, _ := encoding.ParseInt(member)
			key = encoding.AppendOrderedInt(key[:0], n)
		} else {
			key = encoding.AppendHashed(key[:0], r.tx.Hash(member), member)
		}
		list.add(key, nil)
	}
	c, err := r.create(kind, nil)
	if err != nil {
		return err
	}
	return list.fill(c)
}

// hash makes a hash: a listpack if Redis would find it small enough. It measures
// fields only where they come one by one.
func (r *restoring) hash(v *rdb.Value) error {
	lim := r.o.Limits.Hash
	if r.facts.Elements <= lim.Entries && (r.facts.Packed || int64(r.facts.Longest) <= lim.ValueBytes) {
		return r.packedHash(v)
	}
	var list entryList
	var key []byte
	for f := range v.Fields() {
		key = encoding.AppendHashed(key[:0], r.tx.Hash(f.Name), f.Name)
		list.add(key, f.Value)
	}
	c, err := r.create(hashKind(encoding.HashTable), nil)
	if err != nil {
		return err
	}
	return list.fill(c)
}

// packedHash keeps the fields in their order.
func (r *restoring) packedHash(v *rdb.Value) error {
	c, err := r.create(hashKind(encoding.HashListpack), nil)
	if err != nil {
		return err
	}
	for f := range v.Fields() {
		if err := c.Append(f.Name, f.Value); err != nil {
			return err
		}
	}
	return nil
}
