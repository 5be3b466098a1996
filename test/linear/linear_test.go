package linear

import (
	"flag"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"github.com/cairndb/cairn/test/client"
	"github.com/cairndb/cairn/test/proc"
)

var seed = flag.Uint64("seed", uint64(time.Now().UnixNano()), "of what the clients ask for")

func TestMain(m *testing.M) { os.Exit(proc.Main(m)) }

const (
	players  = 8
	pairs    = 3
	turns    = 200             // of each player, at most
	playTime = 3 * time.Second // at most
)

func TestHot(t *testing.T) {
	s := proc.StartCairn(t)
	history := record(t, s, func(*game) {})
	check(t, history)
	if judge(falsified(t, history)) != porcupine.Illegal {
		t.Error("a wrong reply among the right ones is not noticed")
	}
}

// Everything is on disk all the time.
func TestCold(t *testing.T) {
	s := proc.StartCairn(t, "--appendfsync", "everysec")
	c, err := client.Dial(s.Addr(), client.DefaultTimeout)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if reply, err := c.Do("DEBUG", "COLD", "ON"); err != nil || reply.Text != "OK" {
		t.Fatalf("DEBUG COLD ON: %v %v", reply, err)
	}
	check(t, record(t, s, func(*game) {}))
}

// The server is killed halfway and started again.
func TestKilled(t *testing.T) {
	for _, policy := range []string{"always", "everysec"} {
		t.Run(policy, func(t *testing.T) {
			s := proc.StartCairn(t, "--appendfsync", policy)
			killed := int64(0)
			history := record(t, s, func(g *game) {
				g.reachHalf()
				if err := s.Kill9(); err != nil {
					t.Error(err)
				}
				killed = g.clock()
				if err := s.Start(); err != nil {
					t.Errorf("starting after SIGKILL: %v", err)
				}
			})
			check(t, endedBy(killed, history))
		})
	}
}

// game is all players and what they share.
type game struct {
	start time.Time
	done  atomic.Int64
}

func (g *game) clock() int64 { return int64(time.Since(g.start)) }

// reachHalf returns when half of the requests are made, or half of the time is
// over.
func (g *game) reachHalf() {
	for g.done.Load() < players*turns/2 && time.Since(g.start) < playTime/2 {
		time.Sleep(time.Millisecond)
	}
}

// record lets all players play while something happens to the server, and
// returns what they have written down.
func record(t *testing.T, s *proc.Server, happens func(*game)) (history []porcupine.Operation) {
	t.Helper()
	t.Logf("-seed %d", *seed)
	g := &game{start: time.Now()}
	all := make([]*player, players)
	var playing sync.WaitGroup
	for i := range all {
		p := &player{
			no: i, addr: s.Addr(), pairs: pairs, rand: rand.New(rand.NewPCG(*seed, uint64(i))),
			clock: g.clock, until: g.start.Add(playTime), done: &g.done,
		}
		all[i] = p
		playing.Go(func() {
			if err := p.play(turns); err != nil {
				t.Errorf("player %d: %v", p.no, err)
			}
		})
	}
	happens(g)
	playing.Wait()
	for _, p := range all {
		history = append(history, p.history...)
	}
	return history
}

// endedBy settles what became of requests without a reply, after the server was
// killed at a time: they happened before it, or never.
func endedBy(killed int64, history []porcupine.Operation) []porcupine.Operation {
	var out []porcupine.Operation
	for _, op := range history {
		if op.Output.(response).unknown {
			if op.Call > killed {
				continue
			}
			op.Return = killed
		}
		out = append(out, op)
	}
	return out
}

const checkTime = 10 * time.Second

func judge(history []porcupine.Operation) porcupine.CheckResult {
	return porcupine.CheckOperationsTimeout(model(), history, checkTime)
}

// check fails the test if there is no order that explains the history, or if
// the history shows too little.
func check(t *testing.T, history []porcupine.Operation) {
	t.Helper()
	counts := map[string]int{}
	last := int64(math.MinInt64)
	for _, op := range history {
		counts[outcome(op)]++
		last = max(last, op.Return)
	}
	t.Logf("%d requests in %v: %v", len(history), time.Duration(last).Round(time.Millisecond), counts)
	for _, kind := range []string{"command", "transaction", "compare-and-set"} {
		if counts[kind] == 0 {
			t.Errorf("no %s has succeeded", kind)
		}
	}
	switch result, info := porcupine.CheckOperationsVerbose(model(), history, checkTime); result {
	case porcupine.Unknown:
		t.Errorf("no answer within %v", checkTime)
	case porcupine.Illegal:
		path := filepath.Join(os.TempDir(), "cairn-linear.html")
		err := porcupine.VisualizePath(model(), info, path)
		t.Errorf("no order explains this history; it is drawn in %s (%v)", path, err)
	}
}

// outcome says what an operation was and how it ended.
func outcome(op porcupine.Operation) string {
	switch r, resp := op.Input.(request), op.Output.(response); {
	case resp.unknown:
		return "unknown"
	case resp.aborted:
		return "aborted"
	case r.watched:
		return "compare-and-set"
	case r.multi:
		return "transaction"
	}
	return "command"
}

// falsified is a history in which one GET has returned what nobody writes.
func falsified(t *testing.T, history []porcupine.Operation) []porcupine.Operation {
	t.Helper()
	history = slices.Clone(history)
	for i := len(history) / 2; i < len(history); i++ {
		r, resp := history[i].Input.(request), history[i].Output.(response)
		if !r.multi && r.commands[0].name == "GET" && resp.replies[0] != null {
			history[i].Output = response{replies: []string{resp.replies[0] + "?"}}
			return history
		}
	}
	t.Fatal("nobody has read anything")
	return nil
}
