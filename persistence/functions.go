package persistence

import "fmt"

// Functions is what the store keeps for scripts besides keys: libraries of
// functions. A value never changes; a change makes another one.
type Functions struct {
	Codes []string // of the libraries, in order
	// Compiled is what the server has made of them. The store keeps it beside
	// the texts, so that the two always fit.
	Compiled any
}

// MaxFunctionBytes bounds the texts of all libraries: every checkpoint writes
// them.
const MaxFunctionBytes = 64 << 20

// ErrFunctionsTooLarge refuses libraries over MaxFunctionBytes.
var ErrFunctionsTooLarge = fmt.Errorf("the code of all functions is larger than %d bytes", MaxFunctionBytes)

// Functions are those that are final now.
func (s *Store) Functions() *Functions { return s.functions.Load() }

// AdoptFunctions puts what the server has made of the stored texts beside
// them, before the log is replayed.
func (s *Store) AdoptFunctions(compiled any) {
	s.functions.Store(&Functions{Codes: s.functions.Load().Codes, Compiled: compiled})
}

// Functions are those that this transaction sees. Needs a transaction on all
// keys.
func (tx *Tx) Functions() (*Functions, error) {
	if !tx.all {
		return nil, tx.undeclared(-1)
	}
	if tx.functions != nil {
		return tx.functions, nil
	}
	return tx.store.functions.Load(), nil
}

// SetFunctions replaces them all. Nothing is logged. Needs a transaction on all
// keys.
func (tx *Tx) SetFunctions(f *Functions) error {
	if !tx.all {
		return tx.undeclared(-1)
	}
	size := 0
	for _, code := range f.Codes {
		size += len(code)
	}
	if size > MaxFunctionBytes {
		return ErrFunctionsTooLarge
	}
	tx.functions = f
	return nil
}

// commitFunctions makes them final. Whoever sees any of them waits for this
// transaction.
func (tx *Tx) commitFunctions(offset int64) {
	if tx.functions == nil {
		return
	}
	tx.store.functions.Store(tx.functions)
	tx.functions = nil
	for i := range tx.store.shards {
		sh := &tx.store.shards[i]
		sh.lastOffset = max(sh.lastOffset, offset)
	}
}
