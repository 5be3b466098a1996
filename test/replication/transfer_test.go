package replication

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// forms counts in which forms files come from a server.
type forms struct {
	counted, marked atomic.Int32

	mu   sync.Mutex
	last []byte // what came before, which what comes next may go on with
}

var (
	isCounted = regexp.MustCompile(`(^|\n)\$\d+\r\nREDIS00`)
	isMarked  = regexp.MustCompile(`(^|\n)\$EOF:`)
)

func (f *forms) look(b []byte) []byte {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.last = append(f.last, b...)
	for form, count := range map[*regexp.Regexp]*atomic.Int32{isCounted: &f.counted, isMarked: &f.marked} {
		if form.Match(f.last) {
			count.Add(1)
			f.last = nil
		}
	}
	f.last = bytes.Clone(f.last[max(0, len(f.last)-64):])
	return b
}

func (f *forms) want(t *testing.T, counted, marked int32) {
	t.Helper()
	if c, m := f.counted.Load(), f.marked.Load(); c != counted || m != marked {
		t.Errorf("%d files came with their length and %d with a mark, want %d and %d", c, m, counted, marked)
	}
}

// TestCountedFile: a replica that wants to know the length of the file before it comes, and one that can do without.
func TestCountedFile(t *testing.T) {
	t.Parallel()
	master := cairn(t)
	master.fill(t, 7, 500)
	for _, counted := range []bool{true, false} {
		replica, p, seen := redis(t), newProxy(t, master.Addr()), &forms{}
		p.fromServer = seen.look
		if counted { // a redis-server says always that it could; on the way this becomes something that nobody knows
			p.fromClient = func(b []byte) []byte {
				return bytes.ReplaceAll(b, []byte("\r\neof\r\n"), []byte("\r\nnot\r\n"))
			}
		}
		replica.follow(p.addr())
		inSync(t, master, replica)
		master.fill(t, 8, 100)
		inSync(t, master, replica)
		if counted {
			seen.want(t, 1, 0)
		} else {
			seen.want(t, 0, 1)
		}
	}
}

// TestSpooledMaster: a redis-server that makes a file before it sends it tells its length.
func TestSpooledMaster(t *testing.T) {
	t.Parallel()
	master, replica, seen := redis(t, "--repl-diskless-sync", "no"), cairn(t), &forms{}
	master.fill(t, 9, 500)
	p := newProxy(t, master.Addr())
	p.fromServer = seen.look
	replica.follow(p.addr())
	inSync(t, master, replica)
	master.fill(t, 10, 100)
	inSync(t, master, replica)
	seen.want(t, 1, 0)
}

// redisCLI is redis-cli at a node.
func redisCLI(t *testing.T, n *node, args ...string) *exec.Cmd {
	t.Helper()
	return exec.Command("redis-cli", append([]string{"-p", fmt.Sprint(n.Port)}, args...)...)
}

// TestRedisCLI: redis-cli asks with SYNC, for a file alone, for the functions alone, or for the stream alone.
func TestRedisCLI(t *testing.T) {
	t.Parallel()
	master := cairn(t)
	master.fill(t, 11, 400)
	master.do("FUNCTION", "LOAD", "#!lua name=lib\nredis.register_function('f', function() return 1 end)")
	dir := t.TempDir()
	for file, option := range map[string]string{"all.rdb": "--rdb", "functions.rdb": "--functions-rdb"} {
		if out, err := redisCLI(t, master, option, filepath.Join(dir, file)).CombinedOutput(); err != nil {
			t.Fatalf("redis-cli %s: %v\n%s", option, err, out)
		}
		loaded := redis(t, "--dir", dir, "--dbfilename", file)
		if lib := loaded.do("FUNCTION", "STATS"); loaded.do("FCALL", "f", "0") != "1" {
			t.Errorf("%s has no function: %s", option, lib)
		}
		if file == "functions.rdb" {
			if n := loaded.do("DBSIZE"); n != "0" {
				t.Errorf("%s has %s keys", option, n)
			}
			continue
		}
		// What expires meanwhile, here or there, has to be gone in both.
		eventually(t, "both have the same", func() bool { return loaded.do("DEBUG", "DIGEST") == master.do("DEBUG", "DIGEST") })
	}
	if full := master.number("stats", "sync_full"); full != 2 {
		t.Errorf("%d full syncs", full)
	}
	eventually(t, "redis-cli is no replica", func() bool { return master.replicas() == 0 })
}

// TestOldReplica: redis-cli --replica follows as replicas did before PSYNC: with SYNC, and without acknowledgements.
func TestOldReplica(t *testing.T) {
	t.Parallel()
	master := cairn(t, "--repl-ping-replica-period", "1")
	master.do("SET", "before", "is in no stream")
	cmd := redisCLI(t, master, "--replica")
	out, err := os.Create(filepath.Join(t.TempDir(), "output"))
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdout, cmd.Stderr = out, out
	printed := func() string {
		text, err := os.ReadFile(out.Name())
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		_ = out.Close()
	}()
	eventually(t, "it is online", func() bool { return strings.Contains(master.do("INFO", "replication"), "state=online") })
	for i := range 50 {
		master.do("SET", "key", fmt.Sprintf("value-%d", i))
	}
	eventually(t, "it has got all", func() bool { return strings.Contains(printed(), "value-49") })
	eventually(t, "it hears that the master is there", func() bool { return strings.Contains(strings.ToLower(printed()), "ping") })
	text := printed()
	for i := range 50 {
		if n := strings.Count(text, fmt.Sprintf("value-%d\"", i)); n != 1 {
			t.Errorf("it has got value %d %d times", i, n)
		}
	}
	if strings.Contains(text, "is in no stream") {
		t.Error("what was there before is in the stream")
	}
}
