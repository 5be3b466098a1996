package persistence

// EventClass is a class of keyspace events, as notify-keyspace-events names
// them by letters.
type EventClass uint16

// The classes of Redis.
const (
	EventGeneric EventClass = 1 << iota // g
	EventString                         // $
	EventList                           // l
	EventSet                            // s
	EventHash                           // h
	EventZSet                           // z
	EventExpired                        // x
	EventEvicted                        // e
	EventStream                         // t
	EventKeyMiss                        // m
	EventModule                         // d
	EventNew                            // n
)

// Change tells the observer of one thing that a transaction has done to a key,
// or has seen there.
type Change struct {
	Database int // logical
	Key      []byte
	Class    EventClass
	Event    string // as keyspace notifications name it; empty if there is none
	Modified bool   // the key's value has changed; else this is a notification only
	Whole    bool   // the whole database has changed; there is no key
	Read     bool   // nothing has changed: Tx.Origin has read it, and wants to hear of later changes
}

// Observer sees what transactions have changed: it wakes blocked clients,
// spoils watched keys, tells subscribers.
type Observer interface {
	// Committed is called as a transaction commits, under its locks, in the
	// order of the log. It must be quick, must not open a door, and must keep
	// nothing of changes, not even the bytes of keys.
	Committed(tx *Tx, changes []Change)
}

// Observe names the observer, once, before Recover.
func (s *Store) Observe(o Observer) { s.observer = o }

// Attend adds to, or with a negative number takes from, the number of reasons
// why changes have to be told. While there are none, telling costs nothing. A
// reason that is added behind the door of a key misses no later change of it.
func (s *Store) Attend(reasons int) { s.attention.Add(int64(reasons)) }

// Attended tells whether there are any.
func (s *Store) Attended() bool { return s.attention.Load() > 0 }

// Modified says that the running transaction has changed a key, in the words of
// a keyspace event. Every change of a value says so, after it was made.
func (tx *Tx) Modified(key []byte, class EventClass, event string) {
	if tx.attended {
		tx.changes = append(tx.changes, Change{Database: tx.database, Key: tx.keep(key), Class: class, Event: event, Modified: true})
	}
}

// Notify tells of an event that changes no value.
func (tx *Tx) Notify(key []byte, class EventClass, event string) {
	if tx.attended {
		tx.changes = append(tx.changes, Change{Database: tx.database, Key: tx.keep(key), Class: class, Event: event})
	}
}

// HasRead says that the transaction's origin has read a key and keeps a copy of
// what it holds now.
func (tx *Tx) HasRead(key []byte) {
	tx.attended = tx.store.observer != nil
	if tx.attended {
		tx.changes = append(tx.changes, Change{Database: tx.database, Key: tx.keep(key), Read: true})
	}
}

// keep copies a key: a transaction of many commands may reuse their arguments.
func (tx *Tx) keep(key []byte) []byte {
	start := len(tx.changed)
	tx.changed = append(tx.changed, key...)
	return tx.changed[start:len(tx.changed):len(tx.changed)]
}

// missed tells that a command that reads has not found a key. Of a key that has expired it is
// told when that is deleted.
func (tx *Tx) missed(name []byte, err error) {
	if err != nil || !tx.asks || !tx.Wants(EventKeyMiss) {
		return
	}
	if n := len(tx.Overdue); n == 0 || string(tx.Overdue[n-1]) != string(name) {
		tx.Notify(name, EventKeyMiss, "keymiss")
	}
}

// replaces looks at what is about to be replaced unread, as far as somebody
// wants to know: whether there is nothing, or something that has expired.
func (tx *Tx) replaces(sh *shard, at spot, name []byte) (isNew bool, err error) {
	switch {
	case tx.Wants(EventNew), tx.Wants(EventExpired) && sh.resident(tx.db(), at, name):
		r, err := tx.Examine(name)
		return !r.Exists(), err
	}
	return false, nil
}

// resident tells whether RAM has a key's record.
func (sh *shard) resident(d *db, at spot, name []byte) bool {
	s, i := sh.find(sh.tableOf(d, isRecord), at, name)
	return i >= 0 && !sh.at(s.words()[i].ref()).has(flagLoading)
}

// created tells of a key that was not there before.
func (tx *Tx) created(database int, name []byte, isNew bool) {
	if isNew && tx.Wants(EventNew) {
		tx.changes = append(tx.changes, Change{Database: database, Key: tx.keep(name), Class: EventNew, Event: "new"})
	}
}

// Asking tells whether the command that runs is one that reads, see Asks: then
// misses are told by the transaction itself.
func (tx *Tx) Asking() bool { return tx.asks }

// modifiedAll says that a whole logical database has changed.
func (tx *Tx) modifiedAll(database int) {
	if tx.attended {
		tx.changes = append(tx.changes, Change{Database: database, Modified: true, Whole: true})
	}
}

// Want names the classes of events that somebody wants to know even where
// telling them costs something. Others may not be told.
func (s *Store) Want(classes EventClass) { s.wanted.Store(uint32(classes)) }

// Wants tells whether somebody wants to know events of a class.
func (tx *Tx) Wants(class EventClass) bool {
	return tx.attended && EventClass(tx.store.wanted.Load())&class != 0
}

// attend finds out, under the locks, whether anybody wants to know of changes.
func (tx *Tx) attend() {
	clear(tx.changes)
	tx.changes, tx.changed = tx.changes[:0], tx.changed[:0]
	if cap(tx.changed) > maxKeptScratch {
		tx.changes, tx.changed = nil, nil
	}
	tx.attended = (!tx.Replay || tx.relays) && tx.store.observer != nil && tx.store.attention.Load() > 0
}

// tell hands the changes to the observer. Needs the locks.
func (tx *Tx) tell() {
	if len(tx.changes) > 0 {
		tx.store.observer.Committed(tx, tx.changes)
	}
}
