package types

import (
	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/persistence"
	"github.com/cairndb/cairn/persistence/tree"
)

// ZSetLimits say up to what size a sorted set counts as a listpack.
type ZSetLimits struct {
	Entries     int64 // members
	MemberBytes int64 // of the longest one
}

// zsetValue is a key's sorted set, and the only way to its members, so that how
// they are laid out is known here and nowhere else. A missing key is an empty
// set that does not exist. Members that the methods return are valid until the
// set changes.
type zsetValue struct {
	tx  *persistence.Tx
	key []byte
	c   *persistence.Collection
	// packed: it is a listpack, in which a member is found by looking at all.
	packed bool
}

// openZSet looks up a key that must hold a sorted set or nothing, else it is
// ErrWrongType.
func openZSet(tx *persistence.Tx, key []byte) (zsetValue, error) {
	c, err := open(tx, key, encoding.TypeZSet)
	if err != nil {
		return zsetValue{}, err
	}
	return zsetOf(tx, key, c), nil
}

func zsetOf(tx *persistence.Tx, key []byte, c *persistence.Collection) zsetValue {
	return zsetValue{tx: tx, key: key, c: c, packed: c.Exists() && c.Kind() == zsetKind(encoding.ZSetListpack)}
}

func zsetKind(enc uint8) encoding.Kind { return encoding.MakeKind(encoding.TypeZSet, enc) }

func (z *zsetValue) exists() bool { return z.c.Exists() }

// len is the number of members.
func (z *zsetValue) len() int64 {
	if z.packed {
		return z.c.Len()
	}
	return z.c.Len() / 2
}

// base is where in the tree the order of scores begins.
func (z *zsetValue) base() int64 {
	if z.packed {
		return 0
	}
	return z.c.Len() / 2
}

// find looks a member up. place is that of its entry in a listpack.
func (z *zsetValue) find(member []byte) (place int64, score float64, found bool, err error) {
	switch {
	case !z.exists():
		return 0, 0, false, nil
	case z.packed:
		return z.look(member)
	default:
		var room [nameRoom]byte
		e, found, err := z.c.Get(z.memberKey(room[:0], member))
		return 0, encoding.ParseZSetScore(e.Value), found, err
	}
}

// look is find in a listpack.
func (z *zsetValue) look(member []byte) (place int64, score float64, found bool, err error) {
	it := z.c.Iter(0)
	for i := int64(0); it.Next(); i++ {
		if e := it.Entry(); encoding.IsZSetListpack(e.Key, member) {
			score, _ := encoding.ParseZSetListpack(e.Key)
			return i, score, true, nil
		}
	}
	return 0, 0, false, it.Err()
}

func (z *zsetValue) memberKey(dst, member []byte) []byte {
	return encoding.AppendZSetMember(dst, z.tx.Hash(member), member)
}

// orderKey builds the key of the entry in the order of scores.
func (z *zsetValue) orderKey(dst []byte, score float64, member []byte) []byte {
	return append(z.boundKey(dst, encoding.Sortable(score)), member...)
}

// boundKey builds the key before which the entries with lower scores stand.
func (z *zsetValue) boundKey(dst []byte, sortable uint64) []byte {
	if z.packed {
		return encoding.AppendZSetListpackBound(dst, sortable)
	}
	return encoding.AppendZSetOrderedBound(dst, sortable)
}

// rank is how many members stand before one.
func (z *zsetValue) rank(member []byte) (rank int64, found bool, err error) {
	place, score, found, err := z.find(member)
	if err != nil || !found || z.packed {
		return place, found, err
	}
	var room [nameRoom]byte
	i, _, _, err := z.c.Find(z.orderKey(room[:0], score, member))
	return i - z.base(), true, err
}

// entry reads an entry of the order of scores.
func (z *zsetValue) entry(e tree.Entry) (score float64, member []byte) {
	if z.packed {
		return encoding.ParseZSetListpack(e.Key)
	}
	return encoding.ParseZSetOrdered(e.Key, e.Value)
}

