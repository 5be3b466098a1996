package server

import "github.com/cairndb/cairn/persistence"

// observers are told of what every transaction has changed, under its locks, as
// persistence.Observer says. Each asks the store to attend while it has a
// reason to know.
//
// What an observer shows to a client must be as durable as a reply would be: it
// takes tx.WaitOffset along, and the client's loop holds the message like a
// reply that depends on that offset (flight.go).
type observers []persistence.Observer

// observers lists them all, in the order in which they are told.
func (s *Server) observers() observers {
	return observers{&s.watches, &s.waiters, &s.events, &s.tracking}
}

// Committed implements persistence.Observer.
func (o observers) Committed(tx *persistence.Tx, changes []persistence.Change) {
	for _, one := range o {
		one.Committed(tx, changes)
	}
}

// dbKey names a key of a database.
type dbKey struct {
	database int
	name     string
}
