package server

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/cairndb/cairn/encoding/rdb"
	"github.com/cairndb/cairn/persistence"
	"github.com/cairndb/cairn/persistence/wal"
	"github.com/cairndb/cairn/replication/link"
	"github.com/cairndb/cairn/server/script"
	"github.com/cairndb/cairn/types"
)

// A full sync builds the master's data beside those that are here, which are
// served meanwhile, and puts them in their place when they are whole.

// transfer is a full sync on its way.
type transfer struct {
	size    int64 // in bytes; -1 unknown
	read    atomic.Int64
	heardMs atomic.Int64
}

// intake makes a replacement of an RDB file.
type intake struct {
	p         *pursuit
	t         *transfer
	rdb       *link.RDB
	new       *persistence.Replacement
	loader    *types.Loader
	functions *script.Functions
	database  int // selected in the stream behind the file
}

// takeOver replaces all that is here by what the master has.
func (p *pursuit) takeOver(l *link.Link, a link.Answer) error {
	s := p.srv
	p.enter(linkSync)
	t := &transfer{size: a.RDB.Size}
	p.transfer.Store(t)
	defer p.transfer.Store(nil)
	s.logf("Full resync from master: %s:%d", a.ID, a.Offset)
	start := time.Now()
	r, err := s.store.BeginReplacement()
	if err != nil {
		return err
	}
	in := &intake{p: p, t: t, rdb: a.RDB, new: r, functions: s.functions().Empty()}
	if err := in.load(); err != nil {
		return fmt.Errorf("full sync: %w", errors.Join(err, r.Abort()))
	}
	s.logf("MASTER <-> REPLICA sync: %d bytes are read, putting them in place", a.RDB.Received())
	s.replicas.drop() // what they have got is of another history
	if err := r.Commit(a.Offset, in.database, wal.History{ID: a.ID, Followed: true}); err != nil {
		return fmt.Errorf("full sync: putting the new data in place: %w", errors.Join(err, r.Abort()))
	}
	s.waiters.wake(nil, nil)
	s.logf("MASTER <-> REPLICA sync: Finished with success, %.3f seconds", time.Since(start).Seconds())
	return l.Ack(a.Offset)
}

// load reads the file to its end.
func (in *intake) load() error {
	limits := in.p.player.call.typeLimits()
	in.loader = types.NewLoader(in.new.Writer(), types.LoadOptions{Limits: limits, Pace: in.heed})
	file := rdb.NewReader(in.rdb, rdb.Limits{})
	for {
		item, err := file.Next()
		if err == io.EOF {
			break
		}
		if err == nil {
			err = in.take(item)
		}
		if err != nil {
			return err
		}
	}
	if n, err := io.Copy(io.Discard, in.rdb); err != nil || n > 0 {
		return errors.Join(err, fmt.Errorf("%d bytes behind the end of the RDB", n))
	}
	in.new.SetFunctions(&persistence.Functions{Codes: in.functions.Codes(), Compiled: in.functions})
	return nil
}

// take takes one item of the file. What cannot be taken ends the sync: a replica
// that lacks something would be no replica.
func (in *intake) take(item rdb.Item) (err error) {
	in.heed()
	switch it := item.(type) {
	case *rdb.Key:
		if _, err = in.loader.Load(it, in.rdb.Received()); err != nil {
			err = fmt.Errorf("database %d, key %.200q: %w", it.DB, it.Name, err)
		}
	case *rdb.Function:
		if in.functions, err = withLibrary(in.functions, string(it.Code), false); err != nil {
			err = fmt.Errorf("a library of functions: %w", err)
		}
	case *rdb.Aux:
		if string(it.Name) == "repl-stream-db" {
			n, _ := strconv.Atoi(string(it.Value))
			in.database = max(n, 0) // negative: the stream will say it first
		}
	case *rdb.Module:
		err = fmt.Errorf("database %d, key %.200q: data of the module type %s", it.DB, it.Key, it.Name)
	case *rdb.SlotImport:
		err = errors.New("the master is receiving slots of its cluster")
	}
	return err
}

// heed notes how far it is.
func (in *intake) heed() {
	in.t.read.Store(in.rdb.Received())
	now := in.p.srv.clock.ms()
	in.t.heardMs.Store(now)
	in.p.heardMs.Store(now)
}
