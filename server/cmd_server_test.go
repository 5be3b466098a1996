package server

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/cairndb/cairn/server/config"
)

func TestShutdownKeepsTheData(t *testing.T) {
	dir := t.TempDir()
	for i, how := range []string{"SHUTDOWN", "SHUTDOWN NOSAVE", "SHUTDOWN SAVE NOW FORCE"} {
		s := serve(t, dir)
		c := s.dial()
		if v := c.do("INCR k"); v.Int != int64(i+1) {
			t.Errorf("before %s: k is %s", how, v)
		}
		if c.send(how); !c.closes() {
			t.Errorf("%s has a reply", how)
		}
		s.wait()
	}
}

func TestShutdownOnSignal(t *testing.T) {
	s := serve(t, t.TempDir(), "--pidfile", filepath.Join(t.TempDir(), "pid"), "--shutdown-on-sigint", "nosave now")
	path := s.cfg.PidFile.Get()
	if _, err := os.Stat(path); err != nil {
		t.Error(err)
	}
	before := s.store.LastCheckpoint().Count
	s.shutdownOn(os.Interrupt)
	s.wait()
	if s.store.LastCheckpoint().Count != before {
		t.Error("a checkpoint in spite of nosave")
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("the pid file is left behind")
	}
}

func TestShutdownAbort(t *testing.T) {
	s := serve(t, t.TempDir())
	s.ending.begin() // as if a checkpoint took long
	c := s.dial()
	c.want("OK", "SHUTDOWN ABORT")
	if !s.ending.aborted.Load() {
		t.Error("the shutdown has not heard of it")
	}
	s.ending.end()
	c.want(string(errNoShutdown), "SHUTDOWN ABORT")
}

func TestNothingBeginsAfterTheEnd(t *testing.T) {
	var e ending
	e.wait()
	if e.begin() {
		t.Error("a shutdown begins although the store is closed")
	}
}

func TestSavePoints(t *testing.T) {
	s := serve(t, t.TempDir(), "--save", "3600 1 1 5")
	c := s.dial()
	c.want("OK", "SAVE")
	if reason := s.savePointDue(); reason != "" {
		t.Errorf("due: %s", reason)
	}
	for range 5 {
		c.do("INCR k")
	}
	if n := s.store.Changes(); n != 5 {
		t.Errorf("%d changes, want 5", n)
	}
	before := s.store.LastCheckpoint().Count
	for deadline := time.Now().Add(6 * time.Second); s.store.LastCheckpoint().Count == before; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("no checkpoint after 5 changes and more than a second")
		}
	}
	if n := s.store.Changes(); n != 0 {
		t.Errorf("%d changes after the checkpoint", n)
	}
}

func TestReloadAndColdMode(t *testing.T) {
	s := serve(t, t.TempDir(), "--save", "")
	c := s.dial()
	c.want("OK", "DEBUG POPULATE 100 p 20")
	c.want("OK", "DEBUG RELOAD")
	if n := s.store.HotTier().Keys; n != 0 {
		t.Errorf("%d keys are in RAM after a reload", n)
	}
	c.want("OK", "DEBUG COLD ON")
	before := s.store.LastCheckpoint().Count
	for range 3 * coldCommands {
		c.want("value:7"+strings.Repeat("\x00", 13), "GET p:7")
		c.do("INCR n")
	}
	if n := s.store.LastCheckpoint().Count - before; n < 5 {
		t.Errorf("%d checkpoints in %d commands", n, 6*coldCommands)
	}
	c.want("OK", "DEBUG COLD OFF")
	if v := c.do("INCR n"); v.Int != 3*coldCommands+1 {
		t.Errorf("n is %s", v)
	}
}

func TestDebugIsProtected(t *testing.T) {
	for _, mode := range []string{"no", "local"} {
		s := serve(t, t.TempDir(), "--enable-debug-command", mode)
		if v := s.dial().do("DEBUG SLEEP 0"); v.IsError() != (mode == "no") {
			t.Errorf("enable-debug-command %s, over a unix socket: %s", mode, v)
		}
	}
}

func TestLogLevelAndForm(t *testing.T) {
	cfg := config.New()
	path := filepath.Join(t.TempDir(), "log")
	if err := cfg.Load([]string{"--logfile", path, "--loglevel", "warning"}, nil); err != nil {
		t.Fatal(err)
	}
	s := &Server{log: logger{cfg: cfg}}
	s.logf("not shown")
	s.warnf("shown %d", 1)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	line := string(text)
	if strings.Count(line, "\n") != 1 || !strings.HasSuffix(line, " # shown 1\n") || !strings.Contains(line, ":M ") {
		t.Errorf("%q", line)
	}
}

func TestNoLogFileNoServer(t *testing.T) {
	cfg := config.New()
	if err := cfg.Load([]string{"--logfile", "/nowhere/at/all", "--dir", t.TempDir()}, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := New(cfg); err == nil || strings.Contains(err.Error(), "\n") {
		t.Errorf("error %v", err)
	}
}

func TestHitsAndMisses(t *testing.T) {
	s := serve(t, t.TempDir())
	c := s.dial()
	for _, line := range []string{"SET k v", "GET k", "GET absent", "MGET k k absent", "PING", "INCR n"} {
		c.do(line)
	}
	info := s.info([]string{"stats"})
	for _, field := range []string{"keyspace_hits:3\r\n", "keyspace_misses:2\r\n", "total_commands_processed:7\r\n"} {
		if !strings.Contains(info, field) {
			t.Errorf("no %q in\n%s", field, info)
		}
	}
}
