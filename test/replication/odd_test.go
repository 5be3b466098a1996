package replication

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// TestFollowsItself: a server that is told to follow itself takes it, as redis-server does, and goes on trying; its data
// stay, and so does all else.
func TestFollowsItself(t *testing.T) {
	t.Parallel()
	oracle, n := redis(t), cairn(t)
	for _, one := range []*node{oracle, n} {
		one.do("SET", "k", "v")
		one.do("RPUSH", "list", "a", "b")
		was := one.do("DEBUG", "DIGEST")
		one.follow(one.Addr())
		eventually(t, "it refuses itself", func() bool {
			return one.Name == "redis" || strings.Contains(one.Output(), "NOMASTERLINK Can't SYNC while not connected with my master")
		})
		time.Sleep(1200 * time.Millisecond) // it tries again
		if role, link := one.replication("role"), one.replication("master_link_status"); role != "slave" || link != "down" {
			t.Errorf("%s is a %s whose link is %s", one.Name, role, link)
		}
		if r, _ := one.ask("SET", "k", "w"); !strings.HasPrefix(r.Text, "READONLY ") {
			t.Errorf("%s: SET: %s", one.Name, r)
		}
		one.do("REPLICAOF", "NO", "ONE")
		if got := one.do("DEBUG", "DIGEST"); got != was {
			t.Errorf("%s: the data were %s and are %s", one.Name, was, got)
		}
		one.do("SET", "k", "w")
	}
}

// TestFollowsInACircle: two that follow each other lose nothing, and it ends when one of them is promoted.
func TestFollowsInACircle(t *testing.T) {
	t.Parallel()
	a, b := cairn(t), cairn(t)
	a.fill(t, 1, 200)
	b.follow(a.Addr())
	inSync(t, a, b)
	was := a.do("DEBUG", "DIGEST")
	a.follow(b.Addr())
	time.Sleep(500 * time.Millisecond)
	for _, n := range []*node{a, b} {
		if got := n.do("DEBUG", "DIGEST"); got != was {
			t.Errorf("the data were %s and are %s", was, got)
		}
	}
	a.do("REPLICAOF", "NO", "ONE")
	a.fill(t, 2, 100)
	inSync(t, a, b)
}

// TestWaitAfterNewMaster: what a client wrote before its server got the data of another one is gone; to wait for it would be
// to wait for ever.
func TestWaitAfterNewMaster(t *testing.T) {
	t.Parallel()
	a, b := cairn(t), cairn(t)
	for range 100 {
		a.do("SET", "k", strings.Repeat("x", 1000))
	}
	b.do("SET", "mine", "v")
	a.follow(b.Addr())
	inSync(t, b, a)
	a.do("REPLICAOF", "NO", "ONE")
	b.follow(a.Addr())
	inSync(t, a, b)
	if n := a.do("WAIT", "1", "20000"); n != "1" {
		t.Errorf("%s replicas have everything, there is one", n)
	}
	a.do("SET", "k", "after")
	if n := a.do("WAIT", "1", "20000"); n != "1" || b.do("GET", "k") != "after" {
		t.Errorf("%s replicas have what was written, there is one", n)
	}
	a.do("FAILOVER")
	eventually(t, "the other leads", func() bool { return b.replication("role") == "master" && a.replication("master_link_status") == "up" })
	b.do("SET", "k", "after the failover")
	if n := b.do("WAIT", "1", "20000"); n != "1" || a.do("GET", "k") != "after the failover" {
		t.Errorf("%s replicas have what was written after a failover, there is one", n)
	}
}

// TestMasterIsAClient: the link to the master is listed, counted and killed as in redis-server.
func TestMasterIsAClient(t *testing.T) {
	t.Parallel()
	master, oracle, replica := redis(t), redis(t), cairn(t)
	p := newProxy(t, master.Addr())
	for _, n := range []*node{oracle, replica} {
		n.follow(p.addr())
	}
	inSync(t, master, oracle, replica)
	for _, n := range []*node{oracle, replica} {
		n.do("CONFIG", "RESETSTAT")
	}
	master.fill(t, 5, 300)
	master.do("SELECT", "3")
	master.do("SET", "last", "one")
	master.do("SELECT", "0")
	inSync(t, master, oracle, replica)

	want, got := oracle.client("TYPE", "master"), replica.client("TYPE", "master")
	if len(want) != len(got) {
		t.Errorf("redis tells %q of its master, Cairn %q", want, got)
	}
	for _, field := range []string{"addr", "flags", "db", "user", "name", "resp", "sub", "multi", "redir", "age"} {
		if want[field] != got[field] && field != "age" || got[field] == "" && want[field] != "" {
			t.Errorf("%s: redis says %q, Cairn %q", field, want[field], got[field])
		}
	}
	if list := replica.do("CLIENT", "LIST", "TYPE", "normal"); strings.Contains(list, "flags=M") {
		t.Errorf("it is a normal client, too:\n%s", list)
	}
	if list := replica.do("CLIENT", "LIST"); strings.Count(list, "flags=M") != 1 {
		t.Errorf("it is not among all clients:\n%s", list)
	}

	wantCalls, gotCalls := oracle.calls(), replica.calls()
	for name, n := range wantCalls {
		if gotCalls[name] != n {
			t.Errorf("of %s redis has counted %s, Cairn %q", name, n, gotCalls[name])
		}
	}
	if len(wantCalls) < 20 || len(gotCalls) != len(wantCalls) {
		t.Errorf("redis has counted %v\nCairn %v", wantCalls, gotCalls)
	}
	if n := replica.number("stats", "total_net_repl_input_bytes"); n < 1000 {
		t.Errorf("%d bytes came from the master", n)
	}

	_, before := syncs(master)
	for _, n := range []*node{oracle, replica} {
		if killed := n.do("CLIENT", "KILL", "TYPE", "master"); killed != "1" {
			t.Errorf("%s: %s masters were killed", n.Name, killed)
		}
	}
	eventually(t, "they come back", func() bool { _, n := syncs(master); return n == before+2 })
	inSync(t, master, oracle, replica)
}

