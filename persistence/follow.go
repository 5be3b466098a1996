package persistence

import "errors"

// A store that follows another one has that one's log, byte for byte and under
// the same name, and its data are what those bytes say. So it adds nothing of
// its own: no change, no deletion of what has expired. What it is told goes in
// by Tx.Verbatim, as many whole commands at a time as the caller likes; data and
// bytes change as one, so the log always ends where the data are.
//
// A log that was followed is a part of its master's, wherever a crash has cut
// it: so it keeps its name then, as long as it is followed. Who goes on alone
// takes a new one (Lead, newHistory), since others may have more of the old.

var (
	// ErrFollowing refuses changes of its own to a store that follows.
	ErrFollowing = errors.New("the store follows another one")
	// errLeading refuses a master's words after the end of following.
	errLeading = errors.New("the store follows no other one")
)

// Follows tells whether the store follows another one.
func (s *Store) Follows() bool { return s.follows.Load() }

// Follow makes the store one that follows: when it returns, nothing of its own
// will be added to the log. Its history goes on until it is told another one.
func (s *Store) Follow() {
	s.lockAll()
	defer s.unlockAll()
	s.followLocked()
}

func (s *Store) followLocked() {
	if !s.follows.Swap(true) {
		s.HideExpired(1)
	}
}

// Lead ends following: the store's history goes on under a name of its own, of
// which what it has followed is the beginning. Nobody may append meanwhile.
func (s *Store) Lead() error {
	if !s.Follows() {
		return nil
	}
	if err := s.SetHistory(successor(s.History(), s.LogEnd())); err != nil {
		return err
	}
	s.lockAll()
	defer s.unlockAll()
	if s.follows.Swap(false) {
		s.HideExpired(-1)
	}
	return nil
}

// Verbatim makes tx's next Update one that repeats what a master has done:
// payload, whole commands of the master's log, is what the log gets for it,
// also if nothing changes; database is the one selected behind them. As with
// Replay, expiry is not judged and effects are not logged; but others are told
// of the changes.
func (tx *Tx) Verbatim(payload []byte, database int) {
	tx.Replay, tx.relays = true, true
	tx.payload, tx.databaseAfter = payload, database
}

// repeats tells whether the transaction repeats what a master has done.
func (tx *Tx) repeats() bool { return tx.relays && tx.write }

// HasNoSay tells whether the transaction must leave everything as it is, because
// it has no door to change it by, or because the store follows another one and
// this is not what that one, or the log, says.
func (tx *Tx) HasNoSay() bool { return !tx.write || tx.store.follows.Load() && !tx.Replay }

// allowed tells whether a transaction may do to the log what it is about to do.
// Needs its locks, under which no one begins or ends to follow.
func (tx *Tx) allowed() error {
	switch follows := tx.store.follows.Load(); {
	case tx.repeats() && !follows:
		return errLeading
	case tx.effects.count > 0 && follows:
		return ErrFollowing
	}
	return nil
}
