package link

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/cairndb/cairn/encoding/rdb"
	"github.com/cairndb/cairn/replication/link"
	"github.com/cairndb/cairn/test/client"
	"github.com/cairndb/cairn/test/proc"
)

func TestMain(m *testing.M) { os.Exit(proc.Main(m)) }

func connect(t *testing.T, s *proc.Server) *client.Conn {
	t.Helper()
	c, err := client.Dial(s.Addr(), client.DefaultTimeout)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func do(t *testing.T, c *client.Conn, args ...string) client.Reply {
	t.Helper()
	reply, err := c.Do(args...)
	if err != nil || bytes.HasPrefix(reply.Raw, []byte("-")) {
		t.Fatalf("%q: %s, %v", args, reply, err)
	}
	return reply
}

func dial(t *testing.T, o link.Options) *link.Link {
	t.Helper()
	l, err := link.Dial(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return l
}

// fullSync reads everything that the master has and counts its keys.
func fullSync(t *testing.T, l *link.Link) (a link.Answer, keys int) {
	t.Helper()
	a, err := l.PSync("", 0)
	if err != nil || !a.Full {
		t.Fatalf("answer %+v, %v", a, err)
	}
	keys = countKeys(t, a.RDB)
	if rest, err := io.ReadAll(a.RDB); err != nil || len(rest) > 0 {
		t.Fatalf("behind the RDB: %q, %v", rest, err)
	}
	if err := l.Ack(a.Offset); err != nil {
		t.Fatal(err)
	}
	return a, keys
}

func countKeys(t *testing.T, in io.Reader) (keys int) {
	t.Helper()
	for r := rdb.NewReader(in, rdb.Limits{}); ; {
		item, err := r.Next()
		if err == io.EOF {
			return keys
		}
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := item.(*rdb.Key); ok {
			keys++
		}
	}
}

// awaitCommand reads batches until a command begins with the given words, and returns the end of its batch.
func awaitCommand(t *testing.T, l *link.Link, words ...string) int64 {
	t.Helper()
	want := strings.Join(words, " ")
	defer ackAgainAndAgain(t, l)()
	for {
		b, err := l.Next(1<<20, 1000)
		if err != nil {
			t.Fatal(err)
		}
		for i := range b.Len() {
			if got := string(bytes.Join(b.Command(i), []byte(" "))); strings.HasPrefix(got, want) {
				return b.End
			}
		}
	}
}

// masters start servers of both sorts.
var masters = map[string]func(t *testing.T) *proc.Server{
	"redis": func(t *testing.T) *proc.Server { return proc.StartRedis(t, "--repl-diskless-sync-delay", "0") },
	"cairn": func(t *testing.T) *proc.Server { return proc.StartCairn(t) },
}

// TestMaster: full sync in both forms, the stream, the master's view of the replica, and going on after a cut.
func TestMaster(t *testing.T) {
	for name, start := range masters {
		t.Run(name, func(t *testing.T) { eachForm(t, start) })
	}
}

func eachForm(t *testing.T, start func(t *testing.T) *proc.Server) {
	for _, spooled := range []bool{false, true} {
		t.Run(fmt.Sprintf("spooled=%v", spooled), func(t *testing.T) {
			master := start(t)
			c := connect(t, master)
			do(t, c, "CONFIG", "SET", "requirepass", "geheim")
			do(t, c, "DEBUG", "POPULATE", "20000", "key", "100")
			o := link.Options{Addr: master.Addr(), Password: "geheim", ListeningPort: 7001, AnnounceIP: "10.1.2.3",
				SpooledRDB: spooled}
			l := dial(t, o)
			a, keys := fullSync(t, l)
			if keys != 20000 || (a.RDB.Size >= 0) != spooled {
				t.Errorf("%d keys in an RDB of size %d", keys, a.RDB.Size)
			}
			do(t, c, "SET", "a", "b")
			at := awaitCommand(t, l, "SET a b")
			awaitAck(t, c, l, at)
			_ = l.Close()

			do(t, c, "SET", "away", "1")
			l = dial(t, o)
			if a, err := l.PSync(a.ID, at); err != nil || a.Full || a.Offset != at {
				t.Fatalf("after a cut: %+v, %v", a, err)
			}
			awaitCommand(t, l, "SET away 1")
		})
	}
}

// ackAgainAndAgain does as replicas do: a master that has not noticed yet that its child has ended ignores an ack.
func ackAgainAndAgain(t *testing.T, l *link.Link) (stop func()) {
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for {
			if err := l.Ack(0); err != nil {
				t.Error(err)
			}
			select {
			case <-done:
				return
			case <-time.After(50 * time.Millisecond):
			}
		}
	}()
	return func() { close(done); <-ended }
}

// awaitAck waits until the master tells of the replica what it was told.
func awaitAck(t *testing.T, c *client.Conn, l *link.Link, at int64) {
	t.Helper()
	want := fmt.Sprintf("slave0:ip=10.1.2.3,port=7001,state=online,offset=%d,", at)
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		if err := l.Ack(at); err != nil {
			t.Fatal(err)
		}
		info := do(t, c, "INFO", "replication").Text
		if strings.Contains(info, want) {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("no %q in\n%s", want, info)
		}
	}
}

func TestRedisRefuses(t *testing.T) {
	master := proc.StartRedis(t)
	do(t, connect(t, master), "CONFIG", "SET", "requirepass", "geheim")
	var refused *link.RefusedError
	if _, err := link.Dial(context.Background(), link.Options{Addr: master.Addr()}); !errors.As(err, &refused) {
		t.Errorf("without a password: %v", err)
	}
	_, err := link.Dial(context.Background(), link.Options{Addr: master.Addr(), User: "x", Password: "falsch"})
	if !errors.As(err, &refused) || refused.Question != "AUTH" || !strings.HasPrefix(refused.Reply, "WRONGPASS") {
		t.Errorf("with a wrong one: %v", err)
	}
	replica := proc.StartRedis(t, "--replicaof", "127.0.0.1", "1")
	if _, err := dial(t, link.Options{Addr: replica.Addr()}).PSync("", 0); !errors.Is(err, link.ErrLater) {
		t.Errorf("a replica without its master: %v", err)
	}
}

// TestOnlyRDB: a full sync for its data alone, in both forms.
func TestOnlyRDB(t *testing.T) {
	for name, start := range masters {
		for _, spooled := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, spooled=%v", name, spooled), func(t *testing.T) { onlyRDB(t, start(t), spooled) })
		}
	}
}

func onlyRDB(t *testing.T, master *proc.Server, spooled bool) {
	c := connect(t, master)
	do(t, c, "DEBUG", "POPULATE", "100", "key", "100")
	l := dial(t, link.Options{Addr: master.Addr(), OnlyRDB: true, SpooledRDB: spooled, Timeout: time.Second})
	if a, keys := fullSync(t, l); keys != 100 || (a.RDB.Size >= 0) != spooled {
		t.Errorf("%d keys in an RDB of size %d", keys, a.RDB.Size)
	}
	do(t, c, "SET", "a", "b")
	if b, err := l.Next(1000, 1000); err == nil {
		t.Errorf("after the RDB comes %q", b.Raw)
	}
}
