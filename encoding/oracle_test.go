package encoding

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"
)

// oracle is a real redis-server that a test started for itself and asks what
// the right answer is.
type oracle struct {
	t    testing.TB
	conn net.Conn
	r    *bufio.Reader
}

// redisError is an error reply.
type redisError string

// startOracle runs redis-server on a free port with the given arguments, until
// the test ends. The test is skipped where there is no redis-server 7.0: later
// versions differ in places that the formats here are compared in.
func startOracle(t testing.TB, args ...string) *oracle {
	t.Helper()
	path, err := exec.LookPath("redis-server")
	if err != nil {
		t.Skip("no redis-server")
	}
	if version, _ := exec.Command(path, "--version").Output(); !strings.Contains(string(version), " v=7.0.") {
		t.Skip("redis-server is not 7.0")
	}
	for range 5 {
		if conn := runServer(t, path, freePort(t), args); conn != nil {
			return &oracle{t: t, conn: conn, r: bufio.NewReader(conn)}
		}
	}
	t.Fatal("redis-server did not start")
	return nil
}

func freePort(t testing.TB) int {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// runServer returns nil if somebody else took the port meanwhile.
func runServer(t testing.TB, path string, port int, args []string) net.Conn {
	base := []string{"--port", strconv.Itoa(port), "--bind", "127.0.0.1", "--save", "", "--dir", t.TempDir(),
		"--enable-debug-command", "yes"}
	cmd := exec.Command(path, append(base, args...)...)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	for range 100 {
		conn, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err == nil {
			t.Cleanup(func() { conn.Close() })
			return conn
		}
		time.Sleep(20 * time.Millisecond)
	}
	return nil
}

// do sends one command and returns its reply: string, int64, nil, redisError or
// []any of these.
func (o *oracle) do(args ...string) any {
	o.t.Helper()
	o.send(args...)
	return o.receive()
}

// dialAgain takes a new connection. As it accepts one the server also forgets
// the error of the last number that was out of range, which SORT of Redis 7.0
// would take for one of the next number.
func (o *oracle) dialAgain() {
	o.t.Helper()
	conn, err := net.Dial("tcp", o.conn.RemoteAddr().String())
	if err != nil {
		o.t.Fatal(err)
	}
	o.conn.Close()
	o.conn, o.r = conn, bufio.NewReader(conn)
	o.t.Cleanup(func() { conn.Close() })
	o.do("PING")
}

// send and receive are for pipelines: send many, then receive as many.
func (o *oracle) send(args ...string) {
	o.t.Helper()
	var b strings.Builder
	fmt.Fprintf(&b, "*%d\r\n", len(args))
	for _, a := range args {
		fmt.Fprintf(&b, "$%d\r\n%s\r\n", len(a), a)
	}
	if _, err := io.WriteString(o.conn, b.String()); err != nil {
		o.t.Fatal(err)
	}
}

func (o *oracle) receive() any {
	o.t.Helper()
	reply, err := o.read()
	if err != nil {
		o.t.Fatal(err)
	}
	return reply
}

func (o *oracle) read() (any, error) {
	line, err := o.r.ReadString('\n')
	if err != nil {
		return nil, err
	}
	line = strings.TrimSuffix(line, "\r\n")
	kind, rest := line[0], line[1:]
	if kind == '+' {
		return rest, nil
	}
	if kind == '-' {
		return redisError(rest), nil
	}
	n, err := strconv.ParseInt(rest, 10, 64)
	switch {
	case err != nil:
		return nil, err
	case kind == ':':
		return n, nil
	case n < 0:
		return nil, nil
	case kind == '$':
		b := make([]byte, n+2)
		_, err := io.ReadFull(o.r, b)
		return string(b[:n]), err
	case kind == '*':
		list := make([]any, n)
		for i := range list {
			if list[i], err = o.read(); err != nil {
				return nil, err
			}
		}
		return list, nil
	}
	return nil, errors.New("what is this reply: " + line)
}
