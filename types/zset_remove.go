package types

import (
	"cmp"
	"strconv"

	"github.com/cairndb/cairn/persistence"
)

var (
	wordZPopMin = []byte("ZPOPMIN")
	wordZPopMax = []byte("ZPOPMAX")
)

// zsetRemoval is how the removal of a range is logged and told of.
type zsetRemoval struct {
	word  []byte
	event string
}

var zsetRemovals = [...]zsetRemoval{
	ZByRank:  {[]byte("ZREMRANGEBYRANK"), "zremrangebyrank"},
	ZByScore: {[]byte("ZREMRANGEBYSCORE"), "zremrangebyscore"},
	ZByLex:   {[]byte("ZREMRANGEBYLEX"), "zremrangebylex"},
}

// ZRemRange takes the members of a range away and returns how many there were.
// given are the words that named the range, as they are logged.
func ZRemRange(tx *persistence.Tx, key []byte, r *ZRange, given [][]byte) (int64, error) {
	z, err := openZSet(tx, key)
	if err != nil {
		return 0, err
	}
	s, err := z.span(r)
	if err != nil || s.len() == 0 {
		return 0, err
	}
	how := &zsetRemovals[r.By]
	tx.LogList(given, how.word, key)
	tx.Modified(key, persistence.EventZSet, how.event)
	return s.len(), z.removeSpan(s)
}

// removeSpan takes the members of a span away, and the key with the last one.
func (z *zsetValue) removeSpan(s span) error {
	if s.len() == z.len() {
		return z.delete()
	}
	if z.packed {
		return z.c.Remove(s.from, s.len())
	}
	places, err := z.places(s)
	if err != nil {
		return err
	}
	if err := z.c.Remove(z.base()+s.from, s.len()); err != nil {
		return err
	}
	return z.removePlaces(places)
}

func (z *zsetValue) delete() error {
	if _, err := z.tx.Delete(z.key); err != nil {
		return err
	}
	z.tx.Modified(z.key, persistence.EventGeneric, "del")
	return nil
}

// places are those of the entries that find the members of a span, in ascending
// order. All are looked for before something is known to be missing in RAM, so
// that it is loaded together.
func (z *zsetValue) places(s span) ([]int64, error) {
	if err := longer(z.tx, s.len()); err != nil {
		return nil, err
	}
	if err := cmp.Or(z.loadSpan(s), z.loadFinders(s.len())); err != nil {
		return nil, err
	}
	var keys entryList
	w := z.walk(s, false)
	for w.Next() {
		var room [nameRoom]byte
		keys.add(z.memberKey(room[:0], w.member), nil)
	}
	if err := w.Err(); err != nil {
		return nil, err
	}
	keys.sort()
	places, missed := make([]int64, 0, keys.len()), error(nil)
	for _, e := range keys.list {
		i, _, _, err := z.c.Find(e.key)
		if err != nil {
			missed = err
		}
		places = append(places, i)
	}
	return places, missed
}

// removePlaces removes entries, run by run from the last one on, so that the
// others stay where they are.
func (z *zsetValue) removePlaces(places []int64) error {
	for end := len(places); end > 0; {
		from := end - 1
		for from > 0 && places[from-1] == places[from]-1 {
			from--
		}
		if err := z.c.Remove(places[from], int64(end-from)); err != nil {
			return err
		}
		end = from
	}
	return nil
}

// ZPopOptions of ZPOPMIN and its relatives.
type ZPopOptions struct {
	Max   bool  // from the highest score down
	Count int64 // at most
	Plain bool  // logged without the count, which is 1
}

// ZPop takes members from an end of a sorted set, and calls each for them; they
// are valid during the call. begin is called before, with their number, 0 if
// the key is missing or the count not positive.
func ZPop(
	tx *persistence.Tx, key []byte, o ZPopOptions, begin func(n int64), each func(member []byte, score float64),
) error {
	z, err := openZSet(tx, key)
	if err != nil {
		return err
	}
	s := rankSpan(0, max(0, o.Count)-1, z.len(), o.Max)
	if o.Count <= 0 {
		s = span{}
	}
	begin(s.len())
	if s.len() == 0 {
		return nil
	}
	o.log(tx, key, s.len())
	if s.len() == 1 {
		return z.popOne(s.from, each)
	}
	if err := z.loadSpan(s); err != nil {
		return err
	}
	w := z.walk(s, o.Max)
	for w.Next() {
		each(w.member, w.score)
	}
	if err := w.Err(); err != nil {
		return err
	}
	return z.removeSpan(s)
}

func (o *ZPopOptions) log(tx *persistence.Tx, key []byte, n int64) {
	word, event := wordZPopMin, "zpopmin"
	if o.Max {
		word, event = wordZPopMax, "zpopmax"
	}
	if o.Plain {
		tx.Log(word, key)
	} else {
		var text [20]byte
		tx.Log(word, key, strconv.AppendInt(text[:0], n, 10))
	}
	tx.Modified(key, persistence.EventZSet, event)
}

// popOne takes the member of a rank, without an allocation.
func (z *zsetValue) popOne(rank int64, each func([]byte, float64)) error {
	score, member, err := z.at(rank)
	if err != nil {
		return err
	}
	each(member, score)
	if z.len() == 1 {
		return z.delete()
	}
	var room [nameRoom]byte
	key := z.memberKey(room[:0], member)
	if err := z.c.RemoveFound(); err != nil || z.packed {
		return err
	}
	_, err = z.c.Delete(key)
	return err
}
