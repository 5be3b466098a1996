package abuse

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/cairndb/cairn/test/client"
	"github.com/cairndb/cairn/test/proc"
)

func TestMain(m *testing.M) { os.Exit(proc.Main(m)) }

const patience = 20 * time.Second

func dial(t *testing.T, s *proc.Server) *client.Conn {
	t.Helper()
	c, err := client.Dial(s.Addr(), patience)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// answers fails unless the server serves a fresh connection at once.
func answers(t *testing.T, s *proc.Server) {
	t.Helper()
	c, err := client.Dial(s.Addr(), patience)
	if err != nil {
		t.Fatalf("the server no longer answers: %v\n%s", err, s.Output())
	}
	defer c.Close()
	if _, err := c.Do("SET", "alive", "1"); err != nil {
		t.Fatalf("the server no longer answers: %v\n%s", err, s.Output())
	}
}

// cpuTicks is the processor time that the server has used, in hundredths of a
// second.
func cpuTicks(t *testing.T, s *proc.Server) int {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid(t, s)))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), ") ")
	f := strings.Fields(rest)
	user, _ := strconv.Atoi(f[11])
	system, _ := strconv.Atoi(f[12])
	return user + system
}

func pid(t *testing.T, s *proc.Server) int {
	t.Helper()
	c := dial(t, s)
	reply, err := c.Do("INFO", "server")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(reply.Value.Text) {
		if _, n, ok := strings.Cut(line, "process_id:"); ok {
			id, err := strconv.Atoi(strings.TrimSpace(n))
			if err != nil {
				t.Fatal(err)
			}
			return id
		}
	}
	t.Fatal("INFO has no process_id")
	return 0
}

func TestGarbage(t *testing.T) {
	s := proc.StartCairn(t)
	rng := rand.New(rand.NewPCG(1, 2))
	pieces := []string{"*", "$", "\r\n", "*3\r\n", "$3\r\nSET\r\n", "*-1\r\n", "*0\r\n", "$-1\r\n", "*1000000000\r\n",
		"$99999999999\r\n", "*1\r\n$536870913\r\n", "\"", "'", "PING\r\n", "\x00", "set a b\r\n", ":1\r\n", "+OK\r\n"}
	for range 500 {
		var b []byte
		for range 1 + rng.IntN(20) {
			if rng.IntN(3) == 0 {
				for range rng.IntN(30) {
					b = append(b, byte(rng.Uint32()))
				}
			} else {
				b = append(b, pieces[rng.IntN(len(pieces))]...)
			}
		}
		nc, err := net.Dial("tcp", s.Addr())
		if err != nil {
			t.Fatal(err)
		}
		_, _ = nc.Write(b)
		_ = nc.Close()
	}
	answers(t, s)
}

// A client that has announced much and sent little costs neither memory nor
// processor time.
func TestHalfSentCommands(t *testing.T) {
	s := proc.StartCairn(t)
	for _, start := range []string{"*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$500000000\r\nabc", "*1000000\r\n$1\r\n", "GET", "*2\r\n$4"} {
		for range 100 {
			c := dial(t, s)
			if err := c.SendRaw([]byte(start)); err != nil {
				t.Fatal(err)
			}
		}
	}
	answers(t, s)
	before := cpuTicks(t, s)
	time.Sleep(time.Second)
	if used := cpuTicks(t, s) - before; used > 50 {
		t.Errorf("an idle server with half-sent commands used %d %% of a processor", used)
	}
}

// A client that never reads is closed at its limit; others do not notice.
func TestReaderThatNeverReads(t *testing.T) {
	s := proc.StartCairn(t, "--client-output-buffer-limit", "normal 8mb 0 0")
	c := dial(t, s)
	if _, err := c.Do("SET", "big", strings.Repeat("x", 1<<20)); err != nil {
		t.Fatal(err)
	}
	nc, err := net.Dial("tcp", s.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = nc.Close() }()
	if err := nc.SetWriteDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	_, _ = nc.Write(bytes.Repeat([]byte("GET big\r\n"), 1000))
	for deadline := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		reply, err := c.Do("CLIENT", "LIST")
		if err != nil {
			t.Fatal(err)
		}
		if strings.Count(reply.Value.String(), "id=") <= 1 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("the client that does not read is still there:\n%s", reply.Value.String())
		}
	}
	answers(t, s)
}

func TestTenThousandConnections(t *testing.T) {
	want := 10_000
	if testing.Short() {
		want = 1000
	}
	raiseLimit(t, uint64(want+1000))
	s := proc.StartCairn(t, "--maxclients", strconv.Itoa(want+10))
	conns := make([]net.Conn, 0, want)
	defer func() {
		for _, c := range conns {
			_ = c.Close()
		}
	}()
	for i := range want {
		c, err := net.Dial("tcp", s.Addr())
		if err != nil {
			t.Fatalf("connection %d: %v", i, err)
		}
		conns = append(conns, c)
	}
	for _, c := range conns {
		if _, err := c.Write([]byte("PING\r\n")); err != nil {
			t.Fatal(err)
		}
	}
	buf := make([]byte, 7)
	for i, c := range conns {
		if err := c.SetReadDeadline(time.Now().Add(patience)); err != nil {
			t.Fatal(err)
		}
		if n, err := c.Read(buf); err != nil || string(buf[:n]) != "+PONG\r\n" {
			t.Fatalf("connection %d: %q, %v", i, buf[:n], err)
		}
	}
}

// One client over the limit is told so and closed.
func TestMaxClients(t *testing.T) {
	s := proc.StartCairn(t, "--maxclients", "3")
	for range 3 {
		if _, err := dial(t, s).Do("PING"); err != nil {
			t.Fatal(err)
		}
	}
	reply, err := dial(t, s).Recv()
	if err != nil || !strings.Contains(reply.Value.String(), "max number of clients reached") {
		t.Fatalf("the fourth client got %v, %v", reply, err)
	}
}

// A pipeline far longer than any buffer is answered whole and in order.
func TestDeepPipeline(t *testing.T) {
	s := proc.StartCairn(t, "--appendfsync", "everysec")
	c := dial(t, s)
	const n = 200_000
	go func() {
		var b []byte
		for range n {
			b = client.AppendCommand(b, "INCR", "n")
		}
		_ = c.SendRaw(b)
	}()
	for i := range n {
		reply, err := c.Recv()
		if err != nil {
			t.Fatalf("reply %d: %v", i, err)
		}
		if got := reply.Value.String(); !strings.Contains(got, strconv.Itoa(i+1)) {
			t.Fatalf("reply %d is %s", i, got)
		}
	}
}

func raiseLimit(t *testing.T, n uint64) {
	t.Helper()
	var lim syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &lim); err != nil {
		t.Fatal(err)
	}
	if lim.Cur >= n {
		return
	}
	lim.Cur = n
	lim.Max = max(lim.Max, n)
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &lim); err != nil {
		t.Skipf("this machine does not allow %d open files: %v", n, err)
	}
}
