package replication

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/cairndb/cairn/test/proc"
)

// rounds is how often a test does what it does again; CAIRN_REPLICATION_ROUNDS makes it more often.
func rounds(few int) uint64 {
	n := few
	_, _ = fmt.Sscan(os.Getenv("CAIRN_REPLICATION_ROUNDS"), &n)
	return uint64(n)
}

// mayBeKilled makes a redis-server keep its data and its history when it ends in order. Killed, it begins another history.
var mayBeKilled = []string{"--appendonly", "yes", "--appendfsync", "always", "--save", "3600 1"}

// TestRedisToCairn: a redis-server is followed, whatever is cut, killed or started again, while keys expire.
func TestRedisToCairn(t *testing.T) {
	t.Parallel()
	for _, fsync := range []string{"always", "everysec", "no"} {
		t.Run(fsync, func(t *testing.T) {
			master := redis(t, mayBeKilled...)
			p := newProxy(t, master.Addr())
			master.fill(t, 1, 800)
			master.do("FUNCTION", "LOAD", "#!lua name=lib\n"+
				"redis.register_function{function_name='f', callback=function() return 'one' end, flags={'no-writes'}}")
			replica := cairn(t, "--appendfsync", fsync)
			replica.do("SET", "mine", "gone after the sync")
			replica.do("FUNCTION", "LOAD", "#!lua name=old\nredis.register_function('g', function() return 1 end)")
			replica.follow(p.addr())
			inSync(t, master, replica)
			if got := replica.do("FCALL", "f", "0"); got != "one" {
				t.Errorf("the function says %q", got)
			}
			for round := range rounds(2) {
				for step, disturb := range []func(){
					func() { p.cut() },
					func() { restart(t, replica, replica.Crash) },
					func() { restart(t, replica, replica.Restart) },
					func() { restart(t, master, master.Restart) },
					func() { restart(t, master, master.Crash) },
				} {
					seed := round*10 + uint64(step)
					master.fill(t, 100+seed, 250)
					disturb()
					if replica.replication("role") == "master" { // started without replicaof
						replica.follow(p.addr())
					}
					master.fill(t, 200+seed, 150)
					master.do("SET", "dies", "soon", "PX", "30")
					inSync(t, master, replica)
				}
			}
		})
	}
}

func restart(t *testing.T, n *node, how func() error) {
	t.Helper()
	if n.conn != nil {
		n.conn.Close()
		n.conn = nil
	}
	if err := how(); err != nil {
		t.Fatal(err)
	}
}

// syncs counts what a redis-server had to answer PSYNC with.
func syncs(n *node) (full, partial int64) {
	return n.number("stats", "sync_full"), n.number("stats", "sync_partial_ok")
}

// TestCairnResumes: after a cut, a crash and a restart a replica goes on where it was, if it knows from its
// configuration that it is one.
func TestCairnResumes(t *testing.T) {
	t.Parallel()
	master := redis(t)
	p := newProxy(t, master.Addr())
	host, port, _ := strings.Cut(p.addr(), ":")
	replica := cairn(t, "--replicaof", host, port)
	master.fill(t, 1, 300)
	inSync(t, master, replica)
	for step, disturb := range []func(){
		func() { p.cut() },
		func() { restart(t, replica, replica.Crash) },
		func() { restart(t, replica, replica.Restart) },
	} {
		disturb()
		master.fill(t, 10+uint64(step), 100)
		inSync(t, master, replica)
		if full, partial := syncs(master); full != 1 || partial != int64(step)+1 {
			t.Errorf("after step %d: %d full syncs, %d partial ones", step, full, partial)
		}
	}
}

