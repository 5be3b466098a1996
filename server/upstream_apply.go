package server

import (
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/cairndb/cairn/encoding/resp"
	"github.com/cairndb/cairn/persistence"
	"github.com/cairndb/cairn/persistence/wal"
	"github.com/cairndb/cairn/replication/link"
	"github.com/cairndb/cairn/server/command"
)

// What the master sends is done in batches of whole commands, each batch one
// transaction of the store with the master's bytes as its part of the log. So
// locks, log and clients that wait are seen to once for many commands; log and
// data are one at every moment; and nobody sees a part of a transaction. Keys
// whose time has come stay until the master deletes them.

// Bounds of a batch: it keeps readers waiting while it runs.
const (
	applyBytes    = 64 << 10
	applyCommands = 256
)

// repeat does what the master sends, until the link ends.
func (p *pursuit) repeat(l *link.Link) error {
	store, stats := p.srv.store, &p.srv.upstream.stats
	for {
		b, err := l.Next(applyBytes, applyCommands)
		if err != nil {
			return err
		}
		p.hear()
		p.flows.Store(true)
		stats.readBytes.Add(b.End - b.Start)
		if b.Start != store.LogEnd() {
			return fmt.Errorf("the master is at offset %d, and the log ends at %d", b.Start, store.LogEnd())
		}
		if err := store.Log().Throttle(p.ctx); err != nil {
			return err
		}
		if err := p.player.play(b); err != nil {
			return fmt.Errorf("after offset %d: %w", store.LogEnd(), err)
		}
		if err := p.settle(l); err != nil {
			return err
		}
	}
}

// settle lets others have what a batch has changed.
func (p *pursuit) settle(l *link.Link) error {
	s := p.srv
	if log := s.store.Log(); log.Policy() == wal.Always {
		if _, err := log.Await(s.store.LogEnd(), nobody{}); err != nil {
			return err
		}
	} else if err := log.Flush(); err != nil {
		return err
	}
	s.outbox.release(nil)
	if s.waiters.due.Load() {
		s.waiters.wake(nil, nil)
	}
	if d := s.store.WriteDelay(); d > 0 {
		time.Sleep(d)
	}
	if !p.player.asked {
		return nil
	}
	p.player.asked = false
	return p.answer(l)
}

// player does what a master has done.
type player struct {
	srv      *Server
	tx       *persistence.Tx
	call     *Call // its commands run inside of it, as those of EXEC do
	in       inner
	database int  // that the stream has selected
	asked    bool // the master wants to hear how far this is

	names [][]byte // scratch

	// Of the run on its way.
	batch    *link.Batch
	from, to int // commands
	ran      []played
	fatal    error // why nothing can be done, if it returns ErrUndo
}

func newPlayer(s *Server) *player {
	c := &Client{srv: s, tx: s.store.Tx(), id: s.nextID.Add(1), busy: true}
	c.beDefault() // whom scripts are run for, which old masters send instead of what they do
	c.authenticated = true
	c.tx.Origin = c.id
	y := &player{srv: s, tx: c.tx, call: &Call{}}
	y.call.init(c)
	y.call.Reply = &resp.Writer{Proto: 2}
	y.in.begin(y.call)
	return y
}

// play does a batch. What it needs from the disk is loaded for all of it at
// once; then it goes on one command, or transaction, at a time: of a batch that
// begins again for each thing that is missing nobody would see the end.
func (y *player) play(b *link.Batch) error {
	y.tx.NoWait = true
	err := y.playPart(b, 0, b.Len())
	if !errors.Is(err, persistence.ErrWouldBlock) {
		return err
	}
	y.tx.NoWait = false
	if err := y.load(b); err != nil {
		return err
	}
	for from := 0; from < b.Len(); {
		to := wholeGroup(b, from)
		if err := y.playPart(b, from, to); err != nil {
			return err
		}
		from = to
	}
	return nil
}

// wholeGroup is the end of the command, or transaction, that begins at from.
func wholeGroup(b *link.Batch, from int) int {
	if command.Resolve(b.Command(from)) != multiSpec {
		return from + 1
	}
	for to := from + 1; to < b.Len(); to++ {
		if command.Resolve(b.Command(to)) == execSpec {
			return to + 1
		}
	}
	return b.Len()
}

// load brings the keys of a batch into RAM, as far as there is room.
func (y *player) load(b *link.Batch) error {
	y.tx.Select(y.database)
	err := y.srv.store.View(y.tx, y.keys(b, 0, b.Len(), true), func(tx *persistence.Tx) error {
		var failed error
		for _, name := range y.names {
			if _, err := tx.Examine(name); err != nil && tx.Stops(err) {
				failed = err
			}
		}
		return failed
	})
	var broken *persistence.IOError
	if errors.As(err, &broken) {
		return err
	}
	return nil
}

