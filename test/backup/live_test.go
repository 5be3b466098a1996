package backup

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cairndb/cairn/test/client"
	"github.com/cairndb/cairn/test/proc"
)

func TestMain(m *testing.M) { os.Exit(proc.Main(m)) }

// must runs a verb that succeeds, and returns what it printed.
func must(t *testing.T, args ...string) string {
	t.Helper()
	out, err := cairn(t, args...)
	if err != nil {
		t.Fatalf("cairn %q: %v\n%s", args, err, out)
	}
	return out
}

func cairn(t *testing.T, args ...string) (string, error) {
	t.Helper()
	out, err := exec.Command(proc.CairnBinary(t), args...).CombinedOutput()
	return string(out), err
}

func dial(t *testing.T, s *proc.Server) *client.Conn {
	t.Helper()
	c, err := client.Dial(s.Addr(), client.DefaultTimeout)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func do(t *testing.T, c *client.Conn, args ...string) string {
	t.Helper()
	reply, err := c.Do(args...)
	if err != nil || reply.IsError() {
		t.Fatalf("%.200q: %v %v", args, reply, err)
	}
	return reply.Text
}

// writer changes data of all types until it is told to pause.
type writer struct {
	t      *testing.T
	server *proc.Server
	stop   chan struct{}
	end    sync.WaitGroup
	err    error
}

func (w *writer) resume() {
	w.stop = make(chan struct{})
	w.end.Go(func() {
		c, err := client.Dial(w.server.Addr(), client.DefaultTimeout)
		if err != nil {
			w.err = err
			return
		}
		defer c.Close()
		for i := rand.IntN(1 << 30); ; i++ {
			select {
			case <-w.stop:
				return
			default:
			}
			if reply, err := c.Do(command(i)...); err != nil || reply.IsError() {
				w.err = fmt.Errorf("%v %w", reply, err)
				return
			}
		}
	})
}

// command is one of the changes.
func command(i int) []string {
	key, n := strconv.Itoa(rand.IntN(50)), strconv.Itoa(i)
	switch i % 9 {
	case 0:
		return []string{"SET", "string" + key, strings.Repeat(n, 1+rand.IntN(20)), "PX", strconv.Itoa(10_000_000 + i%1000)}
	case 1:
		return []string{"RPUSH", "list" + key, n, n + "x", n + "y"}
	case 2:
		return []string{"HSET", "hash" + key, n, n}
	case 3:
		return []string{"ZADD", "zset" + key, n, "member" + strconv.Itoa(rand.IntN(500))}
	case 4:
		return []string{"XADD", "stream" + key, "*", "field", n}
	case 5:
		return []string{"SPOP", "set" + key}
	case 6:
		return []string{"SADD", "set" + key, n, "a" + n, "b" + n}
	case 7:
		return []string{"EVAL", "redis.call('INCR', KEYS[1]) return redis.call('LPOP', KEYS[2])", "2", "counter" + key, "list" + key}
	default:
		return []string{"APPEND", "long" + strconv.Itoa(rand.IntN(3)), strings.Repeat(n, 100)}
	}
}

func (w *writer) pause() {
	w.t.Helper()
	close(w.stop)
	w.end.Wait()
	if w.err != nil {
		w.t.Fatal(w.err)
	}
}

// mustRestore restores, checks, and compares the digest.
func mustRestore(t *testing.T, digest string, args ...string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "restored")
	must(t, append([]string{"restore", "--dir", dir}, args...)...)
	must(t, "check", "--dir", dir)
	s := proc.StartCairn(t, "--dir", dir)
	if got := do(t, dial(t, s), "DEBUG", "DIGEST"); got != digest {
		t.Errorf("restored with %q: %s, not %s", args, got, digest)
	}
	if err := s.Stop(); err != nil {
		t.Error(err)
	}
}

