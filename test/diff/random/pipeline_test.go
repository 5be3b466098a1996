package random

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/cairndb/cairn/test/client"
	"github.com/cairndb/cairn/test/diff"
	"github.com/cairndb/cairn/test/proc"
)

// TestPipelines sends a history in pipelines of any depth, with runs of commands that change the same key, and compares
// each reply with that of redis-server, which gets the commands one by one; then what is there in the end, also after
// SIGKILL.
func TestPipelines(t *testing.T) {
	proc.NeedCairn(t)
	seed := nextSeed(t)
	t.Logf("-seed %d -ops %d", seed, *ops)
	oracle, cairn := proc.StartRedis(t), proc.StartCairn(t, proc.Durable...)
	singly, piped := dial(t, oracle.Addr()), dial(t, cairn.Addr())
	rng := rand.New(rand.NewPCG(seed, 1))
	list := pipeline(rng, history(seed, *ops, diff.Hot))
	for len(list) > 0 {
		n := min(1+rng.IntN(50), len(list))
		sendTogether(t, piped, list[:n])
		for _, c := range list[:n] {
			want, err := singly.Do(c.args...)
			got, err2 := piped.Recv()
			if err != nil || err2 != nil {
				t.Fatalf("%q: %v, %v", c.args, err, err2)
			}
			if !c.judged && !bytes.Equal(want.Raw, got.Raw) {
				t.Fatalf("%q: %q, should be %q", c.args, got.Raw, want.Raw)
			}
		}
		list = list[n:]
	}
	sameDigest(t, singly, piped)
	if err := cairn.Crash(); err != nil {
		t.Fatal(err)
	}
	sameDigest(t, singly, dial(t, cairn.Addr()))
}

// piece is a command of a pipeline. judged: its reply need not be the same bytes.
type piece struct {
	args   []string
	judged bool
}

// pipeline takes the commands of a history, and says some of them several times.
func pipeline(rng *rand.Rand, lines []string) (list []piece) {
	for _, line := range lines {
		steps := script([]string{line}).Steps
		args := steps[len(steps)-1].Args()
		if skipped[args[0]] {
			continue
		}
		times := 1
		if rng.IntN(4) == 0 {
			times += rng.IntN(5)
		}
		for range times {
			list = append(list, piece{args, strings.HasPrefix(line, "@")})
		}
	}
	return list
}

func sendTogether(t *testing.T, c *client.Conn, list []piece) {
	t.Helper()
	var b []byte
	for _, p := range list {
		b = client.AppendCommand(b, p.args...)
	}
	if err := c.SendRaw(b); err != nil {
		t.Fatal(err)
	}
}

func dial(t *testing.T, addr string) *client.Conn {
	t.Helper()
	c, err := client.Dial(addr, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func sameDigest(t *testing.T, oracle, subject *client.Conn) {
	t.Helper()
	want, err := oracle.Do("DEBUG", "DIGEST")
	got, err2 := subject.Do("DEBUG", "DIGEST")
	if err != nil || err2 != nil || !bytes.Equal(want.Raw, got.Raw) {
		t.Fatalf("DEBUG DIGEST says %q, should say %q (%v, %v)", got.Raw, want.Raw, err, err2)
	}
}
