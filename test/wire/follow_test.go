package wire

import (
	"net"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/cairndb/cairn/test/client"
)

// counters increment a key each, and remember the last number that was acknowledged.
type counters struct {
	acked []int
	done  sync.WaitGroup
}

func (n *node) counters(count int) *counters {
	c := &counters{acked: make([]int, count)}
	for i := range c.acked {
		conn, err := client.Dial(n.Addr(), client.DefaultTimeout)
		if err != nil {
			n.t.Fatal(err)
		}
		n.t.Cleanup(conn.Close)
		if _, err := conn.Do("AUTH", "secret"); err != nil {
			n.t.Fatal(err)
		}
		c.done.Go(func() {
			for {
				r, err := conn.Do("INCR", "counter:"+strconv.Itoa(i))
				if err != nil || r.IsError() {
					return
				}
				c.acked[i], _ = strconv.Atoi(r.Text)
			}
		})
	}
	return c
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return port
}

// A Redis that is written to is followed, and the replica promoted: no write that was acknowledged is missing.
func TestFollowAndPromote(t *testing.T) {
	master := redis(t)
	master.fill(81, 300)
	master.do("CONFIG", "SET", "requirepass", "secret")
	url := "redis://:secret@" + master.Addr()
	dir, port := t.TempDir(), freePort(t)
	args := []string{"--dir", dir, "--port", port, "--enable-debug-command", "local"}
	replica := start(t, append([]string{"follow", url}, args...)...)
	replica.waitFor(": up")
	to := "redis://127.0.0.1:" + port
	w := master.counters(3)
	printed := must(t, "promote", to, "--pause", "20s")
	if !strings.Contains(printed, "is a master now") {
		t.Errorf("printed %s", printed)
	}
	conn, err := client.Dial("127.0.0.1:"+port, client.DefaultTimeout)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(conn.Close)
	want := master.digest()
	if err := master.Kill9(); err != nil { // the writers hang in the pause
		t.Fatal(err)
	}
	w.done.Wait()
	for i, acked := range w.acked {
		r, err := conn.Do("GET", "counter:"+strconv.Itoa(i))
		if got, _ := strconv.Atoi(r.Text); err != nil || got != acked {
			t.Errorf("counter %d is %d, and %d was acknowledged", i, got, acked)
		}
	}
	if r, err := conn.Do("DEBUG", "DIGEST"); err != nil || r.Text != want {
		t.Errorf("%v, not %s, %v", r, want, err)
	}
	if r, err := conn.Do("SET", "since", "promoted"); err != nil || r.IsError() {
		t.Errorf("a write after it: %v, %v", r, err)
	}
	replica.waitFor("promoted: this server is a master now")
	replica.signal(syscall.SIGTERM)
	replica.succeeds()

	// To follow again would lose what has been written since.
	other := redis(t)
	_, stderr, status := run(t, append([]string{"follow", other.url()}, args...)...)
	if status != 1 || !strings.Contains(stderr, "not, or no more, those of") {
		t.Errorf("status %d, %s", status, stderr)
	}
	if _, stderr, status = run(t, append([]string{"follow", url}, args...)...); status != 1 || !strings.Contains(stderr, "cannot be found out") {
		t.Errorf("status %d, %s", status, stderr)
	}
	if got := cairn(t, "--dir", dir).do("GET", "since"); got != "promoted" {
		t.Errorf("it holds %q", got)
	}
}

// A replica goes on after a restart, and what is no replica, or behind a master that is gone, is not promoted unawares.
func TestPromoteRefuses(t *testing.T) {
	master, replica := redis(t), redis(t)
	if _, stderr, status := run(t, "promote", master.url()); status != 1 || !strings.Contains(stderr, "is a master already") {
		t.Errorf("status %d, %s", status, stderr)
	}
	master.do("SET", "k", "v")
	host, port, _ := net.SplitHostPort(master.Addr())
	replica.do("REPLICAOF", host, port)
	waitUntil(t, "the link is up", func() bool { return strings.Contains(replica.do("INFO", "replication"), "master_link_status:up") })
	if err := master.Kill9(); err != nil {
		t.Fatal(err)
	}
	if _, stderr, status := run(t, "promote", replica.url(), "--timeout", "1s"); status != 1 || !strings.Contains(stderr, "--force") {
		t.Errorf("status %d, %s", status, stderr)
	}
	must(t, "promote", replica.url(), "--force")
	if role := replica.do("INFO", "replication"); !strings.Contains(role, "role:master") {
		t.Error(role)
	}
}

// A follower that is killed goes on where it was.
func TestFollowAgain(t *testing.T) {
	master := redis(t)
	master.fill(91, 300)
	dir, port := t.TempDir(), freePort(t)
	args := []string{"follow", master.url(), "--dir", dir, "--port", port}
	first := start(t, args...)
	first.waitFor(": up")
	first.signal(syscall.SIGKILL)
	_ = first.cmd.Wait() // it was killed
	master.do("SET", "meanwhile", "v")
	second := start(t, args...)
	second.waitFor(": up")
	must(t, "promote", "redis://127.0.0.1:"+port)
	second.signal(syscall.SIGTERM)
	second.succeeds()
	if strings.Contains(second.out.String(), "ull resync") && !strings.Contains(first.out.String(), "ull resync") {
		t.Errorf("it began anew:\n%s", second.out.String())
	}
	file := filepath.Join(t.TempDir(), "out.rdb")
	must(t, "export", file, "--dir", dir)
	r := redis(t, "--dir", filepath.Dir(file), "--dbfilename", filepath.Base(file))
	if got, want := r.digest(), master.digest(); got != want {
		t.Errorf("%s, not %s", got, want)
	}
}
