package types

import (
	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/persistence"
)

// elements builds a set, a sorted set or a hash.
func (l *Loader) elements() error {
	l.raw.clear()
	open := true // how the elements will be kept
	var failed error
	each := func(name, value []byte, score float64) {
		if failed != nil {
			return
		}
		l.note(name, value)
		if open && !l.mayBePacked() {
			open, failed = false, l.unpack()
		}
		switch {
		case failed != nil:
		case open:
			l.raw.add(name, value, score)
		default:
			failed = l.entry(name, value, score)
		}
	}
	l.each(each, &failed)
	if err := l.whole(failed); err != nil {
		return err
	}
	if open {
		return l.packed()
	}
	return l.fill(l.tableKind())
}

// each hands out the elements of the key.
func (l *Loader) each(fn func(name, value []byte, score float64), failed *error) {
	switch l.key.Type {
	case encoding.TypeHash:
		for f := range l.key.Fields() {
			if f.ExpireAtMs != 0 && *failed == nil {
				*failed = ErrFieldExpires
			}
			fn(f.Name, f.Value, 0)
		}
	case encoding.TypeZSet:
		for member, score := range l.key.Scored() {
			fn(member, nil, score)
		}
	default:
		for b := range l.key.Elements() {
			fn(b, nil, 0)
		}
	}
}

// note adds an element to what is known of the collection.
func (l *Loader) note(name, value []byte) {
	l.step()
	f := &l.facts
	f.Longest = max(f.Longest, len(name), len(value))
	if f.Integers {
		_, f.Integers = encoding.ParseInt(name)
	}
}

// mayBePacked tells whether the collection is packed, if no more comes.
func (l *Loader) mayBePacked() bool {
	lim := &l.o.Limits
	switch l.key.Type {
	case encoding.TypeHash:
		return fits(&l.facts, lim.Hash.Entries, lim.Hash.ValueBytes)
	case encoding.TypeZSet:
		return fits(&l.facts, lim.ZSet.Entries, lim.ZSet.MemberBytes)
	default:
		return l.facts.Integers && l.facts.Elements <= lim.MaxIntset
	}
}

// unpack makes entries of a table of the elements so far.
func (l *Loader) unpack() error {
	for i := range l.raw.rows {
		name, value := l.raw.row(i)
		if err := l.entry(name, value, l.raw.rows[i].score); err != nil {
			return err
		}
	}
	l.raw.clear()
	return nil
}

// entry adds the entries of an element of a table.
func (l *Loader) entry(name, value []byte, score float64) error {
	if l.key.Type != encoding.TypeZSet {
		l.room = encoding.AppendHashed(l.room[:0], l.hash(name), name)
		return l.list.add(l.room, value)
	}
	var bits [8]byte
	l.room = encoding.AppendZSetMember(l.room[:0], l.hash(name), name)
	if err := l.list.add(l.room, encoding.AppendZSetScore(bits[:0], score)); err != nil {
		return err
	}
	l.room = encoding.AppendZSetOrdered(l.room[:0], score, name)
	return l.list.add(l.room, encoding.ZSetOrderedValue(score))
}

// hash is that of the store; without one any will do.
func (l *Loader) hash(name []byte) uint64 {
	if l.bulk == nil {
		return 0
	}
	return l.bulk.Hash(name)
}

func (l *Loader) tableKind() encoding.Kind {
	switch l.key.Type {
	case encoding.TypeHash:
		return hashKind(encoding.HashTable)
	case encoding.TypeZSet:
		return zsetKind(encoding.ZSetSkiplist)
	default:
		return setKind(encoding.SetTable)
	}
}

// packed builds a collection that is small enough to be packed, of the elements
// as they came.
func (l *Loader) packed() error {
	if !l.key.Packed() && l.raw.hasTwice() {
		return ErrElementTwice
	}
	if l.key.Type == encoding.TypeHash {
		return l.end(hashKind(encoding.HashListpack), nil, func(c *persistence.BulkCollection) error {
			return l.raw.each(func(key, value []byte) error { return add(c, key, value) })
		})
	}
	kind := setKind(encoding.SetIntset)
	for i := range l.raw.rows {
		name, _ := l.raw.row(i)
		if l.key.Type == encoding.TypeZSet {
			kind = zsetKind(encoding.ZSetListpack)
			l.room = encoding.AppendZSetListpack(l.room[:0], l.raw.rows[i].score, name)
		} else {
			n, _ := encoding.ParseInt(name)
			l.room = encoding.AppendOrderedInt(l.room[:0], n)
		}
		if err := l.list.add(l.room, nil); err != nil {
			return err
		}
	}
	return l.fill(kind)
}

// fill builds the tree of the entries, which all have keys of their own.
func (l *Loader) fill(kind encoding.Kind) error {
	return l.end(kind, nil, func(c *persistence.BulkCollection) error {
		return l.list.sorted(func(key, value []byte) error { return add(c, key, value) })
	})
}

func add(c *persistence.BulkCollection, key, value []byte) error {
	if c == nil {
		return nil
	}
	return c.Add(key, value)
}
