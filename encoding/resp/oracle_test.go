package resp

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// startRedis runs the real server, which these tests ask what is right, and returns how to connect to it.
func startRedis(t *testing.T, config ...string) (dial func() *net.UnixConn) {
	t.Helper()
	version, err := exec.Command("redis-server", "--version").Output()
	if err != nil {
		t.Skip("no redis-server on PATH")
	}
	if !strings.Contains(string(version), "v=7.0.") {
		t.Skipf("the oracle must be Redis 7.0, not %s", version)
	}
	dir, err := os.MkdirTemp("", "resp") // t.TempDir's names may exceed what a socket address holds
	if err != nil {
		t.Fatal(err)
	}
	socket := filepath.Join(dir, "s")
	config = append([]string{"--port", "0", "--unixsocket", socket, "--save", "", "--dir", dir}, config...)
	server := exec.Command("redis-server", config...)
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		server.Process.Kill()
		server.Wait()
		os.RemoveAll(dir)
	})
	dial = func() *net.UnixConn {
		c, err := net.DialUnix("unix", nil, &net.UnixAddr{Name: socket})
		if err != nil {
			t.Fatal(err)
		}
		c.SetDeadline(time.Now().Add(20 * time.Second))
		return c
	}
	waitForSocket(t, socket)
	return dial
}