// at is the member of a rank.
func (z *zsetValue) at(rank int64) (score float64, member []byte, err error) {
	e, err := z.c.At(z.base() + rank)
	if err != nil {
		return 0, nil, err
	}
	score, member = z.entry(e)
	return score, member, nil
}

// make makes the set, as a listpack if one may hold the member to come.
func (z *zsetValue) make(lim ZSetLimits, member []byte) error {
	z.packed = lim.Entries > 0 && int64(len(member)) <= lim.MemberBytes
	enc := encoding.ZSetSkiplist
	if z.packed {
		enc = encoding.ZSetListpack
	}
	return z.c.Create(zsetKind(enc), nil, 0)
}

// add adds a member that is not there. It makes the set if it is missing, and a
// skiplist of it if it gets too large.
func (z *zsetValue) add(member []byte, score float64, lim ZSetLimits) error {
	if !z.exists() {
		if err := z.make(lim, member); err != nil {
			return err
		}
	}
	if z.packed && (z.len() >= lim.Entries || int64(len(member)) > lim.MemberBytes) {
		if err := z.unpack(); err != nil {
			return err
		}
	}
	var room [nameRoom]byte
	_, err := z.c.Put(z.orderKey(room[:0], score, member), z.orderValue(score))
	if err != nil || z.packed {
		return err
	}
	var value [8]byte
	_, err = z.c.Put(z.memberKey(room[:0], member), encoding.AppendZSetScore(value[:0], score))
	return err
}

func (z *zsetValue) orderValue(score float64) []byte {
	if z.packed {
		return nil
	}
	return encoding.ZSetOrderedValue(score)
}

// move gives a member another score; place is what find has just said of it.
func (z *zsetValue) move(place int64, member []byte, from, to float64) error {
	var room [nameRoom]byte
	if z.packed {
		if err := z.c.Remove(place, 1); err != nil {
			return err
		}
		_, err := z.c.Put(z.orderKey(room[:0], to, member), nil)
		return err
	}
	var value [8]byte
	if err := z.c.SetFound(encoding.AppendZSetScore(value[:0], to)); err != nil {
		return err
	}
	if _, err := z.c.Delete(z.orderKey(room[:0], from, member)); err != nil {
		return err
	}
	_, err := z.c.Put(z.orderKey(room[:0], to, member), z.orderValue(to))
	return err
}

// remove takes a member away; place is what find has just said of it. The last
// one leaves an empty set behind, to be deleted.
func (z *zsetValue) remove(place int64, member []byte, score float64) error {
	if z.packed {
		return z.c.Remove(place, 1)
	}
	if err := z.c.RemoveFound(); err != nil {
		return err
	}
	var room [nameRoom]byte
	_, err := z.c.Delete(z.orderKey(room[:0], score, member))
	return err
}

// unpack makes a skiplist of a listpack.
func (z *zsetValue) unpack() error {
	var list zsetEntries
	it := z.c.Iter(0)
	for it.Next() {
		score, member := z.entry(it.Entry())
		list.add(z.tx, score, member)
	}
	if err := it.Err(); err != nil {
		return err
	}
	if err := z.c.Clear(); err != nil {
		return err
	}
	if err := z.c.SetKind(zsetKind(encoding.ZSetSkiplist)); err != nil {
		return err
	}
	z.packed = false
	return list.fill(z.c)
}

// zsetEntries gathers the entries of a skiplist.
type zsetEntries struct {
	entryList
	key []byte
}

// add keeps both entries of a member.
func (l *zsetEntries) add(tx *persistence.Tx, score float64, member []byte) {
	var value [8]byte
	l.key = encoding.AppendZSetMember(l.key[:0], tx.Hash(member), member)
	l.entryList.add(l.key, encoding.AppendZSetScore(value[:0], score))
	l.key = encoding.AppendZSetOrdered(l.key[:0], score, member)
	l.entryList.add(l.key, encoding.ZSetOrderedValue(score))
}
