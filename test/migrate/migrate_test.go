package migrate

import (
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cairndb/cairn/test/client"
	"github.com/cairndb/cairn/test/proc"
)

func TestMain(m *testing.M) { os.Exit(proc.Main(m)) }

// node is a server with a connection to it.
type node struct {
	*proc.Server
	t    *testing.T
	conn *client.Conn
}

func connected(t *testing.T, s *proc.Server) *node {
	t.Helper()
	c, err := client.Dial(s.Addr(), client.DefaultTimeout)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return &node{s, t, c}
}

func (n *node) do(args ...string) string {
	n.t.Helper()
	reply, err := n.conn.Do(args...)
	if err != nil {
		n.t.Fatalf("%q: %v", args, err)
	}
	return reply.String()
}

// text is the reply as it is, without the quotes of String.
func (n *node) text(args ...string) string {
	n.t.Helper()
	reply, err := n.conn.Do(args...)
	if err != nil {
		n.t.Fatalf("%q: %v", args, err)
	}
	return reply.Text
}

// to is the beginning of a MIGRATE to the node.
func (n *node) to(key string, rest ...string) []string {
	return append([]string{"MIGRATE", "127.0.0.1", strconv.Itoa(n.Port), key}, rest...)
}

var fill = [][]string{
	{"SET", "string", "some text"},
	{"SET", "number", "12345"},
	{"SET", "expires", "x", "PXAT", "9000000000000"},
	{"SETRANGE", "long", "3000000", "end"},
	{"RPUSH", "list", "a", "b", "c"},
	{"HSET", "hash", "f", "1", "g", "2"},
	{"SADD", "set", "1", "2", "3"},
	{"SADD", "words", "a", "b"},
	{"ZADD", "zset", "1.5", "a", "inf", "b"},
	{"XADD", "stream", "1-1", "f", "v"},
	{"XGROUP", "CREATE", "stream", "g", "0"},
	{"XREADGROUP", "GROUP", "g", "c", "STREAMS", "stream", ">"},
	{"PFADD", "hll", "a", "b", "c"},
	{"SET", "\x00\xff\r\n", "\x00\xff\r\n"},
	{"SET", "", "of the empty name"},
}

// targets are a redis-server and a Cairn.
func targets(t *testing.T, test func(t *testing.T, to *node)) {
	t.Run("to redis", func(t *testing.T) { test(t, connected(t, proc.StartRedis(t))) })
	t.Run("to cairn", func(t *testing.T) { test(t, connected(t, proc.StartCairn(t))) })
}

// TestKeys: what arrives is what left, of every type, all at once and one by one.
func TestKeys(t *testing.T) {
	from := connected(t, proc.StartCairn(t))
	targets(t, func(t *testing.T, to *node) {
		for _, copies := range []bool{true, false} {
			from.do("FLUSHALL")
			to.do("FLUSHALL")
			keys := []string{}
			for _, args := range fill {
				from.do(args...)
				keys = append(keys, args[1])
			}
			for i := range 700 { // more than go in one turn
				from.do("SET", fmt.Sprintf("k:%d", i), "x")
				keys = append(keys, fmt.Sprintf("k:%d", i))
			}
			digest, size := from.do("DEBUG", "DIGEST"), from.text("DBSIZE")
			options := []string{"0", "5000", "KEYS"}
			if copies {
				options = []string{"0", "5000", "COPY", "KEYS"}
			}
			if got := from.text(to.to("", append(options, keys...)...)...); got != "OK" {
				t.Fatal(got)
			}
			if got := to.do("DEBUG", "DIGEST"); got != digest {
				t.Errorf("%s arrived of %s", got, digest)
			}
			if left, want := from.text("DBSIZE"), map[bool]string{true: size, false: "0"}[copies]; left != want {
				t.Errorf("copies %v: %s keys are left, not %s", copies, left, want)
			}
		}
		from.do("SET", "one", "1", "PX", "100000")
		if got := from.text(to.to("one", "3", "0")...); got != "OK" {
			t.Fatal(got)
		}
		to.do("SELECT", "3")
		ttl, err := strconv.Atoi(to.text("PTTL", "one"))
		if err != nil || ttl < 50_000 || ttl > 100_000 || from.text("EXISTS", "one") != "0" {
			t.Errorf("a time to live of %d, %v; exists still: %s", ttl, err, from.text("EXISTS", "one"))
		}
	})
}

