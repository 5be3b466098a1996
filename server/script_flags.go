package server

import (
	"github.com/cairndb/cairn/server/command"
	"github.com/cairndb/cairn/server/script"
)

var (
	evalSpec        = command.Find([]byte("eval"))
	evalReadSpec    = command.Find([]byte("eval_ro"))
	evalSHASpec     = command.Find([]byte("evalsha"))
	evalSHAReadSpec = command.Find([]byte("evalsha_ro"))
)

// scriptFlags are the flags of the script or function that a command would run,
// if it says of itself what it does. They stand for those of the command.
func (s *Server) scriptFlags(spec *command.Spec, args [][]byte) (flags script.Flags, declared bool) {
	switch spec {
	case evalSpec, evalReadSpec:
		known, err := s.scripts.cache.take(args[1], false)
		return flagsOf(known, err == nil)
	case evalSHASpec, evalSHAReadSpec:
		known := s.scripts.cache.find(args[1])
		return flagsOf(known, known != nil)
	case fcallSpec, fcallReadSpec:
		if fn := s.functions().Find(args[1]); fn != nil {
			return fn.Flags, true
		}
	}
	return 0, false
}

func flagsOf(known *knownScript, found bool) (script.Flags, bool) {
	if !found {
		return 0, false
	}
	return known.Flags, !known.Flags.Has(script.Compat)
}
