package server

import (
	"fmt"
	"testing"
	"time"
)

// An event is out before the reply to the write that it tells of, whatever loops
// the two clients are on, and as soon as that is as durable as asked.
func TestEventsComeBeforeReplies(t *testing.T) {
	withLoops(t, 3)
	for _, policy := range []string{"always", "everysec", "no"} {
		t.Run(policy, func(t *testing.T) {
			r := serve(t, t.TempDir(), "--appendfsync", policy, "--notify-keyspace-events", "K$")
			for range 3 {
				s, w := r.dial(), r.dial()
				for i := range 50 {
					s.do(fmt.Sprintf("SUBSCRIBE __keyspace@0__:%d", i))
					w.do(fmt.Sprintf("SET %d v", i))
					s.send("UNSUBSCRIBE")
					if m := s.message(); m != "set" {
						t.Fatalf("event %s", m)
					}
					s.read()
				}
			}
		})
	}
}

// Nobody waits for what expires, nor for what a client did that hung up.
func TestEventsThatNobodyWaitsFor(t *testing.T) {
	r := serve(t, t.TempDir(), "--notify-keyspace-events", "Exg")
	s, w := r.dial(), r.dial()
	s.do("SUBSCRIBE __keyevent@0__:expired")
	w.do("SET k v PX 5")
	start := time.Now()
	if m := s.message(); m != "k" || time.Since(start) > 10*time.Second {
		t.Errorf("%s has expired after %s", m, time.Since(start))
	}
	s.do("SUBSCRIBE __keyevent@0__:del")
	w.do("SET k v")
	w.send("DEL k")
	_ = w.Close()
	if m := s.message(); m != "k" {
		t.Errorf("%s is deleted", m)
	}
}

// However many expire at one time, subscribers hear of all of them soon.
func TestManyExpireAtOnce(t *testing.T) {
	r := serve(t, t.TempDir(), "--notify-keyspace-events", "Ex", "--appendfsync", "everysec")
	s, w := r.dial(), r.dial()
	s.do("SUBSCRIBE __keyevent@0__:expired")
	const keys = 20_000
	at := time.Now().Add(1500 * time.Millisecond)
	for i := range keys {
		w.send(fmt.Sprintf("SET %d v PXAT %d", i, at.UnixMilli()))
	}
	for range keys {
		w.read()
	}
	for range keys {
		s.message()
	}
	if late := time.Since(at); late > 15*time.Second { // 20 a round would take minutes
		t.Errorf("the last is heard %s late", late)
	}
}

// Messages wait for what their sender has written before them, in its order.
func TestMessagesFollowWrites(t *testing.T) {
	withLoops(t, 2)
	r := serve(t, t.TempDir())
	s, w := r.dial(), r.dial()
	s.do("SUBSCRIBE c")
	for i := range 100 {
		w.send("INCR n")
		w.send(fmt.Sprintf("PUBLISH c %d", 2*i))
		w.read()
		w.read()
		if n := r.store.Log().Synced(); n < r.store.LogEnd() {
			t.Fatalf("the reply is out and the log is durable up to %d of %d", n, r.store.LogEnd())
		}
		w.do(fmt.Sprintf("PUBLISH c %d", 2*i+1))
	}
	for i := range 200 {
		if m := s.message(); m != fmt.Sprint(i) {
			t.Fatalf("message %s instead of %d", m, i)
		}
	}
}

// What waits is in nobody's way, and is forgotten when it is told that the
// change was not made.
func TestOutboxKeepsWhatIsNotDurable(t *testing.T) {
	r := serve(t, t.TempDir())
	r.dial().do("SET k v")
	end := r.store.LogEnd()
	var heard []string
	say := func(what string) delivery { return saying{&heard, what} }
	o := &outbox{log: r.store.Log()}
	l := &loop{}
	o.send(l, l, end+100, say("late"))
	o.send(l, l, end, say("now"))
	o.send(l, l, 0, say("always"))
	o.release(l)
	l.deliverPushes()
	if fmt.Sprint(heard) != "[now always]" {
		t.Errorf("heard %v", heard)
	}
	if o.newest() != end+100 || !o.waiting.Load() {
		t.Errorf("waits for %d", o.newest())
	}
	o.drop()
	if o.waiting.Load() || len(o.letters) != 0 {
		t.Error("something still waits")
	}
}

type saying struct {
	heard *[]string
	what  string
}

func (s saying) deliver() { *s.heard = append(*s.heard, s.what) }
