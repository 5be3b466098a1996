package server

import (
	"errors"

	"github.com/cairndb/cairn/encoding/resp"
	"github.com/cairndb/cairn/persistence"
)

// execution is one EXEC on its way. All of its commands run in one transaction
// of the store, behind the door of all their keys: so the log gets them as one
// record, and nobody sees a part of them. They run as often as it takes to have
// all that they need in RAM; replies, and what others are told, come from the
// last run.
type execution struct {
	call     *Call // EXEC's
	multi    *multi
	watch    *watch
	in       inner
	inTx     func(*persistence.Tx) error
	database int       // selected before
	silent   replyMode // before
	aborted  bool
	nowNs    int64 // when the command before has ended
	ran      []ranCommand
	late     []lateCommand
}

// ranCommand is what the books are told of a command.
type ranCommand struct {
	tookNs   int64
	err      error
	database int // selected after it
}

// lateCommand is one that opens doors by itself, and runs right after the
// transaction: INFO, DEBUG.
type lateCommand struct {
	queued
	at int // where its reply belongs
	no int
}

// begin readies a transaction for its commands.
func (x *execution) begin(c *Call) {
	x.call, x.watch, x.database, x.silent = c, c.Client.shared.watch.Load(), c.Tx.Database(), c.Client.silent
	x.in.begin(c)
}

// release forgets what has been.
func (x *execution) release() {
	x.in.release()
	x.call, x.watch, x.aborted = nil, nil, false
	clear(x.ran)
	clear(x.late)
	x.ran, x.late = x.ran[:0], x.late[:0]
}

// perform carries the transaction out, unless a watched key has changed.
func (x *execution) perform() error {
	c := x.call
	err := x.through(x.multi.keys(c.Client))
	if err != nil || x.aborted {
		return err
	}
	x.in.finish(c.Tx.WaitOffset)
	x.runLate()
	x.keepBooks()
	return nil
}

// keepBooks counts the commands, and shows them to those who watch.
func (x *execution) keepBooks() {
	call := &x.in.call
	database := call.Tx.Database()
	for i, r := range x.ran {
		call.Spec, call.Args, call.shown = x.multi.queue[i].spec, x.multi.queue[i].args, false
		call.Server.stats.ran(call.Client, call, r.tookNs, r.err)
		call.Tx.Select(r.database)
		call.show()
	}
	call.Tx.Select(database)
}

// through goes through the door. While the log cannot be written a transaction
// that only reads still can.
func (x *execution) through(keys persistence.Keys) error {
	c := x.call
	x.in.call.Tx = c.Tx
	store := c.Server.store
	if store.Log().Err() != nil && !x.multi.writes() {
		return store.View(c.Tx, keys, x.inTx)
	}
	return store.Update(c.Tx, keys, x.inTx)
}

// run is one attempt at the commands.
func (x *execution) run(tx *persistence.Tx) error {
	tx.Select(x.database)
	x.in.restart()
	x.ran, x.late = x.ran[:0], x.late[:0]
	if w := x.watch; w != nil && (w.spoiled.Load() || w.expired(tx.NowMs)) {
		x.aborted = true
		return nil
	}
	x.nowNs = nanos()
	for i := range x.multi.queue {
		if err := x.runOne(tx, i); err != nil {
			return err
		}
	}
	return nil
}

func (x *execution) runOne(tx *persistence.Tx, i int) error {
	q := x.multi.queue[i]
	if b := &bindings[q.spec.ID]; b.opens && !b.repeats && !sleeps(q.args) {
		x.late = append(x.late, lateCommand{q, len(x.in.out.Buf), i})
		x.ran = append(x.ran, ranCommand{database: tx.Database()})
		return nil
	}
	start := x.nowNs
	x.in.call.mark = len(x.in.out.Buf)
	err := x.call.Client.permitQueued(q)
	if err == nil {
		tx.Turn(q.firstKey)
		err = x.in.run(q.spec, q.args)
	}
	if err != nil {
		if tx.Stops(err) {
			return err
		}
		x.in.replyError(err)
	}
	if x.call.Client.silent == replyOff {
		x.in.out.Buf = x.in.out.Buf[:x.in.call.mark]
	}
	x.nowNs = nanos()
	x.ran = append(x.ran, ranCommand{x.nowNs - start, err, tx.Database()})
	return nil
}

// sleeps tells of a command that opens doors by itself that this one does not:
// DEBUG SLEEP, which makes a transaction last.
func sleeps(args [][]byte) bool {
	return len(args) == 3 && isWord(args[0], "debug") && isWord(args[1], "sleep")
}

// replyError puts the text of an error in the place of the reply.
func (in *inner) replyError(err error) {
	in.out.Buf = in.out.Buf[:in.call.mark]
	in.out.Error(errorText(err))
}

// runLate runs the commands that could not run inside, and puts their replies
// where they belong, the last one first, so that the places stay right.
func (x *execution) runLate() {
	if len(x.late) == 0 {
		return
	}
	replies := make([][]byte, len(x.late))
	for i, l := range x.late {
		replies[i] = x.runLateOne(l)
	}
	for i := len(x.late) - 1; i >= 0; i-- {
		end := len(x.in.out.Buf)
		x.in.out.Buf = append(x.in.out.Buf, replies[i]...)
		x.in.call.bringForward(x.late[i].at, end)
	}
}

func (x *execution) runLateOne(l lateCommand) []byte {
	offset := x.call.Tx.WaitOffset
	call := Call{}
	call.init(x.call.Client)
	call.Tx, call.Spec, call.Args, call.Reply = x.call.Tx, l.spec, l.args, &resp.Writer{Proto: x.in.out.Proto}
	start := nanos()
	err := call.through(&bindings[l.spec.ID], persistence.Keys{})
	if err != nil {
		call.Reply.Buf = call.Reply.Buf[:0]
		call.Reply.Error(errorText(err))
	}
	x.ran[l.no].tookNs, x.ran[l.no].err = nanos()-start, err
	x.call.Tx.WaitOffset = max(offset, x.call.Tx.WaitOffset)
	return call.Reply.Buf
}

// failed makes EXEC's error of what kept the whole from happening.
func (x *execution) failed(err error) error {
	x.call.Tx.Select(x.database)
	x.call.Client.shared.database.Store(int32(x.database))
	if errors.Is(err, persistence.ErrLogFailed) {
		return execRefused(err)
	}
	return err
}

// reply adds EXEC's reply to those of its client. The commands' own have a
// buffer of their own until here, since pushes to the client may have come
// meanwhile.
func (x *execution) reply(c *Call) {
	if x.aborted {
		c.Reply.NullArray()
		return
	}
	for _, r := range x.ran {
		if r.err != nil {
			c.Server.stats.countError(errorText(r.err))
		}
	}
	c.spoken = c.Client.silent != x.silent
	c.Reply.Array(len(x.multi.queue))
	c.Reply.Raw(x.in.out.Buf)
	c.Reply.Proto = x.in.out.Proto
}
