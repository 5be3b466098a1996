package server

import (
	"sync/atomic"
	"time"

	"github.com/cairndb/cairn/encoding/resp"
	"github.com/cairndb/cairn/persistence"
	"github.com/cairndb/cairn/server/command"
	"github.com/cairndb/cairn/server/script"
)

// scriptRun is a script or function on its way. All that it calls happens in
// one transaction of the store, as with EXEC: it starts with the keys that the
// call declares, and begins again with more locks if the script uses others.
//
// It runs on the loop for loopBudget. What takes longer is undone, and done
// again off the loop: for a script that has no end this is the only way to keep
// serving others, and a repetition harms nobody.
type scriptRun struct {
	call     *Call // EVAL's, or FCALL's
	in       inner
	known    *knownScript      // of EVAL
	set      *script.Functions // of FCALL
	function *script.Function
	run      script.Run
	readOnly bool
	database int   // selected before
	startNs  int64 // of the whole
	tryNs    int64 // of this attempt
	result   error // the script's own error
	ran      []scriptCommand
	outside  *scriptCommand // to be run before the next attempt, with no locks held
	inTx     func(*persistence.Tx) error

	// What others look at while it runs off the loop.
	args            [][]byte
	wrote           atomic.Bool // in this attempt
	killed, aborted atomic.Bool
	busy            bool // under scriptRuns.mu
}

// scriptCommand is a command that a script has called.
type scriptCommand struct {
	spec     *command.Spec
	args     [][]byte // if somebody will want them
	tookNs   int64
	err      error
	database int
}

// loopBudget is how long a script may hold up a loop, and is what one that
// takes longer costs twice. A script whose last run took longer begins off the
// loop.
var loopBudget = 4 * time.Millisecond

// scriptRunOf returns a run for a call, the client's own if that is free.
func (c *Call) scriptRunOf() *scriptRun {
	x := c.Client.script
	if x == nil || c.inner != nil {
		x = &scriptRun{}
		x.in.begin(c)
		x.in.ofScript, x.inTx = true, x.attempt
		x.run.Interrupt = x.interrupt
		x.run.Caller = x
		if c.inner == nil {
			c.Client.script = x
		}
	}
	x.call, x.in.call.Tx, x.in.once, x.in.proto = c, c.Tx, nil, 2
	x.known, x.set, x.function, x.outside, x.result = nil, nil, nil, nil, nil
	x.database, x.args, x.busy = c.Tx.Database(), c.Args, false
	x.killed.Store(false)
	x.aborted.Store(false)
	x.run.Reply = c.Reply
	return x
}

func (x *scriptRun) isFunction() bool { return x.function != nil }

func (x *scriptRun) slow() *atomic.Bool {
	if x.function != nil {
		return &x.function.Slow
	}
	return &x.known.slow
}

// perform runs what the fields say, with a number of keys from an argument on.
func (x *scriptRun) perform(nkeys int) error {
	c := x.call
	x.run.Keys, x.run.Args = c.Args[3:3+nkeys], c.Args[3+nkeys:]
	x.startNs = nanos()
	if c.Tx.NoWait && x.slow().Load() {
		return x.later()
	}
	if !c.Tx.NoWait && c.inner == nil {
		runs := &c.Server.scripts.runs
		runs.begin(x)
		defer runs.end(x)
	}
	err := x.through(persistence.Keys{Names: x.run.Keys})
	x.restoreDatabase() // for another attempt too
	if err == persistence.ErrWouldBlock || c.inner != nil && c.Tx.Stops(err) {
		return err
	}
	x.slow().Store(nanos()-x.startNs > int64(loopBudget))
	if err != nil {
		return x.abandoned(err)
	}
	if c.inner != nil {
		c.inner.then = append(c.inner.then, x.settle)
	} else {
		x.settle(c.Tx.WaitOffset)
	}
	return x.result
}

// later asks for another attempt off the loop.
func (x *scriptRun) later() error {
	if x.call.inner != nil {
		return x.call.Tx.TakesLong()
	}
	return persistence.ErrWouldBlock
}

func (x *scriptRun) restoreDatabase() {
	x.call.Tx.Select(x.database)
	x.call.Client.shared.database.Store(int32(x.database))
}

// abandoned is the reply for a run of which nothing stayed.
func (x *scriptRun) abandoned(err error) error {
	if x.aborted.Load() {
		return errScriptAborted
	}
	return err
}

