package server

import (
	"errors"
	"time"

	"github.com/cairndb/cairn/persistence"
)

// Ready lines are served by one goroutine at a time: that of the command whose
// commit touched a key, on its loop if that takes neither the disk nor long,
// otherwise another one. A client whose commit made lines ready runs nothing
// more until they are served, so that it can neither see nor take what others
// have been waiting for.

// triedOnLoop is how many clients are tried on a loop before it lets another
// goroutine go on.
const triedOnLoop = 64

// wake serves the lines that are ready, on a loop or, if that is nil, on a
// goroutine that may wait. It returns false if somebody else goes on serving:
// then, unless it is nil, is called after that.
func (w *waiters) wake(on *loop, then func()) (done bool) {
	if !w.begin(then) {
		return false
	}
	if w.drain(on) {
		return true
	}
	w.mu.Lock()
	w.call(then)
	w.mu.Unlock()
	w.srv.detached.Go(func() { w.drain(nil) })
	return false
}

// begin tells whether the caller is the one who serves. If another is, then is
// called when that one is through.
func (w *waiters) begin(then func()) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.serving {
		w.call(then)
		return false
	}
	w.serving = true
	if w.tx == nil {
		w.tx = w.srv.store.Tx()
	}
	return true
}

// call remembers what is to be called once all are served. Needs w.mu.
func (w *waiters) call(then func()) {
	if then != nil {
		w.after = append(w.after, then)
	}
}

// drain serves until no line is ready. On a loop it returns false when it
// should not go on there.
func (w *waiters) drain(on *loop) bool {
	for tried := 0; ; {
		l := w.nextLine()
		if l == nil {
			return true
		}
		n, done := w.serveLine(l, on, triedOnLoop-tried)
		if !done {
			return false
		}
		tried += n
	}
}

// nextLine takes a line to be served. After the last one those go on who waited
// for that.
func (w *waiters) nextLine() *line {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.ready) > 0 {
		l := w.ready[0]
		w.ready[0] = nil
		w.ready = w.ready[1:]
		l.ready, w.current = false, l
		return l
	}
	w.ready, w.current, w.serving = nil, nil, false
	w.due.Store(false)
	for _, then := range w.after {
		then()
	}
	w.after = nil
	return nil
}

// serveLine offers a line's key to its clients in turn, until one finds
// nothing. It is not done if a loop should not go on with it.
func (w *waiters) serveLine(l *line, on *loop, most int) (tried int, done bool) {
	for pl := w.firstIn(l); pl != nil; tried++ {
		if on != nil && tried >= most {
			w.putBack(pl)
			return tried, false
		}
		start := nanos()
		err := w.try(pl, on != nil)
		if errors.Is(err, persistence.ErrWouldBlock) {
			w.putBack(pl)
			return tried, false
		}
		p := pl.parked
		pl = w.settle(pl, err)
		if err != errParked {
			p.deliver(on, err, nanos()-start)
		}
	}
	return tried, true
}

// try runs a client's command for the key of the line in which it stands.
func (w *waiters) try(pl *place, noWait bool) error {
	p, tx := pl.parked, w.tx
	tx.NoWait, tx.NowMs = noWait, time.Now().UnixMilli()
	tx.Select(p.database)
	tx.Origin = p.client.id
	call := &p.call
	call.Tx, call.woken = tx, []byte(pl.key.name)
	call.Reply.Buf, call.mark = call.Reply.Buf[:0], 0
	err := call.through(&bindings[call.Spec.ID], persistence.Keys{Names: p.keys})
	w.srv.stats.expired.Add(int64(len(tx.Expired)))
	p.offset = tx.WaitOffset
	return err
}

// firstIn is the first client of a line that can be tried.
func (w *waiters) firstIn(l *line) *place {
	w.mu.Lock()
	defer w.mu.Unlock()
	return claim(l.first)
}

// claim takes the first client from a place on that nobody else is about to
// take out of the line. Needs w.mu.
func claim(pl *place) *place {
	for pl != nil && pl.parked.state != isWaiting {
		pl = pl.next
	}
	if pl != nil {
		pl.parked.state = isServed
	}
	return pl
}

// settle takes a client that was tried out of all its lines, or lets it wait on
// in its place, and returns the one to be tried after it.
func (w *waiters) settle(pl *place, err error) (next *place) {
	w.mu.Lock()
	defer w.mu.Unlock()
	l, p := pl.line, pl.parked
	next = pl.next
	switch {
	case err != errParked:
		w.remove(p)
	case !l.each:
		w.waitOn(p)
		return nil
	default:
		w.waitOn(p)
	}
	return claim(next)
}

// waitOn: there was nothing for the client. What came meanwhile to end its
// waiting does so now. Needs w.mu.
func (w *waiters) waitOn(p *parked) {
	p.state = isWaiting
	if p.verdict != nil {
		w.endLocked(p, p.verdict)
	}
}

// putBack lets somebody else serve a line first of all.
func (w *waiters) putBack(pl *place) {
	w.mu.Lock()
	defer w.mu.Unlock()
	l := pl.line
	w.waitOn(pl.parked)
	if !l.ready {
		l.ready = true
		w.ready = append([]*line{l}, w.ready...)
	}
}

// deliver brings a served client back to its loop.
func (p *parked) deliver(on *loop, err error, took int64) {
	if p.client.loop == on {
		p.client.unpark(p, err, took)
		return
	}
	p.client.loop.post(func() { p.client.unpark(p, err, took) })
}

// unpark lets a client go on that has waited: it was served, or err says why
// not. It runs on the client's loop.
func (c *Client) unpark(p *parked, err error, took int64) {
	if c.gone {
		return
	}
	if !p.attached {
		p.early = func() { c.unpark(p, err, took) }
		return
	}
	call := &p.call
	c.tx.WaitOffset, call.Tx, call.shown = p.offset, c.tx, true // MONITOR has shown it when it began
	call.lapsed = took == 0
	if err == errTimedOut || err == errReached {
		call.Reply.Buf = call.Reply.Buf[:0]
		p.outcome(call)
		err = nil
	}
	c.batchCount++
	c.ended(call, err, took)
	c.reply.Buf = append(c.reply.Buf, call.Reply.Buf...)
	c.waits = nil
	c.pushLate()
	c.enterTurn()
	c.loop.post(c.proceed)
}

// wakeOthers serves those who waited for what the client's command has touched.
func (c *Client) wakeOthers(b *binding) {
	if b.door == doorView {
		c.srv.waiters.wake(c.loop, nil) // it may have deleted expired keys
	} else {
		c.yields = c.yields || !c.srv.waiters.wake(c.loop, func() { c.loop.post(c.goOn) })
	}
}

// goOn: those are served for whom the client had to wait.
func (c *Client) goOn() {
	c.yields = false
	if !c.gone {
		c.proceed()
	}
}

// attach tells a client's loop that the client waits. It runs on that loop.
func (c *Client) attach(p *parked) {
	if c.gone {
		c.leave()
		return
	}
	p.attached, c.waits = true, p
	if p.early != nil {
		p.early()
	}
}
