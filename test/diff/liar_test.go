package diff

import (
	"bytes"
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"testing"

	"github.com/cairndb/cairn/test/proc"
)

// TestLiarIsCaught puts a proxy before a redis-server that tells one lie. The harness must name the line of each.
func TestLiarIsCaught(t *testing.T) {
	oracle, redis := proc.StartRedis(t), proc.StartRedis(t)
	for _, c := range []struct {
		name, script string
		lie          lie
		line         int // where it must be noticed; 0: by the checks at the end
	}{
		{"nothing", "SET k v\nGET k", lie{}, -1},
		{"value", "SET k v\nGET k", lie{replies: true, from: "$1\r\nv", to: "$1\r\nw"}, 2},
		{"type", "SET k 12\nGET k", lie{replies: true, from: "$2\r\n12\r\n", to: ":12\r\n"}, 2},
		{"error text", "SET k v\nINCR k", lie{replies: true, from: "not an integer", to: "no integer"}, 2},
		{"error code", "SET k v\n@shape INCR k", lie{replies: true, from: "-ERR", to: "-OOPS"}, 2},
		{"null", "@shape GET k", lie{replies: true, from: "$-1\r\n", to: "$0\r\n\r\n"}, 1},
		{"order is free", "MSET a 1 b 2\n@sorted MGET a b", lie{replies: true, from: "1\r\n$1\r\n2", to: "2\r\n$1\r\n1"}, -1},
		{"element", "MSET a 1 b 2\n@sorted MGET a b", lie{replies: true, from: "1\r\n$1\r\n2", to: "2\r\n$1\r\n2"}, 2},
		{"within tolerance", "SET k 100\n@approx 5 STRLEN k", lie{replies: true, from: ":3", to: ":8"}, -1},
		{"beyond tolerance", "SET k 100\n@approx 5 STRLEN k", lie{replies: true, from: ":3", to: ":9"}, 2},
		{"field", "@fields CLIENT INFO", lie{replies: true, from: " fd=", to: " df="}, 1},
		{"lacking field", "@has redis_mode INFO server", lie{replies: true, from: "redis_mode", to: "cairn_mode"}, 1},
		{"double reply", "INCR k\nINCR k", lie{replies: true, from: ":1\r\n", to: ":1\r\n:1\r\n"}, 2},
		{"late double reply", "INCR k", lie{replies: true, from: ":1\r\n", to: ":1\r\n:1\r\n"}, 0},
		{"key not scanned", "MSET k 1 l 2\n@scan SCAN 0", lie{replies: true, from: "$1\r\nk", to: "$1\r\nl"}, 2},
		{"lost write", "SET k v", lie{from: "$1\r\nv", to: "$1\r\nw"}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			pair := &Pair{Oracle: oracle, Subject: startLiar(t, redis.Addr(), c.lie), Mode: Hot}
			caughtAt(t, pair, c.script, c.line)
		})
	}
}

func caughtAt(t *testing.T, p *Pair, text string, line int) {
	t.Helper()
	s, err := ParseScript("lie.txt", text)
	if err != nil {
		t.Fatal(err)
	}
	mismatches := p.Run(s, 2)
	if line == -1 && len(mismatches) == 0 {
		return
	}
	if line == -1 || len(mismatches) == 0 || mismatches[0].Line != line {
		t.Fatalf("to be noticed at line %d; noticed: %v", line, mismatches)
	}
	if shown := mismatches[0].String(); !strings.Contains(shown, "oracle:") || !strings.Contains(shown, "subject:") {
		t.Errorf("unreadable: %s", shown)
	}
}

// lie is what the proxy changes, once, in the commands or in the replies.
type lie struct {
	replies  bool
	from, to string
}

// liar is a proxy that passes everything on except for its lie.
type liar struct {
	net.Listener
	lie lie

	mu   sync.Mutex
	told bool
}

func startLiar(t *testing.T, server string, what lie) *liar {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	l := &liar{Listener: listener, lie: what, told: what.from == ""}
	go l.serve(server)
	return l
}

func (l *liar) serve(server string) {
	for {
		in, err := l.Accept()
		if err != nil {
			return
		}
		out, err := net.Dial("tcp", server)
		if err != nil {
			_ = in.Close()
			continue
		}
		go l.pass(out, in, !l.lie.replies)
		go l.pass(in, out, l.lie.replies)
	}
}

// pass copies one direction. What the tests send and receive is short, so that a lie never spans two reads.
func (l *liar) pass(to io.WriteCloser, from io.Reader, lies bool) {
	defer func() { _ = to.Close() }()
	buf := make([]byte, 64<<10)
	for {
		n, err := from.Read(buf)
		b := buf[:n]
		if lies {
			b = l.change(b)
		}
		if _, errWrite := to.Write(b); err != nil || errWrite != nil {
			return
		}
	}
}

func (l *liar) change(b []byte) []byte {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.told || !bytes.Contains(b, []byte(l.lie.from)) {
		return b
	}
	l.told = true
	return bytes.Replace(b, []byte(l.lie.from), []byte(l.lie.to), 1)
}

var errLiar = errors.New("a liar is not restarted")

func (l *liar) Addr() string   { return l.Listener.Addr().String() }
func (l *liar) Restart() error { return errLiar }
func (l *liar) Crash() error   { return errLiar }

// TestForgetfulIsCaught restarts a redis-server that keeps nothing.
func TestForgetfulIsCaught(t *testing.T) {
	oracle := proc.StartRedis(t)
	for _, mode := range []Mode{Restart, Kill9} {
		t.Run(string(mode), func(t *testing.T) {
			pair := &Pair{Oracle: oracle, Subject: proc.StartRedis(t), Mode: mode, Restarts: 100}
			caughtAt(t, pair, "SET k v\nSELECT 1\nSET l w\nGET l\nSELECT 0\nGET k", 4)
		})
	}
}
