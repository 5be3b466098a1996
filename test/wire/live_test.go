package wire

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/cairndb/cairn/test/client"
	"github.com/cairndb/cairn/test/diff/random"
	"github.com/cairndb/cairn/test/proc"
)

// What a running server holds, taken as a replica takes it: into a directory, into another server, into a file.
func TestLive(t *testing.T) {
	from, to := redis(t), redis(t)
	from.fill(51, 700)
	want := from.digest()
	if got, _ := importedDigest(t, from.url()); got != want {
		t.Errorf("the directory has %s, not %s", got, want)
	}
	must(t, "import", from.url(), "--to", to.url())
	if got := to.digest(); got != want {
		t.Errorf("the server has %s, not %s", got, want)
	}
	file := filepath.Join(t.TempDir(), "out.rdb")
	if printed := must(t, "export", file, "--from", from.url()); !strings.Contains(printed, "at offset ") {
		t.Errorf("printed %s", printed)
	}
	piped, _, status := run(t, "export", "-", "--from", from.url())
	if err := os.WriteFile(file+"2", []byte(piped), 0o644); status != 0 || err != nil {
		t.Fatal(status, err)
	}
	for _, path := range []string{file, file + "2"} {
		r := redis(t, "--dir", filepath.Dir(path), "--dbfilename", filepath.Base(path))
		if got := r.digest(); got != want {
			t.Errorf("the file has %s, not %s", got, want)
		}
	}
	if _, stderr, status := run(t, "export", file, "--from", "redis://127.0.0.1:1"); status != 1 || !strings.Contains(stderr, "refused") {
		t.Errorf("status %d, %s", status, stderr)
	}
}

// verb is a verb that runs beside the test.
type verb struct {
	t   *testing.T
	cmd *exec.Cmd
	out lockedBuffer
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(b)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func start(t *testing.T, args ...string) *verb {
	t.Helper()
	v := &verb{t: t, cmd: exec.Command(proc.CairnBinary(t), args...)}
	v.cmd.Stdout, v.cmd.Stderr = &v.out, &v.out
	if err := v.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = v.cmd.Process.Kill() })
	return v
}

func (v *verb) waitFor(text string) {
	v.t.Helper()
	defer func() {
		if v.t.Failed() {
			v.t.Logf("printed %s", v.out.String())
		}
	}()
	waitUntil(v.t, fmt.Sprintf("%q in what it prints", text), func() bool {
		out := v.out.String()
		if strings.Contains(out, "\ncairn: ") {
			v.t.Fatal("it has ended")
		}
		return strings.Contains(out, text)
	})
}

func (v *verb) signal(s syscall.Signal) {
	v.t.Helper()
	if err := v.cmd.Process.Signal(s); err != nil {
		v.t.Fatal(err)
	}
}

// succeeds waits for its end.
func (v *verb) succeeds() {
	v.t.Helper()
	if err := v.cmd.Wait(); err != nil {
		v.t.Fatalf("%v\n%s", err, v.out.String())
	}
}

// writers send random commands to a server until they are told to stop.
type writers struct {
	stop chan struct{}
	done sync.WaitGroup
}

func (n *node) writers(seeds ...uint64) *writers {
	w := &writers{stop: make(chan struct{})}
	for _, seed := range seeds {
		c, err := client.Dial(n.Addr(), client.DefaultTimeout)
		if err != nil {
			n.t.Fatal(err)
		}
		w.done.Go(func() {
			defer c.Close()
			for ; ; seed += 100 {
				for i, args := range random.Commands(seed, 300) {
					select {
					case <-w.stop:
						return
					case <-time.After(200 * time.Microsecond): // servers that are behind must be able to catch up
					}
					if i%30 == 0 {
						args = []string{"MULTI"}
					} else if i%30 == 5 {
						args = []string{"EXEC"}
					}
					if args[0] == "FLUSHALL" || args[0] == "FLUSHDB" {
						continue
					}
					if _, err := c.Do(args...); err != nil {
						return
					}
				}
			}
		})
	}
	return w
}

func (w *writers) end() {
	close(w.stop)
	w.done.Wait()
}

// A Redis that is written to all the while is followed into a directory and into another server. At the end each has the
// same, to the last write.
func TestImportFollow(t *testing.T) {
	from := redis(t, "--repl-ping-replica-period", "1", "--repl-backlog-size", "64mb")
	from.fill(61, 500)
	dir, to := t.TempDir(), redis(t)
	w := from.writers(62, 63)
	verbs := []*verb{
		start(t, "import", from.url(), "--dir", dir, "--memory", "64mb", "--follow"),
		start(t, "import", from.url(), "--to", to.url(), "--follow"),
	}
	for _, v := range verbs {
		v.waitFor("caught up")
	}
	from.do("CLIENT", "KILL", "TYPE", "replica") // each connects again and goes on
	for _, v := range verbs {
		v.waitFor("connected again")
	}
	time.Sleep(200 * time.Millisecond) // for more to be written
	w.end()
	verbs[0].signal(syscall.SIGTERM)
	verbs[1].signal(syscall.SIGINT)
	for _, v := range verbs {
		v.succeeds()
	}
	want := from.digest()
	if got := cairn(t, "--dir", dir).digest(); got != want {
		t.Errorf("the directory has %s, not %s\n%s", got, want, verbs[0].out.String())
	}
	if got := to.digest(); got != want {
		t.Errorf("the server has %s, not %s\n%s", got, want, verbs[1].out.String())
	}
	if _, stderr, status := run(t, "import", from.url(), "--dir", dir, "--follow"); status != 1 ||
		!strings.Contains(stderr, "--flush") && !strings.Contains(stderr, "using this data directory") {
		t.Errorf("status %d, %s", status, stderr)
	}
}

// With --pause nothing is written at the source after what the destination has. Killed and run again with --flush it
// ends the same.
func TestImportFollowPause(t *testing.T) {
	from, to := redis(t, "--repl-ping-replica-period", "1", "--repl-backlog-size", "64mb"), cairn(t)
	from.fill(71, 300)
	w := from.writers(72)
	killed := start(t, "import", from.url(), "--to", to.url(), "--follow")
	killed.waitFor("caught up")
	killed.signal(syscall.SIGKILL)
	_ = killed.cmd.Wait() // it was killed
	from.do("SET", "since", "then")
	v := start(t, "import", from.url(), "--to", to.url(), "--follow", "--flush", "--pause", "30s")
	v.waitFor("caught up")
	v.signal(syscall.SIGINT)
	v.succeeds()
	want, got := from.digest(), to.digest()
	from.do("CLIENT", "UNPAUSE")
	w.end()
	if got != want {
		t.Errorf("%s, not %s\n%s", got, want, v.out.String())
	}
}
