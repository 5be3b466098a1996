package replication

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"
)

// TestCairnLeadsRedis: a redis-server follows Cairn through random commands, with its connection cut at random.
func TestCairnLeadsRedis(t *testing.T) {
	t.Parallel()
	for _, policy := range []string{"always", "everysec", "no"} {
		t.Run(policy, func(t *testing.T) {
			master := cairn(t, "--appendfsync", policy)
			master.fill(t, 1, 300) // is there before anybody follows
			replica := redis(t)
			p := newProxy(t, master.Addr())
			replica.follow(p.addr())
			inSync(t, master, replica) // a cut within the full sync would make another one
			for round := range uint64(3) {
				master.fill(t, rand.Uint64(), 400)
				p.cut()
				master.fill(t, round, 100)
				inSync(t, master, replica)
			}
			if n := master.number("stats", "sync_full"); n != 1 {
				t.Errorf("%d full syncs", n)
			}
		})
	}
}

// TestKilledMaster: a replica goes on from where it is when its master was killed, or stopped, and came back.
func TestKilledMaster(t *testing.T) {
	t.Parallel()
	master := cairn(t)
	replica := redis(t)
	replica.follow(master.Addr())
	for round := range uint64(4) {
		master.fill(t, rand.Uint64(), 200)
		if round > 0 {
			inSync(t, master, replica)
		}
		if round%2 == 1 {
			master.again(master.Crash)
		} else {
			master.again(master.Restart)
		}
		master.fill(t, rand.Uint64(), 100)
	}
	inSync(t, master, replica)
	if n := replica.number("stats", "sync_full"); n > 0 {
		t.Logf("%d full syncs by the replica", n)
	}
	if master.number("stats", "sync_full") != 0 || master.number("stats", "sync_partial_ok") == 0 {
		t.Errorf("the last master has made a full sync")
	}
}

// TestKilledReplica: a replica that lost everything gets it again.
func TestKilledReplica(t *testing.T) {
	t.Parallel()
	master, replica := cairn(t), redis(t)
	for range 3 {
		replica.follow(master.Addr())
		master.fill(t, rand.Uint64(), 300)
		replica.again(replica.Crash)
	}
	replica.follow(master.Addr())
	inSync(t, master, replica)
}

// TestLogWrapsDuringFullSync: what is written while the file is on its way is many times what the log keeps otherwise.
func TestLogWrapsDuringFullSync(t *testing.T) {
	t.Parallel()
	master := cairn(t, "--cairn-checkpoint-dirty", "1mb")
	for i := range 3000 {
		master.tell(t, "SET", fmt.Sprintf("k%d", i), string(make([]byte, 1000))+fmt.Sprint(rand.Uint64()))
	}
	replica, p := redis(t), newProxy(t, master.Addr())
	p.slow(20 * time.Millisecond)
	replica.follow(p.addr())
	eventually(t, "the replica gets the file", func() bool { return replica.replication("master_sync_in_progress") == "1" })
	for i := range 6000 {
		master.tell(t, "SET", fmt.Sprintf("w%d", i%50), string(make([]byte, 1000)))
	}
	p.slow(0)
	inSync(t, master, replica)
	if n := master.number("stats", "sync_full"); n != 1 {
		t.Errorf("%d full syncs", n)
	}
}

// TestCairnLeadsChain: Cairn is followed by Cairn, and that one by redis-server and by Cairn; each of them, and the ways
// between them, breaks at random while commands are carried out and keys expire.
func TestCairnLeadsChain(t *testing.T) {
	t.Parallel()
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	top, middle, last := cairn(t, "--appendfsync", "everysec"), cairn(t), cairn(t, "--appendfsync", "no")
	leaf := redis(t) // without a file of its own: it would not end while it writes that after a full sync
	toTop, toMiddle := newProxy(t, top.Addr()), newProxy(t, middle.Addr())
	follow := func() { // killed servers may have forgotten whom
		for n, addr := range map[*node]string{middle: toTop.addr(), last: toMiddle.addr(), leaf: toMiddle.addr()} {
			if n.replication("role") == "master" {
				n.follow(addr)
			}
		}
	}
	for range rounds(3) {
		follow()
		top.fill(t, r.Uint64(), 150)
		for range 3 {
			switch n := []*node{top, middle, last, leaf}[r.IntN(4)]; r.IntN(4) {
			case 0:
				toTop.cut()
			case 1:
				toMiddle.cut()
			case 2:
				n.again(n.Crash)
			case 3:
				n.again(n.Restart)
			}
			top.fill(t, r.Uint64(), 60)
			top.do("SET", "dies", "soon", "PX", "20")
		}
		follow()
		inSync(t, top, middle, last, leaf)
	}
}
