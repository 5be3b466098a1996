package persistence

import (
	"crypto/rand"
	"encoding/hex"

	"github.com/cairndb/cairn/persistence/wal"
)

// newHistory decides which history the log goes on with after a start: the one
// that it had, if it is the store's own and was closed in order, so that replicas
// may resume from it. Otherwise something may be missing at its end that a
// replica has got, even where nothing is seen to be torn: then it is one of a
// new name, of which the old one is a part up to where the log was found to end.
// Replicas that have no more than that resume all the same. Who goes on
// following keeps the old one: the log is a part of it in any case, though
// perhaps not all of what has that name.
func (s *Store) newHistory() wal.History {
	r := s.log.Recovery()
	h := r.History
	h.Followed = h.Followed || !r.Clean
	switch {
	case h.ID == "":
		return wal.History{ID: NewReplicationID()}
	case h.Followed && !s.Follows():
		return successor(h, r.End)
	}
	return h
}

// successor is a new history that has gone on from where another one ended.
func successor(h wal.History, end int64) wal.History {
	return wal.History{ID: NewReplicationID(), PrevID: h.ID, PrevEnd: end}
}

// NewReplicationID draws the name of a history: 40 hexadecimal digits.
func NewReplicationID() string {
	var b [20]byte
	_, _ = rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}

// History is the name of the log's history, under which its offsets mean
// something, and of the one before.
func (s *Store) History() wal.History { return *s.history.Load() }

// ForgetHistory begins a history that nobody knows, of which nothing was before.
// Who changes data without logging that calls it first: else a replica, or this
// store as one, would go on from where the log ends, without the change.
func (s *Store) ForgetHistory() error {
	return s.SetHistory(wal.History{ID: NewReplicationID()})
}

// SetHistory gives the log's history another name from here on.
func (s *Store) SetHistory(h wal.History) error {
	if err := s.log.SetHistory(h); err != nil {
		return err
	}
	s.history.Store(&h)
	return nil
}
