package client

import (
	"bufio"
	"strings"
	"testing"
)

// TestReadReply checks for each type of RESP that one reply takes exactly its own bytes, and how it is shown.
func TestReadReply(t *testing.T) {
	for _, c := range []struct{ raw, shown string }{
		{"+OK\r\n", `(status) "OK"`},
		{"-ERR no\r\n", `(error) "ERR no"`},
		{":-12\r\n", `(integer) -12`},
		{"$5\r\na\r\nbc\r\n", `"a\r\nbc"`},
		{"$0\r\n\r\n", `""`},
		{"$-1\r\n", "(nil $)"},
		{"*-1\r\n", "(nil *)"},
		{"*0\r\n", "(array of 0)"},
		{"*2\r\n:1\r\n*1\r\n$1\r\nx\r\n", "(array of 2)\n  1) (integer) 1\n  2) (array of 1)\n    1) \"x\""},
		{"_\r\n", "(nil _)"},
		{",1.5\r\n", `(double) 1.5`},
		{"#t\r\n", `(boolean) t`},
		{"(123\r\n", `(big number) 123`},
		{"!3\r\nERR\r\n", `(bulk error) "ERR"`},
		{"=7\r\ntxt:abc\r\n", `(verbatim) "txt:abc"`},
		{"%1\r\n+k\r\n:1\r\n", "(map of 2)\n  1) (status) \"k\"\n  2) (integer) 1"},
		{"~1\r\n:1\r\n", "(set of 1)\n  1) (integer) 1"},
		{">1\r\n:1\r\n", "(push of 1)\n  1) (integer) 1"},
		{"|1\r\n+k\r\n:1\r\n+OK\r\n", "(attribute of 3)\n  1) (status) \"k\"\n  2) (integer) 1\n  3) (status) \"OK\""},
	} {
		r := bufio.NewReader(strings.NewReader(c.raw + "+next\r\n"))
		reply, err := readReply(r)
		if err != nil || string(reply.Raw) != c.raw || reply.String() != c.shown {
			t.Errorf("%q: raw %q, shown %q, error %v", c.raw, reply.Raw, reply.String(), err)
		}
		if next, err := readReply(r); err != nil || next.Text != "next" {
			t.Errorf("after %q: %s, error %v", c.raw, next, err)
		}
	}
}

// TestReadReplyRefuses checks that nonsense is an error rather than a hang, a panic or a huge allocation.
func TestReadReplyRefuses(t *testing.T) {
	for _, raw := range []string{
		"", "\r\n", "+OK\n", "OK\r\n", "$x\r\n", "$-2\r\n", "$99999999999\r\n", "*99999999999\r\n", "$3\r\nabcde",
		"$3\r\nab", "*2\r\n:1\r\n", strings.Repeat("*1\r\n", maxDepth+2),
	} {
		if reply, err := readReply(bufio.NewReader(strings.NewReader(raw))); err == nil {
			t.Errorf("%.40q was read as %s", raw, reply)
		}
	}
}

// TestAppendCommand pins the form in which commands travel.
func TestAppendCommand(t *testing.T) {
	if got := string(AppendCommand(nil, "SET", "k", "")); got != "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$0\r\n\r\n" {
		t.Errorf("got %q", got)
	}
}
