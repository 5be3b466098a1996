package blocked

import (
	"fmt"
	"math/rand/v2"
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

const (
	patience = 60 * time.Second
	queues   = 5
)

// yard is a server with its producers and consumers.
type yard struct {
	t     *testing.T
	s     *proc.Server
	mu    sync.Mutex
	seen  map[string]int // how often each element has arrived
	total atomic.Int64   // of arrivals
	stop  atomic.Bool
}

func newYard(t *testing.T, args ...string) *yard {
	return &yard{t: t, s: proc.StartCairn(t, args...), seen: map[string]int{}}
}

func (y *yard) dial() *client.Conn {
	c, err := client.Dial(y.s.Addr(), patience)
	if err != nil {
		y.t.Fatal(err)
	}
	return c
}

func (y *yard) arrived(element string) {
	y.mu.Lock()
	y.seen[element]++
	y.mu.Unlock()
	y.total.Add(1)
}

func queue(n int) string { return "queue:" + strconv.Itoa(n%queues) }

// waitForClients returns when so many clients wait.
func (y *yard) waitForClients(n int) {
	c := y.dial()
	defer c.Close()
	for deadline := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		if blocked := y.infoField(c, "blocked_clients"); blocked >= n {
			return
		} else if time.Now().After(deadline) {
			y.t.Fatalf("%d clients wait, not %d", blocked, n)
		}
	}
}

func (y *yard) infoField(c *client.Conn, field string) int {
	reply, err := c.Do("INFO")
	if err != nil {
		y.t.Fatal(err)
	}
	n := -1
	for _, line := range strings.Split(reply.Text, "\r\n") {
		if _, err := fmt.Sscanf(line, field+":%d", &n); err == nil {
			return n
		}
	}
	y.t.Fatalf("INFO has no %s: %s", field, reply.Text)
	return n
}

// consume takes elements in one of the ways in which that can be done, until
// the queues say that it is over.
func (y *yard) consume(id int) {
	c := y.dial()
	defer c.Close()
	for n := id; !y.stop.Load(); n++ {
		var reply client.Reply
		var err error
		timeout := []string{"0.01", "0.1", "1.5", "3", "0"}[n%5]
		switch id % 4 {
		case 0:
			reply, err = c.Do("BLPOP", queue(n), queue(n+1), queue(n+2), queue(n+3), queue(n+4), timeout)
		case 1:
			reply, err = c.Do("BRPOP", queue(n), queue(n+1), timeout)
		case 2:
			reply, err = c.Do("BLMPOP", timeout, "3", queue(n), queue(n+1), queue(n+2), "RIGHT", "COUNT", "2")
		default:
			reply, err = c.Do("BLMOVE", queue(n), "moved:"+strconv.Itoa(id), "LEFT", "RIGHT", timeout)
			reply.Elems = nil // it is counted in the list that it was moved to
		}
		if err != nil {
			y.t.Errorf("client %d: %v", id, err)
			return
		}
		y.take(reply)
	}
}

func (y *yard) take(reply client.Reply) {
	if len(reply.Elems) != 2 {
		return
	}
	if list := reply.Elems[1].Elems; list != nil {
		for _, e := range list {
			y.arrived(e.Text)
		}
		return
	}
	y.arrived(reply.Elems[1].Text)
}

// hangUp waits for elements and leaves without reading a reply: what it may
// have taken lies in a list of its own.
func (y *yard) hangUp(id int, rng *rand.Rand) {
	for n := id; !y.stop.Load(); n++ {
		c := y.dial()
		_ = c.Send("BLMOVE", queue(n), "moved:"+strconv.Itoa(id), "RIGHT", "LEFT", "0")
		time.Sleep(time.Duration(rng.IntN(20)) * time.Millisecond)
		c.Close()
	}
}

// produce pushes n elements: plain, several at a time, in pipelines and in
// transactions, by renaming and by copying a list.
func (y *yard) produce(id, n int) {
	c := y.dial()
	defer c.Close()
	next := 0
	element := func() string {
		next++
		return fmt.Sprintf("%d-%d", id, next)
	}
	for round := 0; next < n; round++ {
		q := queue(id + round)
		own := fmt.Sprintf("own:%d:%d", id, round)
		var lines [][]string
		switch round % 5 {
		case 0:
			lines = [][]string{{"RPUSH", q, element()}}
		case 1:
			lines = [][]string{{"LPUSH", q, element(), element(), element()}}
		case 2:
			lines = [][]string{{"MULTI"}, {"RPUSH", q, element()}, {"LPUSH", queue(id + round + 1), element(), element()}, {"EXEC"}}
		case 3:
			lines = [][]string{{"RPUSH", own, element()}, {"LMOVE", own, q, "LEFT", "LEFT"}, {"RPUSH", q, element()}}
		default:
			lines = [][]string{{"RPUSH", own, element(), element()}, {"RENAMENX", own, q}, {"LMPOP", "1", own, "LEFT", "COUNT", "9"}}
		}
		y.send(c, lines)
	}
}

