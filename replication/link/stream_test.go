package link

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cairndb/cairn/encoding/resp"
)

const testID = "0123456789abcdef0123456789abcdef01234567"

// linked is a link to a master that has answered everything and then sends what the test writes.
func linked(t *testing.T, o Options, greeting string, send func(c net.Conn)) *Link {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	o.Addr = listener.Addr().String()
	done := make(chan struct{})
	go func() {
		defer close(done)
		c, err := listener.Accept()
		if err != nil {
			return
		}
		defer func() { _ = c.Close() }()
		_, _ = io.WriteString(c, greeting)
		if send != nil {
			send(c)
		}
		_, _ = io.Copy(io.Discard, c) // until the replica hangs up
	}()
	l, err := Dial(context.Background(), o)
	t.Cleanup(func() {
		if l != nil {
			_ = l.Close()
		}
		_ = listener.Close()
		<-done
	})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

const greeting = "+PONG\r\n+OK\r\n"

// TestBatchesHoldWholeGroups: however the stream is cut into pieces and whatever the bounds are, the batches are its
// bytes in order, at the right offsets, with the right words, and none ends within a transaction.
func TestBatchesHoldWholeGroups(t *testing.T) {
	for seed := range uint64(30) {
		r := rand.New(rand.NewPCG(seed, 1))
		stream, commands := randomStream(r)
		l := linked(t, Options{}, greeting+"+CONTINUE "+testID+"\r\n", func(c net.Conn) { sendInPieces(c, stream, r) })
		a, err := l.PSync(testID, 700)
		if err != nil || a.Full || a.ID != testID || a.Offset != 700 {
			t.Fatalf("answer %+v, %v", a, err)
		}
		maxBytes, maxCommands := 1+r.IntN(3000), 1+r.IntN(40)
		at := int64(700)
		for at < 700+int64(len(stream)) {
			b, err := l.Next(maxBytes, maxCommands)
			if err != nil {
				t.Fatalf("seed %d: %v", seed, err)
			}
			if b.Start != at || b.End-b.Start != int64(len(b.Raw)) || !bytes.Equal(b.Raw, stream[at-700:b.End-700]) {
				t.Fatalf("seed %d: at %d came %d-%d: %.60q", seed, at, b.Start, b.End, b.Raw)
			}
			commands = checkCommands(t, b, commands)
			at = b.End
		}
		if len(commands) > 0 {
			t.Fatalf("seed %d: %d commands are missing", seed, len(commands))
		}
	}
}

// checkCommands compares a batch with the commands that are due, and returns the others.
func checkCommands(t *testing.T, b *Batch, due [][][]byte) [][][]byte {
	t.Helper()
	inMulti, raw := false, 0
	for i := range b.Len() {
		if want := resp.AppendCommand(nil, due[i]...); string(b.Raw[raw:b.EndOf(i)]) != string(want) {
			t.Fatalf("command %d of the batch at %d is said to be %.80q", i, b.Start, b.Raw[raw:b.EndOf(i)])
		}
		raw = b.EndOf(i)
		if !slices.EqualFunc(b.Command(i), due[i], bytes.Equal) {
			t.Fatalf("command %d of the batch at %d is %.80q, not %.80q", i, b.Start, b.Command(i), due[i])
		}
		switch string(due[i][0]) {
		case "MULTI":
			inMulti = true
		case "exec":
			inMulti = false
		}
	}
	if inMulti {
		t.Fatalf("the batch %d-%d ends within a transaction", b.Start, b.End)
	}
	return due[b.Len():]
}

func randomStream(r *rand.Rand) (stream []byte, commands [][][]byte) {
	add := func(args ...[]byte) {
		stream = resp.AppendCommand(stream, args...)
		commands = append(commands, args)
	}
	write := func() {
		size := r.IntN(60)
		if r.IntN(50) == 0 {
			size = r.IntN(600_000)
		}
		add([]byte("SET"), fmt.Appendf(nil, "k%d", r.IntN(1000)), bytes.Repeat([]byte{byte(r.IntN(256))}, size))
	}
	for range 100 {
		if r.IntN(4) > 0 {
			write()
			continue
		}
		add([]byte("MULTI"))
		for range r.IntN(30) {
			write()
		}
		add([]byte("exec"))
	}
	return stream, commands
}

func sendInPieces(c net.Conn, stream []byte, r *rand.Rand) {
	for len(stream) > 0 {
		n := min(len(stream), 1+r.IntN(1+r.IntN(200_000)))
		if _, err := c.Write(stream[:n]); err != nil {
			return
		}
		stream = stream[n:]
		if r.IntN(8) == 0 {
			time.Sleep(time.Millisecond)
		}
	}
}

// TestStreamThatIsNone: what no master sends ends the link, with the place in words.
func TestStreamThatIsNone(t *testing.T) {
	for _, sent := range []string{
		"SET a b\r\n", "*1\r\n$3\r\nfoo\r\n*x\r\n", "*2\r\n:1\r\n", "$5\r\nhello\r\n",
	} {
		l := linked(t, Options{}, greeting+"+CONTINUE "+testID+"\r\n"+sent, nil)
		if _, err := l.PSync(testID, 10); err != nil {
			t.Fatal(err)
		}
		_, err := l.Next(1<<20, 1000)
		if err == nil && strings.HasPrefix(sent, "*1") {
			_, err = l.Next(1<<20, 1000)
		}
		if !errors.Is(err, ErrBroken) || !strings.Contains(err.Error(), "offset") {
			t.Errorf("%q: %v", sent, err)
		}
	}
}

// TestGroupIsBounded: a transaction that never ends is not gathered for ever.
func TestGroupIsBounded(t *testing.T) {
	l := linked(t, Options{MaxGroupBytes: 1 << 20}, greeting+"+CONTINUE "+testID+"\r\n*1\r\n$5\r\nMULTI\r\n",
		func(c net.Conn) {
			command := resp.AppendCommandStrings(nil, "SET", "k", strings.Repeat("x", 10_000))
			for range 1000 {
				if _, err := c.Write(command); err != nil {
					return
				}
			}
		})
	if _, err := l.PSync(testID, 10); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Next(1<<20, 1000); !errors.Is(err, ErrBroken) {
		t.Errorf("it was gathered: %v", err)
	}
}

func TestLinkEndsInAStream(t *testing.T) {
	l := linked(t, Options{}, greeting+"+CONTINUE\r\n*1\r\n$4\r\nPI", func(c net.Conn) { _ = c.(*net.TCPConn).CloseWrite() })
	if _, err := l.PSync(testID, 10); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Next(1<<20, 1000); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Error(err)
	}
}
