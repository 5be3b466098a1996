package types

import (
	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/encoding/rdb"
)

func (l *Loader) collection(v *rdb.Value) error {
	for e := range elementsOf(v) {
		if e.expires {
			return ErrFieldExpires
		}
		l.note(e)
		l.batch.add(e)
		if l.batch.isFull() && (l.begun || !l.mayBePacked(v.Type)) {
			if err := l.flush(v, false); err != nil {
				return err
			}
		}
	}
	if err := v.Err(); err != nil {
		return err
	}
	if l.r.facts.Elements == 0 {
		return ErrEmptyCollection
	}
	return l.flush(v, true)
}

// note adds an element to what is known of the collection.
func (l *Loader) note(e element) {
	f := &l.r.facts
	f.Elements++
	f.Longest = max(f.Longest, len(e.name), len(e.value))
	if f.Integers {
		_, f.Integers = encoding.ParseInt(e.name)
	}
}

// mayBePacked tells whether the encoding depends on what is still to come.
func (l *Loader) mayBePacked(t encoding.Type) bool {
	lim := &l.r.o.Limits
	switch t {
	case encoding.TypeHash:
		return l.r.fits(lim.Hash.Entries, lim.Hash.ValueBytes)
	case encoding.TypeZSet:
		return l.r.fits(lim.ZSet.Entries, lim.ZSet.MemberBytes)
	case encoding.TypeSet:
		return l.r.facts.Integers && l.r.facts.Elements <= lim.MaxIntset
	}
	return false
}

// flush puts the gathered elements in.
func (l *Loader) flush(v *rdb.Value, last bool) error {
	defer l.batch.reset()
	if v.Type != encoding.TypeList && !v.Packed() && l.batch.hasTwice() {
		return ErrElementTwice
	}
	return l.put(func() error {
		fill := l.fill
		if l.begun {
			fill = l.grow
		}
		if err := fill(v.Type); err != nil || !last {
			return err
		}
		return l.r.noteUsage()
	})
}

// fill makes the key of the first elements.
func (l *Loader) fill(t encoding.Type) error {
	switch t {
	case encoding.TypeHash:
		return l.r.hash(l.batch.fields())
	case encoding.TypeZSet:
		return l.r.zset(l.batch.scored())
	case encoding.TypeSet:
		return l.r.set(l.batch.elements())
	default:
		return l.r.list(l.batch.elements())
	}
}

// grow adds more elements to the key. It is too large by now to be packed.
func (l *Loader) grow(t encoding.Type) error {
	switch t {
	case encoding.TypeHash:
		return l.growHash()
	case encoding.TypeZSet:
		return l.growZSet()
	case encoding.TypeSet:
		return l.growSet()
	default:
		return l.growList()
	}
}

func (l *Loader) growList() error {
	c, err := open(l.r.tx, l.r.key, encoding.TypeList)
	if err != nil {
		return err
	}
	for b := range l.batch.elements() {
		if err := c.Append(nil, b); err != nil {
			return err
		}
	}
	return nil
}

func (l *Loader) growSet() error {
	s, err := openSet(l.r.tx, l.r.key)
	if err != nil {
		return err
	}
	if err := s.gather(l.batch.list.keys()); err != nil {
		return err
	}
	for member := range l.batch.elements() {
		if err := once(s.add(member, 0)); err != nil {
			return err
		}
	}
	return nil
}

func (l *Loader) growHash() error {
	h, err := openHash(l.r.tx, l.r.key)
	if err != nil {
		return err
	}
	list := l.batch.list.list
	if err := h.gather(len(list), func(i int) []byte { return list[i].key }); err != nil {
		return err
	}
	for _, f := range list {
		if err := once(h.set(f.key, f.value, HashLimits{})); err != nil {
			return err
		}
	}
	return nil
}

func (l *Loader) growZSet() error {
	z, err := openZSet(l.r.tx, l.r.key)
	if err != nil {
		return err
	}
	members := make([]ScoredMember, 0, l.batch.list.len())
	for member, score := range l.batch.scored() {
		members = append(members, ScoredMember{Member: member, Score: score})
	}
	if err := z.gather(members); err != nil {
		return err
	}
	for _, m := range members {
		if err := once(z.addNew(m.Member, m.Score)); err != nil {
			return err
		}
	}
	return nil
}

// once makes an error of an element that was there.
func once(added bool, err error) error {
	if err == nil && !added {
		return ErrElementTwice
	}
	return err
}
