package script

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/cairndb/cairn/encoding/resp"
)

// oracle is a redis-server that a test started for itself: one answers scripts,
// another answers the commands of ours.
type oracle struct {
	t    testing.TB
	conn net.Conn
	r    *bufio.Reader
	port int
}

func startOracle(t testing.TB) *oracle {
	t.Helper()
	path, err := exec.LookPath("redis-server")
	if err != nil {
		t.Skip("no redis-server")
	}
	if version, _ := exec.Command(path, "--version").Output(); !strings.Contains(string(version), " v=7.0.") {
		t.Skip("redis-server is not 7.0")
	}
	for range 5 {
		if o := runOracle(t, path); o != nil {
			return o
		}
	}
	t.Fatal("redis-server did not start")
	return nil
}

func freePort(t testing.TB) int {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// runOracle returns nil if somebody else took the port meanwhile.
func runOracle(t testing.TB, path string) *oracle {
	port := freePort(t)
	cmd := exec.Command(path, "--port", strconv.Itoa(port), "--bind", "127.0.0.1", "--save", "", "--dir", t.TempDir(),
		"--enable-debug-command", "yes")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	for range 100 {
		conn, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err == nil {
			t.Cleanup(func() { conn.Close() })
			return &oracle{t: t, conn: conn, r: bufio.NewReader(conn), port: port}
		}
		time.Sleep(20 * time.Millisecond)
	}
	return nil
}

// do sends one command and returns its reply as it came.
func (o *oracle) do(args ...string) string {
	o.t.Helper()
	words := make([][]byte, len(args))
	for i, a := range args {
		words[i] = []byte(a)
	}
	return o.send(words)
}

func (o *oracle) send(args [][]byte) string {
	o.t.Helper()
	o.conn.SetDeadline(time.Now().Add(20 * time.Second))
	if _, err := o.conn.Write(resp.AppendCommand(nil, args...)); err != nil {
		o.t.Fatal(err)
	}
	var raw bytes.Buffer
	if err := copyReply(&raw, o.r); err != nil {
		o.t.Fatalf("%q: %v", args, err)
	}
	return raw.String()
}

// copyReply copies one reply, all of it.
func copyReply(to *bytes.Buffer, from *bufio.Reader) error {
	line, err := from.ReadString('\n')
	to.WriteString(line)
	if err != nil {
		return err
	}
	n, numErr := strconv.Atoi(strings.TrimSpace(line[1:]))
	switch line[0] {
	case '+', '-', ':', '_', '#', ',', '(':
		return nil
	case '$', '=':
		if numErr != nil || n < 0 {
			return numErr
		}
		_, err = io.CopyN(to, from, int64(n+2))
		return err
	case '%':
		n *= 2
	case '|':
		n = 2*n + 1 // the reply follows its attributes
	case '*', '~', '>':
	default:
		return errors.New("what is this reply: " + line)
	}
	for range n {
		if err := copyReply(to, from); err != nil {
			return err
		}
	}
	return numErr
}

// pair compares scripts: theirs runs them, ours runs here and sends its
// commands to a second server.
type pair struct {
	t     testing.TB
	redis *oracle
	back  *oracle
	pool  Pool
	proto int // of replies
	seen  int // of commands
}

func newPair(t testing.TB) *pair {
	p := &pair{t: t, redis: startOracle(t), back: startOracle(t), pool: Pool{MaxBytes: 256 << 20}, proto: 2}
	p.redis.do("DEBUG", "SET-DISABLE-DENY-SCRIPTS", "1") // so that DEBUG PROTOCOL can be called
	return p
}

// useProto chooses the protocol of replies.
func (p *pair) useProto(proto int) {
	p.proto = proto
	p.redis.do("HELLO", strconv.Itoa(proto))
	p.seen = 2
	p.back.do("HELLO", "2")
}

// Call sends a command to the second server.
func (p *pair) Call(args [][]byte, proto int) ([]byte, error) {
	if proto != p.seen {
		p.back.do("HELLO", strconv.Itoa(proto))
		p.seen = proto
	}
	reply := p.back.send(args)
	if strings.HasPrefix(reply, "-ERR unknown command") {
		reply = "-ERR Unknown Redis command called from script\r\n"
	}
	if strings.HasPrefix(reply, "-ERR wrong number of arguments") {
		reply = "-ERR Wrong number of args calling Redis command from script\r\n"
	}
	return []byte(reply), nil
}

// SetReplication has nobody to tell.
func (p *pair) SetReplication(Replication) {}

// Allowed knows one command.
func (p *pair) Allowed(args [][]byte) (allowed, exists bool) {
	return true, strings.EqualFold(string(args[0]), "get")
}

// Log drops the line.
func (p *pair) Log(int, string) {}

// ours is the reply of our engine.
func (p *pair) ours(body string, keys, args []string) string {
	w := resp.Writer{Proto: p.proto}
	s, err := Compile([]byte(body))
	if err == nil {
		err = p.pool.Eval(s, &Run{Caller: p, Keys: words(keys), Args: words(args), Reply: &w, Name: s.SHA})
	}
	var e *Error
	if errors.As(err, &e) {
		w.Buf = w.Buf[:0]
		w.Error(e.Text)
	} else if err != nil {
		p.t.Fatal(err)
	}
	return string(w.Buf)
}

func words(list []string) [][]byte {
	out := make([][]byte, len(list))
	for i, s := range list {
		out[i] = []byte(s)
	}
	return out
}

func (p *pair) theirs(body string, keys, args []string) string {
	cmd := append([]string{"EVAL", body, strconv.Itoa(len(keys))}, keys...)
	return p.redis.do(append(cmd, args...)...)
}

// address is where a table or function lies, as tostring shows it.
var address = regexp.MustCompile("0x[0-9a-f]{12}")

// compare runs a script on both and says whether the replies are the same.
func (p *pair) compare(body string, keys, args []string) bool {
	p.t.Helper()
	theirs := address.ReplaceAllString(p.theirs(body, keys, args), "0xaddress")
	ours := address.ReplaceAllString(p.ours(body, keys, args), "0xaddress")
	if ours != theirs {
		p.t.Errorf("%s\n   redis: %.300q\n   ours:  %.300q", body, theirs, ours)
		return false
	}
	return true
}
