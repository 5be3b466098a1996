package server

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cairndb/cairn/encoding/resp"
)

// withLoops makes servers of this test have n loops, whatever the machine.
func withLoops(t *testing.T, n int) {
	old := loopCount
	loopCount = func() int { return n }
	t.Cleanup(func() { loopCount = old })
}

// read is the next reply or push.
func (c *conn) read() resp.Value {
	c.t.Helper()
	_ = c.SetDeadline(time.Now().Add(10 * time.Second))
	v, err := resp.ReadValue(c.br)
	if err != nil {
		c.t.Fatal(err)
	}
	return v
}

// message reads a message of a channel and returns its text.
func (c *conn) message() string {
	c.t.Helper()
	v := c.read()
	if n := len(v.Elems); n < 3 || !strings.HasSuffix(string(v.Elems[0].Str), "message") {
		c.t.Fatalf("no message: %s", v)
	}
	return string(v.Elems[len(v.Elems)-1].Str)
}

// Publishers and subscribers are on all loops. Each subscriber hears everything
// in the same order, and each publisher is heard in its own.
func TestSubscribersHearTheSameOrder(t *testing.T) {
	const loops, publishers, each = 3, 4, 200
	withLoops(t, loops)
	r := serve(t, t.TempDir())
	subscribers := make([]*conn, 2*loops)
	for i := range subscribers {
		subscribers[i] = r.dial()
		subscribers[i].do("SUBSCRIBE c")
	}
	var wg sync.WaitGroup
	for p := range publishers {
		c := r.dial()
		wg.Go(func() {
			for i := range each {
				if v := c.do(fmt.Sprintf("PUBLISH c %d:%d", p, i)); v.Int != int64(len(subscribers)) {
					t.Errorf("%d receivers", v.Int)
				}
			}
		})
	}
	wg.Wait()
	var heard []string
	for range publishers * each {
		heard = append(heard, subscribers[0].message())
	}
	for _, s := range subscribers[1:] {
		for i, want := range heard {
			if m := s.message(); m != want {
				t.Fatalf("message %d is %s for one and %s for another", i, want, m)
			}
		}
	}
	next := map[string]int{}
	for _, m := range heard {
		who, n, _ := strings.Cut(m, ":")
		if n != fmt.Sprint(next[who]) {
			t.Fatalf("after message %d of publisher %s comes %s", next[who]-1, who, n)
		}
		next[who]++
	}
}

// Who asks after something was published, finds the message before the answer,
// and a message from before a subscription does not arrive.
func TestMessagesComeInTheOrderOfCauses(t *testing.T) {
	withLoops(t, 3)
	r := serve(t, t.TempDir())
	for range 3 {
		s, p := r.dial(), r.dial()
		for i := range 200 {
			s.do("SUBSCRIBE c")
			p.do(fmt.Sprintf("PUBLISH c %d", i))
			s.send("UNSUBSCRIBE c")
			if m := s.message(); m != fmt.Sprint(i) {
				t.Fatalf("message %s instead of %d", m, i)
			}
			if v := s.read(); string(v.Elems[0].Str) != "unsubscribe" {
				t.Fatalf("%s instead of the confirmation", v)
			}
			p.do("PUBLISH c nobody")
		}
	}
}

func TestSlowSubscriberIsCut(t *testing.T) {
	withLoops(t, 2)
	r := serve(t, t.TempDir(), "--client-output-buffer-limit", "pubsub 1mb 0 0")
	slow, quick, p := r.dial(), r.dial(), r.dial()
	slow.do("SUBSCRIBE c")
	quick.do("SUBSCRIBE c")
	big := strings.Repeat("x", 100_000)
	most := int64(0)
	for i := 0; p.do("PUBLISH c "+big).Int == 2; i++ {
		if i > 100 {
			t.Fatal("it never is")
		}
		quick.message()
		for _, c := range r.listClients() {
			most = max(most, c.shared.outBytes.Load())
		}
	}
	quick.message()
	if most < 500_000 || most > 1_200_000 {
		t.Errorf("up to %d bytes were kept", most)
	}
}

func TestNothingIsLeftOfSubscribers(t *testing.T) {
	r := serve(t, t.TempDir())
	for i := range 20 {
		c := r.dial()
		c.do(fmt.Sprintf("SUBSCRIBE a%d", i%3))
		c.do(fmt.Sprintf("PSUBSCRIBE b%d", i%4))
		c.do("SSUBSCRIBE c")
		_ = c.Close()
	}
	c := r.dial()
	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(time.Millisecond) {
		left := len(c.do("PUBSUB CHANNELS").Elems) + len(c.do("PUBSUB SHARDCHANNELS").Elems) + int(c.do("PUBSUB NUMPAT").Int)
		r.pubsub.mu.Lock()
		left += len(r.pubsub.patterns)
		r.pubsub.mu.Unlock()
		if left == 0 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d topics are left", left)
		}
	}
}

// When the log fails under replies, the pushes between them stay.
func TestPushesOutliveFailedReplies(t *testing.T) {
	r := serve(t, t.TempDir())
	c := r.newClient(&loop{srv: r.Server, stats: newLoopStats()}, -1)
	c.inTurn = true
	c.reply.Proto = 3
	c.reply.Buf = []byte("+sent\r\n")
	c.ready = len(c.reply.Buf)
	c.reply.OK()
	c.push(0, []byte("1\r\n:1\r\n"))
	c.reply.OK()
	c.push(0, []byte("1\r\n:2\r\n"))
	c.batchCount = 2
	c.failBatch("ERR bad")
	if got, want := string(c.reply.Buf), "+sent\r\n>1\r\n:1\r\n>1\r\n:2\r\n-ERR bad\r\n-ERR bad\r\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// What a client may have the server remember is bounded.
func TestSubscriptionsAreBounded(t *testing.T) {
	r := serve(t, t.TempDir(), "--client-query-buffer-limit", "1mb")
	c := r.dial()
	for i := range 3000 {
		c.do(fmt.Sprintf("SUBSCRIBE channel:%d", i))
		c.do(fmt.Sprintf("UNSUBSCRIBE channel:%d", i))
	}
	name := strings.Repeat("x", 60_000)
	for i := range 30 {
		_, err := fmt.Fprintf(c, "SUBSCRIBE %s%d\r\n", name, i)
		if err == nil {
			_, err = resp.ReadValue(c.br)
		}
		if err != nil {
			return
		}
	}
	t.Error("a client subscribes to more than it may name")
}
