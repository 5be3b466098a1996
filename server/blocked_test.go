package server

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cairndb/cairn/encoding"
	"github.com/cairndb/cairn/encoding/resp"
	"github.com/cairndb/cairn/persistence"
	"github.com/cairndb/cairn/server/command"
	"github.com/cairndb/cairn/types"
)

// rebind gives a command another handler until the test ends.
func rebind(t *testing.T, name string, d door, h Handler) {
	t.Helper()
	b := &bindings[command.Find([]byte(name)).ID]
	old := *b
	b.handle, b.door = h, d
	t.Cleanup(func() { *b = old })
}

// blocking turns UNLINK into a command that takes strings away:
// UNLINK key [key ...] timeout. The others that the tests use tell the
// observers what they do.
func blocking(t *testing.T) {
	t.Helper()
	rebind(t, "unlink", doorUpdate, func(c *Call) error {
		last := len(c.Args) - 1
		until, err := c.timeoutArg(c.Args[last])
		if err != nil {
			return err
		}
		return c.await(wait{keys: c.Args[1:last], of: encoding.TypeString, until: until}, func(key []byte) (bool, error) {
			v, err := types.GetDel(c.Tx, key)
			if err != nil || v == nil {
				return false, err
			}
			c.Tx.Modified(key, persistence.EventGeneric, "del")
			c.Reply.Array(2)
			c.Reply.Bulk(key)
			c.Reply.Bulk(v)
			return true, nil
		})
	})
	rebind(t, "set", doorUpdate, func(c *Call) error {
		err := set(c)
		c.Tx.Modified(c.Key(1), persistence.EventString, "set")
		return err
	})
}

// waiting waits until so many clients are parked.
func (r *running) waiting(n int64) {
	r.t.Helper()
	for deadline := time.Now().Add(5 * time.Second); r.waiters.count.Load() != n; time.Sleep(100 * time.Microsecond) {
		if time.Now().After(deadline) {
			r.t.Fatalf("%d clients wait, not %d", r.waiters.count.Load(), n)
		}
	}
}

// receive reads a reply and wants it to be a value's text.
func (c *conn) receive(want string) {
	c.t.Helper()
	v, err := resp.ReadValue(c.br)
	if err != nil {
		c.t.Fatal(err)
	}
	if got := strings.TrimSpace(v.String()); got != want {
		c.t.Errorf("received %s, want %s", got, want)
	}
}

// The one who waited longest is served, whichever of its keys it is, before the
// client that brought what it wanted goes on.
func TestBlockedClientsAreServedInTurn(t *testing.T) {
	for _, mode := range []string{"off", "on"} {
		t.Run("cold "+mode, func(t *testing.T) {
			blocking(t)
			r := serve(t, t.TempDir())
			other := r.dial()
			other.want("OK", "DEBUG COLD "+mode)
			var clients []*conn
			for i := range 5 {
				clients = append(clients, r.parks("UNLINK k l k 0", int64(i+1)))
			}
			for i, c := range clients {
				key := "kl"[i%2]
				other.want("OK", fmt.Sprintf("SET %c v%d", key, i))
				other.want("", fmt.Sprintf("GET %c", key))
				c.receive(fmt.Sprintf(`*["%c" "v%d"]`, key, i))
			}
			r.waiting(0)
			other.want("OK", "DEBUG COLD off")
		})
	}
}

// parks sends a command and returns when so many clients wait.
func (r *running) parks(line string, clients int64) *conn {
	c := r.dial()
	c.send(line)
	r.waiting(clients)
	return c
}

func TestBlockedClientTimesOut(t *testing.T) {
	blocking(t)
	r := serve(t, t.TempDir())
	c := r.dial()
	start := time.Now()
	c.send("UNLINK k 0.02")
	c.receive("null")
	if took := time.Since(start); took < 19*time.Millisecond || took > time.Second {
		t.Errorf("took %v", took)
	}
	c.want("OK", "SET k v")
	c.send("UNLINK k 0.02")
	c.receive(`*["k" "v"]`)
	r.waiting(0)
}

// What a client has sent behind a command that waits is run after it.
func TestPipelineBehindABlockedCommand(t *testing.T) {
	blocking(t)
	r := serve(t, t.TempDir())
	c := r.parks("UNLINK k 0", 1)
	c.send("PING")
	c.send("UNLINK k 0.01")
	r.dial().want("OK", "SET k v")
	c.receive(`*["k" "v"]`)
	c.receive("+PONG")
	c.receive("null")
}

func TestHungUpClientTakesNothing(t *testing.T) {
	blocking(t)
	r := serve(t, t.TempDir())
	gone, busy, idle := r.parks("UNLINK k 0", 1), r.parks("UNLINK k 0", 2), r.parks("UNLINK k 0", 3)
	_ = gone.Close()
	r.waiting(2)
	busy.send("PING") // lies in the socket, behind which the end is to be seen
	time.Sleep(10 * time.Millisecond)
	_ = busy.Close()
	r.waiting(1)
	r.dial().want("OK", "SET k v")
	idle.receive(`*["k" "v"]`)
}

// A key of another type is nothing to those who wait, and an error to those who
// come.
func TestBlockedOnAKeyOfAnotherType(t *testing.T) {
	blocking(t)
	rebind(t, "getdel", doorUpdate, func(c *Call) error {
		return c.await(wait{keys: c.Args[1:2], of: encoding.TypeList, gone: errNoSuchClient}, func(key []byte) (bool, error) {
			return false, nil
		})
	})
	r := serve(t, t.TempDir())
	other := r.dial()
	waits := r.parks("GETDEL k", 1)
	other.want("OK", "SET k v")
	waits.receive("-ERR No such client")
}

// Many wait, some give up, some producers bring what they want: nothing is lost
// and nothing comes twice.
func TestManyBlockedClients(t *testing.T) {
	blocking(t)
	r := serve(t, t.TempDir(), "--appendfsync", "everysec")
	const clients, perClient, keys = 300, 5, 7
	var consumers, producers sync.WaitGroup
	got := make(chan string, clients*perClient)
	for n := range clients {
		c := r.dial()
		consumers.Go(func() { c.consume(n, perClient, keys, got) })
	}
	for n := range 3 {
		c := r.dial()
		producers.Go(func() {
			for i := range clients * perClient / 3 {
				for string(c.do(fmt.Sprintf("SET k%d %d-%d NX", (n+i)%keys, n, i)).Str) != "OK" {
					time.Sleep(time.Millisecond)
				}
			}
		})
	}
	producers.Wait()
	consumers.Wait()
	close(got)
	seen := map[string]bool{}
	for v := range got {
		if seen[v] {
			t.Errorf("%s came twice", v)
		}
		seen[v] = true
	}
	if len(seen) != clients*perClient {
		t.Errorf("%d of %d came", len(seen), clients*perClient)
	}
}

// consume takes n values from some keys, and gives up waiting now and then.
func (c *conn) consume(seed, n, keys int, got chan<- string) {
	for taken := 0; taken < n; {
		line := "UNLINK"
		for k := range keys {
			line += fmt.Sprintf(" k%d", (seed+taken+k)%keys)
		}
		if seed%3 == 0 {
			line += " 0.002"
		} else {
			line += " 0"
		}
		v := c.do(line)
		if !v.Null {
			got <- string(v.Elems[1].Str)
			taken++
		}
	}
}
