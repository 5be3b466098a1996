package server

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cairndb/cairn/encoding/resp"
)

// TestBatchAfterAPause: what follows a command that a pause has held back is
// carried out once, behind it.
func TestBatchAfterAPause(t *testing.T) {
	s := serve(t, t.TempDir())
	c, other := s.dial(), s.dial()
	other.want("OK", "CLIENT PAUSE 100000 WRITE")
	const times = 5
	_ = c.SetDeadline(time.Now().Add(10 * time.Second))
	pipeline := resp.AppendCommand(nil, words("SET long "+strings.Repeat("x", 1000))...) // the others lie where nobody's bytes come
	for range times {
		pipeline = resp.AppendCommand(pipeline, words("INCR n")...)
	}
	if _, err := c.Write(pipeline); err != nil {
		t.Fatal(err)
	}
	s.until(func() bool {
		return slices.ContainsFunc(s.listClients(), func(cl *Client) bool { return cl.shared.postponed.Load() })
	})
	other.want("OK", "CLIENT UNPAUSE")
	if v, err := resp.ReadValue(c.br); err != nil || string(v.Str) != "OK" {
		t.Fatalf("%s (%v)", v, err)
	}
	for want := range int64(times) {
		if v, err := resp.ReadValue(c.br); err != nil || v.Int != want+1 {
			t.Fatalf("%s (%v), want %d", v, err, want+1)
		}
	}
	c.want("5", "GET n")
}
