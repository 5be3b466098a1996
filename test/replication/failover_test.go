package replication

import (
	"fmt"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cairndb/cairn/test/client"
)

// writer writes numbers, each to a key of its own, at whichever of some nodes leads, and remembers which were
// acknowledged. It runs until end.
type writer struct {
	t     testing.TB
	nodes []string // addresses
	wait  bool     // for a replica, by WAIT 1
	stop  chan struct{}
	done  sync.WaitGroup
	next  int
	acked []int
	count atomic.Int64 // of acked
}

func startWriter(t testing.TB, wait bool, nodes ...*node) *writer {
	w := &writer{t: t, wait: wait, stop: make(chan struct{})}
	for _, n := range nodes {
		w.nodes = append(w.nodes, n.Addr())
	}
	w.done.Go(w.run)
	return w
}

func (w *writer) run() {
	for at := 0; !w.stopped(); at = (at + 1) % len(w.nodes) {
		if c, err := client.Dial(w.nodes[at], 5*time.Second); err == nil {
			for !w.stopped() && w.write(c) {
			}
			c.Close()
		}
		time.Sleep(5 * time.Millisecond)
	}
}

func (w *writer) stopped() bool {
	select {
	case <-w.stop:
		return true
	default:
		return false
	}
}

// write writes one number, and tells whether the server takes more.
func (w *writer) write(c *client.Conn) bool {
	w.next++
	if r, err := c.Do("SET", fmt.Sprintf("w%d", w.next), strconv.Itoa(w.next)); err != nil || r.Kind == '-' {
		return false
	}
	if w.wait {
		if r, err := c.Do("WAIT", "1", "500"); err != nil || r.Kind != ':' || r.Text == "0" {
			return err == nil
		}
	}
	w.acked = append(w.acked, w.next)
	w.count.Store(int64(len(w.acked)))
	return true
}

// goOn returns when some more writes were acknowledged.
func (w *writer) goOn() {
	w.t.Helper()
	from := w.count.Load()
	eventually(w.t, "more writes are taken", func() bool { return w.count.Load() > from+20 })
}

// end stops the writer and checks that all it saw acknowledged is there.
func (w *writer) end(n *node) {
	w.t.Helper()
	close(w.stop)
	w.done.Wait()
	var lost []int
	for _, i := range w.acked {
		if n.do("GET", fmt.Sprintf("w%d", i)) != strconv.Itoa(i) {
			lost = append(lost, i)
		}
	}
	w.t.Logf("%d writes were acknowledged", len(w.acked))
	if len(lost) > 0 {
		w.t.Errorf("acknowledged writes are lost: %v", lost)
	}
}

// TestFailover: FAILOVER hands over while somebody writes, there and back, between servers of both sorts, and no write
// is lost.
func TestFailover(t *testing.T) {
	t.Parallel()
	starts := map[string]func(testing.TB, ...string) *node{"cairn": cairn, "redis": redis}
	for _, names := range [][2]string{{"cairn", "redis"}, {"cairn", "cairn"}} {
		t.Run(names[0]+"-"+names[1], func(t *testing.T) {
			a, b := starts[names[0]](t), starts[names[1]](t)
			b.follow(a.Addr())
			inSync(t, a, b)
			w := startWriter(t, false, a, b)
			for range 2 {
				for _, pair := range [][2]*node{{a, b}, {b, a}} {
					from, to := pair[0], pair[1]
					w.goOn()
					eventually(t, "the replica is online", func() bool {
						return strings.Contains(from.do("INFO", "replication"), "state=online")
					})
					from.do("FAILOVER", "TO", "127.0.0.1", fmt.Sprint(to.Port), "TIMEOUT", "30000")
					eventually(t, "the other leads", func() bool {
						return to.replication("role") == "master" && from.replication("role") == "slave" &&
							from.replication("master_failover_state") == "no-failover"
					})
				}
			}
			w.end(a)
			inSync(t, a, b)
			for _, n := range []*node{a, b} {
				if full := n.number("stats", "sync_full"); n == b && full != 0 || full > 1 {
					t.Errorf("%s made %d full syncs", n.Name, full)
				}
			}
		})
	}
}

// TestFailoverEnds: one that cannot be ends by its timeout, by ABORT, or by force.
func TestFailoverEnds(t *testing.T) {
	t.Parallel()
	master, replica := cairn(t), redis(t)
	p := newProxy(t, master.Addr())
	for _, args := range [][]string{{"FAILOVER"}, {"FAILOVER", "ABORT"}} {
		if r, _ := master.ask(args...); r.Kind != '-' {
			t.Errorf("%v without a replica: %s", args, r)
		}
	}
	replica.follow(p.addr())
	inSync(t, master, replica)
	stalled := func() {
		p.slow(time.Hour)
		for range 20 {
			master.do("SET", "k", strings.Repeat("x", 100_000))
		}
	}
	idle := func() bool { return master.replication("master_failover_state") == "no-failover" }

	stalled()
	master.do("FAILOVER", "TIMEOUT", "100")
	eventually(t, "the failover is given up", idle)
	master.do("SET", "k", "v") // writes go on

	master.do("FAILOVER")
	if r, _ := master.ask("FAILOVER"); r.Text != "ERR FAILOVER already in progress." {
		t.Errorf("a second one: %s", r)
	}
	blocked, err := client.Dial(master.Addr(), client.DefaultTimeout)
	if err != nil {
		t.Fatal(err)
	}
	defer blocked.Close()
	if err := blocked.Send("SET", "k", "w"); err != nil {
		t.Fatal(err)
	}
	if got := master.do("GET", "k"); got != "v" {
		t.Errorf("a write is taken during a failover: %s", got)
	}
	master.do("FAILOVER", "ABORT")
	eventually(t, "the failover is given up", idle)
	if r, err := blocked.Recv(); err != nil || r.Text != "OK" {
		t.Errorf("the write that waited: %s, %v", r, err)
	}

	master.do("FAILOVER", "TO", "127.0.0.1", fmt.Sprint(replica.Port), "FORCE", "TIMEOUT", "100")
	eventually(t, "the other leads", func() bool { return replica.replication("role") == "master" })
	eventually(t, "this one follows", func() bool { return master.replication("master_link_status") == "up" })
	inSync(t, replica, master)
}
