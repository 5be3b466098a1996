package server

import (
	"sync/atomic"

	"github.com/cairndb/cairn/persistence"
	"github.com/cairndb/cairn/server/script"
)

// scripts is what the server has for scripts and functions.
type scripts struct {
	pool       script.Pool
	cache      scriptCache
	runs       scriptRuns
	mayCallAll atomic.Bool // DEBUG SET-DISABLE-DENY-SCRIPTS
}

// Each script may hold this part of the server's memory, but never so little
// that ordinary ones fail.
const (
	scriptShare    = 8
	minScriptBytes = 32 << 20
)

// prepareScripts compiles the functions that the store has kept. It runs before
// the log is replayed, which may change them.
func (s *Server) prepareScripts() error {
	s.scripts.pool.MaxBytes = max(minScriptBytes, int(s.memoryBytes()/scriptShare))
	set := script.NewFunctions(s.scripts.pool.MaxBytes)
	for _, code := range s.store.Functions().Codes {
		l, err := set.Load(code, nil)
		if err != nil {
			return err
		}
		if set, err = set.With(l, false); err != nil {
			return err
		}
	}
	s.store.AdoptFunctions(set)
	return nil
}

// functions are the libraries that are final now.
func (s *Server) functions() *script.Functions { return compiledFunctions(s.store.Functions()) }

func compiledFunctions(f *persistence.Functions) *script.Functions {
	return f.Compiled.(*script.Functions)
}
