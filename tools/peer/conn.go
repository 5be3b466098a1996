package peer

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/cairndb/cairn/encoding/resp"
)

const (
	dialTimeout = 10 * time.Second
	// silence of a server that has commands to answer ends the connection: a long script, or a value of 512 MB on a
	// slow line, must fit in.
	silence     = 5 * time.Minute
	bufferBytes = 256 << 10
)

// Conn is a connection to a server.
type Conn struct {
	URL    URL
	conn   net.Conn
	in     *bufio.Reader
	out    []byte
	unhook func() bool
}

// ReplyError is an error that the server has replied.
type ReplyError struct{ Text string }

func (e *ReplyError) Error() string { return e.Text }

// Code is the first word: ERR, WRONGTYPE, BUSYKEY.
func (e *ReplyError) Code() string {
	code, _, _ := strings.Cut(e.Text, " ")
	return code
}

// Dial connects, and authenticates, and selects the URL's database.
func Dial(ctx context.Context, u URL) (*Conn, error) {
	c := &Conn{URL: u}
	var err error
	if c.conn, err = connect(ctx, u); err != nil {
		return nil, fmt.Errorf("%v: %w", u, err)
	}
	c.unhook = context.AfterFunc(ctx, func() { _ = c.conn.Close() })
	c.in = bufio.NewReaderSize(patient{c.conn}, bufferBytes)
	if err := c.greet(); err != nil {
		c.Close()
		return nil, fmt.Errorf("%v: %w", u, err)
	}
	return c, nil
}

func connect(ctx context.Context, u URL) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, dialTimeout)
	defer cancel()
	if u.TLS {
		return (&tls.Dialer{}).DialContext(ctx, "tcp", u.Addr)
	}
	return (&net.Dialer{}).DialContext(ctx, "tcp", u.Addr)
}

func (c *Conn) greet() error {
	var commands [][]string
	switch {
	case c.URL.User != "":
		commands = append(commands, []string{"AUTH", c.URL.User, c.URL.Password})
	case c.URL.Password != "":
		commands = append(commands, []string{"AUTH", c.URL.Password})
	}
	commands = append(commands, []string{"PING"})
	if c.URL.Database > 0 {
		commands = append(commands, []string{"SELECT", strconv.Itoa(c.URL.Database)})
	}
	for _, args := range commands {
		if _, err := c.Do(args...); err != nil {
			return fmt.Errorf("%s: %w", args[0], err)
		}
	}
	return nil
}

// Close ends the connection.
func (c *Conn) Close() {
	c.unhook()
	_ = c.conn.Close()
}

// Do sends a command and waits for its reply. An error that the server replies is a *ReplyError.
func (c *Conn) Do(args ...string) (resp.Value, error) {
	c.out = resp.AppendCommandStrings(c.out[:0], args...)
	if err := c.write(c.out); err != nil {
		return resp.Value{}, err
	}
	return c.receive()
}

// DoBytes is Do for bytes.
func (c *Conn) DoBytes(args ...[]byte) (resp.Value, error) {
	c.out = resp.AppendCommand(c.out[:0], args...)
	if err := c.write(c.out); err != nil {
		return resp.Value{}, err
	}
	return c.receive()
}

func (c *Conn) receive() (resp.Value, error) {
	v, err := resp.ReadValue(c.in)
	if err == nil && v.IsError() {
		err = &ReplyError{string(v.Str)}
	}
	return v, err
}

func (c *Conn) write(b []byte) error {
	if err := c.conn.SetWriteDeadline(time.Now().Add(silence)); err != nil {
		return err
	}
	_, err := c.conn.Write(b)
	return err
}

// patient reads from the connection, and gives up after a long silence.
type patient struct{ net.Conn }

func (p patient) Read(b []byte) (int, error) {
	if err := p.SetReadDeadline(time.Now().Add(silence)); err != nil {
		return 0, err
	}
	n, err := p.Conn.Read(b)
	var n2 net.Error
	if errors.As(err, &n2) && n2.Timeout() {
		err = fmt.Errorf("the server has not answered in %v", silence)
	}
	return n, err
}

// Info is the value of a field of INFO, "" if the server does not tell.
func (c *Conn) Info(section, field string) (string, error) {
	v, err := c.Do("INFO", section)
	if err != nil {
		return "", err
	}
	for line := range strings.Lines(string(v.Str)) {
		if value, ok := strings.CutPrefix(strings.TrimSpace(line), field+":"); ok {
			return value, nil
		}
	}
	return "", nil
}

// Config is the value of a directive, "" if the server does not tell.
func (c *Conn) Config(name string) (string, error) {
	v, err := c.Do("CONFIG", "GET", name)
	var refused *ReplyError
	if errors.As(err, &refused) {
		return "", nil
	}
	if err != nil || len(v.Elems) != 2 {
		return "", err
	}
	return string(v.Elems[1].Str), nil
}
