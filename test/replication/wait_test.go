package replication

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/cairndb/cairn/test/client"
)

// replicas is how many connections of replicas the node has.
func (n *node) replicas() int {
	n.t.Helper()
	return strings.Count(n.do("CLIENT", "LIST", "TYPE", "replica"), "flags=S ")
}

// TestWait: a write is acknowledged by as many as have it, and those who wait hear of it when they come back.
func TestWait(t *testing.T) {
	t.Parallel()
	master := cairn(t)
	first, second := redis(t), redis(t)
	toMaster := newProxy(t, master.Addr())
	first.follow(master.Addr())
	second.follow(toMaster.addr())
	inSync(t, master, first, second)
	master.do("SET", "k", "v")
	if n := master.do("WAIT", "2", "0"); n != "2" {
		t.Fatalf("%s of two replicas have it", n)
	}
	toMaster.part()
	eventually(t, "one replica is gone", func() bool { return master.replicas() == 1 })
	master.do("SET", "k", "w")
	if n := master.do("WAIT", "2", "50"); n != "1" {
		t.Fatalf("%s replicas have it, and one is cut off", n)
	}
	if n := master.do("WAIT", "1", "0"); n != "1" {
		t.Fatalf("%s replicas have it, of one", n)
	}
	reply := make(chan client.Reply, 1)
	go func() {
		r, _ := master.ask("WAIT", "2", "0")
		reply <- r
	}()
	time.Sleep(20 * time.Millisecond)
	toMaster.join()
	select {
	case r := <-reply:
		if r.Text != "2" {
			t.Errorf("who waited for two heard of %s", r.Text)
		}
	case <-time.After(patience):
		t.Fatal("who waits for a replica does not hear of its return")
	}
	// They do not say what is on their disks.
	if r, _ := master.ask("WAITAOF", "1", "1", "50"); len(r.Elems) != 2 || r.Elems[0].Text != "1" || r.Elems[1].Text != "0" {
		t.Errorf("WAITAOF: %s", r)
	}
}

// TestTooFewReplicas: writes are refused without enough replicas, and reads are not.
func TestTooFewReplicas(t *testing.T) {
	t.Parallel()
	master, replica := cairn(t, "--min-replicas-to-write", "1", "--repl-ping-replica-period", "1"), redis(t)
	if r, _ := master.ask("SET", "k", "v"); !strings.HasPrefix(r.Text, "NOREPLICAS ") {
		t.Fatalf("without a replica: %s", r)
	}
	master.do("GET", "k")
	replica.follow(master.Addr())
	eventually(t, "writes are taken", func() bool {
		r, _ := master.ask("SET", "k", "v")
		return r.Kind != '-'
	})
	if err := replica.Stop(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "writes are refused", func() bool {
		r, _ := master.ask("SET", "k", "w")
		return r.Kind == '-'
	})
}

// TestPublish: what is published at the master reaches those who listen at a replica, in order with what is written.
func TestPublish(t *testing.T) {
	t.Parallel()
	master, replica := cairn(t), redis(t)
	replica.follow(master.Addr())
	inSync(t, master, replica)
	listener, err := client.Dial(replica.Addr(), client.DefaultTimeout)
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	for _, args := range [][]string{{"PSUBSCRIBE", "*"}, {"SSUBSCRIBE", "shard"}} {
		if err := listener.Send(args...); err != nil {
			t.Fatal(err)
		}
		if _, err := listener.Recv(); err != nil {
			t.Fatal(err)
		}
	}
	master.do("PUBLISH", "a", "plain")
	master.do("MULTI")
	master.do("SET", "k", "v")
	master.do("PUBLISH", "a", "in a transaction")
	master.do("EXEC")
	master.do("EVAL", "redis.call('SET', 'k', 'w') return redis.call('PUBLISH', 'a', 'by a script')", "0")
	master.do("SPUBLISH", "shard", "of a shard")
	for _, want := range []string{"plain", "in a transaction", "by a script", "of a shard"} {
		r, err := listener.Recv()
		if err != nil {
			t.Fatal(err)
		}
		if got := r.Elems[len(r.Elems)-1].Text; got != want {
			t.Errorf("heard %q, want %q", got, want)
		}
	}
}

// TestKilledConnection: an operator ends the connections of replicas, which come back and go on.
func TestKilledConnection(t *testing.T) {
	t.Parallel()
	master, replica := cairn(t), redis(t)
	replica.follow(master.Addr())
	inSync(t, master, replica)
	if n := master.do("CLIENT", "KILL", "TYPE", "replica"); n != "1" {
		t.Fatalf("%s connections of replicas", n)
	}
	master.fill(t, 3, 100)
	inSync(t, master, replica)
	if full := master.number("stats", "sync_full"); full != 1 {
		t.Errorf("%d full syncs", full)
	}
}

// TestSlowReplica: what a replica has not taken lies in the log, and neither takes memory nor slows down others.
func TestSlowReplica(t *testing.T) {
	t.Parallel()
	master, replica := cairn(t, "--appendfsync", "everysec", "--cairn-log-segment-size", "1mb"), redis(t)
	p := newProxy(t, master.Addr())
	replica.follow(p.addr())
	inSync(t, master, replica)
	p.slow(time.Second)
	before := master.number("memory", "used_memory")
	start := time.Now()
	for i := range 3000 {
		master.do("SET", fmt.Sprint(i%100), strings.Repeat("x", 20_000))
	}
	t.Logf("60 MB beside a slow replica: %v", time.Since(start))
	if grown := master.number("memory", "used_memory") - before; grown > 30<<20 {
		t.Errorf("the master's memory has grown by %d MiB", grown>>20)
	}
	if n := master.replicas(); n != 1 {
		t.Fatalf("%d replicas", n)
	}
	p.slow(0)
	inSync(t, master, replica)
	if full := master.number("stats", "sync_full"); full != 1 {
		t.Errorf("%d full syncs", full)
	}
}

// TestOutputLimit: a replica for which the log would have to be kept too long is given up, and one that is silent.
func TestOutputLimit(t *testing.T) {
	t.Parallel()
	for name, args := range map[string][]string{
		"hard":    {"--client-output-buffer-limit", "replica 1mb 0 0"},
		"soft":    {"--client-output-buffer-limit", "replica 0 1mb 1"},
		"silence": {"--repl-timeout", "1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			master, replica := cairn(t, append(args, "--appendfsync", "no")...), redis(t, "--repl-timeout", "3600")
			p := newProxy(t, master.Addr())
			replica.follow(p.addr())
			inSync(t, master, replica)
			p.slow(time.Hour)
			if name == "silence" {
				if err := replica.conn.Send("DEBUG", "SLEEP", "4"); err != nil {
					t.Fatal(err)
				}
			}
			for i := range 1500 {
				master.do("SET", fmt.Sprint(i%100), strings.Repeat("x", 10_000))
			}
			eventually(t, "the replica is given up", func() bool { return master.replicas() == 0 })
		})
	}
}
