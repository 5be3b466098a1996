package server

import (
	"fmt"
	"strings"
	"testing"
)

func TestSlowlogHidesSecrets(t *testing.T) {
	s := serve(t, t.TempDir())
	c := s.dial()
	c.want("OK", "CONFIG SET slowlog-log-slower-than 0")
	c.want("OK", "CONFIG SET requirepass hush timeout 0")
	c.do("AUTH hush")
	c.do("AUTH default hush")
	c.do("HELLO 2 AUTH default hush SETNAME x")
	c.want("OK", "CONFIG SET requirepass hush2")
	text := c.do("SLOWLOG GET -1").String()
	if strings.Contains(text, "hush") {
		t.Errorf("a password is shown:\n%s", text)
	}
	if n := strings.Count(text, "(redacted)"); n != 7 {
		t.Errorf("%d arguments are hidden, want 7:\n%s", n, text)
	}
}

func TestSlowlogIsBounded(t *testing.T) {
	s := serve(t, t.TempDir(), "--slowlog-log-slower-than", "0", "--slowlog-max-len", "3")
	c := s.dial()
	for i := range 10 {
		c.do(fmt.Sprint("ECHO ", i))
	}
	entries := c.do("SLOWLOG GET -1").Elems
	if len(entries) != 3 || string(entries[0].Elems[3].Elems[1].Str) != "9" {
		t.Errorf("%v", entries)
	}
	c.want("OK", "CONFIG SET slowlog-max-len 1 slowlog-log-slower-than -1")
	if v := c.do("SLOWLOG LEN"); v.Int != 1 {
		t.Errorf("%s entries are left by a smaller slowlog-max-len", v)
	}
}

func TestShortened(t *testing.T) {
	long := strings.Repeat("x", 200)
	args := make([][]byte, 40)
	for i := range args {
		args[i] = []byte("a")
	}
	args[1] = []byte(long)
	got := shortened(args)
	if len(got) != slowMaxArgs || string(got[31]) != "... (9 more arguments)" || string(got[1]) != long[:128]+"... (72 more bytes)" {
		t.Errorf("%d arguments: %q", len(got), got)
	}
}
