package server

import (
	"github.com/cairndb/cairn/encoding/resp"
	"github.com/cairndb/cairn/persistence"
	"github.com/cairndb/cairn/server/command"
)

// A batch is commands that follow each other in a client's pipeline, each of
// which changes one key. They go through one door together: to lock, to commit
// and to write to the log costs as much for one of them as for all. To everybody
// else they are commands of their own: each has its reply, its error, its place
// in the books and in the log. If one of them cannot go on as it is (its key is
// not in RAM, it takes long), none has happened, and they run one by one.
type batch struct {
	client *Client
	calls  []batchedCall
	args   [][]byte
	keys   [][]byte
	mark   int // where the replies start
	done   int // calls that were carried out
	inTx   func(*persistence.Tx) error
}

type batchedCall struct {
	spec   *command.Spec
	args   [][]byte
	rest   []byte // of the client's input, behind it
	mark   int    // where its reply starts
	tookNs int64
	err    error
}

// maxBatch bounds how many commands hold their locks at once.
const maxBatch = 32

// batches says which commands can be in one: they need their door and nothing
// else.
func (b *binding) batches(spec *command.Spec) bool {
	return b.door == doorUpdate && !b.slow && spec.Flags&(command.Write|command.Blocking) == command.Write && spec.OneKey()
}

// runBatch carries out a command that was admitted, together with those behind
// it. It returns false, and has done nothing, if there are none, or if they
// cannot be carried out together.
func (c *Client) runBatch(spec *command.Spec, args [][]byte) bool {
	if c.singly > 0 {
		c.singly--
		return false
	}
	if len(c.ahead) == 0 || !c.alone() {
		return false
	}
	b := &c.loop.batch
	defer b.release()
	if b.gather(c, spec, args); len(b.calls) == 1 {
		return false
	}
	if err := b.through(); err != nil {
		c.reply.Buf = c.reply.Buf[:b.mark]
		c.singly = len(b.calls) - 1
		return false
	}
	b.keepBooks()
	return true
}

// alone tells whether nobody sees what happens between two commands of the
// client, which may do all that they ask for.
func (c *Client) alone() bool {
	s := c.srv
	return c.silent == replyOn && !c.caching && c.account().User().Unrestricted() && !s.store.Attended() &&
		s.waiters.count.Load() == 0 && !s.waiters.due.Load() && s.feed.count.Load() == 0 && !s.cold.on.Load()
}

// gather takes what follows a command as long as it can go with it.
func (b *batch) gather(c *Client, spec *command.Spec, args [][]byte) {
	b.client, b.mark = c, c.call.mark
	b.add(spec, args, c.ahead)
	limits := c.limits()
	for rest := c.ahead; len(b.calls) < maxBatch; {
		from, n := len(b.args), 0
		if b.args, n = resp.Ahead(b.args, rest, limits); n == 0 {
			return
		}
		args := b.args[from:len(b.args):len(b.args)]
		if len(args) == 0 {
			return
		}
		spec := c.srv.lookup(args)
		if spec == nil || !bindings[spec.ID].batches(spec) || !spec.CheckArity(len(args)) {
			return
		}
		rest = rest[n:]
		b.add(spec, args, rest)
	}
}

func (b *batch) add(spec *command.Spec, args [][]byte, rest []byte) {
	b.calls = append(b.calls, batchedCall{spec: spec, args: args, rest: rest})
	first, _, _ := spec.KeyRange(args)
	b.keys = append(b.keys, args[first])
}

// through goes through the door.
func (b *batch) through() error {
	if b.inTx == nil {
		b.inTx = b.run
	}
	return b.client.srv.store.Update(b.client.tx, persistence.Keys{Names: b.keys}, b.inTx)
}

// run is one attempt at the commands. It ends early, with those that it has
// carried out, when their replies have become many.
func (b *batch) run(tx *persistence.Tx) error {
	c := b.client
	call := &c.call
	call.Reply.Buf = call.Reply.Buf[:b.mark]
	start := c.loop.begin()
	for i := range b.calls {
		k := &b.calls[i]
		tx.Apart(i)
		k.mark = len(call.Reply.Buf)
		call.Spec, call.Args, call.mark = k.spec, k.args, k.mark
		if k.err = bindings[k.spec.ID].handle(call); k.err != nil {
			if tx.Stops(k.err) {
				return k.err
			}
			call.Reply.Buf = call.Reply.Buf[:k.mark]
			call.Reply.Error(errorText(k.err))
		}
		k.tookNs = c.loop.end(start)
		start += k.tookNs
		b.done = i + 1
		if len(call.Reply.Buf)-c.ready > turnReplyBytes {
			break
		}
	}
	return nil
}

// keepBooks does for each command what follows it when it comes alone.
func (b *batch) keepBooks() {
	c := b.client
	call := &c.call
	for i := range b.calls[:b.done] {
		k := &b.calls[i]
		call.Spec, call.Args, call.mark = k.spec, k.args, k.mark
		if k.err != nil {
			c.srv.stats.countError(errorText(k.err))
		}
		c.srv.stats.ran(c, call, k.tookNs, k.err)
	}
	c.ahead = b.calls[b.done-1].rest
	c.batchCount += b.done - 1
	c.saw(c.tx.WaitOffset)
	c.wrote = true
	if c.srv.waiters.due.Load() {
		c.wakeOthers(&bindings[call.Spec.ID])
		c.loop.tickNs = 0
	}
	c.loop.deliverPushes()
}

// release forgets the commands, whose memory is the client's.
func (b *batch) release() {
	clear(b.calls)
	clear(b.args)
	clear(b.keys)
	b.client, b.calls, b.args, b.keys = nil, b.calls[:0], b.args[:0], b.keys[:0]
}
