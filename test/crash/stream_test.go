package crash

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/cairndb/cairn/persistence/wal"
	"github.com/cairndb/cairn/test/client"
	"github.com/cairndb/cairn/test/proc"
)

var seed = flag.Uint64("seed", 0, "of the history of streams; 0 takes a new one")

// Whatever happens to streams and groups, a killed server comes back with the
// very state that it had: entries, pending messages, counters and times. And a
// real redis-server that is fed the log gets the same.
func TestStreamsSurvive(t *testing.T) {
	if *seed == 0 {
		*seed = rand.Uint64()
	}
	t.Logf("-seed %d", *seed)
	r := rand.New(rand.NewPCG(*seed, 0))
	s := proc.StartCairn(t, "--maxmemory", "48mb", "--repl-backlog-size", "1gb")
	ops, rounds := 800, 6
	if testing.Short() {
		rounds = 2
	}
	for round := range rounds {
		c := dial(t, s)
		if round%2 == 1 {
			c.do("DEBUG", "COLD", "ON")
		}
		for range ops {
			c.try(streamCommand(r)...)
		}
		before := c.streams()
		if err := s.Crash(); err != nil {
			t.Fatal(err)
		}
		c = dial(t, s)
		compareStates(t, fmt.Sprintf("round %d: after the crash", round), before, c.streams())
		t.Logf("round %d: %d lines", round, len(before))
	}
	before := dial(t, s).streams()
	if err := s.Stop(); err != nil {
		t.Fatal(err)
	}
	redis := dial(t, proc.StartRedis(t))
	redis.feed(filepath.Join(s.Dir, "log"))
	compareStates(t, "redis-server", withoutSeen(before), withoutSeen(redis.streams()))
}

func compareStates(t *testing.T, who string, want, got []string) {
	t.Helper()
	for i := range want {
		if i >= len(got) || got[i] != want[i] {
			t.Fatalf("%s: a line differs:\n%s\nwant\n%s", who, strings.Join(got[max(0, i-20):min(i+1, len(got))], "\n"), want[i])
		}
	}
}

// withoutSeen leaves out when consumers were seen: to a replica that is when it
// heard of it.
func withoutSeen(lines []string) (kept []string) {
	for i := 0; i < len(lines); i++ {
		if strings.Contains(lines[i], `"seen-time"`) {
			i++
			continue
		}
		kept = append(kept, lines[i])
	}
	return kept
}

// session is a connection of the test.
type session struct {
	t *testing.T
	*client.Conn
}

func dial(t *testing.T, s *proc.Server) *session {
	t.Helper()
	c, err := client.Dial(s.Addr(), client.DefaultTimeout)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return &session{t, c}
}

// try sends a command whose reply may be an error.
func (c *session) try(args ...string) client.Reply {
	c.t.Helper()
	reply, err := c.Do(args...)
	if err != nil {
		c.t.Fatalf("%q: %v", args, err)
	}
	return reply
}

func (c *session) do(args ...string) client.Reply {
	c.t.Helper()
	reply := c.try(args...)
	if reply.IsError() {
		c.t.Fatalf("%q: %s", args, reply)
	}
	return reply
}

var streamNames = []string{"a", "b"}

// streams describes all streams, in lines.
func (c *session) streams() (lines []string) {
	c.t.Helper()
	for _, key := range streamNames {
		if c.do("EXISTS", key).Text == "0" {
			lines = append(lines, "no "+key)
			continue
		}
		full := c.do("XINFO", "STREAM", key, "FULL", "COUNT", "0")
		lines = append(lines, strings.Split(full.String(), "\n")...)
	}
	return append(lines, c.do("DEBUG", "DIGEST").Text)
}