// TestReplicaTakesNoWrites: what a replica refuses, in the words of a redis-server that is one, and what it shows of a key
// whose time has come.
func TestReplicaTakesNoWrites(t *testing.T) {
	t.Parallel()
	master := redis(t)
	oracle, replica := redis(t), cairn(t)
	for _, n := range []*node{oracle, replica} {
		n.follow(master.Addr())
	}
	master.do("SET", "k", "v")
	master.do("PFADD", "hll", "a", "b", "c")
	master.do("SET", "list", "no list")
	inSync(t, master, oracle, replica)
	for _, args := range [][]string{
		{"SET", "a", "b"}, {"DEL", "k"}, {"EXPIRE", "k", "1"}, {"FLUSHALL"}, {"BLPOP", "nothing", "1"}, {"XREADGROUP", "GROUP", "g", "c", "STREAMS", "s", ">"},
		{"EVAL", "return redis.call('SET', 'a', 'b')", "0"}, {"EVAL", "return redis.pcall('GET', 'k')", "0"},
		{"EVAL", "#!lua\nreturn 1", "0"}, {"EVAL", "#!lua flags=no-writes\nreturn redis.call('GET', 'k')", "0"},
		{"FUNCTION", "FLUSH"}, {"SWAPDB", "0", "1"}, {"WAIT", "0", "1"}, {"GET", "k"}, {"PFCOUNT", "hll"}, {"PUBLISH", "c", "m"},
		{"MULTI"}, {"SET", "a", "b"}, {"EXEC"}, {"MULTI"}, {"GET", "k"}, {"PFCOUNT", "hll"}, {"EXEC"},
		{"REPLICAOF", "localhost", "x"}, {"REPLICAOF", "localhost", "70000"}, {"REPLICAOF", "a"},
		{"SORT", "list", "STORE", "k"}, {"GETEX", "k", "PERSIST"}, {"SPUBLISH", "a", "b"},
		{"CONFIG", "GET", "replica-read-only"}, {"CONFIG", "GET", "slave-priority"}, {"CONFIG", "GET", "masterauth"},
	} {
		want, err1 := oracle.ask(args...)
		got, err2 := replica.ask(args...)
		if err1 != nil || err2 != nil {
			t.Fatal(err1, err2)
		}
		if string(want.Raw) != string(got.Raw) {
			t.Errorf("%q:\n redis %q\n cairn %q", args, want.Raw, got.Raw)
		}
	}
	master.do("DEBUG", "SET-ACTIVE-EXPIRE", "0")
	master.do("SET", "dead", "v", "PX", "1")
	inSync(t, master, replica)
	eventually(t, "the key is hidden", func() bool { return replica.do("EXISTS", "dead") == "0" })
	if got, want := replica.do("DBSIZE"), master.do("DBSIZE"); got != want {
		t.Errorf("DBSIZE is %s, the master's %s", got, want)
	}
	master.do("GET", "dead") // which deletes it
	inSync(t, master, replica)
	compareShapes(t, oracle, replica)
}

// compareShapes compares what INFO and ROLE are made of.
func compareShapes(t *testing.T, oracle, replica *node) {
	t.Helper()
	fields := func(n *node) string {
		var names []string
		for line := range strings.Lines(n.do("INFO", "replication")) {
			name, value, _ := strings.Cut(strings.TrimSpace(line), ":")
			switch name {
			case "role", "master_host", "master_link_status", "slave_priority", "slave_read_only", "replica_announced":
				name += ":" + value
			}
			names = append(names, name)
		}
		return strings.Join(names, "\n")
	}
	if want, got := fields(oracle), fields(replica); want != got {
		t.Errorf("INFO replication of redis:\n%s\nof Cairn:\n%s", want, got)
	}
	same := func() bool {
		want, _ := oracle.ask("ROLE")
		got, _ := replica.ask("ROLE")
		return string(want.Raw) == string(got.Raw)
	}
	eventually(t, "ROLE says the same", same)
}

// TestStaleReplica: without its master a replica answers from what it has, or refuses.
func TestStaleReplica(t *testing.T) {
	t.Parallel()
	master, replica := redis(t), cairn(t)
	p := newProxy(t, master.Addr())
	replica.follow(p.addr())
	master.do("SET", "k", "v")
	inSync(t, master, replica)
	p.part()
	eventually(t, "the link is down", func() bool { return replica.replication("master_link_status") == "down" })
	if got := replica.do("GET", "k"); got != "v" {
		t.Errorf("it says %q", got)
	}
	replica.do("CONFIG", "SET", "replica-serve-stale-data", "no")
	for _, args := range [][]string{{"GET", "k"}, {"EVAL", "return redis.call('GET', 'k')", "0"}} {
		if r, err := replica.ask(args...); err != nil || !strings.Contains(r.Text, "MASTERDOWN") {
			t.Errorf("%q: %s, %v", args, r, err)
		}
	}
	replica.do("INFO")
	p.join()
	inSync(t, master, replica)
	if got := replica.do("GET", "k"); got != "v" {
		t.Errorf("it says %q", got)
	}
}

// TestPromotion: a promoted replica has all it had, takes writes, begins a history of its own, and its old master, once
// it follows, need not begin anew.
func TestPromotion(t *testing.T) {
	t.Parallel()
	master, replica := redis(t), cairn(t)
	replica.follow(master.Addr())
	master.fill(t, 1, 500)
	master.do("FLUSHALL") // keys that expire would be deleted after the promotion too
	for i := range 100 {
		master.do("RPUSH", "list", fmt.Sprint(i))
	}
	inSync(t, master, replica)
	was, at := replica.replication("master_replid"), replica.offset()
	replica.do("REPLICAOF", "NO", "ONE")
	if id2 := replica.replication("master_replid2"); id2 != was || replica.number("replication", "second_repl_offset") != at+1 {
		t.Errorf("the history before is %s, not %s\n%s", id2, was, replica.do("INFO", "replication"))
	}
	replica.do("SET", "after", "promotion")
	master.follow(replica.Addr())
	replica.fill(t, 2, 300)
	inSync(t, replica, master)
	if partial := replica.number("stats", "sync_partial_ok"); partial != 1 {
		t.Errorf("%d partial syncs\n%s", partial, replica.do("INFO", "stats"))
	}
}

