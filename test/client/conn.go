package client

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"syscall"
	"time"
)

// DefaultTimeout is long enough for a 512 MB value on a slow machine; nothing else comes near it.
const DefaultTimeout = 20 * time.Second

// Conn is one connection to a server.
type Conn struct {
	nc      net.Conn
	r       *bufio.Reader
	timeout time.Duration
}

// Dial connects to addr ("host:port"). The timeout bounds the dialling and, afterwards, each write and each reply.
func Dial(addr string, timeout time.Duration) (*Conn, error) {
	nc, err := net.DialTimeout("tcp", addr, timeout)
	if err != nil {
		return nil, err
	}
	return &Conn{nc: nc, r: bufio.NewReaderSize(nc, 64<<10), timeout: timeout}, nil
}

// Do sends one command and reads one reply. An error reply of the server is a Reply, not an error.
func (c *Conn) Do(args ...string) (Reply, error) {
	if err := c.Send(args...); err != nil {
		return Reply{}, err
	}
	return c.Recv()
}

// Send writes one command and reads nothing.
func (c *Conn) Send(args ...string) error {
	return c.SendRaw(AppendCommand(nil, args...))
}

// SendRaw writes the bytes as they are: pipelines, inline commands, broken protocol.
func (c *Conn) SendRaw(b []byte) error {
	if err := c.nc.SetWriteDeadline(time.Now().Add(c.timeout)); err != nil {
		return err
	}
	_, err := c.nc.Write(b)
	return err
}

// Recv reads one reply, or one push of RESP3.
func (c *Conn) Recv() (Reply, error) {
	if err := c.nc.SetReadDeadline(time.Now().Add(c.timeout)); err != nil {
		return Reply{}, err
	}
	return readReply(c.r)
}

// ExpectClosed returns nil if the server closes the connection without sending anything more.
func (c *Conn) ExpectClosed() error {
	reply, err := c.Recv()
	switch {
	case err == nil:
		return fmt.Errorf("still open, and sent %s", reply)
	case len(reply.Raw) > 0:
		return fmt.Errorf("closed in the middle of a reply, after %q", reply.Raw)
	case errors.Is(err, io.EOF), errors.Is(err, syscall.ECONNRESET):
		return nil
	}
	return err
}

// LocalAddr is this end's "host:port": the addr that CLIENT LIST shows for the connection.
func (c *Conn) LocalAddr() string { return c.nc.LocalAddr().String() }

// Close ends the connection; closing twice is harmless.
func (c *Conn) Close() { _ = c.nc.Close() }

// AppendCommand appends args as an array of bulk strings, the form in which clients send commands.
func AppendCommand(b []byte, args ...string) []byte {
	b = appendLength(b, '*', len(args))
	for _, arg := range args {
		b = appendLength(b, '$', len(arg))
		b = append(append(b, arg...), '\r', '\n')
	}
	return b
}

func appendLength(b []byte, kind byte, n int) []byte {
	b = strconv.AppendInt(append(b, kind), int64(n), 10)
	return append(b, '\r', '\n')
}
