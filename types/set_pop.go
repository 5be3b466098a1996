package types

import (
	"slices"

	"github.com/cairndb/cairn/persistence"
)

// SPop takes a random member out of a set and appends it to dst; ok is false if
// the key is missing. Which member it was is logged.
func SPop(tx *persistence.Tx, key, dst []byte) (member []byte, ok bool, err error) {
	s, err := openSet(tx, key)
	if err != nil || !s.exists() {
		return dst, false, err
	}
	start := len(dst)
	dst, err = s.random(dst)
	if err != nil {
		return dst, false, err
	}
	if err := s.c.RemoveFound(); err != nil {
		return dst, false, err
	}
	tx.Log(wordSRem, key, dst[start:])
	tx.Modified(key, persistence.EventSet, "spop")
	return dst, true, dropEmpty(tx, key, s.c)
}

// SPopMany takes count random members out of a set, or all if there are fewer,
// and calls each for them; they are valid during the call. begin is called
// before, with their number. It takes nothing from a missing key.
func SPopMany(tx *persistence.Tx, key []byte, count int64, begin func(n int64), each func(member []byte)) error {
	s, err := openSet(tx, key)
	if err != nil {
		return err
	}
	if !s.exists() || count == 0 {
		begin(0)
		return nil
	}
	draw, err := drawEntries(tx, &s.c.Tree, count)
	if err != nil {
		return err
	}
	begin(draw.left)
	tx.Modified(key, persistence.EventSet, "spop")
	if count >= s.len() {
		return s.popAll(&draw, each)
	}
	return s.popSome(&draw, each)
}

// popAll takes all members, and so the key.
func (s *setValue) popAll(draw *entryDraw, each func([]byte)) error {
	var text intText
	for draw.next() {
		each(s.member(&text, draw.entry.Key))
	}
	if draw.err != nil {
		return draw.err
	}
	if _, err := s.tx.Delete(s.key); err != nil {
		return err
	}
	s.tx.Log(wordDel, s.key)
	s.tx.Modified(s.key, persistence.EventGeneric, "del")
	return nil
}

// poppedAtOnce is how many members one logged effect takes.
const poppedAtOnce = 1024

// popSome takes the members drawn, of which there are fewer than the set has.
func (s *setValue) popSome(draw *entryDraw, each func([]byte)) error {
	places := draw.chosen
	var popped entryList
	var text intText
	for draw.next() {
		member := s.member(&text, draw.entry.Key)
		popped.add(member, nil)
		each(member)
	}
	if draw.err != nil {
		return draw.err
	}
	for _, i := range slices.Backward(places) { // so that those still to go keep their places
		if err := s.c.Remove(i, 1); err != nil {
			return err
		}
	}
	for part := range slices.Chunk(popped.keys(), poppedAtOnce) {
		s.tx.LogList(part, wordSRem, s.key)
	}
	return nil
}
