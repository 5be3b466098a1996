package server

import (
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/persistence"
	"github.com/cairndb/cairn/types"
)

// waiters knows which clients wait for which keys. They stand in lines, one for
// each key and way to wait, first come first served. A commit that touches a
// key makes its lines ready; whoever committed then serves them (serve.go),
// before its own client goes on.
//
// No wake-up is lost, because a client enters its lines under the locks of the
// keys, right after it looked; and nothing is offered to two, because what runs
// for a client that waits takes the same locks.
type waiters struct {
	srv *Server

	// due says that lines are ready or being served; to be asked without a lock.
	due   atomic.Bool
	count atomic.Int64 // of parked clients
	timed atomic.Int64 // of those with a timeout

	mu    sync.Mutex
	lines map[dbKey][]*line
	ready []*line // in the order in which they were touched

	// Of the one who serves; see serve.go.
	serving bool
	current *line
	tx      *persistence.Tx
	after   []func()
}

// line is clients that wait for a key in the same way.
type line struct {
	key         dbKey
	of          encoding.Type
	pool        string
	each, gone  bool // as in wait
	first, last *place
	ready       bool
}

// place is a client's place in one line.
type place struct {
	parked     *parked
	key        dbKey
	line       *line
	prev, next *place
}

// parked is a client that waits, with all that its command needs to run. Until
// it is over the call belongs to whoever serves.
type parked struct {
	client   *Client
	call     Call
	keys     [][]byte // that the call may touch
	database int
	of       encoding.Type
	pool     string
	each     bool
	gone     bool
	until    int64
	timer    *time.Timer
	outcome  func(*Call)

	// Under waiters.mu.
	state   parkedState
	verdict error // how it ends if it is not served now
	places  []place

	left atomic.Bool // its connection is closed

	// Of the client's loop.
	attached bool   // the loop knows that it waits
	early    func() // the end, if that came first
	offset   int64  // of the log, that the outcome depends on
}

type parkedState uint8

const (
	isWaiting parkedState = iota
	isServed              // right now, perhaps in vain
	isOver
)

// hasPrecedence tells whether others stand in line for what a key may have.
func (w *waiters) hasPrecedence(key dbKey, want *wait) bool {
	if w.count.Load() == 0 {
		return false
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	l := w.find(key, want.of, want.pool, want.each)
	return l != nil && !l.each && (l.ready || l == w.current)
}

func (w *waiters) find(key dbKey, of encoding.Type, pool string, each bool) *line {
	for _, l := range w.lines[key] {
		if l.of == of && l.pool == pool && l.each == each {
			return l
		}
	}
	return nil
}

// enter puts a client at the end of its lines; late makes these ready. Needs
// the locks of the keys. Once is enough: the client's command may be run again
// before it is done.
func (w *waiters) enter(p *parked, late bool) {
	w.leave(p.client) // the place that an earlier run took
	w.mu.Lock()
	defer w.mu.Unlock()
	for i := range p.places {
		w.enterLine(&p.places[i], late)
	}
	p.client.shared.parked.Store(p)
	p.client.shared.lastCommand.Store(p.call.Spec)
	w.count.Add(1)
	w.srv.store.Attend(1)
	if p.until != 0 {
		w.timed.Add(1)
		left := p.until - time.Now().UnixMilli()
		p.timer = time.AfterFunc(time.Duration(min(left, maxTimerMs))*time.Millisecond, func() { w.end(p, errTimedOut) })
	}
}

// maxTimerMs is as good as for ever, and can be counted in nanoseconds.
const maxTimerMs = 100 * 365 * 24 * 3600 * 1000

func (w *waiters) enterLine(pl *place, late bool) {
	p := pl.parked
	l := w.find(pl.key, p.of, p.pool, p.each)
	if l == nil {
		l = &line{key: pl.key, of: p.of, pool: p.pool, each: p.each}
		if w.lines == nil {
			w.lines = map[dbKey][]*line{}
		}
		w.lines[pl.key] = append(w.lines[pl.key], l)
	}
	if l.last != nil && l.last.parked == p {
		return // the command names the key twice
	}
	l.gone = l.gone || p.gone
	pl.line, pl.prev = l, l.last
	if l.last == nil {
		l.first = pl
	} else {
		l.last.next = pl
	}
	l.last = pl
	if late {
		w.makeReady(l)
	}
}

// remove takes a client out of its lines. Needs w.mu.
func (w *waiters) remove(p *parked) {
	for i := range p.places {
		if pl := &p.places[i]; pl.line != nil {
			w.unlink(pl)
		}
	}
	p.state = isOver
	p.client.shared.parked.CompareAndSwap(p, nil)
	w.count.Add(-1)
	w.srv.store.Attend(-1)
	if p.timer != nil {
		p.timer.Stop()
		w.timed.Add(-1)
	}
}

func (w *waiters) unlink(pl *place) {
	l := pl.line
	if pl.prev == nil {
		l.first = pl.next
	} else {
		pl.prev.next = pl.next
	}
	if pl.next == nil {
		l.last = pl.prev
	} else {
		pl.next.prev = pl.prev
	}
	pl.line = nil
	if l.first != nil {
		return
	}
	rest := slices.DeleteFunc(w.lines[l.key], func(other *line) bool { return other == l })
	if len(rest) == 0 {
		delete(w.lines, l.key)
	} else {
		w.lines[l.key] = rest
	}
}

// Committed implements persistence.Observer: lines whose key was touched become
// ready.
func (w *waiters) Committed(tx *persistence.Tx, changes []persistence.Change) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.lines) == 0 {
		return
	}
	for i := range changes {
		switch ch := &changes[i]; {
		case !mayServe(ch):
		case ch.Whole:
			w.touchAll(ch.Database)
		default:
			w.touch(tx, ch)
		}
	}
}

