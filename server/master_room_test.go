package server

import (
	"errors"
	"strings"
	"testing"
)

// TestFullDisk: a replica for which the log is kept has to go when that fills
// the disk, and the log goes with it; not so if it is not for the replica's sake
// that the disk is full.
func TestFullDisk(t *testing.T) {
	r := serve(t, t.TempDir(), "--cairn-log-segment-size", "64kb", "--repl-backlog-size", "16kb", "--save", "")
	c, replica := r.dial(), r.dial()
	replica.send("PSYNC ? -1") // it never says what it has
	r.until(func() bool { return r.replicas.acked(0) == 1 })
	full := errors.New("the disk is full")
	r.replicas.makeRoom(full)
	c.want("OK", "SET k v")
	if n := r.replicas.count(); n != 1 {
		t.Fatalf("%d replicas, although nothing is kept for one", n)
	}
	for range 30 {
		c.want("OK", "SET k "+strings.Repeat("x", 10_000))
	}
	c.want("OK", "SAVE")
	if first := r.store.Log().Stats().First; first != 0 {
		t.Fatalf("the log begins at %d, and the replica has nothing", first)
	}
	r.replicas.makeRoom(full)
	r.until(func() bool { return r.replicas.count() == 0 && r.store.Log().Stats().First > 200_000 })
	c.want("OK", "SET k w")
}