// TestAnswers: every call is answered as a redis-server answers it.
func TestAnswers(t *testing.T) {
	silent := listen(t)
	of := func(from, to *node) (answers []string) {
		to.do("CONFIG", "SET", "requirepass", "secret")
		to.do("ACL", "SETUSER", "mover", "on", ">pass", "~*", "+@all")
		to.do("SET", "taken", "old")
		ask := func(args ...string) {
			from.do("MSET", "a", "1", "b", "2", "taken", "new", "auth", "3", "keys", "4")
			answers = append(answers, fmt.Sprintf("%q: %s; left %s, there %s, taken %s", args[3:], from.do(args...),
				from.do("EXISTS", "a", "b", "taken", "auth", "keys"), to.do("EXISTS", "a", "b", "auth", "keys"), to.do("GET", "taken")))
			to.do("DEL", "a", "b", "auth", "keys")
			to.do("SET", "taken", "old")
		}
		// A redis-server restores keys although the target has refused the user or the database; what is there is not
		// compared.
		refused := func(args ...string) {
			from.do("SET", "a", "1")
			answers = append(answers, fmt.Sprintf("%q: %s; left %s", args[3:], from.do(args...), from.do("EXISTS", "a")))
			to.do("DEL", "a")
		}
		ask(to.to("a", "0", "1000")...)
		refused(to.to("a", "0", "1000", "AUTH", "wrong")...)
		ask(to.to("a", "0", "1000", "AUTH", "secret")...)
		ask(to.to("a", "0", "1000", "auth2", "mover", "pass")...)
		refused(to.to("a", "0", "1000", "AUTH2", "mover", "secret")...)
		ask(to.to("a", "0", "1000", "AUTH2", "mover")...)
		ask(to.to("a", "0", "1000", "AUTH")...)
		refused(to.to("a", "99", "1000", "AUTH", "secret")...)
		to.do("CONFIG", "SET", "requirepass", "")
		ask(to.to("nosuch", "0", "1000")...)
		ask(to.to("", "0", "1000")...)
		ask(to.to("", "0", "1000", "KEYS")...)
		ask(to.to("", "0", "1000", "KEYS", "nosuch", "a", "nothing", "b")...)
		ask(to.to("", "0", "1000", "KEYS", "auth", "keys")...)
		ask(to.to("", "0", "1000", "COPY", "REPLACE", "KEYS", "a", "taken")...)
		ask(to.to("", "0", "1000", "REPLACE", "KEYS", "a", "taken")...)
		ask(to.to("", "0", "1000", "KEYS", "a", "taken", "b")...)
		ask(to.to("a", "0", "1000", "KEYS", "b")...)
		ask(to.to("taken", "0", "1000")...)
		ask(to.to("taken", "0", "1000", "REPLACE")...)
		ask(to.to("taken", "0", "1000", "COPY")...)
		ask(to.to("a", "0", "1000", "NOSUCH")...)
		ask(to.to("a", "x", "1000")...)
		ask(to.to("a", "0", "x")...)
		ask(to.to("a", "0", "-5")...)
		refused(to.to("a", "-1", "1000")...)
		ask("MIGRATE", "127.0.0.1", "1", "a", "0", "1000")
		ask("MIGRATE", "127.0.0.1", "nosuch", "a", "0", "1000")
		ask("MIGRATE", "127.0.0.1", silent, "a", "0", "100")
		return answers
	}
	want := of(connected(t, proc.StartRedis(t)), connected(t, proc.StartRedis(t)))
	targets(t, func(t *testing.T, to *node) {
		got := of(connected(t, proc.StartCairn(t)), to)
		for i := range want {
			if got[i] != want[i] {
				t.Errorf("got  %s\nwant %s", got[i], want[i])
			}
		}
	})
}

