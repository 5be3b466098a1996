package server

import (
	"fmt"
	"sync"

	"github.com/cairndb/cairn/persistence"
	"github.com/cairndb/cairn/server/command"
)

// multi is what a client has queued since MULTI.
type multi struct {
	queue  []queued
	bytes  int64         // about what the queue takes
	flags  command.Flags // of any of the commands
	failed bool          // one was refused, and so EXEC will be
	slow   bool          // EXEC runs off the loop
	exec   execution     // of EXEC, while that runs

	words [][]byte // room for the arguments of short commands
	text  []byte
	names [][]byte // room for keys
}

type queued struct {
	spec     *command.Spec
	args     [][]byte
	firstKey int // its first one among the keys of all
}

// A transaction is made of many small things, and most clients that make one make
// many: what has served one serves the next.
var spareMultis = sync.Pool{New: func() any { return newMulti() }}

func newMulti() *multi {
	m := &multi{}
	m.exec.multi = m
	m.exec.inTx = m.exec.run // bound once
	return m
}

// Of what is kept for the next transaction; longer ones are seldom.
const (
	spareQueue = 64
	spareText  = 4 << 10
)

// release ends the use of a transaction.
func (m *multi) release() {
	if cap(m.queue) > spareQueue || cap(m.text) > spareText || cap(m.exec.in.out.Buf) > spareText {
		return
	}
	clear(m.queue)
	clear(m.words)
	clear(m.names)
	m.queue, m.words, m.text, m.names = m.queue[:0], m.words[:0], m.text[:0], m.names[:0]
	m.bytes, m.flags, m.failed, m.slow = 0, 0, false, false
	m.exec.release()
	spareMultis.Put(m)
}

// keep copies arguments, which are the client's only until its next command.
func (m *multi) keep(args [][]byte) [][]byte {
	n := 0
	for _, a := range args {
		n += len(a)
	}
	if n > spareText/8 || len(args) > spareQueue/4 {
		return copyArgs(args)
	}
	first := len(m.words)
	for _, a := range args {
		start := len(m.text)
		m.text = append(m.text, a...) // what lay in a shorter one stays there
		m.words = append(m.words, m.text[start:len(m.text):len(m.text)])
	}
	return m.words[first:len(m.words):len(m.words)]
}

// What a queued command takes besides its arguments' bytes.
const (
	queuedBytes    = 64
	queuedArgBytes = 24
)

// refuse: a command that was refused makes EXEC fail.
func (m *multi) refuse() {
	if m != nil {
		m.failed = true
	}
}

// mayQueue refuses what cannot be part of a transaction, or would fail there.
func (c *Client) mayQueue(spec *command.Spec) error {
	if spec.Flags.Has(command.NoMulti) {
		return errNotInMulti
	}
	if spec == execSpec && c.multi.flags.Has(command.Write) && c.srv.replicas.tooFew() {
		return errNoReplicas
	}
	if err := c.srv.store.Log().Err(); err != nil && spec.Flags.Has(command.Write) {
		return fmt.Errorf("%w: %w", persistence.ErrLogFailed, err)
	}
	return nil
}

var execSpec = command.Find([]byte("exec"))

// enqueue keeps a command until EXEC.
func (c *Client) enqueue(call *Call) {
	m := c.multi
	m.queue = append(m.queue, queued{spec: call.Spec, args: m.keep(call.Args)})
	m.bytes += queuedBytes
	for _, a := range call.Args {
		m.bytes += queuedArgBytes + int64(len(a))
	}
	m.flags |= call.Spec.Flags
	m.slow = m.slow || bindings[call.Spec.ID].slow
	c.shared.queued.Store(int32(len(m.queue)))
	c.shared.queuedBytes.Store(m.bytes)
	c.shared.lastCommand.Store(call.Spec)
	c.reply.Status("QUEUED")
	c.muted(call)
	if m.bytes > c.srv.cfg.QueryBufferLimitBytes.Get() {
		c.srv.warnf("Closing client that reached max query buffer length: %s", c.describe())
		c.close()
	}
}

// notQueued is what CLIENT LIST shows of a client without MULTI.
const notQueued = -1

// discard ends MULTI, and what the client watches.
func (c *Client) discard() {
	c.multi = nil
	c.shared.queued.Store(notQueued)
	c.shared.queuedBytes.Store(0)
	c.unwatch()
}

func (c *Client) unwatch() {
	if w := c.shared.watch.Swap(nil); w != nil {
		c.srv.watches.drop(w)
	}
}

// keys are all that the queued commands are known to touch, and all that are watched:
// nobody may change these between the look at them and the transaction.
func (m *multi) keys(c *Client) (k persistence.Keys) {
	k.Names = m.names[:0]
	for i := range m.queue {
		q := &m.queue[i]
		b := &bindings[q.spec.ID]
		q.firstKey = len(k.Names)
		switch {
		case b.door == doorUpdateAll, b.opens && b.repeats && !q.spec.Flags.Has(command.NoMandatoryKeys):
			k.All = true
		case b.door != doorNone, b.opens && b.repeats: // the keys that a script declares, as without MULTI
			k.Names = c.appendKeys(k.Names, q.spec, q.args)
		}
	}
	if w := c.shared.watch.Load(); w != nil {
		for key := range w.keys {
			k.Names = append(k.Names, []byte(key.name))
		}
	}
	m.names = k.Names
	return k
}

// writes tells whether a command may change something.
func (m *multi) writes() bool {
	for _, q := range m.queue {
		if d := bindings[q.spec.ID].door; d == doorUpdate || d == doorUpdateAll {
			return true
		}
	}
	return false
}
