package server

import (
	"testing"

	"github.com/cairndb/cairn/server/command"
	"github.com/cairndb/cairn/server/config"
)

// checkAllocations carries out commands, each many times, and fails if one of
// them allocates.
func checkAllocations(t *testing.T, commands [][]string) {
	t.Helper()
	cfg := config.New()
	if err := cfg.Load([]string{"--dir", t.TempDir(), "--appendfsync", "no"}, nil); err != nil {
		t.Fatal(err)
	}
	s, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.store.Close(); err != nil {
			t.Error(err)
		}
	}()
	c := &Client{srv: s, tx: s.store.Tx(), loop: &loop{srv: s, stats: newLoopStats()}}
	c.beDefault()
	c.call.init(c)
	for _, words := range commands {
		run := hotCall(t, c, words)
		if n := testing.AllocsPerRun(1000, run); n != 0 {
			t.Errorf("%q: %v allocations", words, n)
		}
	}
}

// hotCall returns a function that carries out a command, its reply thrown away.
func hotCall(t *testing.T, c *Client, words []string) func() {
	args := make([][]byte, len(words))
	for i, w := range words {
		args[i] = []byte(w)
	}
	spec := command.Find(args[0])
	b := &bindings[spec.ID]
	return func() {
		call := &c.call
		call.Args, call.Spec, call.mark = args, spec, 0
		call.Reply = &c.reply
		c.tx.NoWait, c.tx.NowMs = true, 1_700_000_000_000
		if err := call.through(b, c.declared(spec, b, args)); err != nil {
			t.Fatalf("%q: %v", words, err)
		}
	}
}
