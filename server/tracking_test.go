package server

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cairndb/cairn/encoding/resp"
)

// cache is a client that keeps copies of what it has read, and drops those that
// it is told of.
type cache struct {
	*conn
	copies map[string]string
}

// until waits for something to become true.
func (r *running) until(is func() bool) {
	r.t.Helper()
	for deadline := time.Now().Add(5 * time.Second); !is(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			r.t.Fatal("it never comes true")
		}
	}
}

func (r *running) cache(options string) *cache {
	c := &cache{r.dial(), map[string]string{}}
	c.do("HELLO 3")
	c.want("OK", strings.TrimSpace("CLIENT TRACKING ON "+options))
	return c
}

// reply reads the next reply, and what is pushed before it.
func (c *cache) reply() resp.Value {
	for {
		v := c.read()
		if v.Kind != resp.KindPush {
			return v
		}
		for _, key := range v.Elems[1].Elems {
			delete(c.copies, string(key.Str))
		}
		if v.Elems[1].Kind == resp.KindNull {
			clear(c.copies)
		}
	}
}

// Readers that cache never hold on to what has been replaced, however reads and
// writes of all loops meet, in RAM and out of it. Each key has one writer, whose
// values grow.
func TestCachesAreNeverStale(t *testing.T) {
	withLoops(t, 3)
	for _, mode := range []string{"no", "yes"} {
		t.Run("evict "+mode, func(t *testing.T) {
			r := serve(t, t.TempDir(), "--cairn-test-evict", mode)
			const keys, writes = 5, 300
			var writers, readers sync.WaitGroup
			stop := make(chan struct{})
			for k := range keys {
				w := r.dial()
				writers.Go(func() {
					for i := range writes {
						w.do(fmt.Sprintf("SET key:%d %d", k, i))
					}
				})
			}
			var caches []*cache
			for i := range 6 {
				c := r.cache([]string{"", "NOLOOP", "BCAST PREFIX key:"}[i%3])
				caches = append(caches, c)
				readers.Go(func() { c.readUntil(stop, keys) })
			}
			writers.Wait()
			close(stop)
			readers.Wait()
			for _, c := range caches {
				c.send("PING")
				c.reply()
				for key, copy := range c.copies {
					if copy != fmt.Sprint(writes-1) {
						t.Errorf("a copy of %s is still %s", key, copy)
					}
				}
			}
		})
	}
}

func (c *cache) readUntil(stop chan struct{}, keys int) {
	for i := 0; ; i++ {
		select {
		case <-stop:
			return
		default:
		}
		key := fmt.Sprintf("key:%d", i%keys)
		c.send("GET " + key)
		c.copies[key] = string(c.reply().Str)
	}
}

// No more keys are remembered than allowed; for those that go it is as if they
// had changed.
func TestTrackingTableIsBounded(t *testing.T) {
	r := serve(t, t.TempDir(), "--tracking-table-max-keys", "100")
	c := r.cache("")
	for i := range 250 {
		key := fmt.Sprintf("key:%d", i)
		c.send("GET " + key)
		c.copies[key] = string(c.reply().Str)
	}
	for most := 100; most > 0; most /= 10 {
		r.dial().do(fmt.Sprintf("CONFIG SET tracking-table-max-keys %d", most))
		c.send("PING")
		c.reply()
		if _, keys, items, _ := r.tracking.counts(); keys != most || items != most || len(c.copies) != most {
			t.Errorf("%d keys, %d items, %d copies, want %d", keys, items, len(c.copies), most)
		}
	}
}

func TestTrackingInInfo(t *testing.T) {
	r := serve(t, t.TempDir())
	a, b, d := r.cache(""), r.cache("NOLOOP"), r.cache("BCAST PREFIX x PREFIX y")
	for _, c := range []*cache{a, b} {
		c.do("MGET k l k")
	}
	a.do("GET m")
	check := func(want string) {
		t.Helper()
		clients, keys, items, prefixes := r.tracking.counts()
		if got := fmt.Sprint(clients, keys, items, prefixes); got != want {
			t.Errorf("clients, keys, items, prefixes: %s, want %s", got, want)
		}
	}
	check("3 3 5 2")
	info := string(r.dial().do("INFO").Str)
	for _, line := range []string{"tracking_clients:3", "tracking_total_keys:3", "tracking_total_items:5", "tracking_total_prefixes:2"} {
		if !strings.Contains(info, line+"\r\n") {
			t.Errorf("INFO has no %s", line)
		}
	}
	d.do("CLIENT TRACKING OFF")
	_ = b.Close()
	r.until(func() bool { return len(r.listClients()) <= 4 })
	check("1 3 5 0")
	r.dial().do("DEL k l m")
	r.dial().do("MSET k 1 l 1 m 1")
	check("1 0 0 0")
	a.send("RESET")
	a.reply()
	check("0 0 0 0")
	list := string(r.dial().do("CLIENT LIST").Str)
	if strings.Contains(list, "flags=t") {
		t.Errorf("a client still tracks:\n%s", list)
	}
}

func TestTrackingFlagsInClientList(t *testing.T) {
	r := serve(t, t.TempDir())
	c, gone := r.cache("BCAST"), r.dial()
	id := gone.do("CLIENT ID").Int
	c.do("CLIENT TRACKING OFF")
	c.do(fmt.Sprintf("CLIENT TRACKING ON BCAST REDIRECT %d", id))
	_ = gone.Close()
	r.until(func() bool { return r.clientByID(id) == nil })
	r.dial().do("SET k v")
	if v := c.read(); string(v.Elems[0].Str) != "tracking-redir-broken" || v.Elems[1].Int != id {
		t.Errorf("%s", v)
	}
	if info := string(c.do("CLIENT INFO").Str); !strings.Contains(info, "flags=tRBU") || !strings.Contains(info, fmt.Sprintf("redir=%d ", id)) {
		t.Error(info)
	}
}

// What serves a client that waits may change what the client has read: it hears
// of that after the reply.
func TestInvalidationFollowsTheReplyOfAWaitingClient(t *testing.T) {
	withLoops(t, 2)
	r := serve(t, t.TempDir())
	p := r.dial()
	for i := range 50 {
		c := r.cache("")
		p.do("RPUSH to x")
		c.do("LRANGE to 0 -1")
		c.send("BLMOVE from to LEFT RIGHT 0")
		r.until(func() bool { return r.waiters.count.Load() > 0 })
		p.do(fmt.Sprintf("RPUSH from %d", i))
		if v := c.read(); string(v.Str) != fmt.Sprint(i) {
			t.Fatalf("%s instead of the reply", v)
		}
		if v := c.read(); string(v.Elems[0].Str) != "invalidate" {
			t.Fatalf("%s instead of the invalidation", v)
		}
		_ = c.Close()
	}
}
