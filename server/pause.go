package server

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/cairndb/cairn/persistence"
	"github.com/cairndb/cairn/server/command"
	"github.com/cairndb/cairn/server/script"
)

// pause makes commands wait for a while: CLIENT PAUSE. A command that has to
// wait is kept by its client, and begins anew when the pause is over.
type pause struct {
	store *persistence.Store
	mode  atomic.Int32 // a pauseMode; to be asked without a lock

	mu      sync.Mutex
	frozen  int // reasons for writes to wait that only thaw ends
	untilMs int64
	timer   *time.Timer
	clients []*Client // that wait, the first first
}

type pauseMode int32

// What a pause makes wait: the stronger is the greater.
const (
	pauseNothing pauseMode = iota
	pauseWrites
	pauseAll
)

// begin starts a pause, or adds to the one that is under way: it becomes
// neither shorter nor weaker. Nothing expires meanwhile.
func (p *pause) begin(mode pauseMode, untilMs int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := pauseMode(p.mode.Load())
	if now == pauseNothing {
		p.untilMs = 0
		p.store.HideExpired(1)
	}
	p.stopTimer()
	p.mode.Store(int32(max(now, mode)))
	p.untilMs = max(p.untilMs, untilMs)
	left := max(0, p.untilMs-time.Now().UnixMilli())
	p.timer = time.AfterFunc(time.Duration(min(left, maxTimerMs))*time.Millisecond, p.lapse)
}

// lapse ends the pause if its time is over.
func (p *pause) lapse() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if time.Now().UnixMilli() >= p.untilMs {
		p.endLocked()
	}
}

// end ends the pause now.
func (p *pause) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.endLocked()
}

func (p *pause) endLocked() {
	if pauseMode(p.mode.Load()) == pauseNothing {
		return
	}
	p.stopTimer()
	p.untilMs = 0
	if p.frozen > 0 {
		p.mode.Store(int32(pauseWrites))
	} else {
		p.mode.Store(int32(pauseNothing))
		p.store.HideExpired(-1)
	}
	for _, c := range p.clients {
		c.loop.post(c.runPostponed)
	}
	p.clients = nil
}

func (p *pause) stopTimer() {
	if p.timer != nil {
		p.timer.Stop()
		p.timer = nil
	}
}

// freeze makes writes wait until thaw, whatever CLIENT UNPAUSE says. Nothing
// expires meanwhile.
func (p *pause) freeze() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.frozen++
	if pauseMode(p.mode.Load()) == pauseNothing {
		p.untilMs = 0
		p.store.HideExpired(1)
		p.mode.Store(int32(pauseWrites))
	}
}

// thaw ends what freeze has begun.
func (p *pause) thaw() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.frozen--; p.frozen == 0 && time.Now().UnixMilli() >= p.untilMs {
		p.endLocked()
	}
}

// waiting is how many clients wait.
func (p *pause) waiting() int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return int64(len(p.clients))
}

// holds tells whether a command of a client has to wait.
func (p *pause) holds(c *Client, spec *command.Spec, args [][]byte) bool {
	const changing = command.Write | command.MayReplicate
	switch pauseMode(p.mode.Load()) {
	case pauseNothing:
		return false
	case pauseAll:
		return true
	}
	if flags, ok := c.srv.scriptFlags(spec, args); ok {
		return !flags.Has(script.NoWrites)
	}
	return spec.Flags&changing != 0 || spec == execSpec && c.multi != nil && c.multi.flags&changing != 0
}

// postpone keeps a command until the pause is over.
func (c *Client) postpone(args [][]byte) {
	p := &c.srv.pause
	c.batchCount--
	c.postponed = copyArgs(args)
	c.shared.postponed.Store(true)
	p.mu.Lock()
	defer p.mu.Unlock()
	if pauseMode(p.mode.Load()) == pauseNothing { // it has just ended
		c.loop.post(c.runPostponed)
		return
	}
	p.clients = append(p.clients, c)
}

// runPostponed runs what was kept. It runs on the client's loop.
func (c *Client) runPostponed() {
	args := c.postponed
	c.postponed = nil
	c.shared.postponed.Store(false)
	if c.gone || args == nil {
		return
	}
	c.enterTurn()
	c.run(args)
	c.proceed()
}

// forget takes out a client that is gone.
func (p *pause) forget(c *Client) {
	if c.postponed == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for i, other := range p.clients {
		if other == c {
			p.clients = append(p.clients[:i], p.clients[i+1:]...)
			return
		}
	}
}