// client is what CLIENT LIST says of the only client that the arguments choose.
func (n *node) client(choice ...string) map[string]string {
	n.t.Helper()
	list := strings.TrimSpace(n.do(append([]string{"CLIENT", "LIST"}, choice...)...))
	if list == "" || strings.Contains(list, "\n") {
		n.t.Fatalf("%s lists %q", n.Name, list)
	}
	fields := map[string]string{}
	for _, word := range strings.Fields(list) {
		name, value, _ := strings.Cut(word, "=")
		fields[name] = value
	}
	return fields
}

// calls is how often commands were called, but for those that the test itself sends, or that come with time.
func (n *node) calls() map[string]string {
	n.t.Helper()
	calls := map[string]string{}
	for line := range strings.Lines(n.do("INFO", "commandstats")) {
		name, rest, _ := strings.Cut(strings.TrimPrefix(line, "cmdstat_"), ":calls=")
		count, _, found := strings.Cut(rest, ",")
		command, _, _ := strings.Cut(name, "|")
		switch command {
		case "ping", "replconf", "info", "debug", "client", "config", "replicaof", "psync", "command", "hello":
			continue
		}
		if found {
			calls[name] = count
		}
	}
	return calls
}

// TestClockSkew: a replica whose clock is ahead of its master's, or behind, hides what has expired by its own, as
// redis-server does, and repeats what the master does with it all the same. The way between them moves the times.
func TestClockSkew(t *testing.T) {
	t.Parallel()
	for _, skew := range []time.Duration{time.Hour, -time.Hour} {
		t.Run(fmt.Sprintf("ahead=%v", skew), func(t *testing.T) {
			t.Parallel()
			master, oracle, replica := redis(t), redis(t), cairn(t)
			p := newProxy(t, master.Addr())
			p.fromServer = func(b []byte) []byte { return moveTimes(b, -skew.Milliseconds()) }
			for _, n := range []*node{oracle, replica} {
				n.follow(p.addr())
			}
			inSync(t, master, oracle, replica)
			for _, args := range [][]string{
				{"SET", "counter", "5", "EX", "600"}, {"SET", "kept", "v", "EX", "600"}, {"SET", "dies", "soon", "PX", "300"},
				{"RPUSH", "list", "a", "b"}, {"EXPIRE", "list", "600"}, {"RPUSH", "list", "c"},
				{"HSET", "hash", "f", "1"}, {"PEXPIRE", "hash", "600000"}, {"HINCRBY", "hash", "f", "1"},
				{"INCR", "counter"}, {"APPEND", "kept", "w"}, {"SETRANGE", "kept", "1", "xyz"}, {"GETEX", "kept", "EX", "900"},
				{"SET", "moved", "v", "EX", "600"}, {"RENAME", "moved", "renamed"}, {"COPY", "counter", "copy"},
			} {
				master.do(args...)
				inSync(t, master, oracle, replica)
			}
			for _, args := range [][]string{
				{"GET", "counter"}, {"GET", "kept"}, {"LRANGE", "list", "0", "-1"}, {"HGETALL", "hash"}, {"EXISTS", "renamed", "copy", "moved"},
				{"TTL", "none"}, {"TYPE", "list"},
			} {
				want, err1 := oracle.ask(args...)
				got, err2 := replica.ask(args...)
				if err1 != nil || err2 != nil || string(want.Raw) != string(got.Raw) {
					t.Errorf("%q: redis %q, Cairn %q (%v, %v)", args, want.Raw, got.Raw, err1, err2)
				}
			}
			eventually(t, "the master deletes what has expired", func() bool { return master.do("EXISTS", "dies") == "0" })
			for _, key := range []string{"counter", "kept", "list", "hash", "renamed", "copy"} {
				master.do("PERSIST", key)
			}
			inSync(t, master, oracle, replica)
			if got, want := look(replica, "counter")+look(replica, "list"), look(master, "counter")+look(master, "list"); got != want {
				t.Errorf("the replica has %s, the master %s", got, want)
			}
		})
	}
}
