package diff

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/cairndb/cairn/test/client"
)

// These bound the wait for each reply: a command takes milliseconds, but one on 512 MB, cold or under the race
// detector, takes seconds.
const (
	replyTimeout     = 5 * time.Second
	slowReplyTimeout = 60 * time.Second
)

// side is one of the two servers, as seen by one run of a script: its named connections.
type side struct {
	addr    string
	proto   int
	timeout time.Duration
	conns   map[string]*conn
	current string
}

// conn is one named connection. After a restart of the server it is opened again, in the same database.
type conn struct {
	*client.Conn        // nil when closed by a restart
	db           string // of the last SELECT
	id           string // once the script has named it, so that it can be named while the client is blocked
}

func newSide(addr string, proto int, slow bool) *side {
	s := &side{addr: addr, proto: proto, timeout: replyTimeout, conns: map[string]*conn{}, current: "a"}
	if slow {
		s.timeout = slowReplyTimeout
	}
	return s
}

// open returns the named connection, and opens it if need be.
func (s *side) open(name string) (*conn, error) {
	c := s.conns[name]
	if c == nil {
		c = &conn{}
		s.conns[name] = c
	}
	if c.Conn != nil {
		return c, nil
	}
	var err error
	if c.Conn, err = client.Dial(s.addr, s.timeout); err != nil {
		return nil, err
	}
	return c, c.greet(s.proto)
}

// greet brings a new connection into the state that the script expects.
func (c *conn) greet(proto int) error {
	var greetings [][]string
	if proto == 3 {
		greetings = append(greetings, []string{"HELLO", "3"})
	}
	if c.db != "" {
		greetings = append(greetings, []string{"SELECT", c.db})
	}
	for _, args := range greetings {
		reply, err := c.Do(args...)
		if err != nil {
			return err
		}
		if reply.IsError() {
			return fmt.Errorf("a new connection: %s: %s", Quote(args), reply)
		}
	}
	return nil
}

// hangUp closes all connections but remembers them, as a restart of the server does.
func (s *side) hangUp() {
	for _, c := range s.conns {
		if c.Conn != nil {
			c.Close()
			c.Conn, c.id = nil, ""
		}
	}
}

// forget drops the current connection with its state.
func (s *side) forget() {
	if c := s.conns[s.current]; c != nil && c.Conn != nil {
		c.Close()
	}
	delete(s.conns, s.current)
}

// perform does one step. A connection that failed is dropped, so that the next step meets a fresh one.
func (s *side) perform(st Step) (reply client.Reply, err error) {
	args := slices.Clone(st.args)
	for i := range args {
		if args[i], err = s.expandHere(args[i]); err != nil {
			return reply, err
		}
	}
	if reply, err = st.act(s, args); err != nil {
		s.forget()
	}
	return reply, err
}

// The actions of the directives follow.

func (s *side) command(args []string) (client.Reply, error) {
	c, err := s.open(s.current)
	if err != nil {
		return client.Reply{}, err
	}
	reply, err := c.Do(args...)
	if len(args) == 2 && strings.EqualFold(args[0], "SELECT") && reply.Text == "OK" {
		c.db = args[1]
	}
	return reply, err
}

func (s *side) send(args []string) (client.Reply, error) {
	return s.raw([]string{string(client.AppendCommand(nil, args...))})
}

func (s *side) raw(args []string) (client.Reply, error) {
	c, err := s.open(s.current)
	if err == nil {
		err = c.SendRaw([]byte(args[0]))
	}
	return client.Reply{}, err
}

func (s *side) recv([]string) (client.Reply, error) {
	c, err := s.open(s.current)
	if err != nil {
		return client.Reply{}, err
	}
	return c.Recv()
}

// marker ends what pushed reads.
const marker = "the end of what was pushed"

// pushed reads everything up to the reply of a PING that is sent now.
func (s *side) pushed(args []string) (client.Reply, error) {
	all := client.Reply{Value: client.Value{Kind: '*'}}
	c, err := s.open(args[0])
	if err == nil {
		err = c.Send("PING", marker)
	}
	for err == nil {
		var reply client.Reply
		if reply, err = c.Recv(); err != nil || strings.Contains(string(reply.Raw), marker) {
			return all, err
		}
		all.Raw = append(all.Raw, reply.Raw...)
		all.Elems = append(all.Elems, reply.Value)
	}
	return all, err
}

func (s *side) use(args []string) (client.Reply, error) {
	s.current = args[0]
	_, err := s.open(s.current)
	return client.Reply{}, err
}

func (s *side) closed([]string) (client.Reply, error) {
	c, err := s.open(s.current)
	if err == nil {
		err = c.ExpectClosed()
	}
	s.forget()
	return client.Reply{}, err
}

func (s *side) nothing([]string) (client.Reply, error) { return client.Reply{}, nil }
