package types

import (
	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/persistence"
)

var (
	wordXDel         = []byte("XDEL")
	wordXSetID       = []byte("XSETID")
	wordEntriesAdded = []byte("ENTRIESADDED")
	wordMaxDeletedID = []byte("MAXDELETEDID")
)

// StreamDelete deletes entries and returns how many there were. texts spell the
// IDs for the log.
func StreamDelete(tx *persistence.Tx, key []byte, ids []encoding.StreamID, texts [][]byte) (n int64, err error) {
	s, err := openStream(tx, key)
	if err != nil || !s.exists() {
		return 0, err
	}
	for _, id := range ids {
		found, err := s.delete(id)
		if err != nil {
			return 0, err
		}
		if found {
			n++
		}
	}
	if n == 0 {
		return 0, nil
	}
	if err := s.save(); err != nil {
		return 0, err
	}
	tx.LogList(texts, wordXDel, key)
	tx.Modified(key, persistence.EventStream, "xdel")
	return n, nil
}

// delete deletes an entry, if there is one. The head is not stored yet.
func (s *stream) delete(id encoding.StreamID) (bool, error) {
	_, found, err := s.find(id)
	if err != nil || !found {
		return false, err
	}
	if err := s.tree.RemoveFound(); err != nil {
		return false, err
	}
	s.head.Length--
	if id.Compare(s.head.MaxDeleted) > 0 {
		s.head.MaxDeleted = id
	}
	return true, s.shadowDeleted(id)
}

// StreamSetID sets what a stream remembers besides its entries: the last ID and,
// if they are given, the number of entries ever added (negative: not given) and
// the greatest deleted ID (zero: not given).
func StreamSetID(tx *persistence.Tx, key []byte, last encoding.StreamID, added int64, maxDeleted encoding.StreamID) error {
	s, err := openStream(tx, key)
	if err != nil {
		return err
	}
	if !s.exists() {
		return ErrNoSuchKey
	}
	if err := s.allowSetID(last, added); err != nil {
		return err
	}
	s.head.Last = last
	if added >= 0 {
		s.head.Added = uint64(added)
	}
	if !maxDeleted.IsZero() {
		s.head.MaxDeleted = maxDeleted
	}
	if err := s.save(); err != nil {
		return err
	}
	s.logSetID(added, maxDeleted)
	tx.Notify(key, persistence.EventStream, "xsetid")
	return nil
}

// logSetID logs the last ID and what else was given.
func (s *stream) logSetID(added int64, maxDeleted encoding.StreamID) {
	var lastText, deletedText [encoding.MaxStreamIDText]byte
	var digits [20]byte
	words := append(make([][]byte, 0, 7), wordXSetID, s.key, encoding.AppendStreamID(lastText[:0], s.head.Last))
	if added >= 0 {
		words = append(words, wordEntriesAdded, encoding.AppendInt(digits[:0], added))
	}
	if !maxDeleted.IsZero() {
		words = append(words, wordMaxDeletedID, encoding.AppendStreamID(deletedText[:0], maxDeleted))
	}
	s.tx.Log(words...)
}

func (s *stream) allowSetID(last encoding.StreamID, added int64) error {
	if s.len() == 0 {
		return nil
	}
	top, err := s.idAt(s.len() - 1)
	switch {
	case err != nil:
		return err
	case last.Compare(top) < 0:
		return ErrStreamIDBelowTop
	case added >= 0 && added < s.len():
		return ErrStreamAddedBelowLen
	}
	return nil
}
