package server

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"
)

// exec sends MULTI, lines and EXEC, and returns EXEC's reply in one line.
func (c *conn) exec(lines ...string) string {
	c.t.Helper()
	c.want("OK", "MULTI")
	for _, line := range lines {
		c.want("QUEUED", line)
	}
	return c.do("EXEC").String()
}

func (c *conn) wantExec(want string, lines ...string) {
	c.t.Helper()
	if got := c.exec(lines...); got != want {
		c.t.Errorf("%s: %s, want %s", strings.Join(lines, "; "), got, want)
	}
}

// A transaction whose keys are on disk runs more than once. What a rerun cannot
// undo must not happen twice.
func TestExecRunsAgainUnseen(t *testing.T) {
	r := serve(t, t.TempDir())
	c, listener, victim := r.dial(), r.dial(), r.dial()
	for i := range 20 {
		c.want("OK", fmt.Sprintf("SET k%d 1", i))
	}
	listener.do("SUBSCRIBE ch")
	id := victim.do("CLIENT ID").Int
	c.want("OK", "DEBUG RELOAD")
	lines := []string{fmt.Sprintf("CLIENT KILL ID %d", id), "PUBLISH ch once", "SELECT 1", "SET k1 other", "SELECT 0"}
	want := "*[1 1 +OK +OK +OK"
	for i := range 20 {
		lines = append(lines, fmt.Sprintf("INCR k%d", i), fmt.Sprintf("CLIENT KILL ID %d", id))
		want += " 2 0"
	}
	c.wantExec(want+"]", lines...)
	listener.receive(`*["message" "ch" "once"]`)
	listener.send("PING")
	listener.receive(`*["pong" ""]`)
	if !victim.closes() {
		t.Error("nobody was killed")
	}
}

// Walks and counts inside of a transaction see what it has done so far, with
// all in RAM and with all on disk.
func TestWalksInsideExec(t *testing.T) {
	for _, cold := range []string{"off", "on"} {
		r := serve(t, t.TempDir())
		c := r.dial()
		c.want("OK", "DEBUG COLD "+cold)
		for i := range 10 {
			c.want("OK", fmt.Sprintf("SET k%d v", i))
		}
		c.wantExec(`*[10 +OK 10 +OK 11 2 9 *[] *["new"] 1 *["0" *["k0"]] +OK +OK 0 *[] null +OK *["x"] "x" 1]`,
			"DBSIZE", "SET k0 again", "DBSIZE", "SET new v", "DBSIZE", "DEL k1 k2", "DBSIZE", "KEYS k[12]", "KEYS n*",
			"DEL k3", "SCAN 0 MATCH k0 COUNT 1000",
			"SELECT 0", "FLUSHDB", "DBSIZE", "KEYS *", "RANDOMKEY", "SET x v", "KEYS *", "RANDOMKEY", "DBSIZE")
		c.want("OK", "DEBUG COLD off")
	}
}

func TestExecCountsWhatItsCommandsDo(t *testing.T) {
	r := serve(t, t.TempDir())
	c := r.dial()
	c.want("OK", "SET k v")
	c.want("OK", "CONFIG RESETSTAT")
	c.wantExec(`*["v" null +OK 1]`, "GET k", "GET nosuch", "SET k2 v", "EXISTS k2")
	stats := string(c.do("INFO stats").Str)
	for _, line := range []string{"keyspace_hits:2", "keyspace_misses:1"} {
		if !strings.Contains(stats, line+"\r\n") {
			t.Errorf("no %s in %s", line, stats)
		}
	}
	calls := string(c.do("INFO commandstats").Str)
	for _, line := range []string{"cmdstat_get:calls=2", "cmdstat_set:calls=1", "cmdstat_exec:calls=1", "cmdstat_multi:calls=1"} {
		if !strings.Contains(calls, line+",") {
			t.Errorf("no %s in %s", line, calls)
		}
	}
}

// What a client queues is bounded like what it sends.
func TestQueueIsBounded(t *testing.T) {
	r := serve(t, t.TempDir(), "--client-query-buffer-limit", "1mb")
	c := r.dial()
	c.want("OK", "MULTI")
	line := "SET k " + strings.Repeat("v", 100<<10)
	for range 9 {
		c.want("QUEUED", line)
	}
	for range 2 {
		c.send(line)
	}
	for range 2 {
		if c.closes() {
			return
		}
	}
	t.Error("more than the limit is queued")
}

// Those who add to two keys in one transaction, and look at both, never see
// them differ.
func TestExecIsIsolated(t *testing.T) {
	r := serve(t, t.TempDir(), "--appendfsync", "no")
	var work sync.WaitGroup
	for n := range 4 {
		c := r.dial()
		work.Go(func() {
			for range 200 {
				switch n % 2 {
				case 0:
					c.exec("INCR a", "INCR b")
				default:
					v := c.do("MGET a b")
					if v.Elems[0].String() != v.Elems[1].String() {
						t.Errorf("seen %s", v)
					}
				}
			}
		})
	}
	work.Wait()
	r.dial().wantExec(`*["400" "400"]`, "GET a", "GET b")
}

// RANDOMKEY and DBSIZE begin on the loop, and may find that they need the disk.
func TestRandomKeyInsideExec(t *testing.T) {
	r := serve(t, t.TempDir())
	c := r.dial()
	c.wantExec(`*[null +OK "k" +OK 1]`, "RANDOMKEY", "SET k v", "RANDOMKEY", "SELECT 0", "DBSIZE")
	c.want("OK", "DEBUG RELOAD")
	c.wantExec(`*["k" 1 null 0]`, "RANDOMKEY", "DEL k", "RANDOMKEY", "DBSIZE")
}

// While nothing may be deleted an expired key is drawn rather than none looked
// for without end.
func TestRandomKeyWhilePaused(t *testing.T) {
	r := serve(t, t.TempDir())
	c := r.dial()
	c.want("OK", "SET k v PX 1")
	c.want("OK", "CLIENT PAUSE 100000 WRITE")
	time.Sleep(5 * time.Millisecond)
	c.want("k", "RANDOMKEY")
	c.want("", "GET k")
	c.want("OK", "CLIENT UNPAUSE")
	c.want("", "RANDOMKEY")
}
