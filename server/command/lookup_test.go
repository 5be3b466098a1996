package command

import (
	"bytes"
	"strings"
	"testing"
)

// words splits a call at its blanks.
func words(line string) [][]byte { return bytes.Fields([]byte(line)) }

func TestLookup(t *testing.T) {
	for _, s := range All() {
		for _, name := range []string{s.Name, strings.ToUpper(s.Name), strings.ToUpper(s.Name[:1]) + s.Name[1:]} {
			if got := Lookup([]byte(name)); got != s {
				t.Errorf("Lookup(%q) = %v", name, got)
			}
		}
	}
	for _, name := range []string{"", "ge", "gett", "get ", "config|get", strings.Repeat("x", 1000)} {
		if got := Lookup([]byte(name)); got != nil {
			t.Errorf("Lookup(%q) = %s, want nil", name, got.Name)
		}
	}
}

func TestLookupDoesNotAllocate(t *testing.T) {
	call := words("CONFIG Get x")
	allocs := testing.AllocsPerRun(100, func() {
		sink = Lookup(call[0])
		sink = Resolve(call)
	})
	if allocs != 0 {
		t.Errorf("%v allocations", allocs)
	}
}

func TestFind(t *testing.T) {
	Walk(func(s *Spec) {
		if got := Find([]byte(strings.ToUpper(s.FullName()))); got != s {
			t.Errorf("Find(%q) = %v", s.FullName(), got)
		}
	})
	for _, name := range []string{"", "|", "config|", "config|nosuch", "config|get|x", "get|x", "|get", "nosuch"} {
		if got := Find([]byte(name)); got != nil {
			t.Errorf("Find(%q) = %s, want nil", name, got.FullName())
		}
	}
}

func TestResolve(t *testing.T) {
	for line, want := range map[string]string{
		"get":            "get",
		"GET a b":        "get",
		"config":         "config",
		"config GET":     "config|get",
		"Config set a b": "config|set",
		"config nosuch":  "",
		"nosuch get":     "",
		"debug object k": "debug",
		"":               "",
	} {
		got := ""
		if s := Resolve(words(line)); s != nil {
			got = s.FullName()
		}
		if got != want {
			t.Errorf("Resolve(%q) = %q, want %q", line, got, want)
		}
	}
}

// FuzzLookup compares with a plain search of the rows.
func FuzzLookup(f *testing.F) {
	for _, s := range []string{"get", "GET", "geT\x00", "İNFO", "config|get", "pfselftest", "K\u212aeys"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, name []byte) {
		var want *Spec
		for _, s := range All() {
			if asciiLower(string(name)) == s.Name {
				want = s
			}
		}
		if got := Lookup(name); got != want {
			t.Errorf("Lookup(%q) = %v, want %v", name, got, want)
		}
		if got := Resolve([][]byte{name}); got != want {
			t.Errorf("Resolve(%q) = %v, want %v", name, got, want)
		}
	})
}

func asciiLower(s string) string {
	b := []byte(s)
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			b[i] = c | 0x20
		}
	}
	return string(b)
}
