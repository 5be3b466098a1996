package server

import (
	"sync"
	"sync/atomic"

	"github.com/cairndb/cairn/persistence/wal"
)

// outbox is the way from whoever has something to push to the loops that
// deliver it. What tells of a change waits here until that is as durable as
// appendfsync asks; and before any reply that depends on the same change goes
// out, what waited for it does. All loops get pushes in the same order.
type outbox struct {
	log *wal.Log

	waiting atomic.Bool
	mu      sync.Mutex
	letters []letter
}

// letter is a delivery that waits for the log.
type letter struct {
	after int64 // the log offset that has to be durable
	to    *loop
	what  delivery
}

// send posts a delivery to a loop, or keeps it until the log is durable up to
// an offset. from is the loop that the caller runs on, nil if on none.
func (o *outbox) send(from, to *loop, after int64, what delivery) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if after > 0 && after > o.durable() {
		o.letters = append(o.letters, letter{after, to, what})
		o.waiting.Store(true)
		return
	}
	to.pushes.post(what, to, from)
}

// durable is how far replies may show what the log holds.
func (o *outbox) durable() int64 {
	if o.log.Policy() == wal.Always {
		return o.log.Synced()
	}
	return o.log.Written()
}

// release posts what has waited long enough.
func (o *outbox) release(from *loop) {
	if !o.waiting.Load() {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	upto := o.durable()
	kept := o.letters[:0]
	for _, m := range o.letters {
		if m.after > upto {
			kept = append(kept, m)
			continue
		}
		m.to.pushes.post(m.what, m.to, from)
	}
	o.keep(kept)
}

func (o *outbox) keep(letters []letter) {
	clear(o.letters[len(letters):])
	o.letters = letters
	if len(letters) == 0 && cap(letters) > maxEvents {
		o.letters = nil
	}
	o.waiting.Store(len(letters) > 0)
}

// hasten asks the log for what is waited for. Replies ask by themselves; this is
// for changes that nobody waits for: what expires, what a client did that hung
// up.
func (o *outbox) hasten() {
	if !o.waiting.Load() {
		return
	}
	var err error
	if upto := o.newest(); o.log.Policy() == wal.Always {
		_, err = o.log.Await(upto, o)
	} else {
		err = o.log.Flush()
	}
	if err != nil {
		o.drop()
	}
	o.release(nil)
}

// newest is the largest offset that something waits for.
func (o *outbox) newest() (offset int64) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, m := range o.letters {
		offset = max(offset, m.after)
	}
	return offset
}

// drop forgets what waits: the log fails, so who made those changes is told
// that they were not made.
func (o *outbox) drop() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.keep(o.letters[:0])
}

// Durable implements wal.Waiter. The syncer must not be held up, so that another
// goroutine goes on; it is rare enough.
func (o *outbox) Durable(err error) {
	if err == nil {
		go o.release(nil)
	}
}
