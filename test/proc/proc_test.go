package proc

import (
	"os"
	"strings"
	"testing"

	"github.com/cairndb/cairn/test/client"
)

func TestMain(m *testing.M) { os.Exit(Main(m)) }

// TestLifeOfRedis takes a server that keeps its data through every way of ending and starting.
func TestLifeOfRedis(t *testing.T) {
	lives(t, StartRedis(t, Durable...))
}

// TestLifeOfCairn does the same with Cairn, which needs no flags to be durable.
func TestLifeOfCairn(t *testing.T) {
	lives(t, StartCairn(t))
}

func lives(t *testing.T, s *Server) {
	t.Helper()
	expect(t, s, "OK", "SET", "k", "v")
	for _, again := range []func() error{s.Restart, s.Crash} {
		if err := again(); err != nil {
			t.Fatal(err)
		}
		expect(t, s, "v", "GET", "k")
	}
	if err := s.Stop(); err != nil {
		t.Fatal(err)
	}
	if _, err := client.Dial(s.Addr(), client.DefaultTimeout); err == nil {
		t.Fatal("a stopped server still listens")
	}
}

func expect(t *testing.T, s *Server, want string, args ...string) {
	t.Helper()
	c, err := client.Dial(s.Addr(), client.DefaultTimeout)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if got, err := c.Do(args...); err != nil || got.Text != want {
		t.Fatalf("%v: got %s, error %v; want %q", args, got, err, want)
	}
}

// TestEarlyEndIsExplained starts a server that refuses its arguments.
func TestEarlyEndIsExplained(t *testing.T) {
	s := &Server{Name: "redis", Dir: t.TempDir(), bin: redisBinary(t), out: &output{}}
	s.args = func(*Server) []string { return []string{"--no-such-option", "1"} }
	s.Port = freePort(t)
	if err := s.Start(); err == nil || !strings.Contains(err.Error(), "no-such-option") {
		t.Errorf("the error does not say why: %v", err)
	}
}

// TestTakenPortIsNoticed lets a second server loose on the port of a first one.
func TestTakenPortIsNoticed(t *testing.T) {
	first := StartRedis(t)
	second := &Server{Name: "redis", Dir: t.TempDir(), bin: first.bin, args: first.args, out: &output{}}
	second.Port = first.Port
	if err := second.Start(); err != errPortTaken {
		t.Errorf("error %v, want %v", err, errPortTaken)
	}
}