// Backups are taken of a server that is written to, checkpoints, and is killed between two of them. The last one, and
// moments in between, are restored.
func TestLive(t *testing.T) {
	s := proc.StartCairn(t, "--cairn-checkpoint-dirty", "300kb", "--cairn-log-segment-size", "256kb")
	place, from := filepath.Join(t.TempDir(), "place"), "redis://"+s.Addr()
	c := dial(t, s)
	w := &writer{t: t, server: s}
	type moment struct{ at, digest string }
	var moments []moment
	for round := range 3 {
		w.resume()
		must(t, "backup", place, "--from", from)
		time.Sleep(300 * time.Millisecond) // of writing
		w.pause()
		digest := do(t, c, "DEBUG", "DIGEST")
		time.Sleep(5 * time.Millisecond) // the moment is between the last change and the next one
		moments = append(moments, moment{time.Now().Format(time.RFC3339Nano), digest})
		time.Sleep(5 * time.Millisecond)
		if round == 1 {
			if err := s.Crash(); err != nil {
				t.Fatal(err)
			}
			c = dial(t, s)
		}
	}
	out := must(t, "backup", place, "--from", from)
	if strings.Contains(out, "not kept") {
		t.Errorf("the log has a gap: %s", out)
	}
	must(t, "backup", "verify", place)
	mustRestore(t, moments[2].digest, place)
	for _, m := range moments[:2] {
		mustRestore(t, m.digest, place, "--to-time", m.at)
	}
	if out, err := cairn(t, "restore", place, "--dir", s.Dir); err == nil || !strings.Contains(out, "not empty") {
		t.Errorf("restored over the server's data: %s", out)
	}
	if out, err := cairn(t, "backup", place, "--dir", s.Dir); err == nil || !strings.Contains(out, "using this data directory") {
		t.Errorf("copied beneath the server: %s", out)
	}
	if err := s.Stop(); err != nil {
		t.Fatal(err)
	}
	must(t, "backup", place, "--dir", s.Dir)
	must(t, "backup", "prune", place, "--keep", "1")
	must(t, "backup", "verify", place)
	mustRestore(t, moments[2].digest, place)
	if out := must(t, "backup", "list", place); strings.Count(out, "any moment") != 1 {
		t.Errorf("%s", out)
	}
}

// A backup that is killed leaves nothing behind at the server, and the next one takes up what it has copied.
func TestKilled(t *testing.T) {
	s := proc.StartCairn(t)
	c := dial(t, s)
	for i := range 4 { // tables of some size, that do not compress
		do(t, c, "EVAL", `math.randomseed(ARGV[1]) for i = 1, 4000 do
			local v = {} for j = 1, 100 do v[j] = string.char(math.random(0, 255)) end
			redis.call('SET', ARGV[1] .. i, table.concat(v)) end`, "0", strconv.Itoa(i))
		do(t, c, "SAVE")
	}
	place, from := filepath.Join(t.TempDir(), "place"), "redis://"+s.Addr()
	cmd := exec.Command(proc.CairnBinary(t), "backup", place, "--from", from, "--max-rate", "100kb")
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	wait(t, "a backup under way", func() bool { return kept(t, s) > 0 && count(t, place, "objects/*/*") > 0 })
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // it was killed
	wait(t, "the server to give up what it kept", func() bool { return kept(t, s) == 0 })
	must(t, "backup", place, "--from", from)
	must(t, "backup", "verify", place)
	if n := kept(t, s); n != 0 {
		t.Errorf("%d backups are still kept", n)
	}
	mustRestore(t, do(t, c, "DEBUG", "DIGEST"), place)
}

// kept is how many backups the server keeps files for.
func kept(t *testing.T, s *proc.Server) int { return count(t, s.Dir, "backup-*") }

func count(t *testing.T, dir, pattern string) int {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, filepath.FromSlash(pattern)))
	if err != nil {
		t.Fatal(err)
	}
	return len(names)
}

func wait(t *testing.T, what string, until func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !until(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waiting for %s", what)
		}
	}
}
