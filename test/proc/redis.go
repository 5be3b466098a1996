package proc

import (
	"bytes"
	"os"
	"os/exec"
	"strconv"
	"testing"
)

// redisVersion is the version whose replies Cairn gives.
const redisVersion = "v=7.0."

// Durable makes a redis-server lose nothing when it is killed. With more ticks a second it notices SIGTERM sooner.
var Durable = []string{"--appendonly", "yes", "--appendfsync", "always", "--hz", "100"}

// StartRedis starts the oracle: empty, without persistence, with DEBUG allowed. More arguments
// (Durable) win over these. The test fails if redis-server 7.0 is not installed: without the oracle it would prove nothing.
func StartRedis(t testing.TB, args ...string) *Server {
	t.Helper()
	return launch(t, "redis", redisBinary(t), func(s *Server) []string {
		return append([]string{
			"--port", strconv.Itoa(s.Port), "--bind", "127.0.0.1", "--dir", s.Dir,
			"--save", "", "--appendonly", "no", "--enable-debug-command", "local",
		}, args...)
	})
}

func redisBinary(t testing.TB) string {
	t.Helper()
	bin := os.Getenv("CAIRN_REDIS")
	if bin == "" {
		bin = "redis-server"
	}
	version, err := exec.Command(bin, "--version").Output()
	if err != nil {
		t.Fatalf("the oracle is missing: %v (install redis-server 7.0, or name it in CAIRN_REDIS)", err)
	}
	if !bytes.Contains(version, []byte(redisVersion)) {
		t.Fatalf("the oracle must be of version 7.0, and %s is %s", bin, version)
	}
	return bin
}
