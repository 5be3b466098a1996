package server

import (
	"github.com/cairndb/cairn/server/command"
	"github.com/cairndb/cairn/server/script"
)

func init() {
	bind("fcall", fcall(false)).bare().repeatable()
	bind("fcall_ro", fcall(true)).bare().repeatable()
}

// FCALL function numkeys [key [key ...]] [arg [arg ...]]
// FCALL_RO function numkeys [key [key ...]] [arg [arg ...]]
func fcall(readOnly bool) Handler {
	return func(c *Call) error {
		set, err := c.functionSet()
		if err != nil {
			return err
		}
		fn := set.Find(c.Args[1])
		if fn == nil {
			return errNoFunction
		}
		nkeys, err := c.scriptKeys(errBadKeyCount)
		if err != nil {
			return err
		}
		if err := c.mayRun(fn.Flags, readOnly); err != nil {
			return err
		}
		x := c.scriptRunOf()
		x.set, x.function, x.readOnly = set, fn, readOnly || fn.Flags.Has(script.NoWrites)
		return x.perform(nkeys)
	}
}

// functionSet is what the call sees: inside of EXEC also what that has changed.
func (c *Call) functionSet() (*script.Functions, error) {
	if c.inner == nil {
		return c.Server.functions(), nil
	}
	f, err := c.Tx.Functions()
	if err != nil {
		return nil, err
	}
	return compiledFunctions(f), nil
}

// functionsHeld tells whether a command would have to wait for another function
// to end: their libraries have variables in common.
func (s *Server) functionsHeld(spec *command.Spec) bool {
	if spec != fcallSpec && spec != fcallReadSpec {
		return false
	}
	set := s.functions()
	if !set.TryLock() {
		return true
	}
	set.Unlock()
	return false
}

var (
	fcallSpec     = command.Find([]byte("fcall"))
	fcallReadSpec = command.Find([]byte("fcall_ro"))
)
