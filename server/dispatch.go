package server

import (
	"errors"
	"time"

	"github.com/cairndb/cairn/encoding/resp"
	"github.com/cairndb/cairn/persistence"
	"github.com/cairndb/cairn/server/command"
)

// run carries out one request on the loop, or takes it off the loop if it
// needs the disk or may take long.
func (c *Client) run(args [][]byte) {
	call := &c.call
	call.Args = args
	call.mark, call.asPush, call.noReply, call.spoken, call.shown = len(c.reply.Buf), false, false, false, false
	c.batchCount++
	spec, err := c.admit(args)
	if err != nil {
		c.reject(spec, call, err)
		return
	}
	call.Spec = spec
	b := &bindings[spec.ID]
	if c.srv.pause.holds(c, spec, args) {
		c.postpone(args)
		return
	}
	if c.multi != nil && !b.eager {
		c.enqueue(call)
		return
	}
	if b.slow || c.srv.scripts.runs.hinder(b) {
		c.detach(args)
		return
	}
	c.tx.NoWait = true
	c.tx.NowMs = c.srv.clock.ms()
	if b.batches(spec) && c.runBatch(spec, args) {
		return
	}
	start := c.loop.begin()
	err = call.through(b, c.declared(spec, b, args))
	if errors.Is(err, persistence.ErrWouldBlock) {
		call.Reply.Buf = call.Reply.Buf[:call.mark]
		c.detach(args)
		return
	}
	took := c.loop.end(start)
	if c.srv.waiters.due.Load() {
		c.wakeOthers(b)
		c.loop.tickNs = 0
	}
	if err == errParked {
		c.batchCount--
		call.show()
		c.attach(call.waits)
		return
	}
	c.ended(call, err, took)
}

// begin is the time at which a command begins: that at which the one before has
// ended, if both came together. Looking at the clock costs as much as parsing.
func (l *loop) begin() int64 {
	if l.tickNs == 0 {
		l.tickNs = nanos()
	}
	return l.tickNs
}

// end tells how long a command has taken.
func (l *loop) end(start int64) int64 {
	l.tickNs = nanos()
	return l.tickNs - start
}

var started = time.Now()

// nanos is a monotonic clock.
func nanos() int64 { return int64(time.Since(started)) }

// admit finds the command and checks everything that does not depend on data.
func (c *Client) admit(args [][]byte) (*command.Spec, error) {
	spec := c.srv.lookup(args)
	if spec == nil && isHTTP(args[0]) {
		c.cutOff()
	}
	if spec == nil || len(spec.Sub) > 0 && len(args) > 1 {
		return nil, unknownCommand(spec, args)
	}
	if !spec.CheckArity(len(args)) {
		return spec, wrongArity(spec)
	}
	if bindings[spec.ID].handle == nil {
		return nil, unknownCommand(spec, args)
	}
	if spec.Flags.Has(command.Protected) {
		if err := c.mayUseProtected(spec); err != nil {
			return spec, err
		}
	}
	if !spec.Flags.Has(command.NoAuth) && c.lockedOut() {
		return spec, errNoAuth
	}
	if err := c.permit(spec, args); err != nil {
		return spec, err
	}
	if err := c.srv.scripts.runs.refuse(spec); err != nil {
		return spec, err
	}
	if c.multi != nil {
		if err := c.mayQueue(spec); err != nil {
			return spec, err
		}
	}
	if c.onlyListens() && !bindings[spec.ID].listening {
		return spec, onlyListens(spec)
	}
	if spec.Flags.Has(command.Write) && c.srv.replicas.tooFew() {
		return spec, errNoReplicas
	}
	if err := c.srv.upstream.refuseCall(c, spec, args); err != nil {
		return spec, err
	}
	if (c.monitor != nil || c.follows != nil && c.isReplica()) && spec.Flags&(command.Write|command.ReadOnly|command.MayReplicate) != 0 {
		return spec, errReplicaKeyspace
	}
	return spec, nil
}

func (c *Client) reject(spec *command.Spec, call *Call, err error) {
	if spec != nil {
		c.srv.stats.rejected(c, spec)
		c.shared.lastCommand.Store(spec)
	}
	c.multi.refuse()
	if spec == execSpec {
		c.discard()
		err = execRefused(err)
	}
	c.fail(call, err)
	c.muted(call)
	if c.caching {
		c.forgetCaching(spec)
	}
}

// declared says which keys the call may touch.
func (c *Client) declared(spec *command.Spec, b *binding, args [][]byte) persistence.Keys {
	if b.door == doorNone || b.door == doorUpdateAll {
		return persistence.Keys{}
	}
	if first, last, _ := spec.KeyRange(args); first == last && first != 0 {
		return persistence.Keys{Names: args[first : first+1]}
	}
	c.keys = c.appendKeys(c.keys[:0], spec, args)
	return persistence.Keys{Names: c.keys}
}