// fewCommands have their keys locked; more of them have everything locked, which
// costs less then.
const fewCommands = 8

// keys are those of some commands.
func (y *player) keys(b *link.Batch, from, to int, named bool) persistence.Keys {
	y.names = y.names[:0]
	if !named && to-from > fewCommands {
		return persistence.Keys{All: true}
	}
	k := persistence.Keys{}
	for i := from; i < to; i++ {
		args := b.Command(i)
		spec := command.Resolve(args)
		if spec == nil {
			continue
		}
		switch bind := &bindings[spec.ID]; bind.door {
		case doorView, doorUpdate:
			y.names = y.call.Client.appendKeys(y.names, spec, args)
		case doorUpdateAll:
			k.All = true
		default:
			k.All = k.All || bind.opens
		}
	}
	k.Names = y.names
	return k
}

// playPart does some commands of a batch, all of them or none.
func (y *player) playPart(b *link.Batch, from, to int) error {
	y.batch, y.from, y.to = b, from, to
	y.tx.NowMs = y.srv.clock.ms()
	y.tx.Verbatim(y.payload(), y.database)
	err := y.srv.store.Update(y.tx, y.keys(b, from, to, false), y.attempt)
	if err == persistence.ErrUndo {
		return y.fatal
	}
	if err != nil {
		return err
	}
	y.database = y.tx.Database()
	y.in.finish(y.tx.WaitOffset)
	y.keepBooks()
	return nil
}

func (y *player) payload() []byte {
	start := 0
	if y.from > 0 {
		start = y.batch.EndOf(y.from - 1)
	}
	return y.batch.Raw[start:y.batch.EndOf(y.to-1)]
}

// attempt is one run.
func (y *player) attempt(tx *persistence.Tx) error {
	tx.Select(y.database)
	y.in.restart()
	y.in.once, y.ran = y.in.once[:0], y.ran[:0]
	start := nanos()
	for i := y.from; i < y.to; i++ {
		args := y.batch.Command(i)
		spec := command.Resolve(args)
		err := y.one(tx, spec, args)
		if err != nil && tx.Stops(err) {
			return err
		}
		end := nanos()
		y.ran = append(y.ran, played{spec, end - start, err})
		start = end
	}
	tx.Verbatim(y.payload(), tx.Database())
	return nil
}

// one does a command.
func (y *player) one(tx *persistence.Tx, spec *command.Spec, args [][]byte) error {
	if len(args) == 0 {
		return nil
	}
	switch spec {
	case nil:
		return unknownCommand(nil, args)
	case selectSpec:
		return y.selectDatabase(tx, args)
	case multiSpec, execSpec, pingSpec:
		return nil
	case replconfSpec:
		y.asked = y.asked || len(args) > 1 && isWord(args[1], "getack")
		return nil
	}
	if bindings[spec.ID].handle == nil || !spec.CheckArity(len(args)) {
		return unknownCommand(spec, args)
	}
	y.in.out.Buf = y.in.out.Buf[:0]
	err := y.in.run(spec, args)
	if cap(y.in.out.Buf) > maxPlayedReply {
		y.in.out.Buf = nil
	}
	return err
}

// maxPlayedReply is what is kept of a reply's buffer, in bytes.
const maxPlayedReply = 64 << 10

var (
	multiSpec    = command.Find([]byte("multi"))
	selectSpec   = command.Find([]byte("select"))
	pingSpec     = command.Find([]byte("ping"))
	replconfSpec = command.Find([]byte("replconf"))
)

// selectDatabase follows the stream to another database. If there is none of that
// number following ends, until there is: what is in it must not be lost silently.
func (y *player) selectDatabase(tx *persistence.Tx, args [][]byte) error {
	if len(args) != 2 {
		return unknownCommand(selectSpec, args)
	}
	n, err := strconv.Atoi(string(args[1]))
	if err != nil || n < 0 || n >= y.srv.store.Databases() {
		y.fatal = fmt.Errorf("the master uses database %q, which is not here; set databases as it does", args[1])
		return persistence.ErrUndo
	}
	tx.Select(n)
	return nil
}

// complain tells that a command of the master's has failed here, which should
// not be: the two may not have the same data.
func (y *player) complain(no int, err error) {
	y.srv.upstream.stats.errors.Add(1)
	args := y.batch.Command(no)
	name := "nothing"
	if len(args) > 0 {
		name = string(args[0])
	}
	y.srv.warnf("== CRITICAL == This replica is sending an error to its master: '%s' after processing the command '%.40q'",
		errorText(err), name)
}