func waitForSocket(t *testing.T, socket string) {
	t.Helper()
	for range 500 {
		if c, err := net.Dial("unix", socket); err == nil {
			c.Close()
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatal("redis-server does not listen")
}

// exchange sends everything, closes that direction and returns all that the server answers until it closes too. Long
// replies may be cut short by that: see query.
func exchange(t *testing.T, c *net.UnixConn, request []byte) string {
	t.Helper()
	defer c.Close()
	if _, err := c.Write(request); err != nil && !errors.Is(err, syscall.EPIPE) && !errors.Is(err, syscall.ECONNRESET) {
		t.Fatal(err)
	}
	c.CloseWrite()
	reply, err := io.ReadAll(c)
	if err != nil && !errors.Is(err, syscall.ECONNRESET) {
		t.Fatal(err)
	}
	return string(reply)
}

func TestProtocolErrorsOfRedis(t *testing.T) {
	open, locked := startRedis(t), startRedis(t, "--requirepass", "secret")
	for _, c := range protocolErrors {
		dial := open
		if c.lim.Unauthenticated {
			dial = locked
		}
		if got, want := exchange(t, dial(), []byte(c.in)), "-ERR "+c.want+"\r\n"; got != want {
			t.Errorf("%s: Redis answers %q, the table says %q", c.name, got, want)
		}
	}
}

// TestRequestsOfRedis sends streams of pieces of requests, in order and out of it, to both. The commands do not exist:
// Redis then answers with their args, so what it parsed shows.
func TestRequestsOfRedis(t *testing.T) {
	dial := startRedis(t)
	rng := rand.New(rand.NewPCG(1, 2))
	for range 3000 {
		stream := randomStream(rng)
		want := exchange(t, dial(), stream)
		if got := answerUnknown(stream); got != want {
			t.Fatalf("stream %q:\n got %q\nwant %q", stream, got, want)
		}
	}
}

var streamPieces = []string{
	"*", "$", "0", "1", "2", "3", "-1", "10", "\r\n", "\r\n", "\r", "\n", "foo", "ab", " ", "\t", "\v", `"`, `"`, "'", "'",
	`\`, `\x41`, `\x4`, `\n`, "\xff", "\x00", "*1\r\n$3\r\nfoo\r\n", "*2\r\n$1\r\nx\r\n$2\r\n\r\n\r\n", "*0\r\n", "*-1\r\n",
	"*1\r\n$", "*2\r\n$0\r\n\r\n", "x \"a b\" 'c'\r\n", "x a\\x00\"b\\x01\"\n", "*12\r\n", "$12\r\n", "$1\r\na\r\n",
}

func randomStream(rng *rand.Rand) (stream []byte) {
	for range 1 + rng.IntN(20) {
		stream = append(stream, streamPieces[rng.IntN(len(streamPieces))]...)
	}
	return stream
}

// answerUnknown is what a server without any command answers to stream.
func answerUnknown(stream []byte) string {
	var p Parser
	w := Writer{}
	for {
		args, n, err := p.Next(stream, Limits{})
		switch {
		case err != nil:
			w.Error("ERR " + err.Error())
			return string(w.Buf)
		case n == 0:
			return string(w.Buf)
		case len(args) > 0:
			w.Error(unknownCommand(args))
		}
		stream = stream[n:]
	}
}

func unknownCommand(args [][]byte) string {
	shown := ""
	for _, arg := range args[1:] {
		if len(shown) >= 128 {
			break
		}
		shown += fmt.Sprintf("'%s' ", cString(arg, 128-len(shown)))
	}
	return fmt.Sprintf("ERR unknown command '%s', with args beginning with: %s", cString(args[0], 128), shown)
}

// cString is what C's "%.*s" prints of b.
func cString(b []byte, limit int) string {
	s, _, _ := strings.Cut(string(b), "\x00")
	return s[:min(len(s), limit)]
}

// TestWriterOfRedis compares every kind of reply with DEBUG PROTOCOL's sample of it.
func TestWriterOfRedis(t *testing.T) {
	dial := startRedis(t, "--enable-debug-command", "yes")
	samples := map[string]func(w *Writer){
		"string":  func(w *Writer) { w.BulkString("Hello World") },
		"integer": func(w *Writer) { w.Int(12345) },
		"double":  func(w *Writer) { w.Double(3.141) },
		"null":    func(w *Writer) { w.Null() },
		"array":   func(w *Writer) { w.Array(3); w.Int(0); w.Int(1); w.Int(2) },
		"set":     func(w *Writer) { w.Set(3); w.Int(0); w.Int(1); w.Int(2) },
		"map": func(w *Writer) {
			w.Map(3)
			for i := range 3 {
				w.Int(int64(i))
				w.Bool(i == 1)
			}
		},
		"verbatim": func(w *Writer) { w.Verbatim("txt", "This is a verbatim\nstring") },
		"true":     func(w *Writer) { w.Bool(true) },
		"false":    func(w *Writer) { w.Bool(false) },
		"bignum":   func(w *Writer) { w.BigNumber("1234567999999999999999999999999999999") },
	}
	for name, sample := range samples {
		for _, proto := range []int{2, 3} {
			if got, want := write(proto, sample), query(t, dial(), proto, "DEBUG", "PROTOCOL", name); got != want {
				t.Errorf("%s in RESP%d: got %q, want %q", name, proto, got, want)
			}
		}
	}
}

// query returns the reply to one command in the given protocol.
func query(t *testing.T, c *net.UnixConn, proto int, args ...string) string {
	t.Helper()
	request := AppendCommandStrings(nil, "HELLO", strconv.Itoa(proto))
	request = AppendCommandStrings(request, "ECHO", "mark")
	all := converse(t, c, AppendCommandStrings(request, args...))
	_, reply, _ := strings.Cut(all, "$4\r\nmark\r\n")
	return reply
}

// converse sends requests and QUIT, after which Redis closes when it has sent everything, and returns the replies.
func converse(t *testing.T, c *net.UnixConn, requests []byte) string {
	t.Helper()
	defer c.Close()
	go c.Write(AppendCommandStrings(requests, "QUIT"))
	replies, err := io.ReadAll(c)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSuffix(string(replies), "+OK\r\n")
}

func TestDoubleOfRedis(t *testing.T) {
	dial := startRedis(t)
	doubles := sampleDoubles()
	script := "local r = {} for i, a in ipairs(ARGV) do r[i] = {double = tonumber(a)} end return r"
	args := []string{"EVAL", script, "0"}
	for _, f := range doubles {
		args = append(args, strconv.FormatFloat(f, 'g', -1, 64))
	}
	for _, proto := range []int{2, 3} {
		got := write(proto, func(w *Writer) {
			w.Array(len(doubles))
			for _, f := range doubles {
				w.Double(f)
			}
		})
		compareReplies(t, got, query(t, dial(), proto, args...))
	}
}

func TestHumanDoubleOfRedis(t *testing.T) {
	dial := startRedis(t)
	var request []byte
	w := Writer{}
	for _, f := range sampleDoubles() {
		if math.IsInf(f, 0) {
			continue
		}
		exact := strconv.FormatFloat(f, 'f', 1074, 64)
		request = AppendCommandStrings(request, "SET", "k", "0")
		request = AppendCommandStrings(request, "INCRBYFLOAT", "k", exact)
		w.OK()
		w.HumanDouble(f)
	}
	compareReplies(t, string(w.Buf), converse(t, dial(), request))
}

// sampleDoubles are finite doubles of all sizes, those near where the notation changes, and the infinities.
func sampleDoubles() []float64 {
	doubles := []float64{
		0, math.Copysign(0, -1), 1, -1, 0.1, 3.14, -2.5, 0.0001, 0.00001, 0.00012345, 1e15, 1e16, 1e17, 1e18, 1 << 52, 1 << 53,
		1<<53 + 2, 1 << 62, 99999999999999999, math.MaxFloat64, math.SmallestNonzeroFloat64, math.Inf(1), math.Inf(-1),
	}
	rng := rand.New(rand.NewPCG(3, 4))
	for range 1000 {
		if f := math.Float64frombits(rng.Uint64()); f-f == 0 {
			doubles = append(doubles, f)
		}
		doubles = append(doubles, rng.NormFloat64(), math.Trunc(rng.NormFloat64()*1e6)/100, rng.NormFloat64()*1e17)
	}
	return doubles
}

func compareReplies(t *testing.T, got, want string) {
	t.Helper()
	gotLines, wantLines := strings.Split(got, "\r\n"), strings.Split(want, "\r\n")
	for i := range min(len(gotLines), len(wantLines)) {
		if gotLines[i] != wantLines[i] {
			t.Fatalf("line %d: got %q, want %q", i, gotLines[i], wantLines[i])
		}
	}
	if len(gotLines) != len(wantLines) {
		t.Fatalf("got %d lines, want %d", len(gotLines), len(wantLines))
	}
}

// TestReadsRedis holds the decoder against the deepest and the oddest replies of the real server.
func TestReadsRedis(t *testing.T) {
	dial := startRedis(t, "--enable-debug-command", "yes")
	for _, proto := range []int{2, 3} {
		for _, args := range [][]string{
			{"COMMAND", "DOCS"}, {"COMMAND", "INFO"}, {"LOLWUT", "VERSION", "5"}, {"DEBUG", "PROTOCOL", "attrib"},
			{"DEBUG", "PROTOCOL", "push"}, {"GET", "missing"}, {"LPOP", "missing", "1"}, {"BOGUS"},
			{"EVAL", `return {ok = "a\nb"}`, "0"}, {"EVAL", `return {double = 0/0}`, "0"},
		} {
			reply := query(t, dial(), proto, args...)
			if got := recode(t, reply); got != reply {
				t.Errorf("%q in RESP%d: got %q, want %q", args, proto, got, reply)
			}
		}
	}
}

// recode decodes all values of wire and encodes them again.
func recode(t *testing.T, wire string) string {
	var out []byte
	br := bufio.NewReader(strings.NewReader(wire))
	for {
		v, err := ReadValue(br)
		if err == io.EOF {
			return string(out)
		}
		if err != nil {
			t.Fatalf("%.100q: %v", wire, err)
		}
		out = appendValue(out, v)
	}
}
