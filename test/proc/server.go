package proc

import (
	"errors"
	"fmt"
	"net"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

const (
	readyTimeout = 30 * time.Second // a cold start under the race detector, beside other tests, on two cores
	stopTimeout  = 30 * time.Second
	startTries   = 5 // a port that was free a moment ago may be taken when the server binds it
)

// Server is a running (or stopped) server process. Its methods report errors instead of failing the test, so that
// subtests may use them too.
type Server struct {
	Name string // "redis" or "cairn"
	Port int
	Dir  string // where it keeps its files

	bin  string
	args func(s *Server) []string
	out  *output
	cmd  *exec.Cmd // nil while stopped
	exit chan error
}

// launch starts a server on a free port and ties its life to the test.
func launch(t testing.TB, name, bin string, args func(s *Server) []string) *Server {
	t.Helper()
	s := &Server{Name: name, Dir: t.TempDir(), bin: bin, args: args, out: &output{}}
	t.Cleanup(func() { s.finish(t) })
	for try := 1; ; try++ {
		s.Port = freePort(t)
		err := s.Start()
		if err == nil {
			return s
		}
		if !errors.Is(err, errPortTaken) || try == startTries {
			t.Fatalf("%s does not start: %v", name, err)
		}
	}
}

// Addr is "host:port".
func (s *Server) Addr() string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(s.Port)) }

// Output is everything that the server has printed since its first start.
func (s *Server) Output() string { return s.out.String() }

// Start starts the stopped server again, in its directory and on its port, and returns when it answers PING.
func (s *Server) Start() error {
	cmd := exec.Command(s.bin, s.args(s)...)
	cmd.Dir = s.Dir
	cmd.Stdout, cmd.Stderr = s.out, s.out
	cmd.SysProcAttr = dieWithParent()
	if err := cmd.Start(); err != nil {
		return err
	}
	s.cmd, s.exit = cmd, make(chan error, 1)
	go func() { s.exit <- cmd.Wait() }()
	if err := s.waitReady(); err != nil {
		_ = s.Kill9()
		return err
	}
	return nil
}

// Stop asks the server to end (SIGTERM) and waits; an exit status other than 0 is an error.
func (s *Server) Stop() error {
	if s.cmd == nil {
		return nil
	}
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return fmt.Errorf("%s had already ended: %w", s.Name, err)
	}
	select {
	case err := <-s.exit:
		s.cmd = nil
		return err
	case <-time.After(stopTimeout):
		return errors.Join(fmt.Errorf("%s did not end within %v", s.Name, stopTimeout), s.Kill9())
	}
}

// Kill9 ends the server as a crash would, and waits until the process is gone.
func (s *Server) Kill9() error {
	if s.cmd == nil {
		return nil
	}
	err := s.cmd.Process.Kill()
	<-s.exit
	s.cmd = nil
	return err
}

// Restart ends the server gracefully and starts it again.
func (s *Server) Restart() error {
	if err := s.Stop(); err != nil {
		return err
	}
	return s.Start()
}

// Crash is Kill9, then Start.
func (s *Server) Crash() error {
	if err := s.Kill9(); err != nil {
		return err
	}
	return s.Start()
}

// finish ends the server with its test and reports what it should not have printed.
func (s *Server) finish(t testing.TB) {
	bad := false
	if err := s.Stop(); err != nil {
		t.Errorf("%s ended badly: %v", s.Name, err)
		bad = true
	}
	out := s.Output()
	for _, alarm := range []string{"WARNING: DATA RACE", "panic:", "fatal error:", "REDIS BUG REPORT"} {
		if strings.Contains(out, alarm) {
			t.Errorf("%s printed %q", s.Name, alarm)
			bad = true
		}
	}
	// The oracle is rarely at fault when a test fails, and it is talkative.
	if bad || t.Failed() && s.Name != "redis" {
		t.Logf("%s printed:\n%s", s.Name, tail(out))
	}
}
