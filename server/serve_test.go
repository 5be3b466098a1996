package server

import (
	"bufio"
	"net"
	"path/filepath"
	"testing"
	"time"

	"github.com/cairndb/cairn/encoding/resp"
	"github.com/cairndb/cairn/server/config"
)

// running is a server of this test, and how its Run ended.
type running struct {
	*Server
	t      *testing.T
	socket string
	ended  chan error
}

// serve runs a server on a unix socket in dir until the test ends.
func serve(t *testing.T, dir string, args ...string) *running {
	t.Helper()
	r := &running{t: t, socket: filepath.Join(dir, "sock"), ended: make(chan error, 1)}
	cfg := config.New()
	args = append([]string{"--port", "0", "--unixsocket", r.socket, "--dir", dir, "--logfile", filepath.Join(dir, "server.log"),
		"--enable-debug-command", "yes"}, args...)
	if err := cfg.Load(args, nil); err != nil {
		t.Fatal(err)
	}
	var err error
	if r.Server, err = New(cfg); err != nil {
		t.Fatal(err)
	}
	go func() { r.ended <- r.Run() }()
	t.Cleanup(func() {
		r.Stop()
		r.wait()
	})
	r.dial().do("PING")
	return r
}

// wait returns when Run has ended, which it must without an error.
func (r *running) wait() {
	r.t.Helper()
	select {
	case err := <-r.ended:
		if err != nil {
			r.t.Errorf("Run: %v", err)
		}
		r.ended <- nil
	case <-time.After(10 * time.Second):
		r.t.Fatal("the server does not end")
	}
}

// conn is a client's connection.
type conn struct {
	net.Conn
	t  *testing.T
	br *bufio.Reader
}

func (r *running) dial() *conn {
	r.t.Helper()
	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(time.Millisecond) {
		nc, err := net.Dial("unix", r.socket)
		if err == nil {
			r.t.Cleanup(func() { _ = nc.Close() })
			return &conn{nc, r.t, bufio.NewReader(nc)}
		}
		if time.Now().After(deadline) {
			r.t.Fatal(err)
		}
	}
}

func (c *conn) send(line string) {
	c.t.Helper()
	_ = c.SetDeadline(time.Now().Add(10 * time.Second))
	if _, err := c.Write(resp.AppendCommand(nil, words(line)...)); err != nil {
		c.t.Fatalf("%s: %v", line, err)
	}
}

// words splits a line as redis-cli does.
func words(line string) [][]byte {
	list, _ := resp.SplitArgs([]byte(line))
	return list
}

// do sends a command, its words parted by blanks, and reads the reply.
func (c *conn) do(line string) resp.Value {
	c.t.Helper()
	c.send(line)
	v, err := resp.ReadValue(c.br)
	if err != nil {
		c.t.Fatalf("%s: %v", line, err)
	}
	return v
}

// want is do with the text that the reply must have.
func (c *conn) want(text, line string) {
	c.t.Helper()
	if v := c.do(line); string(v.Str) != text {
		c.t.Errorf("%s: %s, want %q", line, v, text)
	}
}

// closes tells whether the server closes the connection without a reply.
func (c *conn) closes() bool {
	_, err := resp.ReadValue(c.br)
	return err != nil
}
