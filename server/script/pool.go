package script

import (
	"sync"

	"github.com/cairndb/cairn/server/script/lua"
)

// Pool runs scripts, in worlds that it keeps.
type Pool struct {
	MaxBytes int // of memory that one run may hold

	mu     sync.Mutex
	idle   []*world
	random uint64
}

// maxIdle is how many worlds are kept: as many as usually run at a time.
const maxIdle = 8

func (p *Pool) take() *world {
	p.mu.Lock()
	defer p.mu.Unlock()
	var w *world
	if n := len(p.idle); n > 0 {
		w, p.idle = p.idle[n-1], p.idle[:n-1]
	} else {
		w = newScriptWorld(p.MaxBytes)
	}
	w.rt.SetRandom(p.nextRandom())
	return w
}

// betweenRuns are the random numbers between the starts of two runs: so many
// that runs at the same time do not draw the same.
var betweenRuns = lua.NewRandomJump(24)

func (p *Pool) nextRandom() uint64 {
	now := p.random
	if now == 0 {
		now = lua.FirstRandom
	}
	p.random = betweenRuns.From(now)
	return now
}

func (p *Pool) give(w *world) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.idle) < maxIdle {
		p.idle = append(p.idle, w)
	}
}

// Reset forgets the worlds.
func (p *Pool) Reset() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.idle = nil
}

// Eval runs a script. An error that is an *Error is its reply; any other is the
// Caller's or Interrupt's, and the run was abandoned.
func (p *Pool) Eval(s *Script, r *Run) error {
	w := p.take()
	err := w.eval(s, r)
	p.give(w) // not after a panic: then nobody knows in which state it is
	return err
}
