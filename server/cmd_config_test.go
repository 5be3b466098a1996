package server

import (
	"net"
	"strconv"
	"strings"
	"testing"

	"github.com/cairndb/cairn/persistence/wal"
)

func TestConfigSetActsAtOnce(t *testing.T) {
	s := serve(t, t.TempDir())
	c := s.dial()
	c.want("OK", "CONFIG SET appendfsync everysec maxmemory 100mb cairn-checkpoint-dirty 1mb")
	if p := s.store.Log().Policy(); p != wal.EverySec {
		t.Errorf("appendfsync is %v", p)
	}
	if n := s.store.HotTier().LimitBytes; n > 100<<20 {
		t.Errorf("the hot tier may have %d bytes", n)
	}
	c.want("OK", "CONFIG SET latency-tracking no")
	c.want("OK", "CONFIG RESETSTAT")
	if c.do("ECHO x"); len(c.do("LATENCY HISTOGRAM").Elems) != 0 {
		t.Error("there are histograms without latency-tracking")
	}
}

func TestConfigSetPort(t *testing.T) {
	s := serve(t, t.TempDir(), "--bind", "127.0.0.1")
	c := s.dial()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := taken.Addr().(*net.TCPAddr).Port
	if text := string(c.do("CONFIG SET port " + strconv.Itoa(port)).Str); !strings.Contains(text, "Unable to listen on this port") {
		t.Errorf("a taken port: %q", text)
	}
	if v := c.do("CONFIG GET port"); string(v.Elems[1].Str) != "0" {
		t.Errorf("after a port that was taken: %s", v)
	}
	_ = taken.Close()
	c.want("OK", "CONFIG SET port "+strconv.Itoa(port))
	nc, err := net.Dial("tcp", taken.Addr().String())
	if err != nil {
		t.Fatalf("nobody listens at the new port: %v", err)
	}
	_ = nc.Close()
	c.want("OK", "CONFIG SET port 0")
	if _, err := net.Dial("tcp", taken.Addr().String()); err == nil {
		t.Error("the old port is still open")
	}
	c.want("PONG", "PING")
}

func TestPasswordAtRuntime(t *testing.T) {
	s := serve(t, t.TempDir())
	admin, early := s.dial(), s.dial()
	early.want("PONG", "PING")
	admin.want("OK", "CONFIG SET requirepass secret")
	late := s.dial()
	early.want("PONG", "PING") // who is in stays in
	late.want("NOAUTH Authentication required.", "PING")
	admin.want("OK", "CONFIG SET requirepass other")
	late.want(string(errWrongPass), "AUTH secret")
	late.want("OK", "AUTH other")
	last := s.dial()
	last.want("NOAUTH Authentication required.", "PING")
}
