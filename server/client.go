package server

import (
	"sync/atomic"
	"time"

	"github.com/cairndb/cairn/encoding/resp"
	"github.com/cairndb/cairn/persistence"
	"github.com/cairndb/cairn/server/acl"
	"github.com/cairndb/cairn/server/command"
	"github.com/cairndb/cairn/types"
)

// Client is one connection. Its fields belong to its loop, or, while a command
// of it runs off the loop, to that goroutine; what others look at is atomic.
type Client struct {
	srv  *Server
	loop *loop
	fd   int32
	id   int64

	addr, laddr string
	unix        bool
	local       bool // came through loopback or the unix socket
	created     int64

	in     []byte // received, not consumed
	ahead  []byte // of it, what follows the command that runs
	singly int    // commands that run one by one, whatever follows
	parser resp.Parser
	reply  resp.Writer
	// reply.Buf is [sent | may be sent | replies of this turn, which may have
	// to wait for the log]: sent and ready are where the second and third part
	// start.
	sent, ready int

	tx            *persistence.Tx
	call          Call
	keyRefs       []command.KeyRef
	scored        []types.ScoredMember
	keys          [][]byte
	authenticated bool
	subs          *subscriptions // nil if there are none
	namedBytes    int64          // about what subscriptions and prefixes take
	monitor       *subscription  // to the feed of MONITOR
	caching       bool           // CLIENT CACHING was said, for the next command
	tracking      trackedShared
	silent        replyMode
	interest      uint32

	// How many replies lie behind ready, and the log offset that must be
	// durable before they are shown.
	batchCount int
	waitOffset int64
	// seenOffset is that of all its commands so far: what it has written ends
	// before it.
	seenOffset int64
	pushes     []span // behind ready
	late       []byte // pushes that wait for a command off the loop

	inTurn          bool
	wrote           bool // since the last flush
	busy            bool // a command runs off the loop
	yields          bool // others are served first, with what it brought
	held            bool // replies wait for the syncer
	paused          bool // made to wait between writes
	cut             bool // its turn ended because of the size of its replies
	gone            bool
	lent            bool      // somebody off the loop may write to the connection
	drained         chan bool // if not nil: told when all replies are sent, or the client is gone
	closeAfterReply bool

	script  *scriptRun // used again and again
	follows *replica   // if the client is one, or may become one; shared.replica once it is
	multi   *multi     // what is queued since MULTI; nil without
	waits   *parked    // what for, if a blocking command has parked the client

	backup *persistence.Backup // that it reads
	copies *bulkWork           // copying that backup
	hangUp func()              // ends the link to the master, if the client is that

	postponed [][]byte // the command that waits for the end of CLIENT PAUSE

	shared clientShared
}

// clientShared is what other connections may read, and write, of a client.
type clientShared struct {
	name, libName, libVersion atomic.Pointer[string]
	database                  atomic.Int32
	proto                     atomic.Int32
	lastCommand               atomic.Pointer[command.Spec]
	account                   atomic.Pointer[acl.Account]
	lastActive                atomic.Int64 // ms
	inBytes, inFree           atomic.Int64 // of the input buffer, see publish
	replyBytes, outBytes      atomic.Int64 // of the reply buffer, and what of it waits for the socket
	noEvict                   atomic.Bool
	subs                      [topicKinds]atomic.Int32
	monitor                   atomic.Bool
	replica                   atomic.Pointer[replica] // if it follows
	softSince                 atomic.Int64            // seconds; since when the output is over its soft limit
	parked                    atomic.Pointer[parked]
	postponed                 atomic.Bool
	watch                     atomic.Pointer[watch]
	queued                    atomic.Int32 // commands since MULTI, notQueued without
	queuedBytes               atomic.Int64
}

// replyMode is what CLIENT REPLY asked for.
type replyMode uint8

const (
	replyOn replyMode = iota
	replyOff
	replySkipNext // CLIENT REPLY SKIP itself
	replySkip     // the command after it
)

func (s *Server) newClient(l *loop, fd int32) *Client {
	c := &Client{srv: s, loop: l, fd: fd, id: s.nextID.Add(1), tx: s.store.Tx(), created: s.clock.ms()}
	c.reply.Proto = 2
	c.shared.proto.Store(2)
	c.shared.queued.Store(notQueued)
	c.shared.lastActive.Store(c.created)
	c.beDefault()
	c.tx.Origin = c.id
	c.call.init(c)
	return c
}

// parked tells that what the client sends has to wait.
func (c *Client) parked() bool {
	return c.busy || c.waits != nil || c.postponed != nil || c.yields || c.held || c.paused || c.cut || c.gone
}

// consume runs the requests at the front of buf and returns what is left.
func (c *Client) consume(buf []byte) []byte {
	c.loop.deliverPushes()
	c.loop.tickNs = 0
	if c.reply.Buf == nil {
		c.reply.Buf = c.loop.takeBuffer()
	}
	for !c.parked() && !c.closeAfterReply {
		if len(c.reply.Buf)-c.ready > turnReplyBytes {
			c.cut = true
			return buf
		}
		args, n, err := c.parser.Next(buf, c.limits())
		if err != nil {
			c.protocolError(err, buf)
			return nil
		}
		if n == 0 {
			return buf
		}
		buf = buf[n:]
		if len(args) > 0 {
			c.enterTurn()
			c.ahead = buf
			c.run(args)
			buf, c.ahead = c.ahead, nil // it is for this run alone: the memory has other bytes afterwards
		}
	}
	if c.closeAfterReply {
		return nil
	}
	return buf
}

// turnReplyBytes of replies end a client's turn: they are sent before more
// commands run, so that a pipeline cannot ask for more memory than that and one
// reply.
const turnReplyBytes = 256 << 10

func (c *Client) limits() resp.Limits {
	return resp.Limits{MaxBulkLen: c.srv.cfg.ProtoMaxBulkBytes.Get(), Unauthenticated: c.lockedOut()}
}

func (c *Client) enterTurn() {
	if !c.inTurn {
		c.inTurn = true
		c.loop.turn = append(c.loop.turn, c)
	}
}

func (c *Client) protocolError(err error, _ []byte) {
	c.enterTurn()
	c.reply.Error("ERR " + err.Error())
	c.batchCount++
	c.closeAfterReply = true
}

// release shows the replies of this turn, or, if the log failed under them,
// says so in the place of each.
func (c *Client) release(err error) {
	if err != nil && c.waitOffset > 0 {
		c.failBatch(logFailed(err))
	}
	c.slowDown()
	c.waitOffset, c.batchCount, c.pushes = 0, 0, c.pushes[:0]
	c.ready = len(c.reply.Buf)
	c.flush()
}

// slowDown makes a client that has written wait before its next commands, while
// the store asks for that.
func (c *Client) slowDown() {
	if !c.wrote {
		return
	}
	c.wrote = false
	if d := c.srv.store.WriteDelay(); d > 0 {
		c.paused = true
		time.AfterFunc(d, func() { c.loop.post(c.resume) })
	}
}

func (c *Client) resume() {
	c.paused = false
	if !c.gone {
		c.proceed()
	}
}

// proceed goes on with what the client has sent meanwhile.
func (c *Client) proceed() {
	if c.parked() {
		return
	}
	if len(c.in) > 0 {
		c.consumeKept()
	}
	if !c.parked() {
		c.setInterest(c.interest | readInterest)
	}
}