// mayServe tells changes that may end somebody's waiting. Of what happens to a
// stream those are new entries, and groups that are no more.
func mayServe(ch *persistence.Change) bool {
	if ch.Class == persistence.EventStream {
		return ch.Event == types.StreamEntryAdded || ch.Event == types.StreamGroupDestroyed
	}
	return ch.Modified
}

func (w *waiters) touch(tx *persistence.Tx, ch *persistence.Change) {
	deleted := ch.Class == persistence.EventExpired || ch.Event == "del"
	for _, l := range w.lines[dbKey{ch.Database, string(ch.Key)}] {
		own := w.serving && tx == w.tx && l == w.current // whoever serves goes on with it anyway
		if (!deleted || l.gone) && !own {
			w.makeReady(l)
		}
	}
}

func (w *waiters) touchAll(database int) {
	for key, lines := range w.lines {
		if key.database == database {
			for _, l := range lines {
				w.makeReady(l)
			}
		}
	}
}

func (w *waiters) makeReady(l *line) {
	if !l.ready {
		l.ready = true
		w.ready = append(w.ready, l)
		w.due.Store(true)
	}
}

// end ends a client's waiting with a verdict, unless it is served first, and
// tells whether it was waiting.
func (w *waiters) end(p *parked, verdict error) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch p.state {
	case isWaiting:
		w.endLocked(p, verdict)
		return true
	case isServed:
		if p.verdict == nil {
			p.verdict = verdict
		}
		return true
	default:
		return false
	}
}

func (w *waiters) endLocked(p *parked, verdict error) {
	w.remove(p)
	if verdict != errLeft {
		p.client.loop.post(func() { p.client.unpark(p, verdict, 0) })
	}
}

// How waiting ends if the client is not served.
var (
	errTimedOut = errors.New("timed out")
	errReached  = errors.New("what no key tells of has come about")
	errLeft     = errors.New("the client has left")
)

// leave: the client is gone, or runs its command anew.
func (w *waiters) leave(c *Client) {
	p := c.shared.parked.Load()
	if p == nil {
		return
	}
	p.left.Store(true)
	w.mu.Lock()
	defer w.mu.Unlock()
	switch p.state {
	case isWaiting:
		w.remove(p)
	case isServed:
		p.verdict = errLeft
	}
}
