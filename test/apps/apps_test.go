package apps

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/cairndb/cairn/test/client"
	"github.com/cairndb/cairn/test/proc"
)

func TestMain(m *testing.M) { os.Exit(proc.Main(m)) }

// maxTime is what an application may take, its start included.
const maxTime = 55 * time.Second

// app is the processes of one application.
type app struct {
	t   *testing.T
	ctx context.Context
	env []string
}

func newApp(t *testing.T, env ...string) *app {
	ctx, cancel := context.WithTimeout(t.Context(), maxTime)
	t.Cleanup(cancel)
	return &app{t, ctx, append(os.Environ(), env...)}
}

// python makes a process of Debian's interpreter, the one that has Debian's
// modules.
func (a *app) python(args ...string) *exec.Cmd {
	cmd := exec.CommandContext(a.ctx, "/usr/bin/python3", args...)
	cmd.Dir, cmd.Env = "testdata", append(a.env, "PYTHONDONTWRITEBYTECODE=1")
	return cmd
}

// run waits for a process, which must end well.
func (a *app) run(cmd *exec.Cmd) {
	a.t.Helper()
	out, err := cmd.CombinedOutput()
	if err != nil {
		a.t.Fatalf("%s: %v\n%s", strings.Join(cmd.Args, " "), err, out)
	}
	a.t.Logf("%s", out)
}

// background starts a worker that runs until stop, or the end of the test. What
// it has printed is shown if the test fails.
func (a *app) background(cmd *exec.Cmd) (stop func()) {
	a.t.Helper()
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 10 * time.Second
	if err := cmd.Start(); err != nil {
		a.t.Fatal(err)
	}
	stop = sync.OnceFunc(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		err := cmd.Wait()
		if err != nil {
			a.t.Errorf("%s: %v", strings.Join(cmd.Args, " "), err)
		}
		if a.t.Failed() {
			a.t.Logf("the worker printed:\n%s", out.String())
		}
	})
	a.t.Cleanup(stop)
	return stop
}

// nothingRefused fails the test if the server has answered an application with
// an error that none of them expects.
func nothingRefused(t *testing.T, s *proc.Server, expected ...string) {
	t.Helper()
	c, err := client.Dial(s.Addr(), client.DefaultTimeout)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	reply, err := c.Do("INFO", "errorstats")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(reply.Text) {
		name, _, _ := strings.Cut(strings.TrimPrefix(line, "errorstat_"), ":")
		if strings.HasPrefix(line, "errorstat_") && !slices.Contains(expected, name) {
			t.Errorf("the server answered with an error: %s", line)
		}
	}
}
