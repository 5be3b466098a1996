package server

import (
	"sync"

	"github.com/cairndb/cairn/persistence/wal"
)

// flight is the clients of one turn whose replies wait for one fsync. The log
// releases them together.
type flight struct {
	loop    *loop
	clients []*Client
	err     error
}

// flights that are not under way.
var flights = sync.Pool{New: func() any { return &flight{} }}

// shareLog writes the log for all clients of a turn, so that a killed process
// loses nothing that was replied. Under appendfsync always it holds those
// whose replies show what is not on disk yet.
func (l *loop) shareLog() error {
	log := l.srv.store.Log()
	upto := l.turnOffset()
	if log.Policy() == wal.Always {
		if upto <= log.Synced() {
			return nil
		}
		return l.depart(upto)
	}
	if upto <= log.Written() {
		return nil
	}
	return log.Flush()
}

// turnOffset is the log offset that the newest reply of the turn depends on.
func (l *loop) turnOffset() int64 {
	upto := int64(0)
	for _, c := range l.turn {
		upto = max(upto, c.waitOffset)
	}
	return upto
}

// depart holds the turn's clients until the log is on disk up to an offset.
// Those whose own replies depend on less need not wait.
func (l *loop) depart(upto int64) error {
	synced := l.srv.store.Log().Synced()
	f := flights.Get().(*flight)
	f.loop = l
	for _, c := range l.turn {
		if !c.gone && !c.held && c.waitOffset > synced {
			c.held = true
			f.clients = append(f.clients, c)
		}
	}
	durable, err := l.srv.store.Log().Await(upto, f)
	if durable || err != nil {
		f.free()
	}
	return err
}

// free lets the clients go and keeps the flight for later.
func (f *flight) free() {
	for i, c := range f.clients {
		c.held = false
		f.clients[i] = nil
	}
	f.clients, f.err = f.clients[:0], nil
	flights.Put(f)
}

// Durable is called by the log's syncer when the offset is on disk, or never
// will be.
func (f *flight) Durable(err error) {
	f.err = err
	f.loop.post(f.landed)
}

// landed shows the replies. A client that got another one meanwhile, from a
// command that ran off the loop, waits for that too.
func (f *flight) landed() {
	f.loop.srv.outbox.release(f.loop)
	f.loop.srv.tracking.broadcast()
	f.loop.deliverPushes()
	synced := f.loop.srv.store.Log().Synced()
	for _, c := range f.clients {
		c.held = false
		switch {
		case c.gone:
		case f.err == nil && c.waitOffset > synced:
			c.enterTurn()
		default:
			c.release(f.err)
			c.proceed()
		}
	}
	f.free()
}
