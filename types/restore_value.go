package types

import (
	"iter"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/encoding/rdb"
)

func (r *restoring) string(b []byte) error {
	return putString(r.tx, r.key, encoding.StringKind(b), b, r.expireAtMs())
}

func (r *restoring) list(elements iter.Seq[[]byte]) error {
	c, err := r.create(encoding.ListKind(), nil)
	if err != nil {
		return err
	}
	for b := range elements {
		if err := c.Append(nil, b); err != nil {
			return err
		}
	}
	return nil
}

func (r *restoring) set(members iter.Seq[[]byte]) error {
	integers := r.facts.Integers && r.facts.Elements <= r.o.Limits.MaxIntset
	kind := setKind(encoding.SetTable)
	if integers {
		kind = setKind(encoding.SetIntset)
	}
	var list entryList
	var key []byte
	for member := range members {
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

func (r *restoring) fits(entries, elementBytes int64) bool {
	return fits(&r.facts, entries, elementBytes)
}

// fits tells whether Redis would find a collection small enough for a listpack.
// It measures elements only where they come one by one.
func fits(f *rdb.Facts, entries, elementBytes int64) bool {
	return f.Elements <= entries && (f.Packed || int64(f.Longest) <= elementBytes)
}

func (r *restoring) hash(fields iter.Seq[rdb.Field]) error {
	if lim := r.o.Limits.Hash; r.fits(lim.Entries, lim.ValueBytes) {
		return r.packedHash(fields)
	}
	var list entryList
	var key []byte
	for f := range fields {
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
func (r *restoring) packedHash(fields iter.Seq[rdb.Field]) error {
	c, err := r.create(hashKind(encoding.HashListpack), nil)
	if err != nil {
		return err
	}
	for f := range fields {
		if err := c.Append(f.Name, f.Value); err != nil {
			return err
		}
	}
	return nil
}

func (r *restoring) zset(scored iter.Seq2[[]byte, float64]) error {
	if lim := r.o.Limits.ZSet; r.fits(lim.Entries, lim.MemberBytes) {
		return r.packedZSet(scored)
	}
	var list zsetEntries
	for member, score := range scored {
		list.add(r.tx, score, member)
	}
	c, err := r.create(zsetKind(encoding.ZSetSkiplist), nil)
	if err != nil {
		return err
	}
	return list.fill(c)
}

func (r *restoring) packedZSet(scored iter.Seq2[[]byte, float64]) error {
	var list entryList
	var key []byte
	for member, score := range scored {
		key = encoding.AppendZSetListpack(key[:0], score, member)
		list.add(key, nil)
	}
	c, err := r.create(zsetKind(encoding.ZSetListpack), nil)
	if err != nil {
		return err
	}
	return list.fill(c)
}
