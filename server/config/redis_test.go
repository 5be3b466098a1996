package config

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// redisServer is a real server of the reference version, the oracle of these tests.
type redisServer struct {
	t    *testing.T
	conn net.Conn
	r    *bufio.Reader
}

// startRedis starts a server in an empty directory and stops it when the test ends. It listens on a unix socket beside
// what args say. The test is skipped where the program is not installed in the version that the table follows.
func startRedis(t *testing.T, args ...string) *redisServer {
	t.Helper()
	version, err := exec.Command("redis-server", "--version").Output()
	if err != nil || !strings.Contains(string(version), " v=7.0.") {
		t.Skip("needs redis-server 7.0")
	}
	dir, err := os.MkdirTemp("", "redis") // t.TempDir's name may be too long for a socket
	if err != nil {
		t.Fatal(err)
	}
	socket := filepath.Join(dir, "s")
	cmd := exec.Command("redis-server", append(args, "--port", "0", "--unixsocket", socket)...)
	cmd.Dir = dir
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
		os.RemoveAll(dir)
	})
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		conn, err := net.Dial("unix", socket)
		if err == nil {
			t.Cleanup(func() { conn.Close() })
			conn.SetDeadline(time.Now().Add(time.Minute))
			return &redisServer{t, conn, bufio.NewReader(conn)}
		}
		if time.Now().After(deadline) {
			t.Fatalf("redis-server %q did not start", args)
		}
	}
}

// do returns the strings of the reply; an error reply is one string with its minus sign.
func (s *redisServer) do(args ...string) []string {
	s.t.Helper()
	fmt.Fprintf(s.conn, "*%d\r\n", len(args))
	for _, a := range args {
		fmt.Fprintf(s.conn, "$%d\r\n%s\r\n", len(a), a)
	}
	reply, err := s.read()
	if err != nil {
		s.t.Fatalf("%q: %v", args, err)
	}
	return reply
}

func (s *redisServer) read() ([]string, error) {
	line, err := s.r.ReadString('\n')
	if err != nil {
		return nil, err
	}
	line = strings.TrimSuffix(line, "\r\n")
	n, _ := strconv.Atoi(line[1:])
	switch line[0] {
	case '*':
		var list []string
		for range n {
			item, err := s.read()
			if err != nil {
				return nil, err
			}
			list = append(list, item...)
		}
		return list, nil
	case '$':
		text := make([]byte, n+2)
		_, err := io.ReadFull(s.r, text)
		return []string{string(text[:n])}, err
	case '+':
		return []string{line[1:]}, nil
	}
	return []string{line}, nil
}

// config returns what CONFIG GET answers for one name, "" if it knows none.
func (s *redisServer) config(name string) string {
	if reply := s.do("CONFIG", "GET", name); len(reply) == 2 {
		return reply[1]
	}
	return ""
}

// set returns CONFIG SET's reply without the error code.
func (s *redisServer) set(pairs ...string) string {
	return strings.TrimPrefix(s.do(append([]string{"CONFIG", "SET"}, pairs...)...)[0], "-ERR ")
}
