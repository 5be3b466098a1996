package server

import (
	"fmt"

	"github.com/cairndb/cairn/encoding/resp"
	"github.com/cairndb/cairn/persistence"
	"github.com/cairndb/cairn/server/command"
)

// apply carries out an effect of the log through the same handlers that
// clients use. Its reply goes nowhere, but an error means that the log and the
// store do not fit.
func (s *Server) apply(tx *persistence.Tx, args [][]byte) error {
	spec := command.Resolve(args)
	if spec == nil || bindings[spec.ID].handle == nil {
		return fmt.Errorf("unknown command %q", args[0])
	}
	c := s.applier
	if c == nil || c.tx != tx {
		c = &Client{srv: s, tx: tx}
		c.beDefault()
		c.call.init(c)
		c.call.Reply = &resp.Writer{Proto: 2}
		c.call.mayNotWait = true
		s.applier = c
	}
	call := &c.call
	call.Args, call.Spec, call.mark = args, spec, 0
	b := &bindings[spec.ID]
	return call.through(b, c.declared(spec, b, args))
}