// appendKeys appends the keys of a call. Where they depend on the arguments, and
// these make no sense, there are none; the handler says what is wrong.
func (c *Client) appendKeys(dst [][]byte, spec *command.Spec, args [][]byte) [][]byte {
	if first, last, step := spec.KeyRange(args); first != 0 {
		for i := first; i <= last; i += step {
			dst = append(dst, args[i])
		}
		return dst
	}
	c.keyRefs, _ = spec.AppendKeys(c.keyRefs[:0], args)
	for _, k := range c.keyRefs {
		dst = append(dst, args[k.Pos])
	}
	return dst
}

// ended writes the error's reply, if there is one, and keeps the books.
func (c *Client) ended(call *Call, err error, took int64) {
	if err != nil {
		c.fail(call, err)
	}
	c.saw(call.Tx.WaitOffset)
	c.wrote = c.wrote || call.Spec.Flags.Has(command.Write)
	c.srv.stats.ran(c, call, took, err)
	if c.srv.cold.on.Load() {
		c.srv.chill()
	}
	switch {
	case call.asPush:
		c.pushed(call.mark)
		c.batchCount--
	case call.noReply:
		c.batchCount--
	}
	c.muted(call)
	call.show()
	if c.caching {
		c.forgetCaching(call.Spec)
	}
	if call == &c.call {
		c.loop.deliverPushes() // what the command brought its own client follows its reply, before the next one
	}
}

// saw notes up to where the log has to be durable before the replies are shown.
func (c *Client) saw(offset int64) {
	c.waitOffset, c.seenOffset = max(c.waitOffset, offset), max(c.seenOffset, offset)
}

func (c *Client) fail(call *Call, err error) {
	call.Reply.Buf = call.Reply.Buf[:call.mark]
	call.Reply.Error(c.srv.stats.failed(err))
}

// muted drops the reply if CLIENT REPLY asked for that.
func (c *Client) muted(call *Call) {
	switch c.silent {
	case replyOn:
		return
	case replySkipNext:
		c.silent = replySkip
	case replySkip:
		c.silent = replyOn
	}
	if !call.asPush && !call.noReply && !call.spoken {
		call.Reply.Buf = call.Reply.Buf[:call.mark]
		c.batchCount--
	}
}

// detach runs a command off the loop. The client waits; its
// arguments are copied, since the loop goes on to use the buffer.
func (c *Client) detach(args [][]byte) {
	c.busy = true
	c.batchCount--
	own := copyArgs(args)
	off := &Call{}
	off.init(c)
	off.Args, off.Spec = own, c.call.Spec
	off.Reply = &resp.Writer{Proto: c.reply.Proto}
	c.shared.lastCommand.Store(off.Spec)
	c.srv.detached.Add(1)
	c.srv.workers.run(off)
}

func copyArgs(args [][]byte) [][]byte {
	n := 0
	for _, a := range args {
		n += len(a)
	}
	buf, out := make([]byte, 0, n), make([][]byte, len(args))
	for i, a := range args {
		start := len(buf)
		buf = append(buf, a...)
		out[i] = buf[start:len(buf):len(buf)]
	}
	return out
}

func (c *Client) runDetached(call *Call) {
	defer c.srv.detached.Done()
	b := &bindings[call.Spec.ID]
	c.tx.NoWait = false
	c.tx.NowMs = time.Now().UnixMilli()
	start := nanos()
	if b.large {
		c.tx.MaxLoads = c.srv.maxLoads()
	}
	keys := c.declared(call.Spec, b, call.Args)
	err := c.srv.awaitScripts(call, b, keys)
	if err == nil {
		err = call.through(b, keys)
	}
	c.tx.MaxLoads = 0
	if err == persistence.ErrLarge {
		err = call.stream()
	}
	took := nanos() - start
	back := func() { c.loop.post(func() { c.reattach(call, err, took) }) }
	if !c.srv.waiters.due.Load() || c.srv.waiters.wake(nil, back) {
		back()
	}
}

// reattach brings a client back to its loop.
func (c *Client) reattach(call *Call, err error, took int64) {
	c.busy = false
	if err == errParked {
		call.show()
		c.attach(call.waits)
		c.pushLate()
		return
	}
	c.batchCount++
	c.ended(call, err, took)
	if c.gone {
		c.leave()
		return
	}
	if call.streamed && err != nil {
		c.close() // in the midst of the reply
		c.leave()
		return
	}
	c.reply.Buf = append(c.reply.Buf, call.Reply.Buf...)
	c.reply.Proto = call.Reply.Proto
	c.pushLate()
	c.enterTurn()
	c.proceed()
}
