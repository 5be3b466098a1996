package server

import (
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/cairndb/cairn/persistence"
	"github.com/cairndb/cairn/server/command"
	"github.com/cairndb/cairn/server/config"
	"github.com/cairndb/cairn/server/script"
)

// Offline is a data directory that is worked on without clients.
type Offline struct {
	Store *persistence.Store

	srv *Server
}

// OpenOffline opens the data directory of a configuration as a start of the
// server does: what the log holds is carried out first. Messages go to w. Close
// the store.
//
// Whether the server leads or follows is not known here, nor how much log it
// keeps. So the history goes on under its name, and none of the log is given up:
// who follows the server, or whom it follows, goes on with it afterwards as if
// nothing had been. Work that changes the data calls the store's ForgetHistory.
func OpenOffline(cfg *config.Config, w io.Writer) (*Offline, error) {
	s := newOffline(cfg, w)
	if err := s.openStore(); err != nil {
		return nil, err
	}
	return &Offline{s.store, s}, nil
}

func newOffline(cfg *config.Config, w io.Writer) *Server {
	s := newServer(cfg)
	s.log.out, s.offline = w, true
	return s
}

// OpenStore is OpenOffline for work that knows no commands.
func OpenStore(cfg *config.Config, w io.Writer) (*persistence.Store, error) {
	o, err := OpenOffline(cfg, w)
	if err != nil {
		return nil, err
	}
	return o.Store, nil
}

// OpenSalvaged is OpenStore for data that is not complete: what of the log does
// not fit what is there is told to failed, and passed over.
func OpenSalvaged(cfg *config.Config, w io.Writer, failed func(args [][]byte, err error)) (*persistence.Store, error) {
	s := newOffline(cfg, w)
	s.replay = func(tx *persistence.Tx, args [][]byte) error {
		err := s.apply(tx, args)
		var broken *persistence.IOError
		if err == nil || errors.As(err, &broken) {
			return err
		}
		failed(args, err)
		return nil
	}
	if err := s.openStore(); err != nil {
		return nil, err
	}
	return s.store, nil
}

// Apply carries out a command that another server has carried out, on the
// database that tx has selected. Nothing is logged, and with tx.Replay the clock
// means nothing. Commands that only read, or that run a server, do nothing.
func (o *Offline) Apply(tx *persistence.Tx, args [][]byte) error {
	spec := command.Resolve(args)
	switch {
	case spec == nil, bindings[spec.ID].handle == nil:
		return fmt.Errorf("unknown command '%.128s'", args[0])
	case !spec.CheckArity(len(args)):
		return wrongArity(spec)
	case spec.Flags&(command.Write|command.MayReplicate) == 0 && spec.Group != "scripting":
		return nil
	}
	return o.srv.apply(tx, args)
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
