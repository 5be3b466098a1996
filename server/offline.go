package server

import (
	"io"

	"github.com/cairndb/cairn/persistence"
	"github.com/cairndb/cairn/server/config"
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
