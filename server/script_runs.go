package server

import (
	"sync"
	"sync/atomic"

	"github.com/cairndb/cairn/persistence"
	"github.com/cairndb/cairn/server/command"
)

// scriptRuns are the scripts and functions that run off the loops, because they
// take long. While there are any, whoever might meet a lock of theirs leaves
// its loop too, so that the loops can always serve SCRIPT KILL and its like.
// One that runs for longer than busy-reply-threshold makes the server busy:
// clients that wait for it, and all that come, are told so until it ends.
type scriptRuns struct {
	count atomic.Int32              // of those that run; to be asked without a lock
	busy  atomic.Pointer[scriptRun] // the first that has run for too long

	mu      sync.Mutex
	list    []*scriptRun  // the oldest first
	changed chan struct{} // closed when one ends or becomes busy
	ending  bool          // the server is: none may go on
}

func (r *scriptRuns) begin(x *scriptRun) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.list = append(r.list, x)
	r.count.Add(1)
	if r.changed == nil {
		r.changed = make(chan struct{})
	}
}

func (r *scriptRuns) end(x *scriptRun) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i, other := range r.list {
		if other == x {
			r.list = append(r.list[:i], r.list[i+1:]...)
			break
		}
	}
	r.count.Add(-1)
	r.chooseBusy()
	r.tell()
}

// becomeBusy tells those who wait that a script has run for too long.
func (r *scriptRuns) becomeBusy(x *scriptRun) {
	r.mu.Lock()
	defer r.mu.Unlock()
	x.busy = true
	r.chooseBusy()
	r.tell()
}

func (r *scriptRuns) chooseBusy() {
	for _, x := range r.list {
		if x.busy {
			r.busy.Store(x)
			return
		}
	}
	r.busy.Store(nil)
}

func (r *scriptRuns) tell() {
	close(r.changed)
	r.changed = make(chan struct{})
}

// abort ends all runs without a trace, now and from here on.
func (r *scriptRuns) abort() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ending = true
	for _, x := range r.list {
		x.aborted.Store(true)
	}
}

// kill ends the runs of a kind; see SCRIPT KILL.
func (r *scriptRuns) kill(functions bool) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.list) == 0 {
		return errNotBusy
	}
	killed, refused := false, error(nil)
	for _, x := range r.list {
		switch {
		case x.wrote.Load():
			refused = errUnkillable
		case x.isFunction() != functions:
			refused = x.busyError()
		default:
			killed = true
			x.killed.Store(true)
		}
	}
	if killed {
		return nil
	}
	return refused
}

// oldest is the run that began first, or nil.
func (r *scriptRuns) oldest() *scriptRun {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.list) == 0 {
		return nil
	}
	return r.list[0]
}

// refuse is what a command is told while the server is busy.
func (r *scriptRuns) refuse(spec *command.Spec) error {
	x := r.busy.Load()
	if x == nil || spec.Flags.Has(command.AllowBusy) {
		return nil
	}
	return x.busyError()
}

// hinder tells whether a command that came while scripts run must leave its
// loop: everything but what needs no door.
func (r *scriptRuns) hinder(b *binding) bool {
	return r.count.Load() > 0 && (b.door != doorNone || b.opens || b.eager)
}

// await waits, off the loops, until no script has a lock that a command needs.
// If the server becomes busy meanwhile, that is the error.
func (s *Server) awaitScripts(c *Call, b *binding, keys persistence.Keys) error {
	r := &s.scripts.runs
	if r.count.Load() == 0 || c.Spec.Flags.Has(command.AllowBusy) {
		return nil
	}
	if b.opens || b.door == doorUpdateAll {
		keys.Names = c.Client.appendKeys(nil, c.Spec, c.Args)
		keys.All = len(keys.Names) == 0
	}
	for {
		r.mu.Lock()
		changed := r.changed
		r.mu.Unlock()
		if err := r.refuse(c.Spec); err != nil {
			return err
		}
		if r.count.Load() == 0 || !s.store.Held(keys) && !s.functionsHeld(c.Spec) {
			return nil
		}
		<-changed
	}
}
