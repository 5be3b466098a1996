package link

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"strings"
	"testing"
	"time"
)

// TestTransferForms: both forms of an RDB, in any pieces, end where they end, and the stream begins there.
func TestTransferForms(t *testing.T) {
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 2))
		rdb := make([]byte, r.IntN(300_000))
		for i := range rdb {
			rdb[i] = byte(r.Uint32())
		}
		mark := strings.Repeat("a", 39) + "b"
		copy(rdb[min(len(rdb), 50):], strings.Repeat("a", 60)) // looks like the beginning of the mark
		var sent bytes.Buffer
		sent.WriteString("\n\n+FULLRESYNC " + testID + " 4711\r\n\n\n")
		size := int64(-1)
		if r.IntN(2) == 0 {
			sent.WriteString("$EOF:" + mark + "\r\n")
			sent.Write(rdb)
			sent.WriteString(mark)
		} else {
			size = int64(len(rdb))
			sent.WriteString("$" + itoa(len(rdb)) + "\r\n")
			sent.Write(rdb)
		}
		sent.WriteString("*1\r\n$4\r\nPING\r\n")
		l := linked(t, Options{}, greeting, func(c net.Conn) { sendInPieces(c, sent.Bytes(), r) })
		a, err := l.PSync("", 0)
		if err != nil || !a.Full || a.ID != testID || a.Offset != 4711 || a.RDB.Size != size {
			t.Fatalf("seed %d: answer %+v, %v", seed, a, err)
		}
		got, err := io.ReadAll(a.RDB)
		if err != nil || !bytes.Equal(got, rdb) || a.RDB.Received() != int64(len(rdb)) {
			t.Fatalf("seed %d: read %d of %d bytes, %v", seed, len(got), len(rdb), err)
		}
		if b, err := l.Next(1000, 1000); err != nil || b.Start != 4711 || string(b.Command(0)[0]) != "PING" {
			t.Fatalf("seed %d: the stream begins with %+v, %v", seed, b, err)
		}
	}
}

func itoa(n int) string { return string(appendInt(nil, n)) }

func appendInt(b []byte, n int) []byte {
	if n >= 10 {
		b = appendInt(b, n/10)
	}
	return append(b, byte('0'+n%10))
}

// TestTransferEnds: a link that breaks within an RDB is not the end of the RDB.
func TestTransferEnds(t *testing.T) {
	for _, form := range []string{"$100\r\n", "$EOF:" + strings.Repeat("m", 40) + "\r\n"} {
		l := linked(t, Options{}, greeting+"+FULLRESYNC "+testID+" 1\r\n"+form+"REDIS0010"+strings.Repeat("m", 39),
			func(c net.Conn) { _ = c.(*net.TCPConn).CloseWrite() })
		a, err := l.PSync("", 0)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(a.RDB); !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("%s: %q, %v", form, got, err)
		}
	}
}

// TestRefusals: what a master refuses is told in its words, and what may pass is told apart.
func TestRefusals(t *testing.T) {
	for _, c := range []struct {
		greeting, says string
		later          bool
	}{
		{"-DENIED Redis is running in protected mode\r\n", "refuses PING: DENIED Redis", false},
		{"-LOADING Redis is loading\r\n+OK\r\n", "refuses PING: LOADING", true},
		{"+PONG\r\n-NOAUTH Authentication required.\r\n", "refuses REPLCONF capa: NOAUTH", false},
		{"+PONG\r\n-ERR Unrecognized\r\n-NOMASTERLINK Can't SYNC while not connected with my master\r\n",
			"refuses PSYNC: NOMASTERLINK", true},
		{greeting + "-NOPERM this user has no permissions\r\n", "refuses PSYNC: NOPERM", false},
		{greeting + "+FULLRESYNC abc 1\r\n", `answered with "+FULLRESYNC abc 1"`, false},
		{greeting + "+FULLRESYNC " + testID + " -5\r\n", "answered with", false},
		{greeting + "+CONTINUE short\r\n", "answered with", false},
		{greeting + "$5\r\nhello\r\n", "answered with", false},
		{greeting + "+FULLRESYNC " + testID + " 5\r\n-ERR BGSAVE failed\r\n", "full sync: ERR BGSAVE", false},
		{greeting + "+FULLRESYNC " + testID + " 5\r\n$-1\r\n", "announced by", false},
		{"+" + strings.Repeat("x", 5000), "a line of more than 4096 bytes", false},
	} {
		_, err := converse(t, Options{}, c.greeting)
		if err == nil || !strings.Contains(err.Error(), c.says) || errors.Is(err, ErrLater) != c.later {
			t.Errorf("%.60q: %v", c.greeting, err)
		}
	}
}

// converse dials a master that says all at once, and asks for everything.
func converse(t *testing.T, o Options, says string) (Answer, error) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	go func() {
		if c, err := listener.Accept(); err == nil {
			_, _ = io.WriteString(c, says)
			_, _ = io.Copy(io.Discard, c)
			_ = c.Close()
		}
	}()
	o.Addr = listener.Addr().String()
	l, err := Dial(context.Background(), o)
	if err != nil {
		return Answer{}, err
	}
	defer func() { _ = l.Close() }()
	return l.PSync(testID, 3)
}

func TestSilenceEnds(t *testing.T) {
	_, err := converse(t, Options{Timeout: 50 * time.Millisecond}, "+PONG\r\n")
	if !errors.Is(err, ErrSilent) {
		t.Error(err)
	}
}

func TestContextEndsTheLink(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	ctx, cancel := context.WithCancel(context.Background())
	failed := make(chan error)
	go func() {
		_, err := Dial(ctx, Options{Addr: listener.Addr().String()})
		failed <- err
	}()
	c, err := listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	cancel()
	if err := <-failed; err == nil {
		t.Error("it goes on")
	}
}
