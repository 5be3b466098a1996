package abuse

import (
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/cairndb/cairn/test/client"
	"github.com/cairndb/cairn/test/proc"
)

// largeElements of 1000 bytes are more than what a socket takes unread.
const largeElements = 40_000

func largeElement(i int) string { return fmt.Sprintf("%0*d", 1000, i) }

// startWithLarge starts a server whose list lies on disk, so that it is sent while it is read.
func startWithLarge(t *testing.T) *proc.Server {
	t.Helper()
	s := proc.StartCairn(t, "--maxmemory", "32mb")
	c := dial(t, s)
	for from := 0; from < largeElements; from += 1000 {
		push := []string{"RPUSH", "large"}
		for i := range 1000 {
			push = append(push, largeElement(from+i))
		}
		if r, err := c.Do(push...); err != nil || r.Value.IsError() {
			t.Fatalf("RPUSH: %v, %v", r.Value, err)
		}
	}
	if err := s.Restart(); err != nil {
		t.Fatal(err)
	}
	return s
}

// What is behind a reply that was sent while it was read comes behind it, and what is before it, before it.
func TestLargeReplyInOrder(t *testing.T) {
	s := startWithLarge(t)
	c := dial(t, s)
	for range 3 {
		for _, args := range [][]string{{"SET", "before", "x"}, {"LRANGE", "large", "0", "-1"}, {"GET", "before"}} {
			if err := c.Send(args...); err != nil {
				t.Fatal(err)
			}
		}
		for i, want := range []string{"OK", "", "x"} {
			r, err := c.Recv()
			if err != nil {
				t.Fatal(err)
			}
			if i != 1 {
				if r.Value.Text != want {
					t.Fatalf("%s instead of %q", r.Value, want)
				}
				continue
			}
			if len(r.Value.Elems) != largeElements {
				t.Fatalf("%d elements", len(r.Value.Elems))
			}
			for i, e := range r.Value.Elems {
				if e.Text != largeElement(i) {
					t.Fatalf("element %d is %.20q...", i, e.Text)
				}
			}
		}
	}
}

// To read it takes no room from what others use, however often.
func TestLargeReplyLeavesRAM(t *testing.T) {
	s := startWithLarge(t)
	c := dial(t, s)
	dataset := func() int64 {
		r, err := c.Do("INFO", "memory")
		if err != nil {
			t.Fatal(err)
		}
		_, text, _ := strings.Cut(r.Value.Text, "used_memory_dataset:")
		text, _, _ = strings.Cut(text, "\r\n")
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	read := func() {
		if r, err := c.Do("LRANGE", "large", "0", "-1"); err != nil || len(r.Value.Elems) != largeElements {
			t.Fatalf("%d elements, %v", len(r.Value.Elems), err)
		}
	}
	read()
	once := dataset()
	for range 7 {
		read()
	}
	if more := dataset() - once; more > 1<<20 {
		t.Errorf("seven more reads took %d bytes of RAM, the first had taken %d", more, once)
	}
}

// Who wants no reply gets no part of it.
func TestLargeReplyUnwanted(t *testing.T) {
	s := startWithLarge(t)
	c := dial(t, s)
	for _, args := range [][]string{
		{"CLIENT", "REPLY", "SKIP"}, {"LRANGE", "large", "0", "-1"}, {"ECHO", "skipped"},
		{"CLIENT", "REPLY", "OFF"}, {"LRANGE", "large", "0", "-1"}, {"CLIENT", "REPLY", "ON"},
	} {
		if err := c.Send(args...); err != nil {
			t.Fatal(err)
		}
	}
	for _, want := range []string{"skipped", "OK"} {
		if r, err := c.Recv(); err != nil || r.Value.Text != want {
			t.Fatalf("%.100s instead of %q (%v)", r.Value, want, err)
		}
	}
}

// Nobody waits for a client that does not read its large reply, and it can be told to go, or goes by itself.
func TestLargeReplyUnread(t *testing.T) {
	s := startWithLarge(t)
	c := dial(t, s)
	ask := func() net.Conn {
		nc, err := net.Dial("tcp", s.Addr())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := nc.Write(client.AppendCommand(nil, "LRANGE", "large", "0", "-1")); err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadFull(nc, make([]byte, 1<<20)); err != nil { // it is under way
			t.Fatal(err)
		}
		return nc
	}
	killed, left, kept := ask(), ask(), ask()
	defer func() { _, _ = killed.Close(), kept.Close() }()
	answers(t, s)
	if r, err := c.Do("CLIENT", "KILL", "ADDR", killed.LocalAddr().String()); err != nil || r.Value.IsError() {
		t.Fatalf("CLIENT KILL: %v, %v", r.Value, err)
	}
	_ = killed.SetReadDeadline(time.Now().Add(patience))
	if n, _ := io.Copy(io.Discard, killed); n > largeElements*1000 {
		t.Errorf("a client that was killed got all of its reply, %d bytes", n)
	}
	_ = left.Close()
	for deadline := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		r, err := c.Do("CLIENT", "LIST")
		if err != nil {
			t.Fatal(err)
		}
		text := r.Value.Text
		if !strings.Contains(text, left.LocalAddr().String()) && !strings.Contains(text, killed.LocalAddr().String()) {
			if !strings.Contains(text, kept.LocalAddr().String()) {
				t.Errorf("the client that stayed is gone:\n%s", text)
			}
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("clients that are gone are still there:\n%s", text)
		}
	}
	// A shutdown does not wait for the one that is left.
	if err := s.Stop(); err != nil {
		t.Error(err)
	}
}