// feed sends what a log holds.
func (c *session) feed(dir string) {
	c.t.Helper()
	log, err := wal.Open(wal.Options{FS: vfs.Default, Dir: dir, SyncedFloor: -1})
	if err != nil {
		c.t.Fatal(err)
	}
	sent := 0
	err = log.Replay(0, func(rec wal.Record) error {
		sent++
		if err := c.SendRaw(rec.Payload); err != nil {
			return err
		}
		if err := c.Send("ECHO", "mark"); err != nil {
			return err
		}
		return c.drain(rec.Payload)
	})
	if err != nil || sent == 0 {
		c.t.Fatalf("feeding %d records of the log: %v", sent, err)
	}
}

// drain reads replies up to the mark; none may be an error.
func (c *session) drain(payload []byte) error {
	for {
		reply, err := c.Recv()
		if err != nil {
			return err
		}
		if strings.Contains(string(reply.Raw), "-ERR") || reply.IsError() {
			return fmt.Errorf("%q: %s", payload, reply)
		}
		if reply.Text == "mark" {
			return nil
		}
	}
}

// streamForms are what a history is made of. In place of k, g, c, i, n stand a
// key, a group, a consumer, an ID, a number.
var streamForms = strings.Fields(strings.NewReplacer(" ", "_").Replace(strings.Join([]string{
	"XADD k * f v", "XADD k * f v", "XADD k * f v", "XADD k 1-* f v", "XADD k 1-* f v g w", "XADD k 1-* f v",
	"XADD k MAXLEN n 1-* f v", "XADD k MAXLEN ~ n 1-* f v", "XADD k MINID ~ i 1-* f v", "XDEL k i i", "XDEL k i",
	"XTRIM k MAXLEN n", "XTRIM k MINID i", "XSETID k 3-7", "XSETID k 3-n ENTRIESADDED 1000 MAXDELETEDID i",
	"XGROUP CREATE k g i MKSTREAM", "XGROUP CREATE k g $ MKSTREAM ENTRIESREAD n", "XGROUP SETID k g i",
	"XGROUP SETID k g $ ENTRIESREAD n", "XGROUP DESTROY k g", "XGROUP CREATECONSUMER k g c", "XGROUP DELCONSUMER k g c",
	"XREADGROUP GROUP g c COUNT n STREAMS k >", "XREADGROUP GROUP g c COUNT n STREAMS k >", "XREADGROUP GROUP g c STREAMS k k > >",
	"XREADGROUP GROUP g c COUNT n NOACK STREAMS k >", "XREADGROUP GROUP g c COUNT n STREAMS k i",
	"XREADGROUP GROUP g c STREAMS k 0", "XACK k g i i i", "XACK k g i", "XCLAIM k g c 0 i i", "XCLAIM k g c 0 i JUSTID",
	"XCLAIM k g c 0 i i FORCE IDLE n RETRYCOUNT n", "XCLAIM k g c 0 i FORCE TIME 1000 LASTID i", "XCLAIM k g c 0 9-9 LASTID i",
	"XAUTOCLAIM k g c 0 i COUNT n", "XAUTOCLAIM k g c 0 - JUSTID", "COPY k k REPLACE", "RENAME k k", "DEL k",
}, "\n")))

func streamCommand(r *rand.Rand) []string {
	form := streamForms[r.IntN(len(streamForms))]
	if strings.HasPrefix(form, "DEL") && r.IntN(10) > 0 {
		form = streamForms[0]
	}
	words := strings.Split(form, "_")
	for i, w := range words[1:] {
		switch w {
		case "k":
			w = streamNames[r.IntN(len(streamNames))]
		case "g":
			w = fmt.Sprintf("group%d", r.IntN(3))
		case "c":
			w = fmt.Sprintf("consumer%d", r.IntN(4))
		case "i":
			w = fmt.Sprintf("1-%d", r.IntN(200))
		case "n":
			w = fmt.Sprint(r.IntN(50))
		case "3-n":
			w = fmt.Sprintf("3-%d", r.IntN(50))
		case "v":
			w = strings.Repeat("x", r.IntN(60))
		}
		words[i+1] = w
	}
	return words
}
