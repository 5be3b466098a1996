package server

import (
	"fmt"
	"testing"
	"time"
)

// The real server of the differential tests has no WAITAOF; what is asked for
// here is the reply of Redis 7.2.
func TestWaitAOF(t *testing.T) {
	for _, policy := range []string{"always", "everysec", "no"} {
		t.Run(policy, func(t *testing.T) { waitsForLog(t, policy) })
	}
}

func waitsForLog(t *testing.T, policy string) {
	r := serve(t, t.TempDir(), "--appendfsync", policy)
	c := r.dial()
	c.wantReply("*[1 0]", "WAITAOF 1 0 0") // has written nothing
	for i := range 50 {
		c.want("OK", fmt.Sprintf("SET k %d", i))
		c.wantReply("*[1 0]", "WAITAOF 1 0 0")
		if log := r.store.Log(); log.Synced() != r.store.LogEnd() {
			t.Fatalf("%d of %d bytes are on disk", log.Synced(), r.store.LogEnd())
		}
	}
	c.want("OK", "SET k v")
	c.wantReply("*[1 0]", "WAITAOF 1 1 300")
	for line, want := range map[string]string{
		"WAITAOF 2 0 0":    "-ERR value is out of range, value must between 0 and 1",
		"WAITAOF -1 0 0":   "-ERR value is out of range, value must between 0 and 1",
		"WAITAOF x 0 0":    "-ERR value is not an integer or out of range",
		"WAITAOF 1 -1 0":   "-ERR value is out of range, must be positive",
		"WAITAOF 1 x 0":    "-ERR value is out of range, must be positive",
		"WAITAOF 1 0 -1":   "-ERR timeout is negative",
		"WAITAOF 1 0 x":    "-ERR timeout is not an integer or out of range",
		"WAITAOF 1 0":      "-ERR wrong number of arguments for 'waitaof' command",
		"WAITAOF 1 0 0 0":  "-ERR wrong number of arguments for 'waitaof' command",
		"WAITAOF 0 0 5000": "*[1 0]",
	} {
		c.wantReply(want, line)
	}
}

// Nobody waits inside of a transaction; those who wait can be let go.
func TestWaitAOFOfReplicas(t *testing.T) {
	r := serve(t, t.TempDir())
	c, other := r.dial(), r.dial()
	c.wantExec("*[1 *[1 0]]", "INCR n", "WAITAOF 1 5 0")
	id := c.do("CLIENT ID").Int
	for reason, want := range map[string]string{
		"TIMEOUT": "*[1 0]", "ERROR": "-UNBLOCKED client unblocked via CLIENT UNBLOCK",
	} {
		c.send("WAITAOF 0 1 0")
		c.unblockedBy(other, id, reason)
		c.receive(want)
	}
}

// unblockedBy has another client end the waiting of this one, once it waits.
func (c *conn) unblockedBy(other *conn, id int64, reason string) {
	c.t.Helper()
	for range 1000 {
		if other.do(fmt.Sprintf("CLIENT UNBLOCK %d %s", id, reason)).Int == 1 {
			return
		}
		time.Sleep(2 * time.Millisecond)
	}
	c.t.Fatal("it does not wait")
}

func (c *conn) wantReply(want, line string) {
	c.t.Helper()
	c.send(line)
	c.receive(want)
}
