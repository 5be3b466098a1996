package types

import "github.com/cairndb/cairn/persistence"

// ExpireIf says when EXPIRE and its like take effect. For GreaterThan and
// LessThan a key that never expires does so at the end of time.
type ExpireIf struct {
	Never       bool // the key has no expire time
	Some        bool // it has one
	GreaterThan bool // the new time is later than the old
	LessThan    bool // the new time is earlier than the old
}

// allows judges by both times in Unix milliseconds; oldMs 0 is never.
func (w ExpireIf) allows(oldMs, newMs int64) bool {
	switch {
	case w.Never && oldMs != 0,
		w.Some && oldMs == 0,
		w.GreaterThan && (oldMs == 0 || newMs <= oldMs),
		w.LessThan && oldMs != 0 && newMs >= oldMs:
		return false
	default:
		return true
	}
}

// Expire sets when a key expires, in Unix milliseconds, and tells whether it
// did: not if the key is missing or the conditions forbid it. A time that has
// come deletes the key at once.
func Expire(tx *persistence.Tx, key []byte, atMs int64, when ExpireIf) (bool, error) {
	r, err := tx.Get(key)
	if err != nil || !r.Exists() || !when.allows(r.ExpireAtMs(), atMs) {
		return false, err
	}
	if atMs <= tx.NowMs && !tx.Replay {
		_, err := deleteOne(tx, key)
		return true, err
	}
	return true, expireAt(tx, key, max(1, atMs)) // the log may hold what a record cannot: 0 is never
}

// Persist makes a key never expire, and tells whether that changed anything.
func Persist(tx *persistence.Tx, key []byte) (bool, error) {
	r, err := tx.Get(key)
	if err != nil || r.ExpireAtMs() == 0 {
		return false, err
	}
	return true, persist(tx, key)
}

// ExpireTime is when a key expires in Unix milliseconds, 0 for never; ok is
// false if the key is missing.
func ExpireTime(tx *persistence.Tx, key []byte) (atMs int64, ok bool, err error) {
	r, err := tx.Peek(key)
	return r.ExpireAtMs(), r.Exists(), err
}
