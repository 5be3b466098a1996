package crash

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/cairndb/cairn/test/proc"
)

var messages = flag.Int("messages", 12000, "that consumers of a group work on in TestConsumersLoseNothing")

// Consumers of a group, and the server with them, are killed in the midst of
// their work: no message is lost, and none is acknowledged twice.
func TestConsumersLoseNothing(t *testing.T) {
	n := *messages
	if testing.Short() {
		n = 2000
	}
	s := proc.StartCairn(t)
	c := dial(t, s)
	c.do("XGROUP", "CREATE", "jobs", "workers", "0", "MKSTREAM")
	crew := crew{t: t, port: strconv.Itoa(s.Port), journal: filepath.Join(t.TempDir(), "journal")}
	producer := program("produce", crew.port, strconv.Itoa(n))
	if err := producer.Start(); err != nil {
		t.Fatal(err)
	}
	for range 4 {
		crew.hire()
	}
	for i := range max(12, n/10000) {
		time.Sleep(time.Duration(100+rand.IntN(200)) * time.Millisecond)
		crew.killOne()
		if i%5 == 4 {
			if err := s.Crash(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := producer.Wait(); err != nil {
		t.Fatalf("the producer: %v", err)
	}
	crew.finish()
	c = dial(t, s)
	if info := c.do("XINFO", "GROUPS", "jobs").String(); !strings.Contains(info, fmt.Sprintf("(integer) %d", n)) {
		t.Errorf("of %d messages the group has read: %s", n, info)
	}
	crew.audit(n)
}

func program(args ...string) *exec.Cmd {
	cmd := exec.Command("/usr/bin/python3", append([]string{filepath.Join("testdata", "consumer.py")}, args...)...)
	cmd.Stderr = os.Stderr
	return cmd
}

// crew is the consumers that are at work.
type crew struct {
	t             *testing.T
	port, journal string
	hired         int
	working       []worker
}

type worker struct {
	name string
	cmd  *exec.Cmd
}

// hire starts a consumer with a new name.
func (c *crew) hire() {
	c.hired++
	c.start(fmt.Sprintf("worker%d", c.hired))
}

func (c *crew) start(name string) {
	w := worker{name, program("consume", c.port, name, c.journal)}
	if err := w.cmd.Start(); err != nil {
		c.t.Fatal(err)
	}
	c.working = append(c.working, w)
}

// killOne kills a consumer. It is started again, or another one takes its place.
func (c *crew) killOne() {
	i := rand.IntN(len(c.working))
	w := c.working[i]
	_ = w.cmd.Process.Kill()
	_ = w.cmd.Wait()
	c.working = append(c.working[:i], c.working[i+1:]...)
	if rand.IntN(2) == 0 {
		c.start(w.name)
	} else {
		c.hire()
	}
}

func (c *crew) finish() {
	for _, w := range c.working {
		if err := w.cmd.Wait(); err != nil {
			c.t.Fatalf("%s: %v", w.name, err)
		}
	}
}

// audit looks at what the consumers have journaled.
func (c *crew) audit(n int) {
	c.t.Helper()
	b, err := os.ReadFile(c.journal)
	if err != nil {
		c.t.Fatal(err)
	}
	done, acked := map[string]int{}, map[string]int{}
	for line := range strings.Lines(string(b)) {
		what, id, _ := strings.Cut(strings.TrimSpace(line), " ")
		if what == "done" {
			done[id]++
		} else {
			acked[id]++
		}
	}
	again := 0
	for i := 1; i <= n; i++ {
		id := fmt.Sprintf("1-%d", i)
		if done[id] == 0 {
			c.t.Errorf("message %s was lost", id)
		}
		if acked[id] > 1 {
			c.t.Errorf("message %s was acknowledged %d times", id, acked[id])
		}
		again += done[id] - 1
	}
	c.t.Logf("%d messages, %d consumers, %d messages done again", n, c.hired, again)
}