// listen is a port where nobody ever answers.
func listen(t *testing.T) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = ln.Close() })
	return strconv.Itoa(ln.Addr().(*net.TCPAddr).Port)
}

// TestChanges: clients count while the counters move. Each count that was acknowledged is here or there.
func TestChanges(t *testing.T) {
	const counters, clients = 8, 4
	from, to := connected(t, proc.StartCairn(t)), connected(t, proc.StartRedis(t))
	var acknowledged [counters]atomic.Int64
	var stop atomic.Bool
	var all sync.WaitGroup
	for range clients {
		c := connected(t, from.Server)
		all.Go(func() {
			for i := 0; !stop.Load(); i++ {
				reply, err := c.conn.Do("INCR", "counter:"+strconv.Itoa(i%counters))
				if err != nil || reply.IsError() {
					t.Errorf("INCR: %v %v", reply, err)
					return
				}
				acknowledged[i%counters].Add(1)
			}
		})
	}
	for i := range counters {
		for acknowledged[i].Load() < 20 {
			time.Sleep(time.Millisecond)
		}
		if got := from.text(to.to("counter:"+strconv.Itoa(i), "0", "5000")...); got != "OK" {
			t.Error(got)
		}
	}
	stop.Store(true)
	all.Wait()
	for i := range counters {
		name := "counter:" + strconv.Itoa(i)
		if got, want := number(to, name)+number(from, name), acknowledged[i].Load(); got != want {
			t.Errorf("%s: %d of %d", name, got, want)
		}
		if number(to, name) == 0 {
			t.Errorf("%s did not move", name)
		}
	}
}

func number(n *node, key string) int64 {
	v, _ := strconv.ParseInt(n.text("GET", key), 10, 64)
	return v
}

// TestBrokenTarget: a target that goes away takes nothing with it, and one that is silent does not keep the server.
func TestBrokenTarget(t *testing.T) {
	n := connected(t, proc.StartCairn(t))
	n.do("MSET", "a", "1", "b", "2")
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			_, _ = c.Write([]byte("+OK\r\n+OK\r\n")) // to SELECT, and to the first key
			_, _ = c.Read(make([]byte, 100))
			_ = c.Close()
		}
	}()
	t.Cleanup(func() { _ = ln.Close() })
	_, port, _ := net.SplitHostPort(ln.Addr().String())
	for range 5 {
		n.do("MSET", "a", "1", "b", "2")
		got := n.text("MIGRATE", "127.0.0.1", port, "", "0", "5000", "KEYS", "a", "b")
		if !strings.HasPrefix(got, "IOERR error or timeout ") || n.text("EXISTS", "b") != "1" {
			t.Errorf("%s; %s of what had no answer is left", got, n.text("EXISTS", "b"))
		}
	}
	if err := n.conn.Send("MIGRATE", "127.0.0.1", listen(t), "a", "0", "600000"); err != nil {
		t.Fatal(err)
	}
	time.Sleep(100 * time.Millisecond)
	start := time.Now()
	if err := n.Stop(); err != nil || time.Since(start) > 20*time.Second {
		t.Errorf("the server ended after %v, %v", time.Since(start), err)
	}
}

// TestItself: a key moves to another database of the same server, while it serves.
func TestItself(t *testing.T) {
	n := connected(t, proc.StartCairn(t))
	n.do("SET", "k", "v")
	if got := n.text(n.to("k", "1", "1000")...); got != "OK" {
		t.Fatal(got)
	}
	n.do("SELECT", "1")
	if got := n.text("GET", "k"); got != "v" {
		t.Errorf("it holds %s", got)
	}
}

// TestSecrets: neither those who watch nor the slow log see a password.
func TestSecrets(t *testing.T) {
	n := connected(t, proc.StartCairn(t))
	n.do("CONFIG", "SET", "slowlog-log-slower-than", "0")
	n.do("SET", "k", "v")
	n.do("MIGRATE", "127.0.0.1", "1", "k", "0", "10", "COPY", "AUTH2", "name", "password")
	if log := n.do("SLOWLOG", "GET", "1"); strings.Contains(log, "password") || !strings.Contains(log, "(redacted)") {
		t.Error(log)
	}
}