// TestChains: Redis is followed by Cairn, and that one by Cairn and by Redis; the one in the middle dies, and its
// followers go on with its master.
func TestChains(t *testing.T) {
	t.Parallel()
	master := redis(t)
	middle, last, lastRedis := cairn(t), cairn(t), redis(t)
	p := newProxy(t, master.Addr())
	middle.follow(p.addr())
	last.follow(middle.Addr())
	lastRedis.follow(middle.Addr())
	for round := range rounds(2) {
		master.fill(t, round, 300)
		p.cut()
		master.fill(t, 50+round, 100)
		inSync(t, master, middle, last, lastRedis)
	}
	restart(t, middle, middle.Kill9)
	master.fill(t, 99, 100)
	last.follow(master.Addr())
	lastRedis.follow(master.Addr())
	inSync(t, master, last, lastRedis)
	if _, partial := syncs(master); partial < 2 {
		t.Errorf("%d partial syncs, there should be those of both", partial)
	}
	if err := middle.Start(); err != nil {
		t.Fatal(err)
	}
}

// TestBacklogWraps: while a full sync is on its way the master writes more than it keeps; then it begins again, and comes
// to an end once there is room.
func TestBacklogWraps(t *testing.T) {
	t.Parallel()
	master := redis(t, "--repl-backlog-size", "16kb", "--client-output-buffer-limit", "replica 256kb 256kb 1")
	master.do("DEBUG", "POPULATE", "20000", "key", "200")
	replica := cairn(t)
	replica.do("SET", "old", "data")
	p := newProxy(t, master.Addr())
	p.slow(5 * time.Millisecond)
	replica.follow(p.addr())
	big := strings.Repeat("x", 10_000)
	for i := range 100 {
		master.do("SET", fmt.Sprint("big:", i), big)
	}
	if got := replica.do("GET", "old"); got != "data" && replica.replication("master_link_status") != "up" {
		t.Errorf("meanwhile the old data is %q", got)
	}
	p.slow(0)
	inSync(t, master, replica)
}

// TestReplicaRemembersItsMaster: CONFIG REWRITE keeps what REPLICAOF said, also inside of a transaction, as Sentinel
// sends them.
func TestReplicaRemembersItsMaster(t *testing.T) {
	t.Parallel()
	file := t.TempDir() + "/cairn.conf"
	if err := os.WriteFile(file, []byte("replica-priority 7\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	master := redis(t)
	replica := &node{Server: proc.StartCairnFrom(t, file, "--enable-debug-command", "local"), t: t}
	host, port, _ := strings.Cut(master.Addr(), ":")
	for _, args := range [][]string{{"MULTI"}, {"SLAVEOF", host, port}, {"CONFIG", "REWRITE"}, {"EXEC"}} {
		replica.do(args...)
	}
	inSync(t, master, replica)
	restart(t, replica, replica.Restart)
	inSync(t, master, replica)
	if got := replica.replication("slave_priority"); got != "7" {
		t.Errorf("the priority is %s", got)
	}
}

// TestCairnToCairn: a replica goes on where it was also when its master was killed or started again, and never begins
// anew.
func TestCairnToCairn(t *testing.T) {
	t.Parallel()
	for _, fsync := range []string{"always", "everysec"} {
		t.Run(fsync, func(t *testing.T) {
			master := cairn(t, "--appendfsync", fsync)
			p := newProxy(t, master.Addr())
			host, port, _ := strings.Cut(p.addr(), ":")
			master.fill(t, 1, 500)
			replica := cairn(t, "--appendfsync", fsync, "--replicaof", host, port)
			inSync(t, master, replica)
			for step, disturb := range []func(){
				func() { p.cut() },
				func() { restart(t, replica, replica.Crash) },
				func() { restart(t, master, master.Restart) },
				func() { restart(t, replica, replica.Restart) },
				func() { restart(t, master, master.Crash) },
				func() { p.cut() },
			} {
				master.fill(t, 100+uint64(step), 200)
				inSync(t, master, replica)
				disturb()
				master.fill(t, 200+uint64(step), 100)
				inSync(t, master, replica)
				if full, _ := syncs(master); full > 1 || step > 1 && full > 0 {
					t.Errorf("after step %d the master has given %d full syncs", step, full)
				}
			}
		})
	}
}
