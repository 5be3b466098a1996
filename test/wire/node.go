package wire

import (
	"bytes"
	"errors"
	"os/exec"
	"testing"

	"github.com/cairndb/cairn/test/client"
	"github.com/cairndb/cairn/test/diff/random"
	"github.com/cairndb/cairn/test/proc"
)

// node is a server that is being talked to.
type node struct {
	*proc.Server
	t    testing.TB
	conn *client.Conn
}

func redis(t testing.TB, args ...string) *node {
	t.Helper()
	return dial(t, proc.StartRedis(t, append([]string{"--repl-diskless-sync-delay", "0", "--hz", "100"}, args...)...))
}

func cairn(t testing.TB, args ...string) *node {
	t.Helper()
	return dial(t, proc.StartCairn(t, args...))
}

func dial(t testing.TB, s *proc.Server) *node {
	t.Helper()
	c, err := client.Dial(s.Addr(), client.DefaultTimeout)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return &node{s, t, c}
}

// do sends a command that must not fail, and returns the text of its reply.
func (n *node) do(args ...string) string {
	n.t.Helper()
	r, err := n.conn.Do(args...)
	if err != nil || r.IsError() {
		n.t.Fatalf("%s: %.200q: %v %v", n.Name, args, r, err)
	}
	return r.Text
}

func (n *node) digest() string { n.t.Helper(); return n.do("DEBUG", "DIGEST") }

// url is how the verbs name it.
func (n *node) url() string { return "redis://" + n.Addr() }

// fill sends random commands of all types, some of them as transactions and some by a script. Some of them fail.
func (n *node) fill(seed uint64, ops int) {
	n.t.Helper()
	for i, args := range random.Commands(seed, ops) {
		switch {
		case i%40 == 0:
			n.tell("MULTI")
		case i%40 == 4:
			n.tell("EXEC")
		case i%25 == 0:
			n.tell("EVAL", "redis.call('INCR', 'n') return redis.call('RPUSH', 'list of scripts', tostring(math.random()))", "0")
		}
		n.tell(args...)
	}
	n.tell("EXEC")
	n.tell("SELECT", "0")
}

// tell sends a command that may fail.
func (n *node) tell(args ...string) {
	n.t.Helper()
	if _, err := n.conn.Do(args...); err != nil {
		n.t.Fatalf("%s: %.200q: %v", n.Name, args, err)
	}
}

// run runs a verb to its end.
func run(t testing.TB, args ...string) (stdout, stderr string, status int) {
	t.Helper()
	cmd := exec.Command(proc.CairnBinary(t), args...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return out.String(), errs.String(), cmd.ProcessState.ExitCode()
}

// must runs a verb that succeeds, and returns all it printed.
func must(t testing.TB, args ...string) string {
	t.Helper()
	stdout, stderr, status := run(t, args...)
	if status != 0 {
		t.Fatalf("cairn %q: status %d\n%s%s", args, status, stdout, stderr)
	}
	return stdout + stderr
}
