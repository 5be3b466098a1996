package server

import (
	"io"
	"time"

	"github.com/cairndb/cairn/persistence"
	"github.com/cairndb/cairn/server/config"
	"github.com/cairndb/cairn/server/script"
)

// OpenStore opens the data directory of a configuration as a start of the server
// does, for work on it that needs no clients: what the log holds is carried out
// first. Messages go to w.
func OpenStore(cfg *config.Config, w io.Writer) (*persistence.Store, error) {
	s := newServer(cfg)
	s.log.out = w
	if err := s.openStore(); err != nil {
		return nil, err
	}
	return s.store, nil
}

// LoadLibrary adds a library of functions to a store that OpenStore has opened,
// as FUNCTION LOAD does, but logs nothing.
func LoadLibrary(store *persistence.Store, code string, replace bool) error {
	tx := store.Tx()
	tx.Replay = true
	return store.Update(tx, persistence.Keys{All: true}, func(tx *persistence.Tx) error {
		now, err := tx.Functions()
		if err != nil {
			return err
		}
		set, err := withLibrary(compiledFunctions(now), code, replace)
		if err != nil {
			return err
		}
		return tx.SetFunctions(&persistence.Functions{Codes: set.Codes(), Compiled: set})
	})
}

func withLibrary(set *script.Functions, code string, replace bool) (*script.Functions, error) {
	end := time.Now().Add(loadTimeout)
	l, err := set.Load(code, func() error {
		if time.Now().After(end) {
			return script.ErrLoadTimeout
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return set.With(l, replace)
}
