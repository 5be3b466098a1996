package diff

import (
	"reflect"
	"strings"
	"testing"
)

// TestSplit checks the quoting rules, on examples from Redis's own test of sdssplitargs.
func TestSplit(t *testing.T) {
	for _, c := range []struct {
		line string
		want []string // nil: an error
	}{
		{"", []string{}},
		{"a  b\tc", []string{"a", "b", "c"}},
		{`"\x00\xfF\xg1" "\n\r\t\b\a\\\"\q"`, []string{"\x00\xffxg1", "\n\r\t\b\a\\\"q"}},
		{`'a\'b\n' ""  ''`, []string{`a'b\n`, "", ""}},
		{`pre"fix ed" x`, []string{"prefix ed", "x"}},
		{`"a"b`, nil},
		{`"a`, nil},
		{`'a`, nil},
	} {
		got, err := Split(c.line)
		if (err != nil) != (c.want == nil) || strings.Join(got, "|") != strings.Join(c.want, "|") || len(got) != len(c.want) {
			t.Errorf("%s: %q, error %v", c.line, got, err)
		}
	}
}

// TestQuote checks that Split undoes Quote.
func TestQuote(t *testing.T) {
	args := []string{"SET", "", "a b", `"'\`, expand("{bytes}"), "plain", "#", "{user}"}
	if got, err := Split(Quote(args)); err != nil || !reflect.DeepEqual(got, args) {
		t.Errorf("%s became %q, error %v", Quote(args), got, err)
	}
}

// TestExpand checks the marks that mean the same on both sides.
func TestExpand(t *testing.T) {
	for word, want := range map[string]string{
		"{rep:3:ab}":           "ababab",
		"x{rep:2:-}y{rep:0:a}": "x--y",
		"{rep:2:\n\xff}":       "\n\xff\n\xff",
		"{user}{rep:x:a}{}":    "{user}{rep:x:a}{}",
		"{rnd:4:7}":            string(RandomBytes(4, 7)),
	} {
		if got := expand(word); got != want {
			t.Errorf("%q: %q, want %q", word, got, want)
		}
	}
	if got := expand("{bytes}"); len(got) != 256 || got[0] != 0 || got[255] != 255 {
		t.Errorf("{bytes}: %q", got)
	}
}

// TestParseScript checks headers and that a mistake is refused with its line.
func TestParseScript(t *testing.T) {
	s, err := ParseScript("x.txt", "# a\n@resp3\n@needs LPUSH SADD\n@restartable\n@slow\n@hot\n\n@sleep 3ms\n@shape @recv\nSET k v\n")
	if err != nil {
		t.Fatal(err)
	}
	if s.Name != "x" || s.Protos[0] != 3 || len(s.Needs) != 2 || !s.Restartable || !s.Slow || !s.HotOnly || len(s.Steps) != 3 {
		t.Errorf("got %+v", s)
	}
	if st := s.Steps[2]; st.Line != 10 || st.Source != "SET k v" {
		t.Errorf("got %+v", st)
	}
	for _, bad := range []string{
		"SET 'k", "@what k", "@sleep soon", "@sleep", "@approx x TTL k", "@approx", "@has a", "@sorted", "@raw", "@conn",
		"@closed now", "GET k\n@resp2",
	} {
		if _, err := ParseScript("x.txt", bad); err == nil || !strings.HasPrefix(err.Error(), "x.txt:") {
			t.Errorf("%q: error %v", bad, err)
		}
	}
}
