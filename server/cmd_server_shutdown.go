package server

import (
	"sync"
	"sync/atomic"

	"github.com/cairndb/cairn/server/config"
)

func init() {
	bind("shutdown", shutdown).offLoop()
}

// SHUTDOWN [NOSAVE|SAVE] [NOW] [FORCE] [ABORT]
func shutdown(c *Call) error {
	flags, abort, err := parseShutdown(c.Args[1:])
	switch {
	case err != nil:
		return err
	case !abort:
		if x := c.Server.scripts.runs.busy.Load(); x != nil && flags&config.ShutdownNoSave == 0 {
			return x.busyError()
		}
		c.Server.logf("User requested shutdown...")
		return c.Server.Shutdown(flags)
	case !c.Server.ending.abort():
		return errNoShutdown
	}
	c.Reply.OK()
	return nil
}

func parseShutdown(args [][]byte) (flags config.ShutdownFlags, abort bool, err error) {
	for _, a := range args {
		switch {
		case isWord(a, "nosave"):
			flags |= config.ShutdownNoSave
		case isWord(a, "save"):
			flags |= config.ShutdownSave
		case isWord(a, "now"):
			flags |= config.ShutdownNow
		case isWord(a, "force"):
			flags |= config.ShutdownForce
		case isWord(a, "abort"):
			abort = true
		default:
			return 0, false, errSyntax
		}
	}
	if abort && flags != 0 || flags&config.ShutdownNoSave != 0 && flags&config.ShutdownSave != 0 {
		return 0, false, errSyntax
	}
	return flags, abort, nil
}

// ending is what is under way to end the server.
type ending struct {
	aborted  atomic.Bool
	keepLog  atomic.Bool // no checkpoint: the next start replays the log
	tolerant atomic.Bool // whatever fails from here on does not matter

	mu      sync.Mutex
	running int  // shutdowns that make the data durable
	closed  bool // the store is closed, or about to be
	work    sync.WaitGroup
}

// begin tells whether there is still something to shut down.
func (e *ending) begin() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return false
	}
	e.aborted.Store(false)
	e.running++
	e.work.Add(1)
	return true
}

func (e *ending) end() {
	e.mu.Lock()
	e.running--
	e.mu.Unlock()
	e.work.Done()
}

// abort stops a shutdown that has not reached its point of no return.
func (e *ending) abort() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.running == 0 {
		return false
	}
	e.aborted.Store(true)
	return true
}

// wait lets those that are under way come to their end and no other begin.
func (e *ending) wait() {
	e.mu.Lock()
	e.closed = true
	e.mu.Unlock()
	e.work.Wait()
}

// Shutdown makes the data durable and ends Run. If that fails the server goes
// on, unless it is forced. Except with NOW it waits for replicas first.
func (s *Server) Shutdown(flags config.ShutdownFlags) error {
	e := &s.ending
	if !e.begin() {
		return nil
	}
	defer e.end()
	s.scripts.runs.abort() // what they have not done yet they will not do
	s.pause.freeze()
	defer s.pause.thaw()
	if flags&config.ShutdownNow == 0 {
		s.letReplicasCatchUp()
	}
	err := s.makeDurable(flags)
	force := flags&config.ShutdownForce != 0
	switch {
	case e.aborted.Load():
		s.logf("Shutdown manually aborted.")
		return errShutdown
	case err != nil && !force:
		s.warnf("Error trying to shut down, the server goes on: %v", err)
		return errShutdown
	case err != nil:
		s.warnf("Shutting down in spite of: %v", err)
	}
	e.keepLog.Store(flags&config.ShutdownNoSave != 0 || err != nil)
	e.tolerant.Store(force)
	s.Stop()
	return nil
}

// makeDurable does the work of a shutdown while clients are still served, so
// that little is left to do after them.
func (s *Server) makeDurable(flags config.ShutdownFlags) error {
	if flags&config.ShutdownNoSave != 0 {
		return s.store.Log().Sync(s.store.LogEnd())
	}
	_, err := s.store.Checkpoint("shutdown")
	return err
}
