package server

import (
	"testing"

	"github.com/cairndb/cairn/server/command"
	"github.com/cairndb/cairn/server/config"
)

// The commands that clients send most cost the garbage collector nothing.
func TestHotStringCommandsDoNotAllocate(t *testing.T) {
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
	c := &Client{srv: s, tx: s.store.Tx(), authenticated: true}
	c.call.init(c)
	for _, words := range [][]string{
		{"SET", "key", "value"},
		{"SET", "key", "value", "PX", "100000"},
		{"GET", "key"},
		{"GET", "absent"},
		{"MSET", "a", "1", "b", "2", "c", "3"},
		{"MGET", "a", "b", "c", "absent"},
		{"INCR", "a"},
		{"INCRBY", "a", "12345"},
		{"SETEX", "key", "1000", "value"},
		{"SETNX", "key", "value"},
		{"STRLEN", "key"},
		{"GETRANGE", "key", "0", "2"},
		{"SETRANGE", "key", "2", "xyz"},
		{"SETBIT", "bits", "100", "1"},
		{"GETBIT", "bits", "100"},
		{"BITCOUNT", "bits"},
		{"PFADD", "hll", "a", "b", "c"},
		{"PFCOUNT", "hll"},
		{"INCRBYFLOAT", "float", "1.5"},
		{"BITFIELD", "bits", "INCRBY", "u8", "0", "1"},
	} {
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
		c.tx.NowMs = 1_700_000_000_000
		if err := call.through(b, c.declared(spec, b, args)); err != nil {
			t.Fatalf("%q: %v", words, err)
		}
	}
}
