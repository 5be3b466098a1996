package server

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"unsafe"

	"github.com/cairndb/cairn/encoding/resp"
)

func init() {
	bind("client|info", clientInfo)
	bind("client|list", clientList)
}

// CLIENT INFO
func clientInfo(c *Call) error {
	c.Client.shared.lastCommand.Store(c.Spec)
	defer c.showRequest()()
	c.Reply.Verbatim("txt", c.Client.describe()+"\n")
	return nil
}

// CLIENT LIST [TYPE NORMAL|MASTER|REPLICA|PUBSUB] [ID client-id ...]
func clientList(c *Call) error {
	match, err := c.parseClientList()
	if err != nil {
		return err
	}
	c.Client.shared.lastCommand.Store(c.Spec)
	defer c.showRequest()()
	var b strings.Builder
	for _, cl := range c.Server.everyClient() {
		if match(cl) {
			b.WriteString(cl.describe())
			b.WriteByte('\n')
		}
	}
	c.Reply.Verbatim("txt", b.String())
	return nil
}

// showRequest lets the caller's own line tell of its buffer as it is now, with
// this command in it, until done is called.
func (c *Call) showRequest() (done func()) {
	request := len(resp.AppendCommand(nil, c.Args...))
	c.Client.shared.inBytes.Store(int64(max(request, len(c.Client.in))))
	return c.Client.publish
}

// clientFilter picks clients.
type clientFilter func(*Client) bool

func (c *Call) parseClientList() (clientFilter, error) {
	args := c.Args[2:]
	switch {
	case len(args) == 0:
		return func(*Client) bool { return true }, nil
	case len(args) == 2 && isWord(args[0], "type"):
		return byType(args[1])
	case len(args) > 1 && isWord(args[0], "id"):
		return byIDs(args[1:])
	}
	return nil, errSyntax
}

func byIDs(args [][]byte) (clientFilter, error) {
	ids := map[int64]bool{}
	for _, a := range args {
		id, err := intArg(a)
		if err != nil {
			return nil, errClientID
		}
		ids[id] = true
	}
	return func(c *Client) bool { return ids[c.id] }, nil
}

// byType: one that follows is a replica, another one with subscriptions a pubsub
// client, the link to a master a master, every other a normal one.
func byType(name []byte) (clientFilter, error) {
	switch {
	case isWord(name, "normal"):
		return func(c *Client) bool { return !c.isSubscriber() && !c.isReplica() && !c.isMaster() }, nil
	case isWord(name, "pubsub"):
		return func(c *Client) bool { return c.isSubscriber() && !c.isReplica() }, nil
	case isWord(name, "slave"), isWord(name, "replica"):
		return (*Client).isReplica, nil
	case isWord(name, "master"):
		return (*Client).isMaster, nil
	}
	return nil, unknownClientType(name)
}

// listClients are those of now, the oldest first.
func (s *Server) listClients() []*Client {
	s.mu.Lock()
	list := make([]*Client, 0, len(s.clients))
	for _, c := range s.clients {
		list = append(list, c)
	}
	s.mu.Unlock()
	slices.SortFunc(list, func(a, b *Client) int { return cmp.Compare(a.id, b.id) })
	return list
}

// describe is the client's line in CLIENT LIST. What it says of buffers is at
// most a second old. Safe from anywhere.
func (c *Client) describe() string {
	s := &c.shared
	now := c.srv.clock.ms()
	cmd := "NULL"
	if spec := s.lastCommand.Load(); spec != nil {
		cmd = spec.FullName()
	}
	events := "r"
	if s.outBytes.Load() > 0 {
		events = "rw"
	}
	first, blocks, rest := pendingShape(s.outBytes.Load())
	line := fmt.Sprintf("id=%d addr=%s laddr=%s fd=%d name=%s age=%d idle=%d flags=%s db=%d sub=%d psub=%d ssub=%d multi=%d "+
		"qbuf=%d qbuf-free=%d argv-mem=0 multi-mem=%d rbs=%d rbp=0 obl=%d oll=%d omem=%d tot-mem=%d events=%s cmd=%s "+
		"user=%s redir=%d resp=%d",
		c.id, c.addr, c.laddr, c.fd, text(&s.name), (now-c.created)/1000, (now-s.lastActive.Load())/1000, c.flags(),
		s.database.Load(), s.subs[channelTopic].Load(), s.subs[patternTopic].Load(), s.subs[shardTopic].Load(), s.queued.Load(),
		s.inBytes.Load(), s.inFree.Load(), s.queuedBytes.Load(), s.replyBytes.Load(), first, blocks, rest, c.memory(), events, cmd,
		c.userName(), c.redirect(), s.proto.Load())
	return line + c.library()
}

// userName is its user's; the master may do everything.
func (c *Client) userName() string {
	if c.isMaster() {
		return "(superuser)"
	}
	return c.account().User().Name
}

// pendingShape shows pending replies as Redis keeps them: in a buffer, and what
// does not fit there in a list of blocks.
func pendingShape(n int64) (first, blocks, rest int64) {
	const size = 16 << 10
	first = min(n, size)
	return first, (n - first + size - 1) / size, n - first
}

// library is what the client said of itself with CLIENT SETINFO, if it did:
// fields of a later version than the others.
func (c *Client) library() string {
	name, version := text(&c.shared.libName), text(&c.shared.libVersion)
	if name == "" && version == "" {
		return ""
	}
	return " lib-name=" + name + " lib-ver=" + version
}

// memory is what the client takes, in bytes.
func (c *Client) memory() int64 {
	s := &c.shared
	return s.inBytes.Load() + s.inFree.Load() + s.queuedBytes.Load() + s.replyBytes.Load() + int64(unsafe.Sizeof(*c))
}

// publish shows others how big the client's buffers are. It runs on the loop.
func (c *Client) publish() {
	c.shared.inBytes.Store(int64(len(c.in)))
	c.shared.inFree.Store(int64(cap(c.in) - len(c.in)))
	c.shared.replyBytes.Store(int64(cap(c.reply.Buf)))
}

func (c *Client) flags() string {
	var b strings.Builder
	switch {
	case c.shared.monitor.Load():
		b.WriteByte('O')
	case c.isReplica():
		b.WriteByte('S')
	case c.isMaster():
		b.WriteByte('M')
	}
	if c.isSubscriber() {
		b.WriteByte('P')
	}
	if c.shared.queued.Load() != notQueued {
		b.WriteByte('x')
	}
	if c.shared.parked.Load() != nil || c.shared.postponed.Load() {
		b.WriteByte('b')
	}
	b.WriteString(c.trackingLetters())
	if w := c.shared.watch.Load(); w != nil && w.spoiled.Load() {
		b.WriteByte('d')
	}
	if c.unix {
		b.WriteByte('U')
	}
	if c.shared.noEvict.Load() {
		b.WriteByte('e')
	}
	if b.Len() == 0 {
		return "N"
	}
	return b.String()
}

// trackingLetters are the flags of a client that tracks keys.
func (c *Client) trackingLetters() string {
	o, letters := c.tracking.options.Load(), ""
	if o != nil {
		letters = "t"
	}
	if c.tracking.broken.Load() {
		letters += "R"
	}
	if o != nil && o.broadcast {
		letters += "B"
	}
	return letters
}

func text(p *atomic.Pointer[string]) string {
	if s := p.Load(); s != nil {
		return *s
	}
	return ""
}
