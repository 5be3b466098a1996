package server

import (
	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/encoding/resp"
	"github.com/cairndb/cairn/persistence"
	"github.com/cairndb/cairn/server/command"
)

// Call is one command on its way. A handler reads Args, works on the keys
// through Tx, and adds exactly one reply, or returns an error, which becomes
// the reply. It parses everything before it changes anything: an error after
// the first change is a bug. It may run more than once (a key had to be
// loaded); only its last run counts, so it keeps nothing outside of Tx and
// Reply.
type Call struct {
	Client *Client
	Server *Server
	Spec   *command.Spec
	Args   [][]byte // the command's name first
	Tx     *persistence.Tx
	Reply  *resp.Writer

	ids []encoding.StreamID // scratch

	handle   Handler
	mark     int  // where this call's reply starts
	asPush   bool // what it has written are pushes, and there is no reply
	noReply  bool // there is none
	shown    bool // to those who watch with MONITOR
	spoken   bool // it replies although its client wants no replies from here on
	inTx     func(*persistence.Tx) error
	streamed bool // part of the reply has gone out
	lapsed   bool // it has waited in vain: the slow log does not want it

	// Of commands that may wait: see blocked.go.
	mayNotWait bool    // it runs inside of another one's transaction
	woken      []byte  // the key that was touched, if it runs for a client that waits
	parked     *parked // and that client
	waits      *parked // its client, if it returned errParked

	inner *inner // what runs it inside of another command's transaction
}

// Handler carries out a command.
type Handler func(*Call) error

func (c *Call) init(client *Client) {
	c.Client, c.Server, c.Tx, c.Reply = client, client.srv, client.tx, &client.reply
	if c.inTx == nil {
		c.inTx = c.run // bound once: a method value made for each call would be garbage
	}
}

// run is what the doors run, once or more often.
func (c *Call) run(*persistence.Tx) error {
	c.Reply.Buf = c.Reply.Buf[:c.mark]
	err := c.handle(c)
	if err != nil && c.Tx.MaxLoads > 0 && len(c.Reply.Buf)-c.mark > largeReply {
		c.Tx.MaxLoads = 1
	}
	c.remember()
	if c.parked != nil && c.parked.left.Load() {
		return persistence.ErrUndo // nobody is there to take what it took
	}
	return err
}

// Key is an argument that is a key.
func (c *Call) Key(i int) []byte { return c.Args[i] }

// NowMs is the time of this command in Unix milliseconds.
func (c *Call) NowMs() int64 { return c.Tx.NowMs }

// onLoop is the client's loop if the caller runs on it, else nil.
func (c *Call) onLoop() *loop {
	if c.Client.busy {
		return nil
	}
	return c.Client.loop
}

// through runs the handler behind its door.
func (c *Call) through(b *binding, keys persistence.Keys) error {
	c.handle = b.handle
	store := c.Server.store
	switch b.door {
	case doorView:
		err := store.View(c.Tx, keys, c.inTx)
		if len(c.Tx.Overdue) > 0 {
			c.deleteOverdue()
		}
		return err
	case doorUpdate:
		return store.Update(c.Tx, keys, c.inTx)
	case doorUpdateAll:
		return store.Update(c.Tx, persistence.Keys{All: true}, c.inTx)
	default:
		c.Tx.WaitOffset = 0
		return c.handle(c)
	}
}