// through goes through the door, once for each command that has to run outside
// of it and then once more. Inside of EXEC the door is open already.
func (x *scriptRun) through(keys persistence.Keys) error {
	c := x.call
	if c.inner != nil {
		return x.attempt(c.Tx)
	}
	store := c.Server.store
	for {
		var err error
		if x.readOnly || store.Log().Err() != nil {
			err = store.View(c.Tx, keys, x.inTx)
			if len(c.Tx.Overdue) > 0 {
				c.deleteOverdue()
			}
		} else {
			err = store.Update(c.Tx, keys, x.inTx)
		}
		if x.outside == nil {
			return err
		}
		x.runOutside()
	}
}

// attempt is one run from the start. What the script did before an error stays;
// only what stops the transaction is returned.
func (x *scriptRun) attempt(tx *persistence.Tx) error {
	c := x.call
	c.Reply.Buf = c.Reply.Buf[:c.mark]
	x.in.restart()
	x.ran, x.result = x.ran[:0], nil
	x.wrote.Store(false)
	x.tryNs = nanos()
	tx.Select(x.database)
	switch err := x.execute().(type) {
	case nil:
	case *script.Error:
		x.result = err
	default:
		return err
	}
	return nil
}

func (x *scriptRun) execute() error {
	c := x.call
	if x.function == nil {
		x.run.Name = x.known.SHA
		return c.Server.scripts.pool.Eval(x.known.Script, &x.run)
	}
	x.run.Name = x.function.Name
	if !x.set.TryLock() {
		if c.Tx.NoWait {
			return c.Tx.TakesLong()
		}
		x.set.Lock()
	}
	defer x.set.Unlock()
	return x.set.Call(x.function, &x.run)
}

// interrupt is asked now and then by a script that runs.
func (x *scriptRun) interrupt() error {
	now := nanos()
	if x.call.Tx.NoWait {
		if now-x.tryNs > int64(loopBudget) {
			return x.call.Tx.TakesLong()
		}
		return nil
	}
	switch {
	case x.aborted.Load():
		return persistence.ErrUndo
	case x.killed.Load():
		x.call.Server.warnf("Lua script killed by user with SCRIPT KILL.")
		return script.ErrKilled
	}
	threshold := x.call.Server.cfg.BusyReplyThresholdMs.Get()
	if x.busy || x.call.inner != nil || threshold <= 0 || now-x.startNs < threshold*int64(time.Millisecond) {
		return nil
	}
	x.call.Server.warnf("Slow script detected: still in execution after %d milliseconds. "+
		"You can try killing the script using the %s command.", (now-x.startNs)/int64(time.Millisecond), x.killer())
	x.call.Server.scripts.runs.becomeBusy(x)
	return nil
}

func (x *scriptRun) killer() string {
	if x.isFunction() {
		return "FUNCTION KILL"
	}
	return "SCRIPT KILL"
}

func (x *scriptRun) busyError() error { return errBusyScript(x.killer()) }

// settle keeps the books, and tells others, once everything is final.
func (x *scriptRun) settle(after int64) {
	x.in.finish(after)
	c := x.call
	fed := c.Server.feed.count.Load() > 0
	if fed && c.inner == nil {
		c.feed(c.Client.monitorName())
	}
	call := &x.in.call
	for i := range x.ran {
		r := &x.ran[i]
		call.Spec, call.Args, call.shown = r.spec, r.args, false
		c.Server.stats.ran(c.Client, call, r.tookNs, r.err)
		if r.err != nil {
			c.Server.stats.countError(errorText(r.err))
		}
		if fed && r.spec.Flags&(command.Admin|command.SkipMonitor) == 0 {
			call.Tx.Select(r.database)
			call.feed("lua")
		}
		r.args = nil
	}
	call.Args = nil
	call.Tx.Select(x.database)
}

// runOutside runs a command that opens doors by itself. Its reply is what the
// script's next attempt gets.
func (x *scriptRun) runOutside() {
	o := x.outside
	x.outside = nil
	call := Call{}
	call.init(x.call.Client)
	call.Tx, call.Spec, call.Args, call.mayNotWait = x.call.Tx, o.spec, o.args, true
	call.Reply = &resp.Writer{Proto: x.in.out.Proto}
	err := call.through(&bindings[o.spec.ID], persistence.Keys{})
	x.in.remember(o.spec, o.args, outcome{reply: call.Reply.Buf, proto: call.Reply.Proto, err: err})
}
