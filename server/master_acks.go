package server

import "slices"

// ackWait is a client that waits for what replicas acknowledge.
type ackWait struct {
	parked  *parked
	reached func() bool
}

// await lets a parked client go on once enough is acknowledged: reached says
// when. It asks the replicas how far they are.
func (r *replicas) await(p *parked, upto int64, reached func() bool) {
	w := &ackWait{p, reached}
	r.mu.Lock()
	r.waits = append(r.waits, w)
	r.mu.Unlock()
	r.askFor(upto)
	r.settleWaits()
}

// settleWaits lets those go whose waiting has an end. Any goroutine may call it
// when something was acknowledged.
func (r *replicas) settleWaits() {
	r.mu.Lock()
	waits := slices.Clone(r.waits)
	r.mu.Unlock()
	over := map[*ackWait]bool{}
	for _, w := range waits {
		if !r.srv.waiters.waitsStill(w.parked) {
			over[w] = true
		} else if w.reached() {
			over[w] = true
			r.srv.waiters.end(w.parked, errReached)
		}
	}
	if len(over) > 0 {
		r.mu.Lock()
		r.waits = slices.DeleteFunc(r.waits, func(w *ackWait) bool { return over[w] })
		r.mu.Unlock()
	}
}

// waitsStill tells whether a client waits.
func (w *waiters) waitsStill(p *parked) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return p.state != isOver
}

// acknowledged notes what a replica says that it has. It runs on its client's
// loop.
func (p *replica) acknowledged(offset, synced int64) {
	s := p.client.srv
	p.ackedTo.Store(max(offset, p.ackedTo.Load()))
	p.syncedTo.Store(max(synced, p.syncedTo.Load()))
	p.ackedMs.Store(s.clock.ms())
	select {
	case p.begun <- struct{}{}:
	default:
	}
	if !p.isOnline() {
		return
	}
	p.pin.Load().Move(min(p.ackedTo.Load(), p.sentTo.Load()))
	s.replicas.settleWaits()
}
