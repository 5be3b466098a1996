package tools

import (
	"errors"
	"io"
	"strings"
	"testing"
)

func TestPlainWords(t *testing.T) {
	for from, want := range map[string]string{
		"XADD s MAXLEN = 5 LIMIT 10 1-1 a b":        "XADD s MAXLEN = 5 1-1 a b",
		"xadd s NOMKSTREAM minid = 5-0 limit 0 * a": "xadd s NOMKSTREAM minid = 5-0 * a",
		"XTRIM s MAXLEN = 5 LIMIT 10":               "XTRIM s MAXLEN = 5",
		"XTRIM s MAXLEN ~ 5 LIMIT 10":               "XTRIM s MAXLEN ~ 5 LIMIT 10",
		"XADD s MAXLEN = 5 1-1 LIMIT b":             "XADD s MAXLEN = 5 1-1 LIMIT b",
		"XADD s 1-1 MAXLEN = 5 LIMIT 10 x":          "XADD s 1-1 MAXLEN = 5 LIMIT 10 x",
		"RPUSH s MAXLEN = 5 LIMIT 10":               "RPUSH s MAXLEN = 5 LIMIT 10",
	} {
		var args [][]byte
		for _, word := range strings.Fields(from) {
			args = append(args, []byte(word))
		}
		var got []string
		for _, b := range plainWords(args) {
			got = append(got, string(b))
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %q, not %q", from, got, want)
		}
	}
}

// What is written to a spool comes out of it, in whatever pieces, and then why there is no more.
func TestSpool(t *testing.T) {
	s, err := newSpool(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	idle := 0
	s.idle = func() error { idle++; return nil }
	var want strings.Builder
	broken := errors.New("broken")
	go func() {
		for i := range 1000 {
			b := strings.Repeat(string(rune('a'+i%26)), i)
			want.WriteString(b)
			if _, err := s.Write([]byte(b)); err != nil {
				s.end(err)
				return
			}
		}
		s.end(broken)
	}()
	got, err := io.ReadAll(s)
	if string(got) != want.String() || !errors.Is(err, broken) || idle == 0 {
		t.Errorf("%d bytes of %d, %v, idle %d times", len(got), want.Len(), err, idle)
	}
	if err := s.close(); err != nil {
		t.Error(err)
	}
}
