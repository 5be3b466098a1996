package server

import (
	"math"
	"strings"
	"testing"

	"github.com/cairndb/cairn/encoding/resp"
)

// Cursors are read as strtoul reads them where longs have 64 bits.
func TestCursorArg(t *testing.T) {
	for text, want := range map[string]uint64{
		"":                      0,
		"0":                     0,
		"007":                   7,
		"+1":                    1,
		"-1":                    math.MaxUint64,
		"18446744073709551615":  math.MaxUint64,
		"-18446744073709551615": 1,
		"12\x00 and more":       12,
	} {
		if got, err := cursorArg([]byte(text)); got != want || err != nil {
			t.Errorf("%q: %d, %v; want %d", text, got, err, want)
		}
	}
	for _, text := range []string{"a", "1a", " 1", "1 ", "-", "+-1", "--1", "1_0", "0x10", "18446744073709551616"} {
		if n, err := cursorArg([]byte(text)); err == nil {
			t.Errorf("%q: %d", text, n)
		}
	}
}

func TestArrayFrom(t *testing.T) {
	for _, n := range []int{0, 1, 12345} {
		c := &Call{Reply: &resp.Writer{Buf: []byte("before")}}
		for range n {
			c.Reply.Int(7)
		}
		c.arrayFrom(len("before"), n)
		want := resp.Writer{Buf: []byte("before")}
		want.Array(n)
		if got := string(c.Reply.Buf); got != string(want.Buf)+strings.Repeat(":7\r\n", n) {
			t.Errorf("%d: %.40q", n, got)
		}
	}
}
