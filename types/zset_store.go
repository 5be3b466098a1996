package types

import (
	"slices"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/persistence"
)

var (
	wordZRangeStore = []byte("ZRANGESTORE")

	wordsZStore = [...][]byte{
		ZUnion: []byte("ZUNIONSTORE"),
		ZInter: []byte("ZINTERSTORE"),
		ZDiff:  []byte("ZDIFFSTORE"),
	}
	eventsZStore = [...]string{ZUnion: "zunionstore", ZInter: "zinterstore", ZDiff: "zdiffstore"}
)

// ZCombineStore stores a combination in dest, in place of whatever it holds, and
// returns how many members it has; with none dest is deleted. given are the
// words that follow dest, as they are logged.
func ZCombineStore(tx *persistence.Tx, dest []byte, o *ZCombination, lim ZSetLimits, given [][]byte) (int64, error) {
	list, err := ZCombine(tx, o)
	if err != nil {
		return 0, err
	}
	changed, err := storeZSet(tx, dest, list, lim, eventsZStore[o.Operation])
	if err != nil {
		return 0, err
	}
	if changed {
		tx.LogList(given, wordsZStore[o.Operation], dest)
	}
	return int64(len(list)), nil
}

// ZRangeStore stores the members of a range of another key in dest, like
// ZCombineStore.
func ZRangeStore(tx *persistence.Tx, dest, key []byte, r *ZRange, lim ZSetLimits, given [][]byte) (int64, error) {
	tx.Asks(true)
	w, err := ZMembers(tx, key, r)
	tx.Asks(false)
	if err != nil {
		return 0, err
	}
	var m zsetMembers
	// As long as what is stored is a listpack, it has no -0.
	packed := r.By != ZByRank || w.Len() <= lim.Entries
	for w.Next() {
		packed = packed && m.count < lim.Entries && int64(len(w.member)) <= lim.MemberBytes
		if packed {
			w.score = encoding.ListpackScore(w.score)
		}
		m.add(w.member, w.score)
	}
	if w.Err() != nil {
		return 0, w.Err()
	}
	if r.Reverse {
		slices.Reverse(m.list)
	}
	changed, err := storeZSet(tx, dest, m.list, lim, "zrangestore")
	if err != nil {
		return 0, err
	}
	if changed {
		tx.LogList(given, wordZRangeStore, dest)
	}
	return m.count, nil
}

// storeZSet makes a key a sorted set of members that are in its order, in place
// of whatever it holds, and tells whether that changes anything. Without members
// the key is deleted.
func storeZSet(
	tx *persistence.Tx, key []byte, list []ScoredMember, lim ZSetLimits, event string,
) (changed bool, err error) {
	if len(list) == 0 {
		existed, err := tx.Delete(key)
		if existed && err == nil {
			tx.Modified(key, persistence.EventGeneric, "del")
		}
		return existed, err
	}
	c, err := tx.Collection(key)
	if err != nil {
		return false, err
	}
	if err := fillZSet(tx, c, list, lim); err != nil {
		return false, err
	}
	tx.Modified(key, persistence.EventZSet, event)
	return true, nil
}

func fillZSet(tx *persistence.Tx, c *persistence.Collection, list []ScoredMember, lim ZSetLimits) error {
	if !lim.holds(list) {
		if err := c.Create(zsetKind(encoding.ZSetSkiplist), nil, 0); err != nil {
			return err
		}
		var entries zsetEntries
		for _, m := range list {
			entries.add(tx, m.Score, m.Member)
		}
		return entries.fill(c)
	}
	if err := c.Create(zsetKind(encoding.ZSetListpack), nil, 0); err != nil {
		return err
	}
	var key []byte
	for i, m := range list {
		key = encoding.AppendZSetListpack(key[:0], m.Score, m.Member)
		if err := c.Insert(int64(i), key, nil); err != nil {
			return err
		}
	}
	return nil
}

// holds tells whether a listpack may have these members.
func (lim ZSetLimits) holds(list []ScoredMember) bool {
	if int64(len(list)) > lim.Entries {
		return false
	}
	return !slices.ContainsFunc(list, func(m ScoredMember) bool { return int64(len(m.Member)) > lim.MemberBytes })
}
