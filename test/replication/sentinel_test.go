package replication

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cairndb/cairn/test/client"
	"github.com/cairndb/cairn/test/proc"
)

// TestSentinel: three redis-sentinels watch a master and its replicas, Cairn and redis-server among them. They find all
// of them, elect another master when theirs is killed, and make the old one a replica when it comes back, twice, while
// a client of redis-py writes. What it saw acknowledged under WAIT 1 is never lost.
func TestSentinel(t *testing.T) {
	t.Parallel()
	for name, start := range map[string][]func(testing.TB, ...string) *node{
		"cairn": {cairn, cairn, cairn},
		"mixed": {cairn, redis, cairn},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			watched(t, start)
		})
	}
}

func watched(t *testing.T, start []func(testing.TB, ...string) *node) {
	var nodes []*node
	for i, fn := range start {
		nodes = append(nodes, fn(t, "--repl-ping-replica-period", "1"))
		if i > 0 {
			nodes[i].follow(nodes[0].Addr())
		}
	}
	inSync(t, nodes[0], nodes[1:]...)
	var sentinels []*node
	for range 3 {
		s := proc.StartSentinel(t, "cairn", nodes[0].Server, 2,
			"down-after-milliseconds 1500", "failover-timeout 10000", "parallel-syncs 2")
		n := &node{Server: s, t: t}
		// It asks who is a replica of whom every 10 seconds, and believes it after 8, so that a test would wait most of
		// the time.
		n.do("SENTINEL", "DEBUG", "INFO-PERIOD", "1000", "PUBLISH-PERIOD", "500", "ASK-PERIOD", "200")
		sentinels = append(sentinels, n)
	}
	eventually(t, "the sentinels know each other and the replicas", func() bool {
		for _, s := range sentinels {
			if s.watches("num-other-sentinels") != "2" || s.watches("num-slaves") != "2" || s.watches("flags") != "master" {
				return false
			}
		}
		return true
	})
	client := startPython(t, sentinels[0])
	for range 2 {
		failOver(t, sentinels, nodes, client)
	}
	leader := leaderOf(t, sentinels[0], nodes)
	client.stop(leader)
	for _, n := range nodes {
		if n != leader {
			inSync(t, leader, n)
		}
	}
}

// watches is a field of what a sentinel tells of its master.
func (n *node) watches(field string) string {
	n.t.Helper()
	r, err := n.ask("SENTINEL", "MASTER", "cairn")
	if err != nil {
		return ""
	}
	for i := 0; i+1 < len(r.Elems); i += 2 {
		if r.Elems[i].Text == field {
			return r.Elems[i+1].Text
		}
	}
	return ""
}

// leaderOf is the node that a sentinel holds for the master.
func leaderOf(t testing.TB, sentinel *node, nodes []*node) *node {
	t.Helper()
	port := sentinel.watches("port")
	for _, n := range nodes {
		if fmt.Sprint(n.Port) == port {
			return n
		}
	}
	t.Fatalf("no node has the port %q", port)
	return nil
}

// failOver kills the master, waits until all follow another one, and starts the old one again.
func failOver(t *testing.T, sentinels, nodes []*node, w *python) {
	t.Helper()
	w.goOn()
	old := leaderOf(t, sentinels[0], nodes)
	if err := old.Kill9(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the sentinels agree on another master", func() bool {
		port := sentinels[0].watches("port")
		return port != fmt.Sprint(old.Port) && port == sentinels[1].watches("port") && port == sentinels[2].watches("port")
	})
	w.goOn()
	old.again(old.Start)
	leader := leaderOf(t, sentinels[0], nodes)
	eventually(t, "all others follow it", func() bool {
		for _, n := range nodes {
			if n != leader && (n.replication("role") != "slave" || n.replication("master_port") != fmt.Sprint(leader.Port) ||
				n.replication("master_link_status") != "up") {
				return false
			}
		}
		return true
	})
	t.Logf("port %d leads instead of %d", leader.Port, old.Port)
}

// python is a program that writes through redis-py's Sentinel client.
type python struct {
	t    testing.TB
	cmd  *exec.Cmd
	file string // of the numbers that were acknowledged, a line each
}

func startPython(t testing.TB, sentinel *node) *python {
	t.Helper()
	p := &python{t: t, file: filepath.Join(t.TempDir(), "acknowledged")}
	p.cmd = exec.Command("/usr/bin/python3", filepath.Join("testdata", "sentinel.py"), fmt.Sprint(sentinel.Port), p.file)
	out := &strings.Builder{}
	p.cmd.Stdout, p.cmd.Stderr = out, out
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if p.cmd.ProcessState == nil {
			_ = p.cmd.Process.Kill()
			_ = p.cmd.Wait()
		}
		if t.Failed() {
			t.Logf("the client said:\n%.2000s", out)
		}
	})
	return p
}

// acknowledged are the numbers so far.
func (p *python) acknowledged() []string {
	p.t.Helper()
	text, err := os.ReadFile(p.file)
	if err != nil && !os.IsNotExist(err) {
		p.t.Fatal(err)
	}
	lines := strings.Split(string(text), "\n")
	return lines[:len(lines)-1]
}

func (p *python) goOn() {
	p.t.Helper()
	from := len(p.acknowledged())
	eventually(p.t, "the client goes on writing", func() bool { return len(p.acknowledged()) > from+10 })
}

// stop ends the program and looks for what it wrote.
func (p *python) stop(leader *node) {
	p.t.Helper()
	_ = p.cmd.Process.Kill()
	_ = p.cmd.Wait()
	list := p.acknowledged()
	c, err := client.Dial(leader.Addr(), client.DefaultTimeout)
	if err != nil {
		p.t.Fatal(err)
	}
	defer c.Close()
	for _, n := range list {
		if r, err := c.Do("SISMEMBER", "numbers", n); err != nil || r.Text != "1" {
			p.t.Errorf("number %s is lost: %s, %v", n, r, err)
		}
	}
	p.t.Logf("%d writes were acknowledged", len(list))
}
