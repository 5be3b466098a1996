package replication

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/cairndb/cairn/test/client"
	"github.com/cairndb/cairn/test/proc"
)

func TestMain(m *testing.M) { os.Exit(proc.Main(m)) }

// patience is how long a test waits for what must come about.
const patience = 60 * time.Second

// node is a server, and a connection to it that is opened again when the server was.
type node struct {
	*proc.Server
	t    testing.TB
	conn *client.Conn
}

// cairn starts Cairn, and redis starts redis-server, which keeps its data in an append-only file.
func cairn(t testing.TB, args ...string) *node {
	t.Helper()
	args = append([]string{"--cairn-log-segment-size", "64kb", "--repl-backlog-size", "16kb"}, args...)
	return &node{Server: proc.StartCairn(t, args...), t: t}
}

func redis(t testing.TB, args ...string) *node {
	t.Helper()
	return &node{Server: proc.StartRedis(t, append([]string{"--repl-diskless-sync-delay", "0", "--hz", "100"}, args...)...), t: t}
}

// ask sends a command and returns the reply; an error is that of the connection.
func (n *node) ask(args ...string) (client.Reply, error) {
	if n.conn == nil {
		c, err := client.Dial(n.Addr(), client.DefaultTimeout)
		if err != nil {
			return client.Reply{}, err
		}
		n.conn = c
	}
	r, err := n.conn.Do(args...)
	if err != nil {
		n.conn.Close()
		n.conn = nil
	}
	return r, err
}

// again stops or kills the server and starts it: restart is Restart or Crash.
func (n *node) again(restart func() error) {
	n.t.Helper()
	if n.conn != nil {
		n.conn.Close()
		n.conn = nil
	}
	if err := restart(); err != nil {
		n.t.Fatal(err)
	}
}

// do is ask for a reply that must come and must not be an error. It returns the text of the reply.
func (n *node) do(args ...string) string {
	n.t.Helper()
	r, err := n.ask(args...)
	if err == nil && r.Kind == '-' {
		err = fmt.Errorf("%s", r.Text)
	}
	if err != nil {
		n.t.Fatalf("%s at %s: %.100q: %v", n.Name, n.Addr(), args, err)
	}
	return r.Text
}

// info is a field of INFO, "" if there is none.
func (n *node) info(section, field string) string {
	n.t.Helper()
	for line := range strings.Lines(n.persist("INFO", section)) {
		if value, ok := strings.CutPrefix(line, field+":"); ok {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// persist is do for a question that may be asked again: Sentinel has servers close the connections of their clients, at
// any moment.
func (n *node) persist(args ...string) string {
	n.t.Helper()
	const tries = 5
	for range tries {
		r, err := n.ask(args...)
		if err == nil && r.Kind != '-' {
			return r.Text
		}
		n.t.Logf("%s at %s: %.100q: %s %v", n.Name, n.Addr(), args, r.Text, err)
	}
	return n.do(args...)
}

// number is a field of INFO that is a number.
func (n *node) number(section, field string) int64 {
	n.t.Helper()
	v, err := strconv.ParseInt(n.info(section, field), 10, 64)
	if err != nil {
		n.t.Fatalf("%s: %s of INFO %s: %v", n.Name, field, section, err)
	}
	return v
}

func (n *node) replication(field string) string { n.t.Helper(); return n.info("replication", field) }

// offset is where the node's stream ends.
func (n *node) offset() int64 { n.t.Helper(); return n.number("replication", "master_repl_offset") }

// follow makes the node a replica of the server at an address.
func (n *node) follow(addr string) {
	n.t.Helper()
	host, port, _ := strings.Cut(addr, ":")
	n.do("REPLICAOF", host, port)
}

// eventually waits for a condition.
func eventually(t testing.TB, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !holds(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("after %v there is still not: %s", patience, what)
		}
	}
}

// inSync waits until the replicas have the master's offset, and compares what they hold. Keys may expire meanwhile.
func inSync(t testing.TB, master *node, replicas ...*node) {
	t.Helper()
	for _, r := range replicas {
		differ := ""
		same := func() bool {
			at := master.offset()
			if r.replication("master_link_status") != "up" || r.offset() != at {
				differ = "the replica is not there yet"
				return false
			}
			want, got := master.persist("DEBUG", "DIGEST"), r.persist("DEBUG", "DIGEST")
			if master.offset() != at || r.offset() != at {
				return false
			}
			differ = fmt.Sprintf("at offset %d the master has %s and the replica %s", at, want, got)
			return want == got
		}
		for deadline := time.Now().Add(patience); !same(); time.Sleep(20 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("%s at %d follows %s at %d: %s\nmaster: %s\nreplica: %s\n%s", r.Name, r.Port, master.Name, master.Port, differ,
					master.do("INFO", "replication"), r.do("INFO", "replication"), differences(master, r))
			}
		}
	}
}
