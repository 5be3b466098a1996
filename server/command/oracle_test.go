package command

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// The oracle is a real Redis 7.0: the rows are compared with what it says of
// its own commands. Without one on this machine those tests are skipped.

type oracle struct {
	process *exec.Cmd
	dir     string
}

// theOracle starts it when the first test asks.
var theOracle = sync.OnceValues(startOracle)

// running is what TestMain has to stop.
var running *oracle

func TestMain(m *testing.M) {
	code := m.Run()
	if running != nil {
		running.stop()
	}
	os.Exit(code)
}

func startOracle() (*oracle, error) {
	path, err := exec.LookPath("redis-server")
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "oracle")
	if err != nil {
		return nil, err
	}
	o := &oracle{dir: dir}
	o.process = exec.Command(path, "--port", "0", "--unixsocket", o.socket(), "--save", "", "--dir", dir)
	if err := o.process.Start(); err != nil {
		return nil, err
	}
	running = o
	return o, nil
}

func (o *oracle) stop() {
	o.process.Process.Kill()
	o.process.Wait()
	os.RemoveAll(o.dir)
}

func (o *oracle) socket() string { return filepath.Join(o.dir, "redis.sock") }

// client is a connection to the oracle.
type client struct {
	t    *testing.T
	conn net.Conn
	r    *bufio.Reader
}

// dialOracle connects with a protocol version, 2 or 3.
func dialOracle(t *testing.T, proto int) *client {
	t.Helper()
	o, err := theOracle()
	if err != nil {
		t.Skipf("no redis-server to compare with: %v", err)
	}
	c := &client{t: t}
	for deadline := time.Now().Add(10 * time.Second); c.conn == nil; time.Sleep(10 * time.Millisecond) {
		if c.conn, err = net.Dial("unix", o.socket()); err != nil && time.Now().After(deadline) {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { c.conn.Close() })
	c.r = bufio.NewReader(c.conn)
	if v := c.call("INFO", "server"); !strings.Contains(v.text, "redis_version:7.0.") {
		t.Skip("redis-server is not of version 7.0")
	}
	c.call("HELLO", fmt.Sprint(proto))
	return c
}

// call sends a command and reads its reply.
func (c *client) call(args ...string) node {
	c.t.Helper()
	var b strings.Builder
	fmt.Fprintf(&b, "*%d\r\n", len(args))
	for _, a := range args {
		fmt.Fprintf(&b, "$%d\r\n%s\r\n", len(a), a)
	}
	if _, err := c.conn.Write([]byte(b.String())); err != nil {
		c.t.Fatal(err)
	}
	n, err := readNode(c.r)
	if err != nil {
		c.t.Fatalf("%q: %v", args, err)
	}
	return n
}
