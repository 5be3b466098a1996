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

// Change tells the observer of one thing that a transaction has done to a key.
type Change struct {
	Database int // logical
	Key      []byte
	Class    EventClass
	Event    string // as keyspace notifications name it; empty if there is none
	Modified bool   // the key's value has changed; else this is a notification only
	Whole    bool   // the whole database has changed; there is no key
}

// Observer sees what transactions have changed: it wakes blocked clients,
// spoils watched keys, tells subscribers.
type Observer interface {
	// Committed is called as a transaction commits, under its locks, in the
	// order of the log. It must be quick, must not open a door, and must keep
	// nothing of changes, whose keys may alias the transaction's arguments.
	Committed(tx *Tx, changes []Change)
}

// Observe names the observer, once, before Recover.
func (s *Store) Observe(o Observer) { s.observer = o }

// Attend adds to, or with a negative number takes from, the number of reasons
// why changes have to be told. While there are none, telling costs nothing. A
// reason that is added behind the door of a key misses no later change of it.
func (s *Store) Attend(reasons int) { s.attention.Add(int64(reasons)) }

// Modified says that the running transaction has changed a key, in the words of
// a keyspace event. Every change of a value says so, after it was made.
func (tx *Tx) Modified(key []byte, class EventClass, event string) {
	if tx.attended {
		tx.changes = append(tx.changes, Change{Database: tx.database, Key: key, Class: class, Event: event, Modified: true})
	}
}

// Notify tells of an event that changes no value.
func (tx *Tx) Notify(key []byte, class EventClass, event string) {
	if tx.attended {
		tx.changes = append(tx.changes, Change{Database: tx.database, Key: key, Class: class, Event: event})
	}
}

// modifiedAll says that a whole logical database has changed.
func (tx *Tx) modifiedAll(database int) {
	if tx.attended {
		tx.changes = append(tx.changes, Change{Database: database, Modified: true, Whole: true})
	}
}

// attend finds out, under the locks, whether anybody wants to know of changes.
func (tx *Tx) attend() {
	clear(tx.changes)
	tx.changes = tx.changes[:0]
	tx.attended = !tx.Replay && tx.store.observer != nil && tx.store.attention.Load() > 0
}

// tell hands the changes to the observer. Needs the locks.
func (tx *Tx) tell() {
	if len(tx.changes) > 0 {
		tx.store.observer.Committed(tx, tx.changes)
	}
}