// send sends a pipeline and reads its replies. What a producer takes back has
// arrived.
func (y *yard) send(c *client.Conn, lines [][]string) {
	var out []byte
	for _, line := range lines {
		out = client.AppendCommand(out, line...)
	}
	if err := c.SendRaw(out); err != nil {
		y.t.Error(err)
		return
	}
	for _, line := range lines {
		reply, err := c.Recv()
		if err != nil || reply.IsError() {
			y.t.Errorf("%v: %v %v", line, reply, err)
			return
		}
		if line[0] == "LMPOP" {
			y.take(reply)
		}
	}
}

// Everything that is pushed arrives once, whoever waits for it, gives up or
// hangs up meanwhile.
func TestEverythingArrivesOnce(t *testing.T) {
	consumers, hangers, producers, each := 1000, 20, 4, 4000
	if testing.Short() {
		consumers, each = 300, 1000
	}
	for _, mode := range []struct {
		name string
		args []string
	}{{"always", nil}, {"everysec, little memory", []string{"--appendfsync", "everysec", "--maxmemory", "48mb"}}} {
		t.Run(mode.name, func(t *testing.T) {
			y := newYard(t, mode.args...)
			var done, made sync.WaitGroup
			for id := range consumers {
				done.Go(func() { y.consume(id) })
			}
			for id := range hangers {
				done.Go(func() { y.hangUp(consumers+id, rand.New(rand.NewPCG(1, uint64(id)))) })
			}
			y.waitForClients(consumers / 2)
			unblock := time.NewTicker(3 * time.Millisecond)
			defer unblock.Stop()
			for id := range producers {
				made.Go(func() { y.produce(id, each) })
			}
			go y.unblockSome(unblock.C, consumers)
			made.Wait()
			y.finish(&done, consumers)
			y.verify(producers, each, consumers+hangers)
		})
	}
}

// unblockSome ends the waiting of some client now and then.
func (y *yard) unblockSome(when <-chan time.Time, clients int) {
	c := y.dial()
	defer c.Close()
	for n := 1; !y.stop.Load(); n++ {
		<-when
		if _, err := c.Do("CLIENT", "UNBLOCK", strconv.Itoa(1+n*7%clients)); err != nil {
			return
		}
	}
}

// finish lets the consumers go, those that wait for ever too.
func (y *yard) finish(done *sync.WaitGroup, consumers int) {
	c := y.dial()
	defer c.Close()
	for deadline := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		left := 0
		for q := range queues {
			reply, err := c.Do("LLEN", queue(q))
			if err != nil {
				y.t.Fatal(err)
			}
			n, _ := strconv.Atoi(reply.Text)
			left += n
		}
		if left == 0 {
			break
		}
		if time.Now().After(deadline) {
			y.t.Fatalf("%d elements lie in queues although clients wait for them", left)
		}
	}
	y.stop.Store(true)
	ended := make(chan struct{})
	go func() { done.Wait(); close(ended) }()
	for n := 0; ; n++ {
		select {
		case <-ended:
			return
		case <-time.After(time.Millisecond):
			if _, err := c.Do("RPUSH", queue(n), fmt.Sprintf("end-%d", n)); err != nil {
				y.t.Fatal(err)
			}
		}
	}
}

// verify counts every element once: among the arrivals, in the lists of those
// who moved them, or still in a queue.
func (y *yard) verify(producers, each, movers int) {
	c := y.dial()
	defer c.Close()
	lists := []string{}
	for q := range queues {
		lists = append(lists, queue(q))
	}
	for id := range movers {
		lists = append(lists, "moved:"+strconv.Itoa(id))
	}
	for _, list := range lists {
		reply, err := c.Do("LRANGE", list, "0", "-1")
		if err != nil {
			y.t.Fatal(err)
		}
		for _, e := range reply.Elems {
			y.seen[e.Text]++
		}
	}
	missing, twice := 0, 0
	for id := range producers {
		for n := 1; n <= each; n++ {
			switch count := y.seen[fmt.Sprintf("%d-%d", id, n)]; {
			case count == 0:
				missing++
			case count > 1:
				twice++
			}
		}
	}
	if missing > 0 || twice > 0 {
		y.t.Errorf("%d elements are lost, %d came more than once", missing, twice)
	}
	y.t.Logf("%d arrived", y.total.Load())
}
